"""Recognising: each format by its own header in any order and spelling, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics import schema
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import formats

HEADERS = {
    "sicadas-ppks": schema.SICADAS_PPKS_COLUMNS,
    "kasus-lengkap": schema.TEMPLATE_COLUMNS,
    "laporan-bulanan": schema.MONTHLY_REPORT_COLUMNS,
    "angka-terbit": schema.PUBLISHED_COLUMNS,
    "angka-terbit-konteks": schema.PUBLISHED_CONTEXT_COLUMNS,
    "sicadas-dtsen": schema.SICADAS_DTSEN_COLUMNS,
    "dtsen-anggota": schema.DTSEN_MEMBER_COLUMNS,
    "dtks": schema.DTKS_COLUMNS,
    "sicadas-bansos": schema.SICADAS_BANSOS_COLUMNS,
    "roster-psm": schema.ROSTER_COLUMNS,
    "rekap": schema.RECAP_COLUMNS,
    "spm": schema.SPM_COLUMNS,
}
OTHERS = (("NIK", "Nama", "Alamat"), ("kelurahan", "kecamatan", "jumlah"), ("a", "b"))


def test_there_is_a_header_for_each_format():
    assert [item.kind for item in formats.FORMATS] == list(HEADERS)


@pytest.mark.parametrize("kind", HEADERS)
class TestEachFormat:
    def test_is_recognised(self, kind: str):
        assert formats.recognise(HEADERS[kind], "a.csv").kind == kind
        assert formats.recognise(HEADERS[kind], "a.csv", kind).kind == kind

    def test_knows_all_its_columns_once(self, kind: str):
        item = formats.by_kind(kind)
        renamed = item.rename(HEADERS[kind])
        assert list(renamed) == list(HEADERS[kind])
        assert sorted(renamed.values()) == sorted(item.columns)

    def test_needs_its_required_columns(self, kind: str):
        item = formats.by_kind(kind)
        for field in item.required:
            header = [text for text in HEADERS[kind] if item.rename([text]) != {text: field}]
            with pytest.raises(UserError, match=f"bukan {item.title}.*harus ada {item.columns[field][0]}"):
                formats.recognise(header, "a.csv", kind)


@given(st.sampled_from(list(HEADERS)), st.randoms())
def test_order_case_spaces_and_extra_columns_do_not_matter(kind: str, source):
    header = [f" {text.upper().replace('_', ' ')}. " for text in HEADERS[kind]] + ["Catatan petugas"]
    source.shuffle(header)
    assert formats.recognise(header, "a.csv").kind == kind


@pytest.mark.parametrize("header", OTHERS)
def test_other_headers_are_refused_with_what_would_fit(header: tuple[str, ...]):
    with pytest.raises(UserError, match=r"a\.csv tidak dikenali.*Sicadas PPKS \(Kategori PPKS, Kecamatan.*Laporan bulanan"):
        formats.recognise(header, "a.csv")


def test_an_unknown_kind_is_refused():
    with pytest.raises(UserError, match=r"Ditemukan: entah\..*auto, sicadas-ppks, kasus-lengkap"):
        formats.recognise(schema.SICADAS_PPKS_COLUMNS, "a.csv", "entah")


def test_of_two_columns_for_one_field_the_first_is_taken():
    header = ["NIK", "Nama Lengkap", "Nama", "Kategori PPKS"]
    assert formats.SICADAS_PPKS.rename(header) == {"NIK": "nik", "Nama Lengkap": "nama", "Kategori PPKS": "kategori"}
