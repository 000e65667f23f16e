"""The audit trail: what it takes, that nothing in it can be changed unseen, and what happens where it cannot be written."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipsm_analytics import audit
from ipsm_analytics import store as storing
from ipsm_analytics.app.page import PAGES
from ipsm_analytics.audit import ACTORS, KINDS, START, Chain, Event, Fault, note, verify
from ipsm_analytics.config import Settings
from ipsm_analytics.config import settings as from_environment
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.privacy import ROLES
from ipsm_analytics.schema import AUDIT, JOURNAL
from ipsm_analytics.store import Kept, Store
from tests.tables import sicadas, take

LOOK = Event("lihat", "ratna@contoh.go.id", "operator", "halaman:padanan", "dasbor", 3, (("wilayah", "73.71.01"),), "layar")
FILE = Event("ekspor", "ratna@contoh.go.id", "operator", "berkas:ipsm_bulan.csv", "dasbor", 3, purpose="ekspor")
IN = Event("masuk", "kadis@contoh.go.id", "pimpinan")


def here() -> Store:
    return Store(from_environment())


def kept(store: Store) -> list[Kept]:
    return [Kept(**row) for row in store.journal(AUDIT).sort_values("number").to_dict("records")]


def rewritten(store: Store, entries: list[Kept]) -> Chain:
    """What is found after somebody put other entries in the place of those that were written."""
    rows = pa.Table.from_pylist([entry._asdict() for entry in entries], schema=JOURNAL)
    write_deltalake(store.path / AUDIT, rows, mode="overwrite")
    return verify(store)


class TestNote:
    def test_an_empty_trail_is_whole(self):
        assert verify(here()) == Chain(0, START, witnessed=False)
        assert audit.events(here()).empty
        assert not here().path.exists()

    def test_entries_follow_each_other(self):
        store = here()
        assert [note(store, event).number for event in (IN, LOOK, FILE)] == [1, 2, 3]
        entries = kept(store)
        assert [(one.action, one.user) for one in entries] == [
            ("masuk", "kadis@contoh.go.id"),
            ("lihat", "ratna@contoh.go.id"),
            ("ekspor", "ratna@contoh.go.id"),
        ]
        assert json.loads(entries[1].content) == {
            "digest": json.loads(entries[1].content)["digest"],
            "filters": "wilayah=73.71.01",
            "origin": "dasbor",
            "purpose": "layar",
            "role": "operator",
            "subject": "halaman:padanan",
            "version": 3,
        }
        assert len({one.time for one in entries}) == 3
        chain = verify(store)
        assert chain == Chain(3, json.loads(entries[2].content)["digest"], witnessed=True)

    def test_it_is_part_of_no_data_version(self):
        note(here(), LOOK)
        assert (here().latest_number(), here().journal_number(AUDIT)) == (0, 1)

    def test_small_files_are_put_together_and_nothing_is_lost(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(storing, "_MANY", 8)
        store = here()
        for _ in range(30):
            note(store, LOOK)
        assert len(DeltaTable(store.path / AUDIT).file_uris()) < 10
        assert verify(store).broken_at is None
        assert verify(store).entries == 30

    def test_names_are_made_fit(self):
        assert audit.named("ratna@contoh.go.id") == "ratna@contoh.go.id"
        assert audit.named("a\nb<c>") == "a_b_c_"
        assert audit.named("7371014506900001") == "*" * 16
        assert len(audit.named("x" * 500)) == audit.LONGEST_USER

    def test_another_access_list_is_noted_once(self):
        store = here()
        assert audit.note_access(store, b"a", "ratna")
        assert not audit.note_access(store, b"a", "ratna")
        assert audit.note_access(store, b"b", "ratna")
        assert audit.note_access(store, b"a", "ratna")
        assert len(kept(store)) == 3


class TestOnlyCodes:
    @pytest.mark.parametrize(
        "subject",
        [
            "Budi Santoso",
            "halaman:budi",
            "halaman:",
            "berkas:laporan Budi.xlsx",
            "berkas:7371014506900001.csv",
            "berkas:budi",
            "berkas:../kasus.csv",
            "pasangan:7371014506900001",
            "akses:7371014506900001",
            "rakor:Rakor November",
            "orang:budi",
            "permohonan:7371014506900001",
            "impor:7371014506900001-kasus lengkap",
            "halaman:padanan\n",
        ],
    )
    def test_a_subject_that_is_no_code_is_refused(self, subject: str):
        with pytest.raises(InternalError, match="subject") as refused:
            note(here(), Event("lihat", "ratna", "operator", subject))
        assert "budi" not in str(refused.value).casefold()
        assert not here().path.exists()

    @pytest.mark.parametrize(
        "event",
        [
            Event("bicara", "ratna"),
            Event("lihat", "7371014506900001"),
            Event("lihat", "ratna\n"),
            Event("lihat", "ratna", "bos"),
            Event("lihat", "ratna", origin="surat"),  # type: ignore[arg-type]
            Event("lihat", "ratna", version=-1),
            Event("lihat", "ratna", filters=(("wilayah", "Budi"),)),
            Event("lihat", "ratna", filters=(("kelompok", "Budi"),)),
            Event("lihat", "ratna", filters=(("nama", "Budi"),)),
            Event("lihat", "ratna", filters=(("sebab", "budi"),)),
            Event("lihat", "ratna", filters=(("baris", "73710145069"),)),
            Event("lihat", "ratna", purpose="iseng"),
        ],
    )
    def test_nothing_else_gets_in(self, event: Event):
        with pytest.raises(InternalError, match="no code the audit trail knows"):
            note(here(), event)

    @given(st.text(min_size=1))
    def test_no_free_text_is_a_subject(self, text: str):
        kind, _, _ = text.partition(":")
        assert not audit.fits(text) or kind in ("halaman", *KINDS)
        assert not audit.fits(f"halaman:{text}") or text in {page.key for page in PAGES}

    @given(st.text(st.sampled_from("0123456789 ٠١")).filter(lambda text: sum(sign.isdigit() for sign in text) >= 9))
    def test_no_long_number_is_a_code(self, digits: str):
        for kind in KINDS:
            fits = audit.fits(f"{kind}:{digits}")
            assert not fits or len(digits) in (12, 64)
            assert not audit.fits(f"{kind}:ipsm_{digits}.csv")

    def test_a_nik_is_no_code_of_any_kind(self):
        assert [kind for kind in KINDS if audit.fits(f"{kind}:7371014506900001")] == []

    def test_every_file_of_ours_has_a_code(self):
        names = ("ipsm_k01_kelurahan.csv", "kembali.xlsx", "kembali.zip", "rakor_2026-11-24_RK-3.pptx", "templat_spm.xlsx")
        assert [name for name in (*names, "lembar.zip", "ipsm_audit.csv") if not audit.fits(f"berkas:{name}")] == []

    def test_its_lists_are_those_of_the_program(self):
        assert set(ACTORS) == {"", *ROLES}
        assert audit.pages() == {page.key for page in PAGES}


def changed(entry: Kept, name: str) -> Kept:
    """An entry with one field changed; of the content, one of its own."""
    if name in ("number", "action", "user", "time"):
        other = {
            "number": entry.number + 10,
            "action": f"{entry.action}x",
            "user": f"{entry.user}x",
            "time": datetime(2020, 1, 1, tzinfo=UTC),
        }
        return entry._replace(**{name: other[name]})
    content = json.loads(entry.content)
    content[name] = START if name == "digest" else content[name] + 1 if name == "version" else f"{content[name]}x"
    return entry._replace(content=json.dumps(content, ensure_ascii=False, sort_keys=True))


FIELDS = (
    *("number", "action", "user", "time"),
    *("role", "subject", "filters", "version", "purpose", "origin", "digest"),
)


class TestChain:
    @pytest.fixture
    def store(self) -> Store:
        store = here()
        for event in (IN, LOOK, FILE, LOOK):
            note(store, event)
        return store

    @pytest.mark.parametrize("place", range(4))
    @pytest.mark.parametrize("name", FIELDS)
    def test_one_changed_field_is_found(self, store: Store, place: int, name: str):
        entries = kept(store)
        entries[place] = changed(entries[place], name)
        found = rewritten(store, entries)
        assert found.broken_at == place + 1
        assert found.fault in ((Fault.LOST,) if name == "number" else (Fault.CHANGED,))

    def test_more_or_fewer_words_in_the_content_are_found(self, store: Store):
        entries = kept(store)
        for text in (entries[1].content + " ", "{}", "[]", "bukan json", entries[1].content.replace("{", '{"lain": 1, ', 1)):
            assert rewritten(store, [entries[0], entries[1]._replace(content=text), *entries[2:]]).broken_at == 2

    @pytest.mark.parametrize("place", range(4))
    def test_a_lost_entry_is_found_the_last_one_too(self, store: Store, place: int):
        entries = kept(store)
        found = rewritten(store, entries[:place] + entries[place + 1 :])
        assert (found.broken_at, found.fault) == (place + 1, Fault.LOST)

    def test_what_is_noted_after_lost_last_entries_does_not_hide_them(self, store: Store):
        rewritten(store, kept(store)[:2])
        assert note(store, IN).number == 5
        found = verify(store)
        assert (found.broken_at, found.fault, found.entries) == (3, Fault.LOST, 3)

    def test_all_entries_lost_are_found(self, store: Store):
        assert rewritten(store, []).broken_at == 1
        assert note(store, IN).number == 5

    @pytest.mark.parametrize(("place", "broken"), [(1, 3), (2, 4), (3, 4)])
    def test_a_forged_entry_is_found_by_the_next_or_by_the_file_beside_the_store(self, store: Store, place: int, broken: int):
        """Somebody who knows how digests are made writes one entry anew."""
        entries = kept(store)
        content = {name: value for name, value in json.loads(entries[place].content).items() if name != "digest"}
        bare = entries[place]._replace(user="orang lain", content=json.dumps(content, sort_keys=True))
        entries[place] = audit._sealed(json.loads(entries[place - 1].content)["digest"], bare)
        found = rewritten(store, entries)
        assert (found.broken_at, found.fault) == (broken, Fault.CHANGED)

    def test_exchanged_and_doubled_entries_are_found(self, store: Store):
        one, two, three, four = kept(store)
        swapped = [one, three._replace(number=2), two._replace(number=3), four]
        assert rewritten(store, swapped).broken_at == 2
        found = rewritten(store, [one, two, two, three, four])
        assert (found.broken_at, found.fault) == (3, Fault.FORKED)

    def test_without_the_file_beside_the_store_lost_last_entries_need_what_was_written_down(self, store: Store):
        end = (4, verify(store).head[:16])
        (store.path.parent / "store.jejak").unlink()
        found = rewritten(store, kept(store)[:3])
        assert (found.broken_at, found.witnessed) == (None, False)
        assert verify(store, end).fault == Fault.LOST
        note(store, IN)
        assert verify(store).broken_at is None
        assert verify(store, end).fault == Fault.CHANGED

    def test_a_writer_that_died_before_the_file_beside_the_store_does_no_harm(self, store: Store):
        beside = store.path.parent / "store.jejak"
        before = beside.read_text()
        note(store, IN)
        beside.write_text(before)
        assert verify(store).broken_at is None
        assert note(store, IN).number == 6
        assert verify(store).broken_at is None


CODES = st.builds(
    Event,
    st.sampled_from(audit.ACTIONS),
    st.sampled_from(["ratna", "camat.tallo@contoh.go.id", "", "Andi O'Brien"]),
    st.sampled_from(ACTORS),
    st.sampled_from(["", "halaman:respons", "berkas:ipsm_bulan.csv", "rakor:RK-3", "pasangan:0123456789ab"]),
    st.sampled_from(audit.ORIGINS),
    st.integers(0, 999),
    st.sampled_from([(), (("wilayah", "73.71"),), (("dari", "2026-01"), ("sampai", "2026-10"))]),
    st.sampled_from(audit.PURPOSES),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CODES, min_size=1, max_size=8), st.data())
def test_any_entries_hold_and_any_one_change_is_found(tmp_path_factory: pytest.TempPathFactory, events: list[Event], data):
    store = Store(Settings(store=tmp_path_factory.mktemp("jejak") / "store"))
    for event in events:
        note(store, event)
    assert (verify(store).entries, verify(store).broken_at) == (len(events), None)
    entries, place = kept(store), data.draw(st.integers(0, len(events) - 1))
    change: Callable[[], list[Kept]] = data.draw(
        st.sampled_from(
            [
                lambda: entries[:place] + entries[place + 1 :],
                lambda: [*entries, entries[place]],
                *(lambda name=name: [*entries[:place], changed(entries[place], name), *entries[place + 1 :]] for name in FIELDS),
            ]
        )
    )
    assert rewritten(store, change()).broken_at is not None


class TestEvents:
    def test_imports_stand_beside_the_trail_and_are_not_written_twice(self, tmp_path: Path):
        take(sicadas(tmp_path / "Laporan Budi.csv", {"NIK": "7371014506900001"}))
        note(here(), LOOK)
        found = audit.events(here())
        assert list(found.columns) == list(audit.COLUMNS)
        assert list(found["source"]) == ["jejak", "impor"]
        assert list(found["version"]) == [3, 1]
        assert found["subject"][1].startswith("impor:")
        assert "Budi" not in found.to_csv()
        assert here().journal_number(AUDIT) == 1

    def test_what_is_asked_for(self):
        for event in (IN, LOOK, FILE):
            note(here(), event)
        assert list(audit.events(here(), action="lihat")["action"]) == ["lihat"]
        assert list(audit.events(here(), action="jejak.masuk")["action"]) == ["masuk"]
        assert list(audit.events(here(), user="ratna@contoh.go.id")["number"]) == [3, 2]
        assert len(audit.events(here(), last=date(2020, 1, 1))) == 0
        assert len(audit.events(here(), first=date(2020, 1, 1))) == 3

    def test_what_was_tampered_with_is_still_shown(self):
        note(here(), LOOK)
        rewritten(here(), [kept(here())[0]._replace(content="bukan json")])
        assert list(audit.events(here())["subject"]) == [""]


class TestCannotBeWritten:
    def test_a_folder_that_cannot_be_written(self, monkeypatch: pytest.MonkeyPatch):
        note(here(), LOOK)
        monkeypatch.setattr(storing.os, "access", lambda *_: False)
        with pytest.raises(UserError, match="Penyimpanan tidak dapat ditulis"):
            note(here(), LOOK)
        assert verify(here()).entries == 1

    def test_a_trail_that_somebody_else_holds(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(storing, "EXTENDING_SECONDS", 0.1)
        with here().extending(AUDIT), pytest.raises(UserError, match="Jejak audit sedang ditulis"):
            note(here(), LOOK)

    def test_an_import_that_takes_long_keeps_nobody_waiting(self):
        with here().transaction("x"):
            assert note(here(), LOOK).number == 1

    def test_no_journal_of_that_name(self):
        with pytest.raises(InternalError), here().extending("lain"):
            pass
