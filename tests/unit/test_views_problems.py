"""What the page Kategori says and shows, on the cities of tests/cubes.py and tests/unit/test_views_desk.py."""

import pandas as pd
import pytest

from ipsm_analytics.statistics.commonest import Commonest, commonest
from ipsm_analytics.views.problems import Problems
from tests.unit.test_views_desk import BONTORANNU, MARISO, PATTUNUANG, UNTIA, desk, scope


def frame(**counts: int) -> pd.DataFrame:
    return pd.DataFrame({"kombinasi": [name.replace("_", "+") for name in counts], "value": [*counts.values()]})


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"A": 10, "B": 1, "A_B": 50}, Commonest("A", 60, "B", 51, sure=True)),
        ({"A": 7, "B": 2, "A_B": 50}, Commonest("A", 57, "B", 52, sure=False)),
        ({"B": 6}, Commonest("B", 6, "A", 0, sure=True)),
    ],
)
def test_only_persons_with_one_of_two_say_which_leads(counts: dict[str, int], expected: Commonest):
    """10 against 1: p = 24/2048; 7 against 2: p = 92/512; 6 against none: p = 2/64."""
    assert commonest(frame(**counts), ("A", "B")) == expected


def test_one_alone_leads():
    assert commonest(frame(A=3), ("A",)) == Commonest("A", 3, "", 0, sure=True)


def test_combinations_of_the_small_city():
    (chart,) = Problems(desk(), scope()).together
    assert [(row.name, row.value) for row in chart.figure.rows] == [("Lansia", 40), ("Kemiskinan", 30), ("Anak + Disabilitas", 1)]
    assert chart.title.startswith("1 dari 71 orang masuk lebih dari satu kelompok")
    assert chart.export()["status"].tolist() == ["disensor"] * 3
    assert len(chart.table()) == 3


def test_persons_cases_and_changes_of_groups():
    sections = Problems(desk(), scope()).breakdown.figure.sections
    told = {item.whole.name: (item.whole.persons, item.whole.cases, item.whole.change) for item in sections}
    assert told["Lansia"] == (40, 40, "▲ 300%")
    assert told["Kemiskinan"] == (30, 30, "belum pasti")
    assert told["Disabilitas"] == (1, 2, "–")


def test_unknown_sex_is_shown():
    pyramid = Problems(desk(), scope()).charts[1].figure
    assert [value for _, value, _ in pyramid.rest] == [72]
    assert pyramid.highest == 72


def test_repeat_reports():
    rows = Problems(desk(), scope()).charts[2].figure.rows
    assert [(row.name, row.value) for row in rows] == [("Orang baru", 71), ("Pernah dilaporkan", 1)]


def test_a_silent_or_empty_scope_shows_nothing_but_its_sentence():
    for page in (Problems(desk(), scope(UNTIA)), Problems(desk(), scope(MARISO, "PPKS-26"))):
        assert page.charts == ()


def test_headlines():
    assert Problems(desk(), scope(PATTUNUANG)).headline.startswith("Hanya 1 orang dilaporkan di Pattunuang")
    assert Problems(desk(), scope(BONTORANNU)).headline.startswith("Masalah terbanyak di Bontorannu")


def test_changes_of_groups_that_are_not_shown_are_not_counted():
    chart = Problems(desk(), scope(slice_code="KEMISKINAN")).breakdown
    assert chart.title.endswith(": 0 perubahan yang nyata")
    assert [item.whole.name for item in chart.figure.sections] == ["Kemiskinan"]
