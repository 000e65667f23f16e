"""The five SPM services and the targets: what the law lists, consistent with the table of categories."""

from datetime import date

import pytest

from ipsm_analytics.reference import services, targets
from ipsm_analytics.reference.categories import categories


def test_there_are_five_in_order_and_their_categories_are_those_marked():
    found = {code: dict(item.categories) for code, item in services.services().items()}
    assert found == {
        "C01": {"PPKS-09": True},
        "C02": {"PPKS-01": False, "PPKS-02": False},
        "C03": {"PPKS-08": False},
        "C04": {"PPKS-11": False, "PPKS-12": False},
        "C05": {"PPKS-21": False, "PPKS-22": False},
    }
    marked = {code for code, item in categories().items() if item.spm}
    assert marked == {code for item in services.services().values() for code in item.categories}


def test_each_has_a_name_in_both_languages_and_a_law():
    for item in services.services().values():
        assert item.told() != item.told("en")
        assert "PP 2/2018" in item.law


def test_no_spelling_means_two_services():
    found = services.spellings()
    assert (found["c01"], found["lansia telantar"], found["spm-gepeng"]) == ("C01", "C03", "C04")
    for item in services.services().values():
        assert found[item.name.casefold()] == item.code


@pytest.mark.parametrize(
    ("text", "quarter"),
    [
        *[("1", 1), ("TW1", 1), ("tw 2", 2), ("TW-III", 3), ("Triwulan IV", 4), ("Q2", 2), ("III", 3)],
        *[("", None), ("0", None), ("5", None), ("V", None), ("TW", None), ("TW12", None)],
    ],
)
def test_quarters_as_written(text: str, quarter: int | None):
    assert services.quarter_of(text) == quarter


def test_a_report_is_due_on_the_twentieth_after_its_quarter():
    day = targets.spm_target().due_day
    assert services.quarter_due(2026, 3, day) == date(2026, 10, 20)
    assert services.quarter_due(2025, 4, day) == date(2026, 1, 20)
    assert services.quarter_start(2026, 4) == date(2026, 10, 1)


def test_bands_are_met_exactly():
    target = targets.spm_target()
    assert [target.band(met, 1000) for met in (1001, 1000, 999, 900, 899, 600, 599, 0)] == [100, 100, 90, 90, 80, 60, None, None]
    assert (target.percent, bool(target.source)) == (100, True)


def test_the_target_for_poverty_names_year_and_source():
    target = targets.poverty_target()
    assert (target.below, target.year, target.concept) == (3.5, 2027, "persentase penduduk miskin")
    assert target.source
