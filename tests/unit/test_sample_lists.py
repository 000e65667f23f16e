"""The sample's second list and its SPM reports, taken in: the store gives back what truth.json says."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import spm
from ipsm_analytics.config import settings
from ipsm_analytics.linking.persons import registered
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.categories import categories
from ipsm_analytics.sample import Truth, generate
from ipsm_analytics.sample.period import period
from ipsm_analytics.sample.services import Quarter, missing, quarters
from ipsm_analytics.spm import State
from ipsm_analytics.store import Store
from tests.tables import stored, take

Cells = Counter[tuple[str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contoh")


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    return generate(folder, cases=1500, months=24)


def of_truth(truth: Truth, name: str) -> Cells:
    every = {
        (code, group): cell[name] for code, groups in truth.register["by_kecamatan"].items() for group, cell in groups.items()
    }
    return +Counter(every)


def cells(places: Iterator[tuple[str, list[str]]]) -> Cells:
    return Counter((areas.parent(code), categories()[kinds[0]].groups[0]) for code, kinds in places)


def files_of(folder: Path, truth: Truth, *kinds: str) -> list[Path]:
    return [folder / item.name for item in truth.files if item.kind in kinds]


def test_the_register_by_kecamatan_and_group_is_that_of_the_truth_and_each_person_counts_once(folder: Path, truth: Truth):
    reports = take(*files_of(folder, truth, "sicadas-dtsen", "dtks"))
    assert [(report.error, report.quarantined) for report in reports] == [("", 0)] * 2
    store = Store(settings())
    persons = registered(store, store.latest())
    assert Counter(stored("register")["sumber"].to_pylist()) == {"sicadas-dtsen": len(persons), "dtks": len(persons)}
    assert cells(zip(persons["kode_kelurahan"], persons["kategori"], strict=True)) == of_truth(truth, "register")


def test_those_in_both_lists_are_found_by_their_key(folder: Path, truth: Truth):
    take(*files_of(folder, truth, "sicadas-ppks", "kasus-lengkap", "dtks"))
    store = Store(settings())
    persons = registered(store, store.latest())
    both = persons[persons["person_key"].isin(stored("kasus")["person_key"].to_pylist())]
    found, true = cells(zip(both["kode_kelurahan"], both["kategori"], strict=True)), of_truth(truth, "both")
    assert found <= true
    assert 0.9 * true.total() < found.total()


def test_the_figures_of_the_spm_reports_are_those_of_the_truth(folder: Path, truth: Truth):
    assert all(report.quarantined == 0 for report in take(*files_of(folder, truth, "spm")))
    store, today = Store(settings()), date(2026, 11, 24)
    figures = spm.load(store, store.latest())
    assert figures.sample
    assert len(figures.found) == len(truth.spm["figures"])
    for service, year, quarter, area, met, needed in truth.spm["figures"]:
        figure = figures.at(year, quarter, service, area, today=today)
        assert (figure.met, figure.needed) == (met, needed)
    service, year, quarter = truth.spm["missing"]
    assert (service, year, quarter) == ("C03", 2026, 2)
    assert figures.at(year, quarter, service, today=today).state == State.MISSING
    assert figures.at(2026, 4, "C03", today=today).state == State.NOT_DUE
    assert figures.at(2026, 1, "C05", today=today).state == State.UNASSESSED
    assert not any("SPM_FALLS" in figure.warnings for figure in figures.found.values())


def test_the_city_is_the_sum_of_its_kecamatan(truth: Truth):
    total: Counter[tuple[object, ...]] = Counter()
    for *key, area, met, _ in truth.spm["figures"]:
        total[tuple(key)] += met if area == areas.CITY else -met
    assert set(total.values()) == {0}


def test_quarters_count_from_january_and_are_due():
    assert quarters(period("2026-10", 10)) == tuple(Quarter(2026, number, 10) for number in (1, 2, 3))
    assert quarters(period("2026-09", 9)) == (Quarter(2026, 1, 9), Quarter(2026, 2, 9))
    assert quarters(period("2026-10", 9)) == ()
    assert missing(period("2026-10", 10)) == (Quarter(2026, 2, 10), "C03")
    assert missing(period("2026-10", 9)) is None
