"""Looks for clear NIK and names in everything a store, a log or an export consists of.

`python -m scripts.identifier_scan STORE [PATH ...] [--berkas FOLDER]` prints '12 berkas, 3456 bita, 789 pengenal dicari,
0 temuan' and where each finding lies; exit code 1 when there is one. What is sought stands in the CSV and XLSX files of FOLDER
(columns of NIK, of family cards and of names); without it in the sample data. Files are read as bytes, as UTF-16, through
base64 and hex, unpacked (zip, XLSX, PPTX, gzip), parquet by its columns, PDF by its streams and its text.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import gzip
import io
import re
import shutil
import subprocess  # nosec B404 # pdftotext alone, by its full path
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ipsm_analytics.config import settings
from ipsm_analytics.sample import generate

COLUMNS = re.compile(r"^(?:nomor_)?nik$|kk$|^nama(?:$|[ _](?:kepala|ibu))", re.IGNORECASE)
NIK = re.compile(r"\d(?:[ .\-_/]{0,2}\d){15,}", re.ASCII)
WORDS = re.compile(r"[a-z]+")
HEX = re.compile(r"(?:[2-7][0-9a-fA-F]){8,}")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}")
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
DIGITS, SHORTEST, DEEPEST = 16, 8, 4
"""Digits of a NIK; letters of a name written in one; how often an archive may lie in an archive."""


@dataclass(frozen=True)
class Sought:
    """What is looked for: numbers, names as their words, and all words of names; each number and name also backwards."""

    numbers: frozenset[str]
    names: frozenset[str]
    joined: frozenset[str]
    words: frozenset[str]
    longest: int
    count: int


@dataclass(frozen=True)
class Finding:
    """An identifier in the clear: in which file and how it was read, of what kind, and a hint that does not repeat it."""

    place: str
    kind: str
    hint: str


@dataclass(frozen=True)
class Report:
    """Files and bytes read, identifiers sought, and what was found; `unread`: kinds of content nothing here can read."""

    files: int
    size: int
    sought: int
    findings: tuple[Finding, ...]
    unread: tuple[str, ...] = ()

    def text(self) -> str:
        """The report in one line, then a line a finding."""
        line = f"{self.files} berkas, {self.size} bita, {self.sought} pengenal dicari, {len(self.findings)} temuan"
        rest = [f"  {item.place}: {item.kind} {item.hint}" for item in self.findings]
        return "\n".join([line, *rest, *(f"  tidak terbaca: {item}" for item in self.unread)])


def sought_in(values: Iterable[str]) -> Sought:
    """Numbers of 16 digits and names of at least two words among the values; one word alone is no identifier."""
    numbers, names = set[str](), set[str]()
    for value in values:
        digits = re.sub(r"\D", "", value)
        words = WORDS.findall(value.lower())
        if len(digits) == DIGITS:
            numbers.add(digits)
        elif len(words) > 1:
            names.add(" ".join(words))
    both = names | {" ".join(reversed(name.split())) for name in names}
    joined = {name.replace(" ", "") for name in both}
    return Sought(
        numbers=frozenset(numbers | {number[::-1] for number in numbers}),
        names=frozenset(both),
        joined=frozenset(name for name in joined if len(name) >= SHORTEST),
        words=frozenset(word for name in both for word in name.split()),
        longest=max((len(name.split()) for name in names), default=0),
        count=len(numbers) + len(names),
    )


def identifiers(folder: Path) -> Iterator[str]:
    """Every cell of a column of NIK, of family cards or of names in the CSV and XLSX files of a folder."""
    for path in sorted(folder.glob("*.csv")):
        yield from _cells(pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False))
    for path in sorted(folder.glob("*.xlsx")):
        for frame in pd.read_excel(path, sheet_name=None, dtype=str, engine="calamine").values():
            yield from _cells(frame.fillna(""))


def _cells(frame: pd.DataFrame) -> Iterator[str]:
    for name in frame.columns:
        if COLUMNS.search(str(name)):
            yield from map(str, frame[name].unique())


def sample_identifiers() -> frozenset[str]:
    """Those of the sample data a store begins with."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        return frozenset(identifiers(Path(folder)))


def scan(paths: Sequence[Path], sought: Sought) -> Report:
    """Reads every file of the paths (a folder: all below it; a store: also what lies beside it under its name)."""
    files = sorted({file for path in paths for file in _files(path)})
    found: dict[Finding, None] = {}
    for file in files:
        for place, text in _texts(file.name, file.read_bytes()):
            found |= dict.fromkeys(_found(f"{file.parent.name}/{place}", text, sought))
    missing = () if shutil.which("pdftotext") else tuple(f"teks {file.name}" for file in files if file.suffix == ".pdf")
    return Report(len(files), sum(file.stat().st_size for file in files), sought.count, tuple(found), missing)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for top in (path, *path.parent.glob(f"{path.name}.*")):
        yield from (file for file in (top.rglob("*") if top.is_dir() else (top,)) if file.is_file())


