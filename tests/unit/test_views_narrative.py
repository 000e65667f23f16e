"""Each sentence follows from a rule: up, down, open, no base, not reported; never a fall while late reports may come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.statistics.comparison import ALPHA, Change, Verdict, change, holm
from ipsm_analytics.views import narrative
from ipsm_analytics.views.narrative import change_of, completeness_note, covered, direction_key, group_changes, headline
from tests.unit.test_views_desk import (
    BONTORANNU,
    CITY,
    LAE_LAE,
    LAST_YEAR,
    LETTE,
    MARISO,
    PATTUNUANG,
    SETTLED,
    SPAN,
    TABARINGAN,
    UNTIA,
    desk,
    desk_of,
    made_of,
    monthly_cases,
    scope,
)


class TestHeadline:
    def test_says_open_and_where_a_rise_is_real(self):
        assert headline(desk(), scope()) == (
            "72 kasus dilaporkan di Kota Makassar pada Jan–Okt 2026; terhitung naik 20% dari periode sama tahun lalu, tetapi naik"
            " atau turunnya belum dapat disimpulkan. Kenaikan nyata ada pada kelompok Lansia."
        )

    def test_says_a_real_rise_plainly(self):
        assert headline(desk(), scope(BONTORANNU)) == (
            "40 kasus dilaporkan di Bontorannu (Kec. Mariso) pada Jan–Okt 2026, naik 300% dari periode sama tahun lalu."
            " Kenaikan nyata ada pada kelompok Lansia."
        )

    def test_of_a_group_names_it_and_looks_for_no_other(self):
        assert headline(desk(), scope(MARISO, "LANSIA")) == (
            "40 kasus lansia dilaporkan di Kec. Mariso pada Jan–Okt 2026, naik 300% dari periode sama tahun lalu."
        )

    def test_says_a_fall_once_all_reports_are_in(self):
        assert headline(desk(), scope(TABARINGAN, window=SETTLED)) == (
            "0 kasus dilaporkan di Tabaringan (Kec. Ujung Tanah) pada Jan–Agu 2026, turun 100% dari periode sama tahun lalu."
            " Tidak ada kelompok dengan kenaikan yang nyata."
        )

    def test_says_no_fall_before(self):
        assert headline(desk(), scope(TABARINGAN)) == (
            "0 kasus dilaporkan di Tabaringan (Kec. Ujung Tanah) pada Jan–Okt 2026; terhitung turun 100% dari periode sama tahun"
            " lalu, tetapi naik atau turunnya belum dapat disimpulkan. Tidak ada kelompok dengan kenaikan yang nyata."
        )

    def test_of_unchanged_counts_says_so(self):
        assert "terhitung tetap 0,0% dari" in headline(desk(), scope(LETTE))

    def test_without_the_same_span_last_year_compares_nothing(self):
        assert headline(desk(), scope(window=LAST_YEAR)) == (
            "60 kasus dilaporkan di Kota Makassar pada Jan–Okt 2025; belum ada data lengkap pada periode sama tahun lalu untuk"
            " dibandingkan."
        )

    def test_of_an_area_that_never_reported_does_not_say_zero(self):
        assert headline(desk(), scope(UNTIA)) == (
            "Untia (Kec. Biringkanaya) belum melapor pada Jan–Okt 2026; jumlah kasusnya belum diketahui, bukan nol."
        )

    def test_from_no_case_last_year_says_so(self):
        assert headline(desk(), scope(PATTUNUANG)) == (
            "2 kasus dilaporkan di Pattunuang (Kec. Wajo) pada Jan–Okt 2026; tidak ada kasus pada periode sama tahun lalu."
        )

    def test_of_an_area_silent_last_year_does_not_say_there_was_none(self):
        silent = {(LETTE, month) for month in LAST_YEAR.months()}
        quiet = desk_of(made_of(monthly_cases(LETTE, SETTLED, "PPKS-24", 1), silent=silent))
        assert headline(quiet, scope(LETTE, window=SETTLED)).endswith(
            "; belum ada data lengkap pada periode sama tahun lalu untuk dibandingkan."
        )

    def test_of_a_group_without_a_case_says_zero(self):
        assert headline(desk(), scope(slice_code="PPKS-26")) == (
            "0 kasus komunitas adat terpencil dilaporkan di Kota Makassar pada Jan–Okt 2026;"
            " tidak ada kasus pada periode sama tahun lalu."
        )

    def test_in_english(self):
        assert headline(desk("en"), scope(BONTORANNU)) == (
            "40 cases were reported in Bontorannu (Kec. Mariso) in Jan–Oct 2026, up 300% from the same period last year."
            " There is a real rise in the group Older persons."
        )


class TestChange:
    @given(st.integers(0, 400), st.integers(0, 400))
    def test_no_fall_is_ever_concluded_before_it_is_settled(self, now: int, before: int):
        assert change(now, before, settled=False).verdict is not Verdict.DOWN
        assert all(item.verdict is not Verdict.DOWN for item in holm([(now, before)] * 3, settled=False))

    @pytest.mark.parametrize(
        ("now", "before", "p", "verdict"),
        [
            (10, 1, 2 * 12 / 2048, Verdict.UP),
            (1, 10, 2 * 12 / 2048, Verdict.DOWN),
            (6, 0, 2 / 64, Verdict.NO_BASE),
            (0, 6, 2 / 64, Verdict.DOWN),
            (5, 5, 1.0, Verdict.OPEN),
            (7, 2, 2 * (1 + 9 + 36) / 512, Verdict.OPEN),
        ],
    )
    def test_is_exact_for_small_counts(self, now: int, before: int, p: float, verdict: Verdict):
        item = change(now, before)
        assert item.p_value == pytest.approx(p)
        assert item.verdict is verdict

    def test_holm_by_hand(self):
        """0.0117 is below 0.05 / 4, but 0.0215 is not below 0.05 / 3: it and all larger ones stay open."""
        pairs = [(9, 2), (10, 1), (5, 5), (9, 1)]
        alone = [change(*pair) for pair in pairs]
        assert [round(item.p_value, 4) for item in alone] == [0.0654, 0.0117, 1.0, 0.0215]
        assert [item.verdict for item in holm(pairs)] == [Verdict.OPEN, Verdict.UP, Verdict.OPEN, Verdict.OPEN]
        assert alone[3].verdict is Verdict.UP
        assert alone[3].p_value < ALPHA

    @given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=1, max_size=6))
    def test_holm_concludes_no_more_than_each_alone(self, pairs: list[tuple[int, int]]):
        for together, alone in zip(holm(pairs), [change(*pair) for pair in pairs], strict=True):
            assert together.verdict in (alone.verdict, Verdict.OPEN)
            assert together.p_value == alone.p_value


class TestGroups:
    def test_of_the_small_city(self):
        changes = group_changes(desk(), scope(), ("KEMISKINAN", "ANAK", "LANSIA"))
        assert [(item.current, item.before) for item in changes] == [(30, 30), (2, 20), (40, 10)]
        assert [item.verdict for item in changes] == [Verdict.OPEN, Verdict.OPEN, Verdict.UP]

    def test_are_judged_together(self):
        """13 against 3 has p = 0.021: a rise alone, none among four that have a base (0.05 / 4)."""
        january = Window(Month(2026, 1), Month(2026, 1))
        cases = monthly_cases(LETTE, january.shifted(-12), "PPKS-24", 3) + monthly_cases(LETTE, january, "PPKS-24", 13)
        for code in ("PPKS-02", "PPKS-08", "PPKS-21"):
            cases += monthly_cases(LETTE, january.shifted(-12), code, 5) + monthly_cases(LETTE, january, code, 5)
        city = desk_of(made_of(cases))
        assert change_of(city, scope(window=january), "KEMISKINAN").verdict is Verdict.UP
        groups = ("KEMISKINAN", "ANAK", "LANSIA", "LAINNYA")
        assert group_changes(city, scope(window=january), groups)[0].verdict is Verdict.OPEN

    def test_a_span_the_data_do_not_cover_is_no_base(self):
        (item,) = group_changes(desk(), scope(window=LAST_YEAR), ("LANSIA",))
        assert (item.before, item.percent, item.verdict) == (0, None, Verdict.NO_BASE)

    def test_a_span_they_cover_in_part_is_none_either(self):
        (item,) = group_changes(desk(), scope(window=Window(Month(2025, 11), Month(2026, 8))), ("LANSIA",))
        assert (item.current, item.before, item.verdict) == (34, 0, Verdict.NO_BASE)

    def test_covered_means_every_month(self):
        assert covered(desk(), SPAN)
        assert not covered(desk(), SPAN.shifted(1))
        assert not covered(desk(), Window(Month(2024, 12), Month(2025, 3)))


@pytest.mark.parametrize(("now", "before", "key"), [(2, 1, "arah.naik"), (1, 2, "arah.turun"), (1, 1, "arah.tetap")])
def test_direction_of_the_bare_counts(now: int, before: int, key: str):
    assert direction_key(Change(now, before, None, 1.0, Verdict.OPEN)) == key


def test_no_sentence_says_turun_while_unsettled():
    sentences = [headline(desk(), scope(area, part)) for area in (CITY, MARISO, TABARINGAN) for part in ("SEMUA", "ANAK")]
    assert [text for text in sentences if ", turun" in text] == []


def test_completeness_counts_the_last_month_only():
    assert completeness_note(desk(), scope()) == "151/153 kelurahan melapor"
    assert completeness_note(desk(), scope(window=SETTLED)) == "152/153 kelurahan melapor"
    assert completeness_note(desk(), scope(LAE_LAE)) == "0/1 kelurahan melapor"


def test_where_a_base_is_missing_nothing_is_said_of_groups():
    assert narrative.headline(desk(), scope(window=LAST_YEAR)).endswith("dibandingkan.")
