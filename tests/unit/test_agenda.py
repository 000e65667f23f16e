"""The slides of a meeting, on a city of thirteen cases (tests/casecity.py) and one of 300 that may leave the office in part."""

import re
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import is_sensitive
from ipsm_analytics.rakor import passport
from ipsm_analytics.rakor.edition import edition
from ipsm_analytics.rakor.snapshot import LIVE, Plan, Snapshot
from ipsm_analytics.reference import areas, population
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.spm import Key, SpmFigure, SpmFigures, State
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.area import area_slide
from ipsm_analytics.views.agenda.deck import EXTRA, deck
from ipsm_analytics.views.agenda.meeting import ITEMS, LEADERS
from ipsm_analytics.views.agenda.parts import AreaMap, Asking, Bars, Cards, Deck, Grid, Lines, Number, Slide, asking, numbers_of
from ipsm_analytics.views.chart import Scope
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.narrative import counted_sentence, flags, headline
from ipsm_analytics.views.values import interval_text
from tests import casecity
from tests.cubes import BONTORANNU, MARISO, MATTOANGIN, PANNAMPU, TALLO, Row
from tests.facts import facts_of

QUARTER = Window(Month(2026, 1), Month(2026, 3))
LIMITS = {"small_cell": 5, "settle_days": 60, "report_due_day": 5, "poor_decile": 4}
COUNTED = ("K01", "K02", "K03", "C01", "C02", "C03", "C04", "C05", "C06", "J01", "J02", "J03", "J04", "S01", "S03", "S04")
"""Indicators whose numerator counts persons or cases, under the small-cell rule."""


def whole(facts: Facts, figures: dict[Key, SpmFigure] | None = None) -> Facts:
    parts = {"casework": facts.casework, "quality": facts.quality, "registers": facts.registers, "matches": facts.matches}
    return Facts.of(facts.cube, facts.today, spm=SpmFigures(figures or {}), **parts)


def service(code: str, met: int, needed: int | None, quarter: int = 1, area: str = areas.CITY) -> dict[Key, SpmFigure]:
    key = Key(code, 2026, quarter, area)
    return {key: SpmFigure(key, State.REPORTED if needed else State.UNASSESSED, met, needed, "asesmen", date(2026, 1, 31))}


@cache
def small() -> Facts:
    """The city of thirteen cases, with three services of which one gap is small."""
    figures = {**service("C01", 30, 40), **service("C02", 90, 100), **service("C03", 98, 100)}
    told = (casecity.CASES, casecity.REPORTS, casecity.ROSTER, casecity.REGISTER, casecity.AID, casecity.MATCHES)
    return whole(facts_of(*told, today=date(2026, 4, 30)), figures)


def many(start: int, number: int, place: str, year: int, category: str, done: int) -> list[Row]:
    """Cases of as many persons, a day apart from January on; the first `done` served on the second day."""
    rows = []
    for place_in, person in enumerate(range(start, start + number)):
        day = date(year, 1 + place_in % 3, 1 + place_in % 28)
        served = place_in < done
        days = {"tgl_verifikasi": day, "tgl_layanan_pertama": day} if served else {"tgl_verifikasi": day}
        rows.append(
            {
                "case_id": f"k{person}",
                "person_key": f"p{person:04d}",
                "kode_kelurahan": place,
                "tgl_lapor": day,
                "kategori": [category],
                "status": "dilayani" if served else "verifikasi",
                **days,
            }
        )
    return rows


@cache
def large() -> Facts:
    """2025: 60 old people in Bontorannu, 3 in Pannampu. 2026: 120 and 30; 20 disabled in Mattoangin; 4 children in Pannampu.

    One poor person of Bontorannu, one of Mattoangin in April.
    """
    rows = [
        *many(0, 60, BONTORANNU, 2025, "PPKS-08", 30),
        *many(100, 3, PANNAMPU, 2025, "PPKS-08", 1),
        *many(200, 120, BONTORANNU, 2026, "PPKS-08", 60),
        *many(400, 30, PANNAMPU, 2026, "PPKS-08", 6),
        *many(500, 20, MATTOANGIN, 2026, "PPKS-09", 10),
        *many(600, 4, PANNAMPU, 2026, "PPKS-01", 2),
        *many(700, 1, BONTORANNU, 2026, "PPKS-24", 0),
        {**many(800, 1, MATTOANGIN, 2026, "PPKS-24", 0)[0], "tgl_lapor": date(2026, 4, 10)},
    ]
    return whole(facts_of(rows, today=date(2026, 7, 31)))


