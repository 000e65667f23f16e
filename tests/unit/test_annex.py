"""The annex holds every number of the deck once, with its code, interval and state; nothing withheld stands in it."""

import io
from datetime import date

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.materials.annex import COLUMNS, workbook
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import policy
from ipsm_analytics.rakor.passport import decode
from ipsm_analytics.rakor.snapshot import Snapshot
from ipsm_analytics.reference import population
from ipsm_analytics.views.agenda.parts import Deck, Slide, asking
from ipsm_analytics.views.i18n import Words
from tests.facts import facts_of

YEAR = Window(Month(2026, 1), Month(2026, 2))
MARISO, MAMAJANG = "73.71.01.1001", "73.71.02.1001"


def case(number: int, place: str = MARISO, kind: str = "PPKS-08") -> dict[str, object]:
    return {
        "case_id": f"c{number}",
        "person_key": f"p{number}",
        "kode_kelurahan": place,
        "kategori": [kind],
        "tgl_lapor": date(2026, 1, 5),
        "status": "baru",
    }


@pytest.fixture(scope="module")
def facts() -> Facts:
    cases = [*(case(number) for number in range(7)), *(case(10 + number, MAMAJANG) for number in range(3))]
    return facts_of(cases, today=date(2026, 3, 1))


@pytest.fixture(scope="module")
def deck(facts: Facts) -> Deck:
    frozen = Snapshot(
        number=2,
        name="Rakor Maret",
        day=date(2026, 3, 2),
        version=1,
        window=YEAR,
        today=date(2026, 3, 1),
        limits={"small_cell": 5, "settle_days": 60, "report_due_day": 5, "poor_decile": 4},
        people=population.by_kelurahan(),
        edition="0.1.0+00000000",
    )
    at = asking(facts, frozen, Words(), "operator", "ekspor")
    city, places = at.ask(Query("K03", window=YEAR)), at.ask(Query("K02", ("kecamatan",), YEAR))
    slides = (
        Slide("ringkasan", "r-1", "Laju =1+1", bullets=("a", "b"), context="per 10.000", numbers=(*city, *places)),
        Slide("peta", "p-1", "Lagi", numbers=city),
    )
    return Deck("Rakor Maret", "Kota Makassar", "Jan–Feb 2026", "Data s.d. 5 Jan 2026", "DATA CONTOH", "RK-2", slides)


@pytest.fixture(scope="module")
def sheets(deck: Deck) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(deck, Words(), lambda code: f"http://x/paspor?kode={code}")))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture(scope="module")
def numbers(sheets: dict[str, list[list[object]]]) -> pd.DataFrame:
    head, *rows = sheets["Angka"]
    assert len(head) == len(COLUMNS)
    return pd.DataFrame(rows, columns=[name for name, _ in COLUMNS])


def test_every_number_stands_once(numbers: pd.DataFrame, deck: Deck):
    assert list(numbers["paspor"]) == [number.passport for number in deck.numbers]
    assert len(numbers) == 1 + 15
    assert numbers["paspor"].is_unique


def test_each_row_is_what_query_says(numbers: pd.DataFrame, facts: Facts):
    rule = policy("operator", "ekspor", 5)
    for row in numbers.to_dict("records"):
        question = decode(row["paspor"]).question
        (answer,) = query(facts, question, rule).to_dict("records")
        assert (row["indikator"], row["kode_wilayah"], row["dari"], row["sampai"]) == (
            question.indicator,
            question.area,
            "2026-01",
            "2026-02",
        )
        for column, name in (("nilai", "value"), ("bawah", "lower"), ("atas", "upper"), ("pembilang", "numerator")):
            told = row[column]
            assert (told == "" and pd.isna(answer[name])) or told == pytest.approx(answer[name])


def test_small_counts_and_silent_areas_carry_no_number_but_their_state(numbers: pd.DataFrame):
    by_area = numbers[numbers["indikator"] == "K02"].set_index("kode_wilayah")
    assert (by_area.loc["73.71.01", "nilai"], by_area.loc["73.71.01", "keadaan"]) == (7, "ada angka")
    assert (by_area.loc["73.71.02", "nilai"], by_area.loc["73.71.02", "pembilang"]) == ("", "")
    assert by_area.loc["73.71.02", "keadaan"] == "disensor"
    assert (by_area.loc["73.71.03", "nilai"], by_area.loc["73.71.03", "keadaan"]) == ("", "belum melapor")


def test_a_number_on_two_slides_names_both(numbers: pd.DataFrame):
    assert numbers.loc[0, "lembar"] == "Laju =1+1; Lagi"


def test_the_cover_says_what_it_is(sheets: dict[str, list[list[object]]]):
    text = " ".join(str(cell) for row in sheets["Sampul"] for cell in row)
    for part in ("Rakor Maret", "DATA CONTOH", "Kota Makassar", "Jan–Feb 2026", "RK-2", "16"):
        assert part in text


def test_slides_and_definitions(sheets: dict[str, list[list[object]]]):
    assert sheets["Lembar"][1] == [1, "Laju =1+1", "a\nb", "per 10.000"]
    assert [row[0] for row in sheets["Definisi"][1:]] == ["K02", "K03"]
    assert all(len(row) == len(sheets["Definisi"][0]) for row in sheets["Definisi"])


def test_in_english(deck: Deck):
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(deck, Words("en"), "http://x/{}".format)))
    assert book.sheet_names == ["Cover", "Numbers", "Slides", "Definitions"]
