"""SPM figures: what was reported last, and four different reasons for a figure that is not there."""

from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import schema, spm
from ipsm_analytics.config import settings
from ipsm_analytics.spm import Key, SpmFigures, State
from ipsm_analytics.store import Store
from tests.tables import Cells, take, write

TODAY = date(2026, 11, 24)
ROW = {"tahun": "2026", "layanan": "C03", "sumber_sasaran": "Asesmen", "tgl_sasaran": "31/01/2026"}


def quarter(number: int, met: int, needed: str = "400", **change: str) -> Cells:
    return {**ROW, "triwulan": str(number), "terpenuhi": str(met), "sasaran": needed, **change}


def loaded(folder: Path, *files: list[Cells]) -> SpmFigures:
    take(*(write(folder / f"{number}.csv", schema.SPM_COLUMNS, rows) for number, rows in enumerate(files)))
    store = Store(settings())
    return spm.load(store, store.latest())


def test_a_reported_figure_has_x_y_source_and_date(tmp_path: Path):
    figure = loaded(tmp_path, [quarter(3, 354, tgl_terima="18/10/2026")]).at(2026, 3, "C03", today=TODAY)
    assert figure.key == Key("C03", 2026, 3, "73.71")
    assert (figure.state, figure.met, figure.needed, figure.gap) == (State.REPORTED, 354, 400, 46)
    assert (figure.source, figure.assessed, figure.received) == ("Asesmen", date(2026, 1, 31), date(2026, 10, 18))
    assert figure.warnings == ()


def test_an_area_that_did_not_report_is_not_filled_from_another(tmp_path: Path):
    figures = loaded(tmp_path, [quarter(3, 10, kode_kecamatan="73.71.07")])
    assert figures.at(2026, 3, "C03", "73.71.07", today=TODAY).met == 10
    assert figures.at(2026, 3, "C03", today=TODAY).state == State.MISSING


def test_without_a_target_there_is_x_and_no_gap_and_zero_is_reported(tmp_path: Path):
    figures = loaded(tmp_path, [quarter(1, 7, ""), quarter(1, 0, "0", layanan="C01")])
    first, second = (figures.at(2026, 1, service, today=TODAY) for service in ("C03", "C01"))
    assert (first.state, first.met, first.needed, first.gap) == (State.UNASSESSED, 7, None, None)
    assert (second.state, second.met, second.needed, second.gap) == (State.REPORTED, 0, 0, 0)


@pytest.mark.parametrize(
    ("today", "state"),
    [(date(2026, 10, 20), State.NOT_DUE), (date(2026, 10, 21), State.MISSING), (date(2026, 8, 1), State.NOT_DUE)],
)
def test_a_figure_is_missing_from_the_day_after_it_was_due(today: date, state: State):
    figure = SpmFigures({}).at(2026, 3, "C03", today=today)
    assert (figure.state, figure.met, figure.gap) == (state, None, None)


def test_the_latest_receipt_wins_and_the_others_are_gone(tmp_path: Path):
    late, early = ([quarter(3, met, tgl_terima=day)] for met, day in ((360, "20/10/2026"), (354, "18/10/2026")))
    assert loaded(tmp_path, late, early).at(2026, 3, "C03", today=TODAY).met == 360


def test_a_fall_is_seen_over_files_and_gone_when_the_earlier_one_is_mended(tmp_path: Path):
    figures = loaded(tmp_path, [quarter(1, 120)], [quarter(3, 110)], [quarter(4, 90, tahun="2025")])
    assert [figure.warnings for figure in figures.series("C03")] == [(), (), ("SPM_FALLS",)]
    store = Store(settings())
    take(write(tmp_path / "b.csv", schema.SPM_COLUMNS, [quarter(1, 100, tgl_terima="01/11/2026")]))
    assert [figure.warnings for figure in spm.load(store, store.latest()).series("C03")] == [(), (), ()]


def test_more_served_than_to_be_served_is_kept_and_marked(tmp_path: Path):
    figure = loaded(tmp_path, [quarter(3, 401)]).at(2026, 3, "C03", today=TODAY)
    assert (figure.gap, figure.warnings) == (-1, ("SPM_OVER",))


def test_quarters_run_without_gaps_and_the_newest_is_last(tmp_path: Path):
    figures = loaded(tmp_path, [quarter(4, 90, tahun="2025"), quarter(2, 50)])
    assert figures.quarters() == ((2025, 4), (2026, 1), (2026, 2))
    newest = figures.latest("C03")
    assert newest is not None
    assert newest.key.quarter == 2
    assert figures.latest("C01") is None


def test_an_empty_store_has_no_figures():
    store = Store(settings())
    figures = spm.load(store, store.latest())
    assert (figures.quarters(), figures.sample) == ((), False)
