"""A zipped workbook (XLSX, XLSM, ODS) before it is opened: its real size, how far its sheets reach, what is hidden.

The directory of a zip may lie, an XML may name other files or swell: each part is unpacked here once, within limits.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol
from xml.parsers import expat

from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.readers.layout import Layout, broken, locked, other_kind

MAX_UNPACKED = 1 << 30
MAX_PARTS = 10_000
_STEP_BYTES = 1 << 20
_BOOK, _BOOK_LINKS, _TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml"
_CONTENT, _MANIFEST = "content.xml", "meta-inf/manifest.xml"
_MIME_TYPE, _SPREADSHEET = "mimetype", b"application/vnd.oasis.opendocument.spreadsheet"
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)
_CELL_BYTES = 16
_UNPREFIXED = frozenset({"c", "f", "is", "r", "row", "t", "v"})
"""Elements of a sheet that come by the million, mostly written without a prefix."""
Attributes = Mapping[str, str]


class _Scan(Protocol):
    """What listens to the elements of one part."""

    def start(self, tag: str, attributes: Attributes) -> None: ...
    def text(self, text: str) -> None: ...


def zip_layouts(data: bytes, name: str) -> list[Layout]:
    """The sheets of a zipped workbook in their order; raises UserError when it is none, broken, locked or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _Parts(archive, name)
            if _BOOK in parts.names:
                return _excel_layouts(parts)
            if _CONTENT in parts.names and _MIME_TYPE in parts.names and parts.begins(_MIME_TYPE, _SPREADSHEET):
                return _open_document_layouts(parts)
            raise other_kind(name, "isi ZIP lain" if "xl/workbook.bin" not in parts.names else "XLSB")
    except _DAMAGE:
        raise broken(name) from None


class _Parts:
    """The parts of a zip, each read at most once; together they may not exceed MAX_UNPACKED."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive, self.name, self.left = archive, name, MAX_UNPACKED
        listed = archive.infolist()
        self.names = {info.filename.casefold(): info for info in listed}
        if len(self.names) != len(listed) or any(info.compress_type not in _PACKINGS for info in listed):
            raise broken(name)
        if len(listed) > MAX_PARTS or sum(info.file_size for info in listed) > MAX_UNPACKED:
            raise self._too_large()
        if any(info.flag_bits & 1 for info in listed):
            raise locked(name)

    def scan(self, part: str, scan: _Scan | None, *, texts: bool = False, definitions: bool = False) -> None:
        """Reads a part to its end and tells the scan of its elements, and of its text if asked."""
        parser = _parser(scan, texts=texts, definitions=definitions) if scan else None
        for step in self._unpacked(part):
            if parser:
                parser.Parse(step, False)
        if parser:
            parser.Parse(b"", True)

    def _unpacked(self, part: str) -> Iterator[bytes]:
        """A part a little at a time, to the end of what is packed, whatever size the directory gives it."""
        info = self.names.pop(part)
        declared, info.file_size = info.file_size, MAX_UNPACKED + 2 * _STEP_BYTES
        size = 0
        with self.archive.open(info) as packed:
            while step := packed.read(_STEP_BYTES):
                size += len(step)
                self.left -= len(step)
                if self.left < 0:
                    raise self._too_large()
                yield step
        if size != declared:
            raise broken(self.name)

    def begins(self, part: str, text: bytes) -> bool:
        """Whether the part begins so."""
        with self.archive.open(self.names[part]) as packed:
            return packed.read(len(text)) == text

    def rest(self) -> None:
        """Unpacks what no scan asked for."""
        for part in list(self.names):
            self.scan(part, None)

    def _too_large(self) -> UserError:
        return UserError(
            "Buku kerja terlalu besar setelah dibuka.",
            found=self.name,
            allowed=f"paling banyak {MAX_UNPACKED >> 20} MB dan {MAX_PARTS} bagian",
            action="bagi menjadi beberapa berkas",
        )


def _parser(scan: _Scan, *, texts: bool, definitions: bool) -> expat.XMLParserType:
    """A parser that reads no other file and takes no entity; a document type may be named only where it is asked for."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_definitions
    if not definitions:
        parser.StartDoctypeDeclHandler = _refuse_definitions
    parser.StartElementHandler = scan.start
    if texts:
        parser.CharacterDataHandler = scan.text
    return parser


def _refuse_definitions(*_: object) -> None:
    raise ValueError("a workbook defines no document type")


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


