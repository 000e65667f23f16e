"""A city made by hand, small enough to add up in the head, and how a scope asks it.

Months January 2025 to October 2026, cut-off 31 October 2026, so August is settled and September and October are not.
Every kelurahan reports every month, save UNTIA (never) and LAE_LAE (not in October 2026).

cases a month        2025 (12 months)   2026 (10 months)
BONTORANNU  LANSIA          1                  4           half of 2026 verified only, half served
LETTE       KEMISKINAN      3                  3           new
TABARINGAN  ANAK            2                  0
PATTUNUANG  PPKS-05         0           2 in all, one person (March and May), in the groups ANAK and DISABILITAS
"""

from collections.abc import Set
from datetime import date
from functools import cache
from weakref import WeakKeyDictionary

import pytest

from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Cube, Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views.chart import Desk, Scope, context_line, scope_name, scope_suffix, slice_name
from ipsm_analytics.views.i18n import Words
from tests.facts import facts_of

MARISO, CITY = "73.71.01", areas.CITY
BONTORANNU, LETTE, KUNJUNG_MAE = "73.71.01.1001", "73.71.01.1004", "73.71.01.1003"
TABARINGAN, PATTUNUANG = "73.71.08.1002", "73.71.05.1001"
UNTIA = next(code for code in areas.codes("kelurahan") if areas.name(code) == "Untia")
LAE_LAE = next(code for code in areas.codes("kelurahan") if areas.name(code) == "Lae-Lae")
SPAN = Window(Month(2025, 1), Month(2026, 10))
THIS_YEAR, LAST_YEAR = Window(Month(2026, 1), Month(2026, 10)), Window(Month(2025, 1), Month(2025, 10))
SETTLED = Window(Month(2026, 1), Month(2026, 8))
CUTOFF = date(2026, 10, 31)
WORDS = Words("id")

Case = tuple[str, Month, str, str, str]
"""Kelurahan, month, category, state, person."""


def made_of(cases: list[Case], *, sample: bool = True, silent: Set[tuple[str, Month]] = frozenset()) -> Cube:
    """A cube of cases on top of a report from every kelurahan in every month of SPAN but the silent ones."""
    stored = [
        {
            "person_key": person,
            "kode_kelurahan": code,
            "kategori": [category],
            "tgl_lapor": month.first_day,
            "status": status,
            "sample": sample,
        }
        for code, month, category, status, person in cases
    ]
    told = [
        {"kode_kelurahan": code, "bulan": month.first_day, "tgl_terima": CUTOFF, "nihil": False}
        for code, month in reports(silent)
    ]
    facts = facts_of(stored, told, version=7)
    _FACTS[facts.cube] = facts
    return facts.cube


_FACTS: WeakKeyDictionary[Cube, Facts] = WeakKeyDictionary()


@cache
def nothing() -> Cube:
    """A store into which nothing has been put."""
    return made_of([], silent={(code, month) for code in areas.codes("kelurahan") for month in SPAN.months()})


def monthly_cases(code: str, window: Window, category: str, number: int, status: str = "baru") -> list[Case]:
    """That many cases in every month, each of a person of its own."""
    return [
        (code, month, category, status, f"{code}{month}{category}{status}{count}")
        for month in window.months()
        for count in range(number)
    ]


def cases() -> list[Case]:
    """Every case of the city of this module's docstring."""
    old = Window(Month(2025, 1), Month(2025, 12))
    return [
        *monthly_cases(BONTORANNU, old, "PPKS-08", 1),
        *monthly_cases(BONTORANNU, THIS_YEAR, "PPKS-08", 2, "verifikasi"),
        *monthly_cases(BONTORANNU, THIS_YEAR, "PPKS-08", 2, "selesai"),
        *monthly_cases(LETTE, SPAN, "PPKS-24", 3),
        *monthly_cases(TABARINGAN, old, "PPKS-02", 2),
        (PATTUNUANG, Month(2026, 3), "PPKS-05", "baru", "seorang"),
        (PATTUNUANG, Month(2026, 5), "PPKS-05", "baru", "seorang"),
    ]


def reports(silent: Set[tuple[str, Month]]) -> list[tuple[str, Month]]:
    """Kelurahan and month of every report but the silent ones."""
    return [(code, month) for code in areas.codes("kelurahan") for month in SPAN.months() if (code, month) not in silent]


SILENT = {(UNTIA, month) for month in SPAN.months()} | {(LAE_LAE, SPAN.last)}