def frozen(area: str = areas.CITY, slice_code: str = ALL, **more: object) -> Snapshot:
    kept: dict[str, object] = {
        "number": 1,
        "name": "Rakor April",
        "day": date(2026, 4, 28),
        "version": 1,
        "window": QUARTER,
        "today": date(2026, 4, 30),
        "limits": LIMITS,
        "people": population.by_kelurahan(),
        "edition": edition(),
        **more,
    }
    return Snapshot(area=area, slice=slice_code, **kept)


def asked(facts: Facts, state: Snapshot | None = None, purpose: str = "layar", language: str = "id") -> Asking:
    return asking(facts, state or frozen(), Words(language), "operator", purpose)


def made(facts: Facts, *about: str, purpose: str = "layar", **more: object) -> Deck:
    return deck(asked(facts, frozen(*about, **more), purpose)) if more else plain(facts, about, purpose)


@cache
def plain(facts: Facts, about: tuple[str, ...], purpose: str) -> Deck:
    """A deck that several tests look at."""
    return deck(asked(facts, frozen(*about), purpose))


def slide(found: Deck, key: str) -> Slide:
    return next(one for one in found.slides if one.key == key)


def texts(one: Slide) -> str:
    """Every word of a slide."""
    said = [one.title, *one.bullets, one.context, one.notes]
    for figure in (one.figure, one.beside):
        match figure:
            case Grid(heads, rows):
                said += [*heads, *(cell for row in rows for cell in row)]
            case Bars(names, _, shown):
                said += [*names, *shown]
            case Cards(cards):
                said += [part for card in cards for part in (card.name, card.number.text, card.unit, card.change)]
            case _:
                pass
    return "\n".join(said)


class TestDeck:
    def test_items_come_in_their_order_each_with_a_slide(self):
        found = made(small())
        assert list(dict.fromkeys(one.item for one in found.slides)) == list(ITEMS)
        assert 15 <= len(found.slides) <= 25
        assert len({one.key for one in found.slides}) == len(found.slides)

    def test_head(self):
        found = made(small(), previous=None)
        assert (found.title, found.place, found.period, found.code) == ("Rakor April", "Kota Makassar", "Jan–Mar 2026", "RK-1")
        assert found.cutoff == "Data s.d. 31 Mar 2026 · 3/153 kelurahan melapor · v1"
        assert found.mark == ""

    def test_sample_data_are_marked(self):
        rows = [{**row, "sample": True} for row in casecity.CASES]
        found = made(whole(facts_of(rows, today=date(2026, 4, 30))))
        assert found.mark == "DATA CONTOH"
        assert slide(found, "pembukaan").bullets[0] == "DATA CONTOH: angka di sini dibuat, bukan keadaan sebenarnya."

    def test_every_slide_says_what_when_and_how_to_read_it(self):
        for one in made(small()).slides:
            assert "data s.d. 31 Mar 2026" in one.context
            assert one.title
            assert one.notes
            assert {number.passport for number in (*numbers_of(one.figure), *numbers_of(one.beside))} <= {
                number.passport for number in one.numbers
            }
            assert len({number.passport for number in one.numbers}) == len(one.numbers)
            assert not one.numbers or indicator(one.numbers[0].question.indicator)
            assert one.question is not None or not one.numbers

    def test_live_data_are_not_called_a_meeting(self):
        found = made(small(), number=LIVE, name="", previous=None)
        assert found.title == "Rapat koordinasi, data terbaru (v1) yang belum dibekukan"
        assert slide(found, "keputusan_baru_kosong").title == "Keputusan dicatat setelah rakor ini dibekukan."

    def test_english(self):
        found = deck(asked(small(), language="en"))
        assert slide(found, "ringkasan").title.startswith("13 cases were reported in Kota Makassar in Jan–Mar 2026")
        assert slide(found, "peta_beda").title == (
            "The rate of 0 kelurahan is above the city's and of 0 below it (95%); 3 of 153 cannot be told apart."
        )
        assert (
            slide(found, "sejak_kosong").title
            == "This is the first meeting that was frozen; there is no earlier one to compare with."
        )