class _Elements:
    """Collects the attributes, by local name, of the elements asked for."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[dict[str, str]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if _local(tag) == self.tag:
            self.found.append({_local(name): value for name, value in attributes.items()})

    def text(self, text: str) -> None:
        """These elements have none."""


def _excel_layouts(parts: _Parts) -> list[Layout]:
    links, sheets, shared = _Elements("Relationship"), _Elements("sheet"), _SharedTexts()
    parts.scan(_BOOK_LINKS, links)
    parts.scan(_BOOK, sheets)
    if _TEXTS in parts.names:
        parts.scan(_TEXTS, shared, texts=True)
    targets = {link["Id"]: _part_of(link["Target"]) for link in links.found}
    found = []
    for sheet in sheets.found:
        part, layout = targets[sheet["id"]], Layout(sheet["name"])
        size = parts.names[part].file_size
        long = max(shared.lengths, default=0) * (size // _CELL_BYTES) > MAX_UNPACKED
        parts.scan(part, _ExcelSheet(layout, shared.lengths if long else []), texts=long)
        found.append(layout)
    parts.rest()
    return found


def _part_of(target: str) -> str:
    """Name of the part a link of the workbook points to."""
    target = target.removeprefix("/").casefold()
    return target if target.startswith("xl/") else f"xl/{target}"


class _SharedTexts:
    """Length of each shared text."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, tag: str, _: Attributes) -> None:
        if _local(tag) == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


class _ExcelSheet:
    """Takes note of the cells with a value; a cell or row that does not say where it stands follows the one before."""

    def __init__(self, layout: Layout, lengths: Sequence[int]) -> None:
        self.layout, self.lengths = layout, lengths
        self.row = self.column = 0
        self.row_text = ""
        self.shared = self.open = False
        self.columns: dict[str, int] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        tag = tag if tag in _UNPREFIXED else _local(tag)
        self.open = False
        if tag == "c":
            self._cell(attributes.get("r"))
            self.shared = attributes.get("t") == "s"
        elif tag in ("v", "is"):
            if self.row > self.layout.rows or self.column > self.layout.columns:
                self.layout.reach(self.row, self.column)
            self.open = tag == "v"
        elif tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            self.row_text = str(self.row)
            if _yes(attributes.get("hidden")):
                self.layout.hidden_rows.append((self.row, self.row))
        elif tag == "col" and _yes(attributes.get("hidden")):
            self.layout.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))

    def text(self, text: str) -> None:
        if self.open and self.shared:
            self.layout.characters += self.lengths[int(text)]

    def _cell(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        column = self.columns.get(reference.removesuffix(self.row_text))
        if column is None:
            found = _REFERENCE.fullmatch(reference)
            if not found:
                raise ValueError("no reference to a cell")
            self.row = int(found[2])
            column = self.columns.setdefault(found[1], _column_number(found[1]))
        self.column = column


def _yes(flag: str | None) -> bool:
    return flag in ("1", "true")


def _column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _open_document_layouts(parts: _Parts) -> list[Layout]:
    scan = _OpenDocument()
    if _MANIFEST in parts.names:
        manifest = _Elements("encryption-data")
        parts.scan(_MANIFEST, manifest, definitions=True)
        if manifest.found:
            raise locked(parts.name)
    parts.scan(_CONTENT, scan, texts=True)
    parts.rest()
    return scan.layouts


class _OpenDocument:
    """Takes note of the sheets, of cells with a value, however often they are repeated, and of what is hidden."""

    def __init__(self) -> None:
        self.layouts: list[Layout] = []
        self.row = self.column = 0
        self.rows = self.columns = 1

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "table:table":
            self.layouts.append(Layout(attributes["table:name"]))
            self.row, self.column, self.rows, self.columns = 0, 0, 0, 0
        elif tag == "table:table-column":
            first, self.column = self.column + 1, self.column + _repeated(attributes, "columns")
            if _is_hidden(attributes):
                self.layouts[-1].hidden_columns.append((first, self.column))
        elif tag == "table:table-row":
            self.row, self.rows = self.row + self.rows, _repeated(attributes, "rows")
            self.column, self.columns = 0, 0
            if _is_hidden(attributes):
                self.layouts[-1].hidden_rows.append((self.row + 1, self.row + self.rows))
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.column, self.columns = self.column + self.columns, _repeated(attributes, "columns")
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._value()
        elif tag == "text:p" and self.columns:
            self._value()

    def text(self, text: str) -> None:
        if self.layouts:
            self.layouts[-1].characters += len(text) * max(self.rows, 1) * max(self.columns, 1)

    def _value(self) -> None:
        self.layouts[-1].reach(self.row + self.rows, self.column + self.columns)


def _repeated(attributes: Attributes, what: str) -> int:
    return int(attributes.get(f"table:number-{what}-repeated", 1))


def _is_hidden(attributes: Attributes) -> bool:
    return attributes.get("table:visibility") in ("collapse", "filter")
