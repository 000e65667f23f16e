"""The two meetings a new store opens with: which there are, resumed wherever it stopped, gone once real data come."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics import prepare as module
from ipsm_analytics.cli import main
from ipsm_analytics.config import settings
from ipsm_analytics.measures import Query
from ipsm_analytics.prepare import prepare
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor import decisions, rehearsed, snapshot
from ipsm_analytics.rakor.movement import FIGURES, movement
from ipsm_analytics.rakor.states import PARTS, Part
from ipsm_analytics.sample import generate
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.store import Store
from tests.tables import FULL, monthly, sicadas, stored, take, template

MARK = {"Keterangan": "DATA CONTOH"}
REAL = {"NIK": "7371014506900009"}
MEETINGS = [
    ("RK-1", "Rakor Oktober 2026 (contoh)", date(2026, 10, 20), date(2026, 10, 20), 3, None),
    ("RK-2", "Rakor November 2026 (contoh)", date(2026, 11, 24), date(2026, 11, 24), 6, 1),
]


@pytest.fixture(autouse=True)
def small_city(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files known to the first meeting and a report, one case file after it."""

    def files(folder: Path) -> None:
        sicadas(folder / "sicadas_ppks_1.csv", {**REAL, "NIK": "7371014506900001", **MARK})
        template(folder / "kasus_1.csv", {**FULL, "keterangan": "DATA CONTOH"})
        monthly(folder / "laporan_2026.csv", {"kendala": "DATA CONTOH"})
        template(folder / "kasus_susulan_1.csv", {**FULL, "id_kasus": "K-LAIN", "keterangan": "DATA CONTOH"})

    monkeypatch.setattr(module, "generate", files)


def held() -> list[tuple[object, ...]]:
    found = snapshot.snapshots(Store(settings()))
    return [(one.code, one.name, one.day, one.today, one.version, one.previous) for one in found]


def kept() -> list[tuple[int, str, str, date, str, str]]:
    drafts = [one.draft for one in decisions.decisions(Store(settings()))]
    return [(one.snapshot, one.office, one.indicator, one.due, one.slice, one.chosen) for one in drafts]


def real(folder: Path) -> None:
    assert main(["ingest", str(sicadas(folder / "nyata.csv", REAL))]) == 0


class TestPreparing:
    def test_two_meetings_and_three_decisions(self):
        assert prepare(settings(), lambda step: None) == 6
        assert held() == MEETINGS
        assert [(number, office, item) for number, office, item, *_ in kept()][1:] == [
            (1, "DINSOS-LINJAMSOS", "R01"),
            (1, "DINSOS-REHSOS", "C06"),
        ]
        assert [chosen for *_, chosen in kept()] == ["terburuk", "lain", "lain"]
        assert [one.draft.area for one in decisions.decisions(Store(settings()))][1:] == ["73.71", "73.71"]

    def test_the_first_meeting_knew_nothing_of_the_later_file(self):
        prepare(settings(), lambda step: None)
        store = Store(settings())
        cases = [store.read("kasus", store.version(one.version)).num_rows for one in snapshot.snapshots(store)]
        assert cases == [2, 3]

    def test_the_second_meeting_sees_how_far_the_decisions_came(self):
        prepare(settings(), lambda step: None)
        found = [one.draft for one in decisions.decisions(Store(settings()))]
        assert [one.state.value for one in found] == ["berjalan", "selesai", "direncanakan"]
        assert [SAMPLE_MARK in one.evidence for one in found] == [True, True, False]

    def test_again_changes_nothing(self):
        prepare(settings(), lambda step: None)
        before = (held(), kept())
        assert prepare(settings(), lambda step: None) == 6
        assert (held(), kept()) == before

    @pytest.mark.parametrize(
        "step", ["sicadas_ppks_1", "laporan_2026", "kasus_susulan_1", "angka_terbit_ppks", "penduduk_dan_kemiskinan"]
    )
    def test_finishes_what_a_file_interrupted(self, step: str):
        def stop(told: str) -> None:
            if step in told:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            prepare(settings(), stop)
        prepare(settings(), lambda told: None)
        assert held() == MEETINGS
        assert len(kept()) == 3

    @pytest.mark.parametrize("place", range(1, 8))
    def test_finishes_what_a_journal_interrupted(self, place: int, monkeypatch: pytest.MonkeyPatch):
        record, calls = Store.record, iter(range(1, 99))

        def stop(store: Store, *rest: object) -> object:
            if next(calls) == place:
                raise KeyboardInterrupt
            return record(store, *rest)

        with monkeypatch.context() as patched:
            patched.setattr(Store, "record", stop)
            with pytest.raises(KeyboardInterrupt):
                prepare(settings(), lambda step: None)
        prepare(settings(), lambda step: None)
        assert held() == MEETINGS
        assert len(kept()) == 3

    def test_real_data_get_no_meeting(self, tmp_path: Path):
        take(sicadas(tmp_path / "nyata.csv", REAL))
        prepare(settings(), lambda step: None)
        assert (held(), kept()) == ([], [])


class TestRealData:
    def test_withdraw_meetings_and_decisions_of_the_sample(self, tmp_path: Path):
        prepare(settings(), lambda step: None)
        real(tmp_path)
        assert stored()["sample"].to_pylist() == [False]
        assert (held(), kept()) == ([], [])
        store = Store(settings())
        assert (len(snapshot.snapshots(store, withdrawn=True)), len(decisions.decisions(store, withdrawn=True))) == (2, 3)

    def test_what_is_brought_back_stays(self, tmp_path: Path):
        prepare(settings(), lambda step: None)
        real(tmp_path)
        snapshot.restore(Store(settings()), 1, "operator")
        decisions.restore(Store(settings()), 2, "operator")
        prepare(settings(), lambda step: None)
        assert rehearsed.retire(Store(settings())) == 0
        assert ([code for code, *_ in held()], [office for _, office, *_ in kept()]) == (["RK-1"], ["DINSOS-LINJAMSOS"])

    def test_leave_meetings_of_others_alone(self, tmp_path: Path):
        prepare(settings(), lambda step: None)
        store = Store(settings())
        wish = snapshot.Wish("Rakor nyata", date(2026, 11, 24), snapshot.snapshots(store)[0].window)
        snapshot.freeze(store, settings(), wish, "operator")
        real(tmp_path)
        assert [name for _, name, *_ in held()] == ["Rakor nyata"]

    def test_more_sample_data_withdraw_nothing(self, tmp_path: Path):
        prepare(settings(), lambda step: None)
        main(["ingest", str(sicadas(tmp_path / "contoh.csv", {**REAL, **MARK}))])
        assert (len(held()), len(kept())) == (2, 3)


def test_the_parts_sum_to_the_change_on_the_sample(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "generate", lambda folder: generate(folder, cases=6000, months=14))
    prepare(settings(), lambda step: None)
    store = Store(settings())
    first, second = snapshot.snapshots(store)
    way = movement(store, first, second)
    parts = [part.value for part in PARTS]
    for figure in FIGURES:
        [row] = way.split(Query(figure), Policy(0, sensitive_to_kecamatan=False)).to_dict("records")
        assert row["keadaan"] == "terurai"
        assert row["sebelum"] + sum(row[part] for part in parts) == pytest.approx(row["sesudah"])
        if figure == "K01":
            assert row[Part.LATE.value] > 0 < row[Part.NEW.value]
        if figure == "C06":
            assert row[Part.HANDLED.value] != 0
    assert set(store.journal(snapshot.JOURNAL)["user"]) == {SAMPLE_MARK}