class TestPlan:
    def test_items_are_moved_and_hidden(self):
        found = made(small(), plan=Plan(order=("respons", "pembukaan"), hidden=("peta", "metode")))
        items = list(dict.fromkeys(one.item for one in found.slides))
        assert items[:3] == ["respons", "pembukaan", "ringkasan"]
        assert {"peta", "metode"}.isdisjoint(items)
        assert slide(found, "pembukaan").bullets == (
            "1. Seberapa cepat", "2. Pembukaan", "3. Ringkasan", "4. Kelompok masalah", "5. Siapa yang terlayani",
            "6. Siapa yang melapor", "7. Yang perlu perhatian", "8. Sejak rakor lalu", "9. Keputusan rakor lalu",
            "10. Keputusan hari ini",
        )  # fmt: skip

    def test_notes_stand_on_the_first_slide_of_their_item(self):
        found = made(small(), plan=Plan(notes={"kelompok": " Tanya Kadis ", "peta": ""}))
        told = [one for one in found.slides if "Catatan: Tanya Kadis" in one.bullets]
        assert [one.key for one in told] == ["kelompok_kemiskinan"]
        assert not any(bullet.startswith("Catatan") for one in found.slides if one is not told[0] for bullet in one.bullets)

    def test_only_what_is_shown_is_explained(self):
        found = made(small(), plan=Plan(hidden=tuple(key for key in ITEMS if key not in ("kelengkapan", "metode"))))
        assert [row[0] for row in slide(found, "metode_angka").figure.rows] == ["R01, R02", "R03"]
        assert slide(found, "metode_angka").title.startswith("Semua slide memakai 3 indikator")

    def test_slides_made_elsewhere_come_in(self):
        extra = {"sejak": (Slide("x", "sejak_k01", "Naik 3."), Slide("x", "sejak_k02", "Tetap.")), "keputusan_lama": ()}
        found = deck(asked(small(), frozen(previous=7)), extra)
        assert [(one.item, one.key) for one in found.slides if one.item in EXTRA] == [
            ("sejak", "sejak_k01"), ("sejak", "sejak_k02"),
            ("keputusan_lama", "keputusan_lama_kosong"), ("keputusan_baru", "keputusan_baru_kosong"),
        ]  # fmt: skip

    def test_a_meeting_that_has_an_earlier_one_says_so(self):
        assert slide(made(small(), previous=7), "sejak_kosong").title == "Belum ada perbandingan dengan rakor lalu."


