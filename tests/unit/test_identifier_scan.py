"""What is clear in a store is found however it is written; a store as the program writes it holds nothing clear."""

import base64
import gzip
import io
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ipsm_analytics.config import Settings, settings
from ipsm_analytics.intake.identity import keyring
from ipsm_analytics.store import Store
from scripts.identifier_scan import Sought, identifiers, main, scan, sought_in
from tests.tables import monthly, sicadas, take, workbook

NIK, NAME = "7371014506900013", "Sitti Nurhayati Dg. Ti'no"
WAITING = "7371014506900022"
SOUGHT = sought_in([NIK, NAME, WAITING, "Budi Palewai", "Lette", "-"])


def parquet(**columns: pa.Array) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def paper(text: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj <</Filter /FlateDecode>>\nstream\n" + zlib.compress(text) + b"\nendstream\nendobj\n"


WRITTEN: dict[str, bytes] = {
    "plain": NIK.encode(),
    "inside a longer number": f"x{'0' + NIK + '7'}".encode(),
    "with blanks": b"7371 0145 0690 0013",
    "with dots": b"73.71.01.450690.0013",
    "as a number with decimals": f"{NIK}.0".encode(),
    "backwards": NIK[::-1].encode(),
    "UTF-16": NIK.encode("utf-16"),
    "base64": base64.b64encode(NIK.encode()),
    "base64 inside": base64.urlsafe_b64encode(f"ab;nik={NIK};".encode()),
    "hex": NIK.encode().hex().encode(),
    "name": NAME.encode(),
    "name in capitals": b'"nama":"SITTI NURHAYATI DG TI\'NO"',
    "name backwards": b"No Ti Dg, Nurhayati, Sitti",
    "name in one word": b"sittinurhayatidgtino",
    "name UTF-16": NAME.encode("utf-16-be"),
    "name base64": base64.b64encode(NAME.encode()),
    "name hex": NAME.encode().hex().upper().encode(),
    "zip": zipped("a.txt", NIK.encode()),
    "zip in zip": zipped("a.zip", zipped("xl/sheet.xml", f"<t>{NAME}</t>".encode())),
    "gzip": gzip.compress(NIK.encode()),
    "parquet, text": parquet(a=pa.array([NIK, None])),
    "parquet, number": parquet(a=pa.array([int(NIK)], pa.int64())),
    "parquet, list": parquet(a=pa.array([["x", NIK], []])),
    "parquet, bytes": parquet(a=pa.array([NIK.encode()], pa.binary())),
    "parquet, struct": parquet(a=pa.array([{"b": NAME}])),
}


def read(folder: Path, data: bytes, sought: Sought = SOUGHT) -> list[str]:
    """Kinds of what is found in a file of these bytes."""
    (folder / "berkas.bin").write_bytes(data)
    return sorted({item.kind for item in scan([folder / "berkas.bin"], sought).findings})


@pytest.mark.parametrize("how", WRITTEN)
def test_found_when_written(how: str, tmp_path: Path):
    assert read(tmp_path, WRITTEN[how]) == ["nama" if "name" in how or how in ("zip in zip", "parquet, struct") else "NIK"]


def test_found_in_the_streams_of_a_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert read(tmp_path, paper(f"({NIK}) Tj".encode())) == ["NIK"]
    (tmp_path / "a.pdf").write_bytes(paper(b"(kosong) Tj"))
    report = scan([tmp_path / "a.pdf"], SOUGHT)
    assert (report.findings, report.unread) == ((), ("teks a.pdf",))


@pytest.mark.parametrize(
    "text", ["7371014506900014", "Sitti", "Sitti di Kelurahan Nurhayati", "737101450690001", "PKH Budi", keyring.__name__]
)
def test_near_is_not_found(text: str, tmp_path: Path):
    assert read(tmp_path, text.encode()) == []


def test_what_is_sought_and_a_report_that_does_not_repeat_it(tmp_path: Path):
    assert SOUGHT.count == 4
    (tmp_path / "a.txt").write_text(f"{NIK} {NAME}")
    report = scan([tmp_path], SOUGHT)
    lines = report.text().splitlines()
    assert lines[0] == f"1 berkas, {len(NIK) + 1 + len(NAME)} bita, 4 pengenal dicari, 2 temuan"
    assert sorted(line.split(": ")[1] for line in lines[1:]) == ["NIK 7371…13", "nama s… n… d… t… n…"]
    assert NIK not in report.text()


@pytest.fixture
def filled(tmp_path: Path) -> Settings:
    """A store of one accepted and one refused case and a report; the key lies beside it."""
    sent = tmp_path / "kiriman"
    sent.mkdir()
    rows = [{"NIK": NIK, "Nama": NAME}, {"NIK": WAITING, "Nama": "Budi Palewai", "Kelurahan": "Xyz"}]
    take(sicadas(sent / "a.csv", *rows), monthly(sent / "b.csv", {}))
    return settings()


def values(folder: Path) -> Sought:
    return sought_in(identifiers(folder))


def test_a_store_holds_nothing_clear(filled: Settings, tmp_path: Path):
    sought, report = values(tmp_path / "kiriman"), scan([filled.store], values(tmp_path / "kiriman"))
    assert sought.count == 4
    assert report.findings == ()
    assert report.files == sum(path.is_file() for path in filled.store.rglob("*")) + len(
        [path for path in filled.store.parent.glob("store.*") if path.is_file()]
    )
    [sealed] = Store(filled).read("karantina", Store(filled).latest(), ["sealed"])["sealed"].to_pylist()
    assert WAITING in keyring(filled).open(sealed)


def into_log(store: Path) -> None:
    log = next(store.glob("kasus/_delta_log/*.json"))
    log.write_text(log.read_text(encoding="utf-8") + f'{{"userMetadata":"{NIK}"}}\n', encoding="utf-8")


def into_rows(store: Path) -> None:
    path = next(store.glob("kasus/*.parquet"))
    table = pq.read_table(path)
    pq.write_table(table.append_column("catatan", pa.array([f"dari {NAME}"] * len(table))), path)


def into_lock(store: Path) -> None:
    store.with_name("store.lock").write_text(NIK)


def into_seal(store: Path) -> None:
    path = next(store.glob("karantina/*.parquet"))
    table = pq.read_table(path)
    bare = pa.array([base64.urlsafe_b64encode(WAITING.encode())] * len(table), pa.binary())
    pq.write_table(table.set_column(table.column_names.index("sealed"), "sealed", bare), path)


@pytest.mark.parametrize("plant", [into_log, into_rows, into_lock, into_seal])
def test_one_identifier_planted_anywhere_is_found(filled: Settings, tmp_path: Path, plant: Callable[[Path], None]):
    copy = tmp_path / "salinan" / "store"
    shutil.copytree(filled.store, copy)
    assert scan([copy], values(tmp_path / "kiriman")).findings == ()
    plant(copy)
    found = scan([copy], values(tmp_path / "kiriman")).findings
    assert len({item.place.split("!")[0].split(" ")[0] for item in found}) == 1


def test_the_command(filled: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    workbook(tmp_path / "kiriman" / "c.xlsx", {"Data": [["Nama Lengkap", "nama"], ["Ani Sari", "Rudi Rajab"]]})
    assert main(["--berkas", str(tmp_path / "kiriman")]) == 0
    assert capsys.readouterr().out.endswith(", 5 pengenal dicari, 0 temuan\n")
    into_lock(filled.store)
    assert main([str(filled.store), "--berkas", str(tmp_path / "kiriman")]) == 1
    assert "store.lock: NIK 7371…13" in capsys.readouterr().out