def _found(place: str, text: str, sought: Sought) -> Iterator[Finding]:
    for number in numbers_in(text, sought):
        yield Finding(place, "NIK", f"{number[:4]}…{number[-2:]}")
    for name in names_in(text, sought):
        yield Finding(place, "nama", " ".join(f"{word[0]}…" for word in name.split()))


def numbers_in(text: str, sought: Sought) -> set[str]:
    """Sought numbers in a text, also with blanks, dots or dashes between their digits and inside longer ones."""
    found = set[str]()
    for match in NIK.findall(text):
        digits = re.sub(r"\D", "", match)
        found |= sought.numbers & {digits[start : start + DIGITS] for start in range(len(digits) - DIGITS + 1)}
    return found


def names_in(text: str, sought: Sought) -> set[str]:
    """Sought names in a text, in any case, whatever stands between their words, or written as one word."""
    words = WORDS.findall(text.lower())
    found = set(words).intersection(sought.joined)
    known = [word in sought.words for word in words]
    for start in (place for place, hit in enumerate(known) if hit):
        for size in range(2, sought.longest + 1):
            if not all(known[start : start + size]):
                break
            if (name := " ".join(words[start : start + size])) in sought.names:
                found.add(name)
    return found


def _texts(name: str, data: bytes, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every way to read the bytes: how, and the text."""
    plain = data.decode("latin-1")
    yield name, plain
    yield f"{name} (dibalik sandi)", _decoded(plain)
    if b"\0" in data:
        yield f"{name} (UTF-16)", data.replace(b"\0", b"").decode("latin-1")
    if depth < DEEPEST:
        for part, inner in _parts(data):
            yield from _texts(f"{name}!{part}", inner, depth + 1)


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What is packed inside: members of archives, columns of parquet, streams and text of PDF."""
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from ((member.filename, archive.read(member)) for member in archive.infolist())
    elif data.startswith(b"\x1f\x8b"):
        yield "gzip", gzip.decompress(data)
    elif data.startswith(b"PAR1"):
        yield from _columns(data)
    elif data.startswith(b"%PDF"):
        yield from _paper(data)


def _columns(data: bytes) -> Iterator[tuple[str, bytes]]:
    table = pq.read_table(pa.BufferReader(data))
    for name, column in zip(table.column_names, table.columns, strict=True):
        yield name, b"\n".join(map(_bytes, _flat(column.combine_chunks())))


def _flat(column: pa.Array) -> list[object]:
    while pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.list_flatten(column)
    nested = pa.types.is_nested(column.type)
    return list((column if nested else column.unique()).to_pylist())


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _paper(data: bytes) -> Iterator[tuple[str, bytes]]:
    yield "aliran", b"\n".join(filter(None, map(_inflated, STREAM.findall(data))))
    if tool := shutil.which("pdftotext"):
        done = subprocess.run([tool, "-", "-"], input=data, capture_output=True, check=True)  # nosec B603 # a fixed command
        yield "teks", done.stdout


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def _decoded(text: str) -> str:
    """What base64 and hex in a text stand for, a line each."""
    hexed = (bytes.fromhex(match[: len(match) // 2 * 2]) for match in HEX.findall(text))
    runs = (_unbase64(run) for run in BASE64.findall(text))
    return b"\n".join([*hexed, *runs]).decode("latin-1")


def _unbase64(run: str) -> bytes:
    whole = run[: len(run) // 4 * 4].replace("-", "+").replace("_", "/")
    rest = run[len(whole) :]
    try:
        return base64.b64decode(whole) + (base64.b64decode(rest.ljust(4, "=")) if len(rest) > 1 else b"")
    except binascii.Error:
        return b""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the report; 1 when an identifier was found."""
    parser = argparse.ArgumentParser(description="Cari NIK dan nama terang di dalam simpanan, log, dan ekspor")
    parser.add_argument("jalur", nargs="*", type=Path, help="simpanan, folder, atau berkas; tanpa itu simpanan IPSM_STORE")
    parser.add_argument("--berkas", type=Path, help="folder berkas asal yang pengenalnya dicari; tanpa itu data contoh")
    options = parser.parse_args(arguments)
    values = identifiers(options.berkas) if options.berkas else sample_identifiers()
    report = scan(options.jalur or [settings().store], sought_in(values))
    print(report.text())
    return int(bool(report.findings))


if __name__ == "__main__":
    sys.exit(main())
