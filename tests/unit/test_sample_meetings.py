"""The sample begins with two meetings, whatever it was interrupted by; they leave the lists with the sample."""

from pathlib import Path

import pytest

from ipsm_analytics import prepare as module
from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query
from ipsm_analytics.prepare import prepare
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor.decisions import decisions
from ipsm_analytics.rakor.movement import movement
from ipsm_analytics.rakor.snapshot import Wish, freeze, numbered, snapshots
from ipsm_analytics.rakor.states import PARTS
from ipsm_analytics.sample import generate
from ipsm_analytics.store import Store
from tests.tables import sicadas, take


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "generate", lambda folder: generate(folder, cases=1500, months=14))


def quietly(_step: str) -> None:
    """Says nothing."""


def held() -> list[tuple[str, str, Window, int | None, bool]]:
    return [(one.code, one.name, one.window, one.previous, one.sample) for one in snapshots(Store(settings()))]


BOTH = [
    ("RK-1", "Rakor 20 Okt 2026 (contoh)", Window(Month(2026, 1), Month(2026, 9)), None, True),
    ("RK-2", "Rakor 24 Nov 2026 (contoh)", Window(Month(2026, 1), Month(2026, 10)), 1, True),
]


def test_two_meetings_and_the_decisions_of_the_first():
    prepare(settings(), quietly)
    store = Store(settings())
    assert held() == BOTH
    assert [(one.draft.snapshot, one.draft.indicator, one.draft.chosen) for one in decisions(store)] == [
        (1, "K03", "terburuk"),
        (1, "S01", "terburuk"),
        (1, "R01", "terburuk"),
    ]
    assert numbered(store, 2).version == store.latest_number()


def test_what_came_in_between_adds_up_to_the_change(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "generate", lambda folder: generate(folder, cases=6000, months=14))
    prepare(settings(), quietly)
    store = Store(settings())
    (row,) = movement(store, numbered(store, 1), numbered(store, 2)).split(Query("K01"), Policy(0, False)).to_dict("records")
    parts = {str(part): row[str(part)] for part in PARTS}
    assert row["sebelum"] + sum(parts.values()) == row["sesudah"]
    assert parts["terlambat"] > 0
    assert parts["baru"] > 0
    places = movement(store, numbered(store, 1), numbered(store, 2)).split(Query("K01", ("kecamatan",)), Policy(0, False))
    assert places["pindah_wilayah"].abs().sum() > 0
    assert places["pindah_wilayah"].sum() == 0


def test_nothing_is_made_twice():
    prepare(settings(), quietly)
    before = len(Store(settings()).journal("rakor")), len(Store(settings()).journal("keputusan"))
    prepare(settings(), quietly)
    assert (len(Store(settings()).journal("rakor")), len(Store(settings()).journal("keputusan"))) == before == (2, 3)


@pytest.mark.parametrize("at", ["laporan_psm_contoh_2026", "Membekukan", "kasus_psm_contoh_susulan", "penduduk_dan"])
def test_it_is_finished_wherever_it_was_interrupted(at: str):
    def stop(step: str) -> None:
        if at in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(settings(), stop)
    prepare(settings(), quietly)
    assert held() == BOTH
    assert len(decisions(Store(settings()))) == 3


def test_they_leave_the_lists_when_real_data_come(tmp_path: Path):
    prepare(settings(), quietly)
    take(sicadas(tmp_path / "a.csv", {"NIK": "7371014506900001"}))
    store = Store(settings())
    assert (snapshots(store), decisions(store)) == ([], [])
    assert [one.code for one in snapshots(store, withdrawn=True)] == ["RK-1", "RK-2"]
    assert numbered(store, 1).sample
    assert len(decisions(store, withdrawn=True)) == 3


def test_real_data_get_no_meeting_of_the_sample(tmp_path: Path):
    take(sicadas(tmp_path / "a.csv", {"NIK": "7371014506900001"}))
    prepare(settings(), quietly)
    assert held() == []


def test_a_real_meeting_stays_when_the_sample_is_gone(tmp_path: Path):
    prepare(settings(), quietly)
    take(sicadas(tmp_path / "a.csv", {"NIK": "7371014506900001"}))
    config = settings()
    made = freeze(Store(config), config, Wish("Rakor", config.today, Window(Month(2026, 1), Month(2026, 10))), "ani")
    assert [one.code for one in snapshots(Store(config))] == [made.code] == ["RK-3"]