@cache
def city() -> Cube:
    """The city of this module's docstring."""
    return made_of(cases(), silent=SILENT)


def desk_of(cube: Cube, language: str = "id", role: str = "operator") -> Desk:
    return Desk(_FACTS.get(cube) or Facts.of(cube), policy(role, "layar", 5), policy(role, "ekspor", 5), Words(language), 60)


@cache
def desk(language: str = "id", role: str = "operator") -> Desk:
    """The hand-made city as a role sees it."""
    return desk_of(city(), language, role)


def scope(area: str = CITY, slice_code: str = ALL, window: Window = THIS_YEAR) -> Scope:
    return Scope(area, slice_code, window)


class TestScope:
    def test_the_same_span_before_begins_one_year_earlier(self):
        assert scope().before == LAST_YEAR

    def test_a_kelurahan_is_seen_among_those_of_its_kecamatan(self):
        assert scope(LETTE).surroundings == scope(MARISO)
        assert scope(MARISO).surroundings == scope(MARISO)
        assert scope().surroundings == scope()

    def test_asks_within_its_area_slice_and_window(self):
        question = scope(MARISO, "LANSIA").ask("K01", "bulan")
        assert question == Query("K01", ("bulan",), THIS_YEAR, MARISO, "LANSIA")

    def test_what_is_named_wins_over_the_scope(self):
        question = scope(MARISO, "LANSIA").ask("K01", window=SPAN, area=CITY, slice_code="ANAK")
        assert question == Query("K01", (), SPAN, CITY, "ANAK")

    def test_an_indicator_without_slices_is_asked_without_one(self):
        assert scope(MARISO, "LANSIA").ask("R01").slice == ALL

    def test_names_itself_after_a_title_unless_it_is_everything(self):
        assert scope_suffix(WORDS, scope()) == ""
        assert scope_suffix(WORDS, scope(MARISO)) == ", Kec. Mariso"
        assert scope_suffix(WORDS, scope(slice_code="LANSIA")) == ", Lansia, Kota Makassar"
        assert scope_name(WORDS, scope(LETTE, "PPKS-08")) == "Lanjut Usia Terlantar, Lette (Kec. Mariso)"


class TestDesk:
    @pytest.mark.parametrize(
        ("code", "area", "slice_code", "value"),
        [
            ("K01", CITY, ALL, 72),
            ("K01", CITY, "LANSIA", 40),
            ("K01", MARISO, ALL, 70),
            ("K01", PATTUNUANG, "ANAK", 2),
            ("K01", PATTUNUANG, "DISABILITAS", 2),
            ("K02", CITY, ALL, 71),
            ("K02", PATTUNUANG, ALL, 1),
            ("C06", BONTORANNU, ALL, 50),
            ("K01", TABARINGAN, ALL, 0),
        ],
    )
    def test_answers_are_those_of_the_table_above(self, code: str, area: str, slice_code: str, value: float):
        assert desk().answer(scope(area, slice_code).ask(code))["value"].tolist() == [value]

    def test_what_leaves_the_office_withholds_small_counts(self):
        question = scope(PATTUNUANG).ask("K01")
        assert desk().answer(question)["value"].tolist() == [2]
        assert desk().released(question)["status"].tolist() == ["disensor"]
        assert desk().released(question)["value"].isna().all()

    def test_the_public_sees_on_the_screen_what_leaves_the_office(self):
        question = scope(PATTUNUANG).ask("K01")
        assert desk(role="publik").answer(question)["status"].tolist() == ["disensor"]

    def test_a_window_is_settled_when_its_last_month_is(self):
        assert desk().settled(SETTLED)
        assert not desk().settled(Window(SETTLED.first, SETTLED.last.plus(1)))

    def test_context_names_unit_period_cutoff_and_source(self):
        assert context_line(desk(), indicator("K01"), THIS_YEAR) == (
            "kasus · Jan–Okt 2026 · data s.d. 31 Okt 2026 · sumber: laporan kasus PSM"
        )

    def test_slices_have_readable_names_in_either_language(self):
        assert (slice_name(WORDS, "LANSIA"), slice_name(Words("en"), "LANSIA")) == ("Lansia", "Older persons")
        assert slice_name(WORDS, "PPKS-11") == "Gelandangan"

    def test_a_question_that_has_no_meaning_is_the_users_to_mend(self):
        with pytest.raises(UserError, match="tidak dapat dipilah"):
            desk().answer(Query("R01", ("kelompok",), THIS_YEAR))
