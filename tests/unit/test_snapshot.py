"""What a meeting froze opens again exactly, whatever came in since; the journal keeps every state."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock

from ipsm_analytics import store as module
from ipsm_analytics.answers import query
from ipsm_analytics.answers.facts import load
from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor import snapshot as rakor
from ipsm_analytics.rakor.edition import edition
from ipsm_analytics.rakor.snapshot import Plan, Wish, arrange, facts_of, freeze, live, numbered, snapshot, snapshots
from ipsm_analytics.reference import areas, population
from ipsm_analytics.schema import JOURNAL
from ipsm_analytics.store import Entry, Store
from tests.tables import sicadas, take

FIRST, SECOND = ({"NIK": f"737101450690000{number}"} for number in (1, 2))
OPEN = Policy(0, False)
YEAR = Window(Month(2026, 1), Month(2026, 10))
OCTOBER = Wish("Rakor Oktober", date(2026, 10, 30), YEAR)


def kept(tmp_path: Path, *changes: dict[str, str]) -> Store:
    take(sicadas(tmp_path / f"{len(changes)}.csv", *changes))
    return Store(settings())


def cases(store: Store, frozen: rakor.Snapshot) -> int:
    return int(query(facts_of(store, frozen, settings()), Query("K01", window=frozen.window), OPEN)["value"].iloc[0])


class TestFreezing:
    def test_everything_a_number_rests_on_is_kept(self, tmp_path: Path):
        frozen = freeze(kept(tmp_path, FIRST), settings(), OCTOBER, "ani")
        assert frozen == rakor.Snapshot(
            number=1,
            name="Rakor Oktober",
            day=date(2026, 10, 30),
            version=1,
            window=YEAR,
            today=date(2026, 11, 24),
            limits={"small_cell": 5, "settle_days": 60, "report_due_day": 5, "poor_decile": 4},
            people=population.by_kelurahan(),
            edition=edition(),
        )
        assert (frozen.code, frozen.area, frozen.slice, frozen.previous) == ("RK-1", areas.CITY, "SEMUA", None)

    def test_it_is_read_back_as_it_was_written(self, tmp_path: Path):
        store = kept(tmp_path, FIRST)
        freeze(store, settings(), OCTOBER, "ani")
        wish = Wish(" Rakor é ", date(2026, 11, 20), Window(Month(2026, 9), Month(2026, 9)), "73.71.06", "LANSIA", 1)
        second = freeze(store, settings(), wish, "budi")
        assert second.name == "Rakor é"
        assert snapshots(Store(settings())) == [numbered(store, 1), second]

    def test_an_old_one_opens_again_whatever_was_imported_since(self, tmp_path: Path):
        store = kept(tmp_path, FIRST)
        frozen = freeze(store, settings(), OCTOBER, "ani")
        before = cases(store, frozen)
        kept(tmp_path, FIRST, SECOND)
        later = freeze(store, settings(), replace(OCTOBER, name="Rakor November"), "ani")
        assert (before, cases(store, frozen), cases(store, later)) == (1, 1, 2)

    def test_the_day_the_limits_and_the_residents_are_those_of_the_meeting(self, tmp_path: Path, monkeypatch):
        store = kept(tmp_path, FIRST)
        frozen = replace(freeze(store, settings(), OCTOBER, "ani"), people=dict.fromkeys(areas.codes("kelurahan"), 10))
        monkeypatch.setenv("IPSM_TODAY", "2027-05-01")
        monkeypatch.setenv("IPSM_DESIL", "2")
        facts = facts_of(store, frozen, settings())
        assert facts.today == date(2026, 11, 24)
        assert rakor.settings_of(frozen, settings()).poor_decile == 4
        row = query(facts, Query("K03", window=YEAR), OPEN).iloc[0]
        assert (row["numerator"], row["denominator"]) == (1, 1530)
        assert query(load(store, store.latest(), settings()), Query("K03", window=YEAR), OPEN)["denominator"].iloc[0] > 1e6

    def test_what_is_not_frozen_is_the_newest_data_beside_the_newest_snapshot(self, tmp_path: Path):
        store = kept(tmp_path, FIRST)
        assert live(store, settings(), YEAR).previous is None
        freeze(store, settings(), OCTOBER, "ani")
        found = live(store, settings(), YEAR, "73.71.06", "ANAK")
        assert (found.number, found.code, found.previous, found.area, found.slice) == (0, "v1", 1, "73.71.06", "ANAK")
        assert len(snapshots(store)) == 1

    def test_an_older_version_can_be_frozen_too(self, tmp_path: Path):
        store = kept(tmp_path, FIRST)
        kept(tmp_path, FIRST, SECOND)
        older = freeze(store, settings(), replace(OCTOBER, version=1), "ani")
        newest = freeze(store, settings(), replace(OCTOBER, name="Rakor November"), "ani")
        assert [(one.version, cases(store, one)) for one in (older, newest)] == [(1, 1), (2, 2)]
        assert (older.today, newest.today) == (OCTOBER.day, date(2026, 11, 24))
        for version, problem in ((0, "Belum ada data untuk dibekukan"), (3, "Versi data tidak ada. Ditemukan: v3")):
            with pytest.raises(UserError) as error:
                freeze(store, settings(), replace(OCTOBER, name="c", version=version), "ani")
            assert problem in error.value.text()

    def test_freezing_makes_no_data_version(self, tmp_path: Path):
        store = kept(tmp_path, FIRST)
        freeze(store, settings(), OCTOBER, "ani")
        assert store.latest_number() == 1
        assert kept(tmp_path, FIRST, SECOND).latest_number() == 2


class TestRefusals:
    @pytest.mark.parametrize(
        ("wish", "problem"),
        [
            (replace(OCTOBER, name="  "), "Nama rakor tidak dapat dipakai. Ditemukan: '', 0 huruf"),
            (replace(OCTOBER, name="a\nb"), "Nama rakor tidak dapat dipakai."),
            (replace(OCTOBER, name="a" * 81), "81 huruf"),
            (replace(OCTOBER, name="rakor OKTOBER "), "Nama rakor sudah dipakai. Ditemukan: RK-1 (Rakor Oktober)."),
            (replace(OCTOBER, name="b", previous=7), "Rakor pembanding tidak ada. Ditemukan: RK-7. Yang diterima: RK-1."),
            (replace(OCTOBER, name="b", area="73.71.99"), "Lingkup rakor tidak dikenal."),
            (replace(OCTOBER, name="b", slice="X"), "Lingkup rakor tidak dikenal."),
            (replace(OCTOBER, name="b", window=Window(Month(2026, 3), Month(2026, 1))), "2026-03 sampai 2026-01"),
        ],
    )
    def test_a_wish_that_cannot_be_kept(self, tmp_path: Path, wish: Wish, problem: str):
        store = kept(tmp_path, FIRST)
        freeze(store, settings(), OCTOBER, "ani")
        with pytest.raises(UserError) as error:
            freeze(store, settings(), wish, "ani")
        assert problem in error.value.text()
        assert len(store.journal("rakor")) == 1

    def test_an_empty_store(self):
        with pytest.raises(UserError, match="Belum ada data untuk dibekukan"):
            freeze(Store(settings()), settings(), OCTOBER, "ani")

    def test_an_unknown_name_or_number(self, tmp_path: Path):
        store = kept(tmp_path, FIRST)
        with pytest.raises(UserError, match="belum ada satu pun"):
            snapshot(store, "Rakor")
        freeze(store, settings(), OCTOBER, "ani")
        assert snapshot(store, "rk-1") == snapshot(store, "RAKOR oktober ")
        with pytest.raises(UserError, match=r"Ditemukan: Rakor\. Yang diterima: RK-1 \(Rakor Oktober\)"):
            snapshot(store, "Rakor")
        with pytest.raises(UserError, match="RK-2"):
            numbered(store, 2)
        with pytest.raises(UserError, match="RK-2"):
            arrange(store, 2, Plan(), "ani")


class TestPlan:
    KEYS = ("a", "b", "c", "d")

    def test_items_follow_the_plan_and_new_ones_come_after(self):
        assert Plan().arranged(self.KEYS) == self.KEYS
        assert Plan(("c", "x", "a"), ("b",)).arranged(self.KEYS) == ("c", "a", "d")

    def test_it_is_kept_and_every_state_before_it_too(self, tmp_path: Path):
        store = kept(tmp_path, FIRST)
        frozen = freeze(store, settings(), OCTOBER, "ani")
        arranged = arrange(store, 1, Plan(("peta",), ("metode",), {"peta": "mulai dari Tallo"}), "budi")
        assert arranged == replace(frozen, plan=Plan(("peta",), ("metode",), {"peta": "mulai dari Tallo"}))
        assert numbered(store, 1) == arranged
        assert list(store.journal("rakor")[["action", "user"]].itertuples(index=False, name=None)) == [
            ("siapkan", "ani"),
            ("susun", "budi"),
        ]

    def test_a_withdrawn_one_is_off_the_list_until_it_comes_back(self, tmp_path: Path):
        store = kept(tmp_path, FIRST)
        frozen = freeze(store, settings(), OCTOBER, "ani")
        assert rakor.withdraw(store, 1, "ani").withdrawn
        assert (snapshots(store), len(snapshots(store, withdrawn=True)), numbered(store, 1).number) == ([], 1, 1)
        assert rakor.restore(store, 1, "ani") == frozen == snapshots(store)[0]

    def test_meetings_stand_in_the_order_of_their_days(self, tmp_path: Path):
        store = kept(tmp_path, FIRST)
        freeze(store, settings(), OCTOBER, "ani")
        freeze(store, settings(), replace(OCTOBER, name="Rakor September", day=date(2026, 9, 30)), "ani")
        assert [one.code for one in snapshots(store)] == ["RK-2", "RK-1"]


class TestJournal:
    def test_an_empty_one_has_its_columns(self):
        assert list(Store(settings()).journal("rakor")) == JOURNAL.names

    def test_times_never_go_back(self, monkeypatch: pytest.MonkeyPatch):
        store = Store(settings())
        store.record("keputusan", "ani", lambda _: Entry(1, "buat", "{}"))
        first = store.journal("keputusan")["time"].iloc[0]

        class Late:
            @staticmethod
            def now(_zone: object) -> object:
                return first.to_pydatetime().replace(year=2020)

        monkeypatch.setattr(module, "datetime", Late)
        store.record("keputusan", "ani", lambda before: Entry(len(before) + 1, "buat", "{}"))
        found = store.journal("keputusan")
        assert list(found["number"]) == [1, 2]
        assert found["time"].diff().iloc[1] == pd.Timedelta(microseconds=1)

    def test_only_known_journals_and_nothing_when_the_entry_cannot_be_made(self):
        store = Store(settings())
        with pytest.raises(InternalError, match="catatan"):
            store.record("catatan", "ani", lambda _: Entry(1, "buat", "{}"))

        def refuse(_before: pd.DataFrame) -> Entry:
            raise UserError("Tidak.")

        with pytest.raises(UserError, match="Tidak"):
            store.record("rakor", "ani", refuse)
        assert store.journal("rakor").empty

    def test_somebody_else_writing_is_waited_for_and_then_told(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(module, "LOCK_SECONDS", 0.1)
        store = Store(settings())
        store.path.mkdir(parents=True)
        with FileLock(store.lock_file), pytest.raises(UserError, match="Impor lain sedang berjalan"):
            store.record("rakor", "ani", lambda _: Entry(1, "buat", "{}"))