class TestExactValues:
    def test_cards(self):
        cards = slide(made(small()), "ringkasan").figure.cards
        people = sum(population.by_kelurahan().values())
        assert [card.number.value for card in cards] == pytest.approx([13, 10, 10 / people * 1e4, 700 / 459, 300 / 7, 500 / 8])
        assert [card.change for card in cards] == [""] * 6
        assert [card.unit for card in cards] == ["kasus", "orang", "per 10.000 penduduk", "", "", ""]

    def test_changes_on_cards_are_told_with_their_sureness(self):
        cards = slide(made(large()), "ringkasan").figure.cards
        assert cards[0].number.value == 175
        assert cards[0].change == "▲ 178%, nyata"

    def test_titles(self):
        found = made(large())
        assert slide(found, "ringkasan").title == (
            "175 kasus dilaporkan di Kota Makassar pada Jan–Mar 2026, naik 178% dari periode sama tahun lalu."
        )
        assert slide(found, "ringkasan_bulanan").title == "Kenaikan nyata ada pada kelompok Lansia."
        assert slide(found, "kelompok_lansia").title == (
            "150 kasus lansia dilaporkan di Kota Makassar pada Jan–Mar 2026, naik 138% dari periode sama tahun lalu."
        )
        assert slide(found, "kelompok_disabilitas").title == (
            "20 kasus disabilitas dilaporkan di Kota Makassar pada Jan–Mar 2026; tidak ada kasus pada periode sama tahun lalu."
        )

    def test_a_month_that_is_not_over_is_compared_by_days(self):
        """176 cases up to 10 April; no number of whole months a year before stands beside them."""
        found = made(large(), window=Window(Month(2026, 1), Month(2026, 4)))
        assert slide(found, "ringkasan").title.startswith(
            "176 kasus dilaporkan di Kota Makassar pada Jan–Apr 2026 (s.d. 10 Apr 2026; bulan terakhir belum utuh), naik 179% "
        )
        assert {one.question.window.last.year for one in slide(found, "ringkasan").numbers} == {2026}
        assert {one.question.window.last.year for one in slide(found, "respons_cepat").numbers} == {2026}

    def test_months_of_the_groups(self):
        lines = slide(made(small()), "ringkasan_bulanan").figure
        assert isinstance(lines, Lines)
        assert lines.months == ("Jan 2026", "Feb 2026", "Mar 2026")
        assert {one.name: [number.value for number in one.numbers] for one in lines.series} == {
            "Kemiskinan": [1, 1, 4],
            "Anak": [2, 0, 1],
            "Lansia": [2, 2, 0],
            "Disabilitas": [2, 0, 2],
            "Lainnya": [0, 0, 0],
        }
        assert lines.open_months == 3
        assert lines.series[0].colour == style.GROUP_COLOURS["KEMISKINAN"]

    def test_map_has_a_colour_and_a_number_for_every_kelurahan(self):
        figure = slide(made(small()), "peta_laju").figure
        assert isinstance(figure, AreaMap)
        assert set(figure.colours) == set(figure.numbers) == set(areas.codes("kelurahan"))
        assert figure.crossed == set(areas.codes("kelurahan")) - {BONTORANNU, MATTOANGIN, PANNAMPU}
        assert figure.colours[areas.codes("kelurahan")[-1]] == style.NOT_REPORTED
        assert sum(entry.count for entry in figure.legend) == 153
        assert figure.numbers[BONTORANNU].numerator == 5

    def test_groups_are_compared_by_kecamatan(self):
        found = slide(made(large()), "kelompok_lansia")
        rates = {one.question.area: one for one in found.figure.numbers}
        assert rates[MARISO].numerator == 120
        assert rates[MARISO].value == pytest.approx(120 / population.by_area(MARISO) * 1e4)
        assert found.figure.names[:2] == ("Mariso", "Tallo")
        assert found.figure.reference[0] == pytest.approx(150 / sum(population.by_kelurahan().values()) * 1e4)
        assert [one.name for one in found.beside.series] == ["Lansia"]

    def test_services(self):
        found = slide(made(small()), "cakupan_spm")
        assert found.title.startswith(
            "Capaian SPM terendah di Kota Makassar: Disabilitas telantar, 75,0% (30 dari 40 orang, 2026 TW1)"
        )
        assert found.figure.texts[:3] == ("75,0% (30/40)", "90,0% (90/100)", "98,0% (98/100)")
        assert found.figure.texts[3] == "belum melapor"
        assert found.beside.rows[0] == (
            "Disabilitas telantar",
            "75,0%",
            "belum jatuh tempo",
            "belum jatuh tempo",
            "belum jatuh tempo",
            "10",
        )
        assert [one.value for one in found.numbers if one.question.indicator == "C07"] == [10, 10, 2]

    def test_more_met_than_needed_is_said(self):
        facts = whole(small(), service("C01", 50, 40))
        assert slide(made(facts), "cakupan_spm").figure.texts[0] == "125,0% (50/40); X melebihi Y, periksa sasaran"

    def test_steps_from_found_to_done(self):
        found = slide(made(small()), "cakupan_jenjang")
        assert found.title == "42,9% orang terverifikasi sudah dilayani (95%: 15,8–75,0): 3 dari 7 orang."
        assert found.figure.names == ("Terverifikasi", "Diasesmen", "Dilayani", "Selesai")
        assert [(one.numerator, one.denominator) for one in found.figure.numbers] == [(7, 10), (6, 7), (3, 6), (1, 3)]
        assert found.figure.texts[0] == "7 dari 10 orang, 70,0% (39,7–89,2)"
        assert found.bullets == ("10 orang ditemukan; tiap batang adalah bagian dari jenjang sebelumnya.",)

    def test_days_until_service_the_slowest_first(self):
        """70 of 141 cases of Mariso and 8 of 34 of Tallo are served: half is reached in neither; nobody else reported."""
        found = slide(made(large()), "respons_tunggu")
        assert found.figure.names[:2] == ("Mariso", "Tallo")
        assert found.figure.texts[0] == "belum tercapai; P90 belum tercapai"
        assert found.figure.texts[-1] == "belum melapor; P90 belum melapor"

    def test_an_open_interval_is_told_from_its_lower_end(self):
        item = indicator("S02")
        assert interval_text(Words("id"), 21.0, float("nan"), item) == "≥ 21"
        assert interval_text(Words("id"), 14.0, 30.0, item) == "14–30"

    def test_areas_that_share_the_lowest_rate_are_counted(self):
        title = slide(made(large()), "peta_laju").title
        assert title.startswith("Laju menurut kelurahan terentang dari ")
        assert slide(made(large(), areas.CITY, "KEMISKINAN"), "peta_laju").title.startswith(
            "Kemiskinan, Kota Makassar: Laju menurut kelurahan terentang dari 0,0 di 2 kelurahan sampai "
        )

    def test_backlog_and_referrals(self):
        found = slide(made(small()), "respons_tunggakan")
        assert found.title == "10 kasus masih terbuka, 5 di antaranya lebih dari 30 hari."
        assert [one.value for one in found.figure.numbers] == [2, 0, 3, 5]
        assert found.beside is None
        assert found.bullets == ("Rujukan menurut OPD terlalu sedikit untuk ditunjukkan.",)

    def test_who_reports(self):
        found = slide(made(small()), "kelengkapan")
        assert found.title.startswith("1,5% laporan bulanan Kota Makassar masuk (7 dari 459 kelurahan-bulan); terendah ")
        assert found.bullets[0].startswith("Belum melapor pada bulan terakhir (150): Kunjung Mae, Lette")
        assert found.bullets[0].endswith("Dan 138 lainnya.")
        rows = dict(zip(found.figure.names, found.figure.texts, strict=True))
        assert rows["Mariso"] == "18,5% (5/27)"

    def test_areas_that_stand_out(self):
        found = slide(made(large()), "perhatian_menonjol")
        assert found.figure.names[0] == "Bontorannu"
        assert found.title == "Laju paling pasti di atas kota: Bontorannu, Mattoangin dan Pannampu."
        assert re.fullmatch(r"[\d,]+ \([\d,]+–[\d,]+\)", found.figure.texts[0])

    def test_one_area(self):
        found = area_slide(asked(large()), PANNAMPU)
        assert found.title == (
            "34 kasus dilaporkan di Pannampu (Kec. Tallo) pada Jan–Mar 2026, naik 1.033% dari periode sama tahun lalu."
        )
        assert [card.number.value for card in found.figure.cards][:2] == [34, 34]
        assert [one.value for one in found.beside.series[0].numbers][-3:] == [12, 11, 11]
        assert any(bullet.startswith("Laju per 10.000: ") and "di atas kota" in bullet for bullet in found.bullets)

    def test_an_area_like_the_city(self):
        rows = many(0, 20, BONTORANNU, 2026, "PPKS-08", 10)
        found = area_slide(asked(whole(facts_of(rows, today=date(2026, 7, 31)))), areas.CITY)
        assert found.bullets == ()
        with pytest.raises(UserError):
            area_slide(asked(small()), "73.71.99")


