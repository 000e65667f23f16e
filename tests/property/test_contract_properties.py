"""Whatever a file holds, what the intake makes of it keeps the contract: a breach is never the sender's doing."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics import contract, schema
from ipsm_analytics.config import Settings
from ipsm_analytics.cube.build import CASE_COLUMNS
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.intake.formats import FORMATS, Format
from tests import tables
from tests.property.test_ingest_properties import KEYS, Line, beside, fresh, lines
from tests.tables import Apart, apart

PERSON = {"nik": "7371014506900001", "nama": "Sitti Contoh", "tgl_lahir": "05/06/1990", "jk": "P"}
PLACE = {"kecamatan": "Mariso", "kelurahan": "Lette", "kode_kelurahan": "73.71.01.1004"}
FAMILY = {"nomor_kk": "7371010101100001", "desil": "2", "kabupaten_kota": "Makassar", "tahun_data": "2025"}
CASE = {"kategori": "PPKS-24", "tgl_lapor": "05/10/2026", "status": "baru", "tgl_usul": "03/05/2026"}
REPORT = {"bulan": "2026-10", "tgl_terima": "03/11/2026", "nihil": "ya", "kunjungan": "4"}
FIGURE = {"level": "kota", "kode": "73.71", "tahun": "2021", "konsep": "Lansia", "nilai": "4.5", "satuan": "orang", "sumber": "a"}
WORKER = {"id_psm": "PSM-0101-01", "organisasi": "IPSM", "aktif_sejak": "07/07/2016"}
GOOD = PERSON | PLACE | FAMILY | CASE | REPORT | FIGURE | WORKER
FIRST_ROW = 2
OF_THE_TABLE = {
    "bansos": {"status": "Layak"},
    "rekap": {"kode": "73.71.01", "kelurahan": "", "kategori": "Lansia", "jenis_kelamin": "total", "periode": "2026-10"}
    | {"nilai": "4"},
    "spm": {"triwulan": "TW3", "layanan": "C03", "terpenuhi": "4", "sasaran": "5", "sumber_sasaran": "Asesmen"}
    | {"tgl_sasaran": "31/01/2021"},
}
ODD = (
    *("", "0", "-1", "1", "11", "120", "121", "300", "1e5", "0.5", "2,5", "9" * 40),
    *("1899-12-31", "1900-01-01", "01/01/1905", "31/12/1999", "01/01/2000", "24/11/2026", "25/11/2026", "3026-01-01"),
    *("0001-01", "1026-10", "1999-12", "2000-01", "Oktober 2026", "12/2026", "2004", "2027", "1989", "36526", "99999"),
    *("7371014506900001", "7371010000000001", "7371014506000000", "7371010101000001", "7.37101E+15", "1234567890123456"),
    *("73.71.01.1004", "73.71", "7371101004", "Lette", "Mariso", "Tallo", "Xyz", "makassar"),
    *("PPKS-24; PPKS-08", "PPKS-99", "Fakir Miskin", "fisik; lain", "PKH, BLT", ";", " | ", "-", "ya", "tidak", "nihil"),
    *(
        "baru",
        "Selesai",
        "Layak",
        "padan",
        "dinsos",
        "ipsm",
        "Sitti",
        "٣",
        "ß" * 20,
        "a.b/c-1",
        "\N{NO-BREAK SPACE}",
        "␀",
        "\x1f",
    ),
)


@dataclass(frozen=True)
class Sent:
    """A file of a format: its header and rows."""

    form: Format
    rows: tuple[Mapping[str, str], ...]


@st.composite
def files(draw: st.DrawFn, form: Format) -> Sent:
    """Good rows with a few odd cells in any of the format's columns."""
    cells = st.sampled_from(ODD) | st.text("0123456789/-.;, aXé", max_size=12)
    changes = st.dictionaries(st.sampled_from(sorted(form.columns)), cells, max_size=3)
    rows = draw(st.lists(changes, min_size=1, max_size=15))
    return Sent(form, tuple(row_of(form, row) for row in rows))


def row_of(form: Format, change: Mapping[str, str]) -> Mapping[str, str]:
    """The good row of a format, by header, with other cells in some fields."""
    row = GOOD | OF_THE_TABLE.get(form.table, {}) | change
    return {headers[0]: row.get(name, "") for name, headers in form.columns.items()}


def opened(sent: Sent, config: Settings) -> Apart:
    path = tables.write(config.store.with_name("a.csv"), list(sent.rows[0]), sent.rows)
    return apart(open_file(path, config, KEYS, sent.form.kind))


@settings(max_examples=25)
@given(st.lists(lines(), min_size=1, max_size=30))
def test_accepted_rows_of_any_mixture_keep_the_contract(rows: list[Line]):
    with fresh() as config:
        batch = apart(open_file(beside(config, "a.csv", rows), config, KEYS))
    assert contract.checked("kasus", batch.accepted, config.today) is batch.accepted
    assert contract.checked("karantina", batch.quarantined, config.today) is batch.quarantined
    contract.stored("kasus", batch.accepted.select(CASE_COLUMNS))


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.kind)
@settings(max_examples=15)
@given(data=st.data())
def test_no_cell_of_a_file_breaks_the_contract(form: Format, data: st.DataObject):
    sent = data.draw(files(form))
    with fresh() as config:
        batch = opened(sent, config)
    assert batch.rows_read == len(batch.accepted) + len(batch.quarantined) == len(sent.rows)
    assert batch.accepted.schema.equals(schema.TABLES[form.table][0])


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.kind)
def test_no_odd_cell_in_any_column_breaks_the_contract(form: Format):
    changes = [{}, *({name: cell} for name in form.columns for cell in ODD)]
    with fresh() as config:
        batch = opened(Sent(form, tuple(row_of(form, change) for change in changes)), config)
    assert batch.rows_read == len(batch.accepted) + len(batch.quarantined) == len(changes)
    assert batch.accepted["row_number"][0].as_py() == FIRST_ROW
    assert {problem.column for problem in batch.problems} <= {headers[0] for headers in form.columns.values()}
