"""Categories, states and closed lists: good labels, known fixes, known ignores, and nothing guessed."""

import pytest

from ipsm_analytics import schema
from ipsm_analytics.reference import categories, choices, reasons, statuses
from ipsm_analytics.reference.categories import CategoryMatch


class TestCategories:
    @pytest.mark.parametrize("code", categories.categories())
    def test_is_found_by_code_name_and_short_name(self, code: str):
        item = categories.categories()[code]
        for text in (code, code.lower(), item.name, item.name.upper(), f"  {item.name}. ", item.short):
            assert categories.match(text) == CategoryMatch("baik", code)

    @pytest.mark.parametrize(
        ("text", "kind", "code"),
        [
            ("anjal", "perbaikan", "PPKS-04"),
            ("ODGJ", "perbaikan", "PPKS-09"),
            ("Anak dengan Disabilitas", "perbaikan", "PPKS-05"),
            ("Tunasusila", "perbaikan", "PPKS-10"),
            ("Lansia  terlantar", "perbaikan", "PPKS-08"),
            ("gepeng", "perbaikan", "LOK-03"),
            ("Gelandangan, Pengemis", "perbaikan", "LOK-03"),
            ("Orang Terlantar", "baik", "LOK-01"),
            ("manusia silver", "perbaikan", "LOK-02"),
            ("Jumlah", "abaikan", None),
            ("TOTAL", "abaikan", None),
            ("Contoh", "abaikan", None),
            ("Warga Rentan", "tidak dikenal", None),
            ("Anak Terlantarr", "tidak dikenal", None),
            ("", "tidak dikenal", None),
        ],
    )
    def test_spoken_labels(self, text: str, kind: str, code: str | None):
        assert categories.match(text) == CategoryMatch(kind, code)

    def test_groups(self):
        assert categories.in_group("LANSIA") == ("PPKS-08",)
        assert categories.in_group("DISABILITAS") == ("PPKS-05", "PPKS-09")
        assert categories.in_group("ANAK") == tuple(f"PPKS-0{number}" for number in range(1, 8))
        assert categories.in_group("KEMISKINAN") == ("PPKS-11", "PPKS-12", "PPKS-13", "PPKS-23", "PPKS-24", "LOK-03")
        assert {code for group in categories.GROUPS for code in categories.in_group(group)} == set(categories.categories())

    def test_limits_are_numbers_or_none(self):
        child, elder, poor = (categories.categories()[code] for code in ("PPKS-01", "PPKS-08", "PPKS-24"))
        assert [(item.age_min, item.age_max) for item in (child, elder, poor)] == [(0, 5), (60, None), (None, None)]
        assert (poor.sexes, categories.categories()["PPKS-23"].sexes, poor.sensitive) == ("LP", "P", False)


class TestStatuses:
    def test_stand_in_order(self):
        assert tuple(statuses.statuses()) == schema.STATUSES
        assert [item.rank for item in statuses.statuses().values()] == [1, 2, 3, 4, 5, 6, 7]

    def test_what_counts_as_verified_and_served(self):
        assert [code for code, item in statuses.statuses().items() if item.served] == ["dilayani", "selesai"]
        assert [code for code, item in statuses.statuses().items() if not item.verified] == ["baru", "ditutup"]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("menunggu foto", "baru"),
            ("kasus aktif", "verifikasi"),
            ("selesai ditangani", "dilayani"),
            ("selesai", "selesai"),
            ("dirujuk", "dirujuk"),
        ],
    )
    def test_spellings(self, text: str, code: str):
        assert statuses.spellings()[text] == code


class TestChoices:
    @pytest.mark.parametrize(
        ("field", "text", "value"),
        [
            ("jk", "Laki-laki", "L"),
            ("jk", "WANITA", "P"),
            ("sub_disabilitas", "Tuna  Netra", "sensorik netra"),
            ("program_diterima", "bpnt", "Sembako"),
            ("program_diterima", "PKH", "PKH"),
            ("opd_rujukan", "Disdukcapil", "Dinas Kependudukan dan Pencatatan Sipil"),
            ("opd_rujukan", "DP3A", "DPPPA"),
            ("opd_rujukan", "RSUD Daya", "RSUD Daya"),
            ("opd_rujukan", "-", ""),
        ],
    )
    def test_spellings(self, field: str, text: str, value: str):
        assert choices.spellings(field)[choices.choice_key(text)] == value

    def test_nothing_is_no_value(self):
        assert "" not in choices.values("opd_rujukan")
        assert choices.values("jk") == schema.SEXES


def test_a_reason_refuses_or_warns():
    assert reasons.reasons()["KEL_UNKNOWN"].refuses
    assert not reasons.reasons()["NIK_LEN"].refuses