SCOPES = [
    (areas.CITY, ALL), (PANNAMPU, ALL), (areas.CITY, "LANSIA"), (MARISO, "PPKS-09"), (MATTOANGIN, "DISABILITAS"),
]  # fmt: skip


@pytest.mark.parametrize(("area", "slice_code"), SCOPES)
@pytest.mark.parametrize("facts", [small, large], ids=["small", "large"])
class TestEveryScope:
    @pytest.mark.parametrize("purpose", ["layar", "ekspor"])
    def test_every_number_is_the_answer_to_its_question(self, facts, area, slice_code, purpose):
        desk = asked(facts(), frozen(area, slice_code), purpose)
        found = made(facts(), area, slice_code, purpose=purpose)
        numbers = {one.passport: one for one in (*found.numbers, *area_slide(desk, area).numbers)}
        assert len(numbers) > 100
        for code, one in numbers.items():
            assert passport.decode(code).question == one.question
            (row,) = query(facts(), one.question, desk.desk.screen).to_dict("records")
            assert row["status"] == one.status
            for name in ("value", "numerator", "denominator", "lower", "upper"):
                np.testing.assert_equal(getattr(one, name), float(row[name]))

    def test_nothing_small_or_sensitive_leaves(self, facts, area, slice_code):
        for one in made(facts(), area, slice_code, purpose="ekspor").numbers:
            counted = one.question.indicator in COUNTED
            parts = [one.numerator, one.denominator - one.numerator, one.denominator] if counted else []
            assert not any(0 < part < 5 for part in parts), one
            if counted and is_sensitive(one.question.slice) and areas.level_of(one.question.area) == "kelurahan":
                assert one.status in (Status.SUPPRESSED, Status.NOT_REPORTED)


