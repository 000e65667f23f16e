"""The published share of poor people beside its target, as the shipped file gives it."""

from dataclasses import replace

import pandas as pd

from ipsm_analytics.config import settings
from ipsm_analytics.poverty import poverty
from tests.tables import stored, take


def shipped() -> pd.DataFrame:
    take(settings().published / "penduduk_dan_kemiskinan.csv")
    return stored("angka_terbit").to_pandas()


def test_each_year_has_its_value_source_and_note():
    found = poverty(shipped())
    years = {item.year: item.percent for item in found.figures}
    assert {year: years[year] for year in (2022, 2023, 2024, 2025)} == {2022: 4.58, 2023: 5.07, 2024: 4.97, 2025: 4.43}
    assert all(item.source for item in found.figures)
    assert [item.year for item in found.figures if item.disputed] == [2022]
    assert (found.target.below, found.target.year) == (3.5, 2027)


def test_below_means_below():
    rows = shipped()
    at = rows.assign(nilai=3.5)
    assert not any(item.below_target for item in poverty(at).figures)
    assert all(item.below_target for item in poverty(at.assign(nilai=3.49)).figures)


def test_the_newest_year_has_no_figure_where_sources_differ():
    found = poverty(shipped())
    assert found.latest is not None
    assert found.latest.year == 2025
    other = replace(found, figures=(*found.figures, replace(found.latest, percent=4.5)))
    assert other.latest is None
    assert poverty(shipped().head(0)).latest is None
