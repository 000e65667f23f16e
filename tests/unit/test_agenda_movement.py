"""'Sejak rakor lalu' in words, steps and tables, each number with its passport."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipsm_analytics.measures import Status
from ipsm_analytics.privacy import Purpose
from ipsm_analytics.rakor.passport import decode
from ipsm_analytics.rakor.snapshot import FROZEN_SETTINGS, Snapshot
from ipsm_analytics.rakor.states import PARTS, Part, Records
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views.agenda import movement as view
from ipsm_analytics.views.agenda.movement import Comparison
from ipsm_analytics.views.agenda.parts import Grid, Waterfall, asking
from ipsm_analytics.views.i18n import Words
from tests.cubes import BONTORANNU, CITY, MARISO, MATTOANGIN, PANNAMPU, TALLO, months
from tests.records import CASES, MARCH, facts, found, records, way, with_case

LIMITS = dict(zip(FROZEN_SETTINGS, (5, 60, 5, 4), strict=True))
HELD = records(with_case("P9", kode_kelurahan=PANNAMPU))
LATER = records(
    [
        *with_case("P9", kode_kelurahan=PANNAMPU, kategori=["PPKS-24"])[1:],
        *(found(f"X{n}", "2026-03", MATTOANGIN) for n in range(6)),
    ],
    window=months("2026-01", "2026-03"),
    today=MARCH,
)
"""One case of Mariso was withdrawn, one of Tallo got another category, six of March came to Mariso."""


def frozen(number: int, name: str, held: Records, **more: object) -> Snapshot:
    kept = Snapshot(
        number, name, held.today, 1, held.window, held.today, LIMITS, held.people, "0.1.0+0a1b2c3d", previous=number - 1
    )
    return replace(kept, **more)


def comparison(
    after: Records = LATER, purpose: Purpose = "layar", before: Records = HELD, language: str = "id", **more: object
) -> Comparison:
    words = Words(language)
    then = asking(facts(before), frozen(1, "Rakor Maret", before, **more), words, "pimpinan", purpose)
    now = asking(facts(after), frozen(2, "Rakor April", after, **more), words, "pimpinan", purpose)
    return Comparison(then, now, way(before, after))


class TestWaterfall:
    def test_it_goes_from_the_older_figure_to_the_newer_by_what_moved_it(self):
        slide, *_ = view.slides(comparison().now, comparison())
        assert isinstance(slide.figure, Waterfall)
        assert [(step.name, step.value, step.text, step.total) for step in slide.figure.steps] == [
            ("Rakor lalu", 10, "10", True),
            ("Dicabut atau dikoreksi", -1, "−1", False),
            ("Kejadian baru", 6, "+6", False),
            ("Kini", 15, "15", True),
        ]
        assert slide.title == "Kasus dilaporkan berubah +5 sejak Rakor Maret: kejadian baru +6 dan dicabut atau dikoreksi −1"
        assert slide.context == (
            "Satuan: kasus. Rakor lalu: RK-1, Jan–Feb 2026, data s.d. 2 Mar 2026. "
            "Kini: RK-2, Jan–Mar 2026, data s.d. 15 Mar 2026. Sumber: laporan kasus PSM."
        )
        assert slide.bullets == (
            "Dicabut atau dikoreksi −1: catatan yang dicabut (impor dibatalkan) atau isinya dibetulkan.",
            "Kejadian baru +6: kejadian dan batas waktu sesudah rakor lalu.",
        )

    def test_each_step_has_the_passport_of_its_meeting_and_part(self):
        slide, *_ = view.slides(comparison().now, comparison())
        assert isinstance(slide.figure, Waterfall)
        codes = [decode(step.passport) for step in slide.figure.steps]
        assert [(code.snapshot, code.kind, code.part) for code in codes] == [
            (1, "nilai", 0),
            (2, "bagian", PARTS.index(Part.CORRECTED)),
            (2, "bagian", PARTS.index(Part.NEW)),
            (2, "nilai", 0),
        ]
        assert [code.question.window for code in codes] == [months("2026-01", "2026-02"), *[months("2026-01", "2026-03")] * 3]
        assert [number.passport for number in slide.numbers] == [step.passport for step in slide.figure.steps]

    def test_a_figure_and_an_area_can_be_chosen(self):
        slide = view.chosen(comparison(), "K03", BONTORANNU)
        assert isinstance(slide.figure, Waterfall)
        assert [step.text for step in slide.figure.steps] == ["90,0", "−10,00", "80,0"]
        assert slide.question is not None
        assert (slide.question.indicator, slide.question.area) == ("K03", BONTORANNU)
        other = view.chosen(comparison(), "K01", TALLO, "KEMISKINAN")
        assert isinstance(other.figure, Waterfall)
        assert [(step.name, step.text) for step in other.figure.steps] == [
            ("Rakor lalu", "0"),
            ("Pindah kategori", "+1"),
            ("Kini", "1"),
        ]

    def test_nothing_moved_and_what_cannot_be_split(self):
        still = view.chosen(comparison(HELD), "K01", CITY)
        assert still.title == "Kasus dilaporkan tidak berubah sejak Rakor Maret"
        few = comparison(records(CASES[5:]), before=records(CASES[:6]))
        slide = view.chosen(few, "C06", CITY)
        assert (slide.figure, slide.title) == (None, "Cakupan layanan: perubahan sejak Rakor Maret tidak diurai")
        assert slide.bullets[0].startswith("Kini angka ini tidak ada")

    def test_a_silent_area_begins_at_no_height_and_says_why(self):
        figure = view.chosen(comparison(), "K01", MATTOANGIN).figure
        assert isinstance(figure, Waterfall)
        assert [(step.value, step.text) for step in figure.steps] == [(0, "belum melapor"), (6, "+6"), (6, "6")]


class TestTables:
    def test_all_headline_figures_against_the_parts(self):
        _, slide, _ = view.slides(comparison().now, comparison())
        assert slide.title == "6 dari 6 angka utama berubah sejak Rakor Maret"
        assert isinstance(slide.figure, Grid)
        assert slide.figure.heads == ("Angka", "Rakor lalu", "Dicabut atau dikoreksi", "Kejadian baru", "Kini")
        assert slide.figure.rows[:3] == (
            ("Kasus (kasus)", "10", "−1", "+6", "15"),
            ("Orang (orang)", "10", "−1", "+6", "15"),
            ("Laju (per 10.000 penduduk)", "0,7", "−0,07", "+0,39", "1,0"),
        )
        assert slide.figure.figures == frozenset(range(1, 5))

    def test_cases_by_kecamatan_and_by_kelurahan(self):
        *_, city = view.slides(comparison().now, comparison())
        assert isinstance(city.figure, Grid)
        assert city.title == "Kec. Mariso paling banyak berubah sejak Rakor Maret: +5 kasus dilaporkan"
        rows = {row[0]: row[1:] for row in city.figure.rows}
        assert len(rows) == 15
        assert (rows["Kec. Mariso"], rows["Kec. Tallo"]) == (("9", "−1", "+6", "14"), ("1", "0", "0", "1"))
        narrow = comparison(area=BONTORANNU)
        *_, kelurahan = view.slides(narrow.now, narrow)
        assert isinstance(kelurahan.figure, Grid)
        assert [row[0] for row in kelurahan.figure.rows] == [areas.label(code) for code in areas.members(MARISO)]

    def test_every_number_that_is_not_zero_stands_once_with_its_passport(self):
        for slide in view.slides(comparison().now, comparison()):
            codes = [number.passport for number in slide.numbers]
            assert len(codes) == len(set(codes))
            assert all(decode(code).code == code for code in codes)

    def test_no_meeting_before(self):
        (slide,) = view.slides(comparison().now, None)
        assert (slide.item, slide.figure, slide.title) == ("sejak", None, "Belum ada rakor sebelumnya yang dibekukan")


class TestForExport:
    def test_small_parts_and_those_below_kecamatan_are_withheld_and_the_city_told(self):
        leaving = comparison(purpose="ekspor")
        first, _, places = view.slides(leaving.now, leaving)
        assert isinstance(first.figure, Waterfall)
        assert isinstance(places.figure, Grid)
        assert places.figure.heads[-1] == "Keterangan"
        rows = {row[0]: row[1:] for row in places.figure.rows}
        assert rows["Kec. Mariso"] == ("9", "14", "disensor")
        assert rows["Kec. Tallo"][-1] == "disensor"
        narrow = comparison(purpose="ekspor", area=BONTORANNU)
        slide = view.chosen(narrow, "K01", BONTORANNU)
        assert slide.figure is None
        assert slide.bullets[0].startswith("Bagian perubahan di sini tidak ditampilkan")
        assert {number.status for number in slide.numbers} == {Status.OK}

    def test_in_english(self):
        slide, *_ = view.slides(comparison().now, comparison(language="en"))
        assert slide.title == "Kasus dilaporkan changed by +5 since Rakor Maret: new events +6 and withdrawn or corrected −1"


@pytest.mark.parametrize(("value", "code", "text"), [(0, "K01", "0"), (-1234, "K01", "−1.234"), (0.256, "C06", "+0,26")])
def test_a_difference_carries_its_sign(value: float, code: str, text: str):
    assert view.signed(Words("id"), value, indicator(code)) == text