class TestExport:
    def test_a_small_count_is_in_no_word_of_the_deck(self):
        """Four children and one poor person: neither count is told anywhere, nor which group it was not compared in."""
        found = made(large(), PANNAMPU, purpose="ekspor")
        assert slide(found, "kelompok_anak").title == "Jumlah kasus Anak di Pannampu (Kec. Tallo): disensor."
        assert "Tidak dinilai karena disensor: Anak, Lansia dan Disabilitas." in slide(found, "ringkasan_bulanan").bullets
        assert slide(found, "kelompok_lansia").title.endswith("; jumlah pada periode sama tahun lalu disensor.")
        assert not any(re.search(r"\b4 kasus", texts(one)) for one in found.slides)

    def test_on_the_screen_they_are_told(self):
        assert slide(made(large(), PANNAMPU), "kelompok_anak").title.startswith("4 kasus anak dilaporkan")

    def test_sensitive_groups_fall_back_to_kecamatan(self):
        found = made(large(), areas.CITY, "DISABILITAS", purpose="ekspor")
        maps = [one for one in found.slides if one.item == "peta"]
        assert [one.figure.level for one in maps] == ["kecamatan"]
        assert maps[0].title.startswith(
            "Disabilitas, Kota Makassar: Laju menurut kecamatan terentang dari 0,0 di Kec. Tallo sampai 3,4 di Kec. Mariso "
        )
        assert slide(found, "perhatian_sunyi").figure is None
        assert slide(found, "perhatian_menonjol").title == (
            "Disabilitas, Kota Makassar: Dari 0 kelurahan yang lajunya diketahui (dari 153) tidak satu pun pasti di atas kota."
        )

    def test_steps_are_withheld_with_what_is_left_of_the_step_before(self):
        figure = slide(made(large(), TALLO, purpose="ekspor"), "cakupan_jenjang").figure
        assert figure.texts == (
            "34 dari 34 orang, 100,0% (89,8–100,0)",
            "8 dari 34 orang, 23,5% (12,4–40,0)",
            "8 dari 8 orang, 100,0% (67,6–100,0)",
            "0 dari 8 orang, 0,0% (0,0–32,4)",
        )
        assert slide(made(small(), purpose="ekspor"), "cakupan_jenjang").figure.texts == ("disensor",) * 4

    def test_what_a_total_would_give_away_is_not_shown_in_parts(self):
        """Of the ten open cases 2, 0, 3 and 5 are of an age; the children of January to March are 2, 0 and 1."""
        found = made(small(), purpose="ekspor")
        backlog = slide(found, "respons_tunggakan")
        assert (backlog.title, backlog.figure) == ("10 kasus masih terbuka.", None)
        assert "Lama menunggu tidak dirinci karena sebagian disensor." in backlog.bullets
        assert slide(found, "kelompok_kemiskinan").beside is None
        assert [one.name for one in slide(found, "ringkasan_bulanan").figure.series] == ["Lainnya"]
        months = [one for one in found.numbers if one.question.indicator == "K01" and one.question.window.length == 1]
        assert all(one.status is Status.ZERO for one in months)

    def test_the_estimate_of_an_open_month_does_not_give_it_away(self):
        for one in made(small(), purpose="ekspor").slides:
            for figure in (one.figure, one.beside):
                for series in figure.series if isinstance(figure, Lines) else ():
                    assert all(told is None or told[1] >= 5 for told in series.estimated)


