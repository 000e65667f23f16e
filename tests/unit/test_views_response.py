"""Respons & sasaran on ten cases a reader can add up, one kelurahan of Mariso (dated) and one of Tallo (not dated).

BONTORANNU, all reported 1 May 2026, cut-off 1 June (a case reported that day sets it): four acted upon after 1 day, two
after 5 days, two never. PANNAMPU: three cases of a file without days of progress. The case of 1 June is not due.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from ipsm_analytics.answers import Facts, waits
from ipsm_analytics.answers.targeting import targeting
from ipsm_analytics.casework.overdue import longest_open
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.privacy import ROLES, may_see_rows, policy, row_areas
from ipsm_analytics.reference import areas
from ipsm_analytics.statistics.survival import Speed
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.response import Response
from tests.cubes import BONTORANNU, CITY, MARISO, PANNAMPU, TALLO, months
from tests.facts import facts_of, table

SPAN = months("2026-05", "2026-06")
MAY = date(2026, 5, 1)
SCREEN, EXPORT = policy("operator", "layar", 5), policy("operator", "ekspor", 5)


def case(number: int, kelurahan: str = BONTORANNU, day: date = MAY, acted: int | None = None, **more: object) -> dict:
    """A case of a person of its own, verified that many days after the report."""
    done = {} if acted is None else {"tgl_verifikasi": day + timedelta(days=acted), "status": "verifikasi"}
    base = {
        "case_id": f"K{number:02d}",
        "person_key": f"P{number:02d}",
        "kode_kelurahan": kelurahan,
        "kategori": ["PPKS-08"],
        "tgl_lapor": day,
    }
    return base | done | more


DATED = [case(number, acted=acted) for number, acted in enumerate([1, 1, 1, 1, 5, 5, None, None])]
UNDATED = [case(number, PANNAMPU, import_id="sicadas") for number in range(10, 13)]
CASES = [*DATED, *UNDATED, case(20, day=date(2026, 6, 1))]
REFERRED = [
    case(30 + number, tgl_rujukan=MAY + timedelta(days=waited), opd_rujukan="Dinas Kesehatan", status="dirujuk")
    for number, waited in enumerate([1, 11, 21])
]
POOR = [
    {"person_key": f"R{number:02d}", "kode_kelurahan": BONTORANNU, "desil": 1, "entry_id": f"{number}", "tahun_data": 2026}
    for number in range(40)
]


def desk(facts: Facts, language: str = "id") -> Desk:
    return Desk(facts, SCREEN, EXPORT, Words(language), settle_days=0)


def page(
    cases: Sequence[dict] = CASES, area: str = CITY, slice_code: str = ALL, role: str = "operator", **more: object
) -> Response:
    facts = facts_of(cases, **more)
    return Response(desk(facts), Scope(area, slice_code, SPAN), "served", role, _rows)


def _rows() -> pd.DataFrame:
    columns = {"case_id": "K07", "kode_kelurahan": BONTORANNU, "status": "baru", "opd_rujukan": None, "hari": 31}
    return pd.DataFrame([columns | {"kategori": ["PPKS-08"], "tgl_lapor": MAY}])


class TestJudged:
    def test_every_case_is_due_or_has_a_reason_why_not(self):
        found = waits.judged(facts_of(CASES), SPAN, ALL, CITY)
        assert found == waits.Judged(due=8, not_due=1, unclear=0, undated=3)
        assert found.cases == 12

    def test_something_done_on_an_unknown_day_or_before_the_report_is_unclear(self):
        cases = [case(1, status="asesmen"), case(2, acted=-1), case(3, day=date(2026, 6, 1))]
        assert waits.judged(facts_of(cases), SPAN, ALL, CITY) == waits.Judged(0, 1, 2, 0)

    def test_agrees_with_the_denominator_of_s01(self):
        facts = facts_of(CASES)
        row = desk(facts).answer(Scope(CITY, ALL, SPAN).ask("S01")).iloc[0]
        assert (row["numerator"], row["denominator"]) == (4, waits.judged(facts, SPAN, ALL, CITY).due)


class TestWaiting:
    def test_quick_areas_and_slow_ones_are_told_apart(self):
        served = [case(n, tgl_layanan_pertama=MAY + timedelta(days=1), status="dilayani") for n in range(20)]
        open_ = [case(100 + n, PANNAMPU) for n in range(20)]
        found = waits.compared(facts_of([*served, *open_, CASES[-1]]), SPAN, ALL, (MARISO, TALLO), "served")
        assert found.against[MARISO].verdict is Speed.FASTER
        assert found.against[TALLO].verdict is Speed.SLOWER

    def test_areas_with_too_few_cases_are_left_out(self):
        found = waits.compared(facts_of(CASES), SPAN, ALL, (MARISO, TALLO), "served")
        assert (dict(found.curves), found.against) == ({}, {})

    def test_quantiles_of_another_event(self):
        cases = [case(n, acted=3) for n in range(12)] + [CASES[-1]]
        view = replace(page(cases), event="acted")
        first = view.curves.table().iloc[0]
        assert first["Kecamatan"] == "Mariso"
        assert first["Median, hari (95%)"].startswith("3 (")

    def test_below(self):
        assert len(waits.below(CITY)) == 15
        assert PANNAMPU in waits.below(TALLO)


class TestReferrals:
    def test_median_days_since_referral(self):
        (found,) = waits.referrals(facts_of([*CASES, *REFERRED]), SPAN, ALL, CITY, SCREEN)
        assert found == waits.Referrals("Dinas Kesehatan", open=3, dated=3, median_days=20.0)

    def test_small_counts_do_not_leave_the_office(self):
        assert waits.referrals(facts_of([*CASES, *REFERRED]), SPAN, ALL, CITY, EXPORT) == ()


class TestTargeting:
    def test_forty_poor_persons_without_a_programme(self):
        found = targeting(facts_of(CASES, register=POOR), SPAN, CITY, SCREEN)
        assert (found.exclusion.part, found.exclusion.whole, found.listed) == (40, 40, 40)
        assert found.inclusion.refusal is not None

    def test_persons_without_desil_are_told(self):
        unknown = [row | {"desil": None} for row in POOR[:3]]
        found = targeting(facts_of(CASES, register=[*unknown, *POOR[3:]]), SPAN, CITY, SCREEN)
        assert (found.without_desil, found.exclusion.whole) == (3, 37)
        assert targeting(facts_of(CASES, register=[*unknown, *POOR[3:]]), SPAN, CITY, EXPORT) is None

    def test_words_say_indicative_and_at_least(self):
        (first, text), (second, refused) = page(register=POOR).targeting
        assert first.startswith("Indikatif")
        assert second.startswith("Indikatif")
        assert text.startswith("Sekurangnya 100,0%")
        assert refused == "Terlalu sedikit orang untuk dinilai: 0 orang, perlu sekurangnya 30."

    def test_without_a_register(self):
        ((title, text),) = page().targeting
        assert "indikatif" in title
        assert text.startswith("Belum ada register")


class TestHeadline:
    def test_share_with_interval_and_no_comparison(self):
        assert page().headline == (
            "50,0% (95%: 21,5–78,5) kasus di Kota Makassar pada Mei–Jun 2026 (s.d. 1 Jun 2026; bulan terakhir belum utuh) "
            "ditindak dalam 2×24 jam. Belum ada pembanding pada periode sama tahun lalu. "
            "Wilayah yang lebih lambat menuju layanan belum dapat disimpulkan."
        )

    @pytest.mark.parametrize(
        ("prompt_before", "said"),
        [(0, "Lebih baik daripada periode sama tahun lalu (0,0%)."), (20, "Lebih buruk"), (10, "belum dapat disimpulkan")],
    )
    def test_last_year(self, prompt_before: int, said: str):
        old = date(2025, 5, 1)
        before = [case(200 + n, day=old, acted=1 if n < prompt_before else 9) for n in range(20)]
        now = [case(n, acted=1 if n < (20 if prompt_before == 0 else 0 if prompt_before == 20 else 10) else 9) for n in range(20)]
        whole = page([*before, *now, CASES[-1]])
        view = replace(whole, scope=Scope(CITY, ALL, months("2026-05")))
        assert said in view.headline
        unsettled = replace(view, desk=replace(view.desk, settle_days=60))
        assert "membaik atau memburuknya belum dapat disimpulkan" in unsettled.headline

    def test_slowest_area(self):
        served = [case(n, tgl_layanan_pertama=MAY + timedelta(days=1), status="dilayani") for n in range(20)]
        waiting = [case(100 + n, PANNAMPU) for n in range(20)]
        assert page([*served, *waiting, CASES[-1]]).headline.endswith(
            "Waktu ke layanan lebih lambat daripada wilayah lain: Kec. Tallo."
        )

    def test_no_dated_case_at_all(self):
        view = page(UNDATED)
        assert "belum dapat disimpulkan" in view.headline
        assert "3 tidak dapat dinilai karena berkasnya" in view.unjudged
        assert view.curves.title.startswith("Terlalu sedikit")

    def test_nobody_reported(self):
        assert page(area=TALLO, cases=DATED).headline.startswith("Kec. Tallo belum melapor")


class TestParts:
    def test_backlog_adds_up_to_the_open_cases(self):
        view = page()
        assert view.backlog.title == "12 kasus masih terbuka"
        assert sum(sum(trace.x) for trace in view.backlog.figure.data) == 12

    def test_focus_cells_hold_cases_and_persons(self):
        table = page([*CASES, case(50, fokus="EKONOMI", hasil="terpenuhi")]).focus.table().set_index("Fokus")
        assert table.loc["EKONOMI", "terpenuhi"] == "1 (1)"
        assert table.loc["belum ditentukan", "belum ada"] == "12 (12)"

    def test_focus_is_drawn_with_its_outcomes_and_shares(self):
        again = [case(50 + n, fokus="EKONOMI", hasil=what, person_key="P50") for n, what in enumerate(["terpenuhi", "sebagian"])]
        more = case(60, fokus="EKONOMI", hasil="terpenuhi")
        economy = page([*CASES, *again, more]).focus.figure.sections[0]
        assert (economy.whole.name, economy.whole.cases, economy.whole.persons, economy.whole.change) == ("EKONOMI", 3, 2, "100%")
        assert {(part.name, part.cases, part.persons, part.change) for part in economy.parts} == {
            ("terpenuhi", 2, 2, "67%"),
            ("sebagian", 1, 1, "33%"),
        }

    def test_of_many_areas_the_ends_are_drawn_and_all_are_in_the_table(self):
        places = [areas.members(code)[0] for code in areas.codes("kecamatan")]
        known = [
            case(1000 + 20 * place + n, code, acted=1 if n <= place else 9)
            for place, code in enumerate(places)
            for n in range(20)
        ]
        chart = page([*known, CASES[-1]]).prompt
        rows = chart.figure.rows
        assert [row.value for row in rows if row.text] == pytest.approx([5, 10, 15, 20, 25, 55, 60, 65, 70, 75])
        assert rows[5].name == "… 5 wilayah lain di tabel"
        assert len(chart.table()) == 15

    def test_where_few_have_a_number_the_others_are_counted(self):
        rows = page().prompt.figure.rows
        assert [row.name for row in rows] == ["Mariso", "… 14 wilayah lain di tabel"]

    def test_the_legend_of_ages_has_room_above_the_bars_on_a_phone(self):
        wide = page()
        narrow = replace(wide, desk=replace(wide.desk, narrow=True))
        figures = [one.backlog.figure for one in (wide, narrow)]
        assert [figure.layout.margin.t for figure in figures] == [36, 80]
        assert [trace.name for trace in figures[0].data] == ["0–2 hari", "3–7 hari", "8–30 hari", ">30 hari"]

    @pytest.mark.parametrize(("area", "part"), [(CITY, ALL), (MARISO, "LANSIA"), (BONTORANNU, ALL), (PANNAMPU, "ANAK")])
    @pytest.mark.parametrize("cases", [[*CASES, *REFERRED], UNDATED], ids=["dated", "undated"])
    def test_every_part_of_every_scope(self, cases: list[dict], area: str, part: str):
        view = page(cases, area, part, register=POOR)
        for name in ("prompt", "months", "curves", "backlog", "referrals", "excluded", "included", "load", "focus"):
            chart = getattr(view, name)
            assert chart.title
            assert len(chart.table().columns) > 1
            assert chart.export() is not None
        for name in ("offices", "pending"):
            assert getattr(view, name).export() is not None


class TestRows:
    def test_only_the_operator_and_a_korcam_may_see_rows(self):
        assert [role for role in (*ROLES, "?") if may_see_rows(role)] == ["korcam", "operator"]

    def test_each_sees_those_of_his_own_areas(self):
        assert [row_areas(role, (TALLO,)) for role in ROLES] == [(), (), (TALLO,), (CITY,), ()]
        assert row_areas("korcam", ()) == row_areas("?", (TALLO,)) == ()
        assert page().whose == replace(page(), role="korcam", kecamatan=(TALLO,)).whose.removesuffix(
            " Hanya kasus di Kec. Tallo."
        )

    def test_nothing_is_read_for_a_leader(self):
        def read() -> pd.DataFrame:
            raise AssertionError("rows were read")

        assert replace(page(), role="pimpinan", rows=read).overdue is None
        with pytest.raises(AssertionError):
            _ = replace(page(), rows=read).overdue

    def test_what_the_operator_sees(self):
        (row,) = page().overdue.to_dict("records")
        assert row["ID kasus"] == "K07"
        assert (row["Kelurahan"], row["Kecamatan"], row["Hari menunggu"]) == ("Bontorannu", "Mariso", 31)
        assert not {"person_key", "nik", "nama"} & {name.lower() for name in row}

    def test_longest_open(self):
        class Shelf:
            def read(self, name: str, _version: object, columns: list[str]):
                assert "person_key" not in columns
                return table(name, [*CASES, case(60, day=MAY - timedelta(days=1)), case(61, status="selesai")]).select(columns)

        def ask(area: str, part: str, span: object = SPAN, own: tuple[str, ...] = (CITY,)) -> list[str]:
            return longest_open(Shelf(), None, area, part, span, date(2026, 6, 1), own)["case_id"].tolist()

        assert ask(CITY, ALL) == [f"K{n:02d}" for n in (*range(8), 10, 11, 12)]
        assert ask(TALLO, "LANSIA") == ["K10", "K11", "K12"]
        assert ask(CITY, "ANAK") == []
        assert ask(CITY, ALL, own=(TALLO,)) == ["K10", "K11", "K12"]
        assert ask(CITY, ALL, own=(TALLO, MARISO)) == ask(CITY, ALL)
        assert ask(TALLO, ALL, own=(MARISO,)) == ask(CITY, ALL, own=()) == []
        assert ask(CITY, ALL, months("2026-04", "2026-06"))[0] == "K60"
