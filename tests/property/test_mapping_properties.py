"""What holds for any header and any mixture of rows: a mapping and a correction change how cells read, never how many rows."""

import csv
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ipsm_analytics.config import Settings
from ipsm_analytics.ingest import ingest
from ipsm_analytics.intake import formats, mapping
from ipsm_analytics.intake.batch import open_file
from tests.conftest import KEY, TODAY
from tests.tables import GOOD, KEYS, apart

FIELDS = [formats.SICADAS_PPKS.rename([text])[text] for text in GOOD]
CELLS = {
    "nik": ["", "7371014506900001", "7371014506900002", "12"],
    "nama": ["", "Sitti", "Ali"],
    "kategori": ["Fakir Miskin", "Pengemis", "Warga Rentan", ""],
    "kecamatan": ["Mariso", "Tallo", "Entah"],
    "kelurahan": ["Lette", "Lete Lama", "Lakkang", ""],
    "tgl_lapor": ["05/10/2026", "6-10-26", "31/02/2026", ""],
    "status": ["Kasus Aktif", "Selesai", "Entah", ""],
}
ROWS = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in FIELDS)), min_size=1, max_size=20)
HEADERS = st.lists(
    st.text(st.characters(categories=("L", "Nd", "Zs", "P"), exclude_characters=","), min_size=1, max_size=12),
    min_size=len(FIELDS),
    max_size=len(FIELDS),
    unique_by=formats.header_key,
)
APART = (("Mariso", "Lette"), ("Tallo", "Lakkang"))
"""One person in two kelurahan: marked when a file is compared with what is stored, which reading it is not."""
CORRECTION = {"id": "a", "jenis": "sicadas-ppks", "kolom": "kelurahan", "nilai": "Lete Lama", "ganti": "Lette", "alasan": "b"}


def write(path: Path, header: list[str], rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return path


def config(folder: str) -> Settings:
    return Settings(Path(folder) / "store", KEY, date.fromisoformat(TODAY))


def plain(header: list[str]) -> bool:
    """True for headers that reach the reader as they are and could be no row of data or of another format."""
    kept = [text.strip() == text and formats.header_key(text) != "" for text in header]
    return (
        all(kept)
        and all(any(map(str.isalpha, text)) for text in header)
        and not header[0].startswith("#")
        and not any(map(formats.holds_long_number, header))
    )


@settings(max_examples=15)
@given(HEADERS, ROWS)
@example(list("ABCDEFG"), [("7371014506900001", "", "Fakir Miskin", "Mariso", "Lette", "05/10/2026", "Kasus Aktif")] * 3)
@example(list("ABCDEFG"), [("7371014506900001", "", "Fakir Miskin", *place, "05/10/2026", "Kasus Aktif") for place in APART])
def test_a_mapping_conserves_rows_and_reads_as_the_known_header_does(header: list[str], rows: list[tuple[str, ...]]):
    assume(plain(header))
    made = mapping.build(
        "sicadas-ppks", header, dict(zip(FIELDS, header, strict=True)), {}, "Bidang Data", date.fromisoformat(TODAY)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.csv", header, rows)
        [report] = ingest([path], config(folder), mapping=made)
        assert mapping.saved(header, config(folder)) == made
        [again] = ingest([path], config(folder))
        known = apart(open_file(write(Path(folder) / "b.csv", list(GOOD), rows), config(folder), KEYS))
    assert (report.error, again.error) == ("", "")
    counted = sum(any(cell.strip() for cell in row) for row in rows)
    assert report.rows_read == report.accepted + report.quarantined + report.duplicates == counted
    read = Counter({code: count for code, count in report.reasons.items() if not code.startswith("DUP_NIK_")})
    assert read == known.reason_counts + Counter(DUP_ROW=report.duplicates)
    assert report.quarantined == len(known.quarantined)
    assert (again.accepted, again.quarantined, again.duplicates) == (
        0,
        report.quarantined,
        report.accepted + report.duplicates,
    )


@settings(max_examples=25)
@given(ROWS)
def test_a_correction_changes_no_row_count_and_only_the_cells_it_names(rows: list[tuple[str, ...]]):
    place = FIELDS.index("kelurahan")
    met = sum(row[place] == "Lete Lama" for row in rows)
    assume(met)
    mended = [tuple("Lette" if cell == "Lete Lama" else cell for cell in row) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.yml").write_text(yaml.safe_dump([CORRECTION | {"oleh": "c", "berlaku_sampai": TODAY}]))
        where = replace(config(folder), corrections=Path(folder))
        batch = apart(open_file(write(Path(folder) / "a.csv", list(GOOD), rows), where, KEYS))
        by_hand = apart(open_file(write(Path(folder) / "b.csv", list(GOOD), mended), config(folder), KEYS))
    assert batch.corrections == {"a": met}
    assert batch.rows_read == len(batch.accepted) + len(batch.quarantined) == len(rows)
    assert batch.accepted["row_number"] == by_hand.accepted["row_number"]
    assert batch.quarantined["row_number"] == by_hand.quarantined["row_number"]
    assert {**batch.reason_counts} == {**by_hand.reason_counts, "CELL_CORRECTED": met}