class TestEmpty:
    def test_nobody_reported(self):
        found = made(small(), "73.71.02")
        assert slide(found, "ringkasan").title == (
            "Kec. Mamajang belum melapor pada Jan–Mar 2026; jumlah kasusnya belum diketahui, bukan nol."
        )
        assert slide(found, "kelompok_anak").title == "Jumlah kasus Anak di Kec. Mamajang: belum melapor."
        assert slide(found, "peta_laju").title == "Kec. Mamajang: Laju menurut kelurahan belum dapat ditunjukkan."

    def test_no_data_at_all(self):
        found = made(whole(facts_of((), today=date(2026, 4, 30))))
        assert len(found.slides) >= 15
        assert not any(one.known for one in found.numbers if one.question.indicator.startswith("K"))

    def test_a_window_without_data(self):
        found = deck(asked(small(), replace(frozen(), window=Window(Month(2027, 1), Month(2027, 2)))))
        assert slide(found, "ringkasan").title.startswith("Kota Makassar belum melapor pada Jan–Feb 2027")


class TestNarrativeOfWithheldCounts:
    def test_a_withheld_count_is_no_zero(self):
        desk = asked(large(), purpose="ekspor").desk
        scope = Scope(BONTORANNU, "KEMISKINAN", QUARTER)
        assert counted_sentence(desk, scope) == headline(desk, scope)
        assert (
            headline(desk, scope)
            == "Jumlah kasus di Bontorannu (Kec. Mariso) pada Jan–Mar 2026 disensor karena terlalu sedikit atau sensitif."
        )

    def test_a_group_withheld_in_one_year_is_not_said_to_have_fallen(self):
        late = {**many(900, 1, PANNAMPU, 2026, "PPKS-24", 0)[0], "tgl_lapor": date(2026, 12, 1)}
        rows = [*many(0, 60, MATTOANGIN, 2025, "PPKS-08", 0), *many(100, 3, MATTOANGIN, 2026, "PPKS-08", 0),
                *many(200, 60, MATTOANGIN, 2026, "PPKS-24", 0), late]  # fmt: skip
        facts = whole(facts_of(rows, today=date(2026, 12, 31)))
        scope = Scope(MATTOANGIN, ALL, QUARTER)
        told = [item.text for item in flags(asked(facts).desk, scope).found]
        kept = [item.text for item in flags(asked(facts, purpose="ekspor").desk, scope).found]
        assert "Kasus Lansia turun 95% dari periode sama tahun lalu (60 menjadi 3)." in told
        assert not any("Lansia" in text for text in kept)


def test_leaders_see_four_groups():
    assert [one.key for one in made(small()).slides if one.item == "kelompok"] == [f"kelompok_{code.lower()}" for code in LEADERS]


def test_a_number_has_its_question_and_no_other():
    number: Number = made(small()).numbers[0]
    assert number.question == Query("R01", (), Window(Month(2026, 3), Month(2026, 3)))
