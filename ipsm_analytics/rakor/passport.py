"""The passport of a number: a short code from which the number can be asked for again.

A code is the indicator, then groups of Crockford's base32 (no I, L, O, U): what was asked, of which data, by which program,
and a check that catches a mistyped sign. It needs no register: whoever holds the store and the code finds the number.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field, replace
from typing import Literal

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import AGE_LABELS, ALL, SEX_LABELS
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.measures import Query
from ipsm_analytics.rakor.edition import edition
from ipsm_analytics.rakor.snapshot import LIVE, Snapshot
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import indicators

Kind = Literal["nilai", "bagian"]
KINDS: tuple[Kind, ...] = ("nilai", "bagian")
"""A value of `query`, or a part of its change between two snapshots."""
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
_EPOCH = Month(1990, 1).ordinal
_CHECKS, _EDITION_BITS, _COUNT_BITS, _GROUP = 3, 20, 5, 5
_NUMBERED = ("PPKS-", "LOK-")


@dataclass(frozen=True)
class Passport:
    """What a code says.

    Attributes:
        question: asks for one cell.
        snapshot: number of the snapshot it belongs to, LIVE for none.
        version: data version where it belongs to no snapshot, else 0: the snapshot says which.
        edition: first signs of the digest of the program that computed it.
        kind: a value, or a part of its change.
        part: which part, by its place.
    """

    question: Query
    snapshot: int = LIVE
    version: int = 0
    edition: str = field(default_factory=lambda: short_edition(edition()))
    kind: Kind = "nilai"
    part: int = 0

    @property
    def code(self) -> str:
        """The code as it is printed."""
        return encode(self)


def short_edition(text: str) -> str:
    """What of an edition fits into a code."""
    return text.partition("+")[2][: _EDITION_BITS // 4]


def of(frozen: Snapshot, question: Query, kind: Kind = "nilai", part: int = 0) -> Passport:
    """The passport of a number of a snapshot."""
    asked = replace(question, by=(), spans=(), window=question.window or frozen.window)
    version = frozen.version if frozen.number == LIVE else 0
    return Passport(asked, frozen.number, version, kind=kind, part=part)


def encode(passport: Passport) -> str:
    """'K03-…'; raises InternalError for a question of more than one cell."""
    question = passport.question
    if question.by or question.spans or question.window is None:
        raise InternalError(f"no passport for {question}")
    bits = Bits()
    bits.put(KINDS.index(passport.kind), 2)
    for number in (passport.part, passport.snapshot, passport.version):
        bits.count(number)
    bits.put(int(passport.edition or "0", 16), _EDITION_BITS)
    _put_area(bits, question.area)
    bits.put(question.window.first.ordinal - _EPOCH, 10)
    bits.count(question.window.length - 1)
    _put_slice(bits, question.slice)
    bits.put(_place(SEX_LABELS, question.sex), 2)
    bits.put(_place(AGE_LABELS, question.age), 3)
    bits.words(";".join(f"{name}={label}" for name, label in question.traits))
    signs = bits.signs()
    return f"{question.indicator}-{_grouped(signs + _check(question.indicator, signs))}"


def decode(code: str) -> Passport:
    """What a code says, however it is spaced; raises UserError for one that is mistyped or none at all."""
    typed = re.sub(r"[\s·.]+", "", code).upper()
    item = max((one for one in indicators() if typed.startswith(f"{one}-")), key=len, default="")
    signs = typed.removeprefix(item).replace("-", "").translate(_ALIKE)
    if not item or len(signs) <= _CHECKS or set(signs) - set(SIGNS):
        raise UserError(
            "Ini bukan kode paspor angka.",
            found=code.strip()[:60] or "kosong",
            allowed="kode indikator lalu huruf dan angka, misalnya K03-04G2A-…",
            action="salin kode dari slide, dokumen, atau lampiran",
        )
    body, check = signs[:-_CHECKS], signs[-_CHECKS:]
    if _check(item, body) != check:
        raise UserError(
            "Kode paspor tidak cocok dengan tanda periksanya.",
            found=code.strip()[:60],
            action="periksa tiap huruf dan angkanya; O dan 0, I dan 1 boleh tertukar",
        )
    return _read(item, Bits.of(body))


class Bits:
    """A row of bits, written and then read in the same order."""

    def __init__(self, bits: str = "") -> None:
        self._bits = bits
        self._read = 0

    @classmethod
    def of(cls, signs: str) -> Bits:
        """The bits of base32 signs."""
        return cls("".join(f"{SIGNS.index(sign):05b}" for sign in signs))

    def signs(self) -> str:
        """Base32 signs, the last one filled with zeros."""
        padded = self._bits + "0" * (-len(self._bits) % 5)
        return "".join(SIGNS[int(padded[start : start + 5], 2)] for start in range(0, len(padded), 5))

    def put(self, value: int, width: int) -> None:
        """Writes a number; raises InternalError where it does not fit."""
        if not 0 <= value < 1 << width:
            raise InternalError(f"{value} does not fit into {width} bits")
        self._bits += f"{value:0{width}b}"

    def take(self, width: int) -> int:
        """Reads a number; bits past the end are zeros."""
        found = self._bits[self._read : self._read + width].ljust(width, "0")
        self._read += width
        return int(found, 2)

    def count(self, value: int) -> None:
        """Writes a number of any size, small ones short."""
        while value >= 1 << _COUNT_BITS:
            self.put(1, 1)
            self.put(value & ((1 << _COUNT_BITS) - 1), _COUNT_BITS)
            value >>= _COUNT_BITS
        self.put(0, 1)
        self.put(value, _COUNT_BITS)

    def counted(self) -> int:
        """Reads a number that `count` wrote."""
        value, shift = 0, 0
        while True:
            more, part = self.take(1), self.take(_COUNT_BITS)
            value |= part << shift
            shift += _COUNT_BITS
            if not more:
                return value

    def words(self, text: str) -> None:
        """Writes a text."""
        data = text.encode()
        self.count(len(data))
        for byte in data:
            self.put(byte, 8)

    def text(self) -> str:
        """Reads a text that `words` wrote."""
        return bytes(self.take(8) for _ in range(self.counted())).decode()


def _place(labels: tuple[str, ...], label: str | None) -> int:
    return 0 if label is None else 1 + labels.index(label)


def _label(labels: tuple[str, ...], place: int) -> str | None:
    return labels[place - 1] if place else None


def _put_area(bits: Bits, code: str) -> None:
    level = areas.LEVELS.index(areas.level_of(code))
    bits.put(level, 2)
    for part, width in zip(code.split(".")[2:], (7, 14), strict=False):
        bits.put(int(part), width)


def _area(bits: Bits) -> str:
    level = bits.take(2)
    parts = [areas.CITY, *(f"{bits.take(width):0{digits}d}" for width, digits in ((7, 2), (14, 4))[:level])]
    return ".".join(parts)


def _put_slice(bits: Bits, code: str) -> None:
    """All, a group by its place, a category by the number it carries."""
    if code in (ALL, *categories.GROUPS):
        bits.put(0, 2)
        bits.put((ALL, *categories.GROUPS).index(code), 3)
        return
    kind = next(place for place, prefix in enumerate(_NUMBERED) if code.startswith(prefix))
    bits.put(1 + kind, 2)
    bits.count(int(code.removeprefix(_NUMBERED[kind])))


def _slice(bits: Bits) -> str:
    kind = bits.take(2)
    return f"{_NUMBERED[kind - 1]}{bits.counted():02d}" if kind else (ALL, *categories.GROUPS)[bits.take(3)]


def _read(code: str, bits: Bits) -> Passport:
    kind = KINDS[bits.take(2)]
    part, snapshot, version = bits.counted(), bits.counted(), bits.counted()
    made_by = f"{bits.take(_EDITION_BITS):05x}"
    area, first = _area(bits), bits.take(10) + _EPOCH
    window = Window(Month(*_year_month(first)), Month(*_year_month(first + bits.counted())))
    slice_code, sex, age = _slice(bits), _label(SEX_LABELS, bits.take(2)), _label(AGE_LABELS, bits.take(3))
    traits = tuple((name, label) for name, _, label in (one.partition("=") for one in filter(None, bits.text().split(";"))))
    return Passport(
        Query(code, window=window, area=area, slice=slice_code, sex=sex, age=age, traits=traits),
        snapshot,
        version,
        made_by,
        kind,
        part,
    )


def _year_month(ordinal: int) -> tuple[int, int]:
    return ordinal // 12, ordinal % 12 + 1


def _check(code: str, body: str) -> str:
    """Signs that change with any one of the others."""
    found = zlib.crc32(f"{code}-{body}".encode()) % 32**_CHECKS
    return "".join(SIGNS[found >> 5 * place & 31] for place in reversed(range(_CHECKS)))


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))
