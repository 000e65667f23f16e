"""Decisions: kept with every state they had, no person in them, and nothing that the indicator cannot answer."""

from dataclasses import replace
from datetime import UTC, date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.errors import UserError
from ipsm_analytics.rakor import decisions as module
from ipsm_analytics.rakor.decisions import Draft, State, add, decisions, edit, history, move, names_a_number, restore, withdraw
from ipsm_analytics.rakor.snapshot import Wish, freeze
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.offices import offices
from ipsm_analytics.store import Store
from tests.cubes import BONTORANNU, MARISO
from tests.tables import sicadas, take

WORK = Draft(1, "  Penjangkauan dua kali\nsepekan ", "DINSOS-REHSOS", date(2026, 12, 31), "K03", MARISO, "LANSIA", "turun")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one meeting."""
    take(sicadas(tmp_path / "a.csv", {"NIK": "7371014506900001"}))
    kept = Store(settings())
    freeze(kept, settings(), Wish("Rakor", date(2026, 10, 30), Window(Month(2026, 1), Month(2026, 10))), "ani")
    return kept


class TestJournal:
    def test_a_decision_is_read_back_as_it_was_written(self, store: Store):
        made = add(store, WORK, "ani")
        assert decisions(store) == [made]
        assert (made.code, made.draft) == ("KP-1", replace(WORK, what="Penjangkauan dua kali sepekan"))

    def test_numbers_go_on_after_a_withdrawal(self, store: Store):
        add(store, WORK, "ani")
        withdraw(store, 1, "ani")
        assert add(store, WORK, "ani").number == 2
        assert [one.number for one in decisions(store)] == [2]

    def test_every_state_stays_readable(self, store: Store):
        made = add(store, WORK, "ani")
        edit(store, 1, replace(made.draft, due=date(2027, 1, 31), office="DINKES"), "budi")
        move(store, 1, State.DONE, "Surat 12", "cici")
        withdraw(store, 1, "ani")
        restore(store, 1, "budi")
        told = history(store, 1)
        assert [(one.action, one.user) for one in told] == [
            ("catat", "ani"),
            ("ubah", "budi"),
            ("keadaan", "cici"),
            ("tarik", "ani"),
            ("pulihkan", "budi"),
        ]
        assert told[1].changed == (("office", "DINSOS-REHSOS", "DINKES"), ("due", "2026-12-31", "2027-01-31"))
        assert told[2].changed == (("state", "direncanakan", "selesai"), ("evidence", "", "Surat 12"))
        assert [one.changed for one in (told[0], *told[3:])] == [(), (), ()]
        assert all(one.time.astimezone(UTC) < other.time for one, other in pairwise(told))

    def test_withdrawing_and_restoring_leave_it_as_it_was(self, store: Store):
        made = add(store, WORK, "ani")
        withdraw(store, 1, "ani")
        assert decisions(store) == []
        assert [one.withdrawn for one in decisions(store, withdrawn=True)] == [True]
        restore(store, 1, "ani")
        assert decisions(store) == [made]

    def test_it_makes_no_data_version(self, store: Store):
        before = store.latest_number()
        add(store, WORK, "ani")
        assert store.latest_number() == before

    def test_the_stamp_changes_with_every_entry(self, store: Store):
        before = module.stamp(store)
        add(store, WORK, "ani")
        noted = module.stamp(store)
        move(store, 1, State.UNDER_WAY, "", "ani")
        assert len({before, noted, module.stamp(store)}) == 3

    @pytest.mark.parametrize("change", [withdraw, restore])
    def test_what_is_not_there_cannot_be_changed(self, store: Store, change):
        with pytest.raises(UserError, match=r"Keputusan tidak ada.*KP-7"):
            change(store, 7, "ani")
        with pytest.raises(UserError, match=r"Keputusan tidak ada.*KP-7"):
            history(store, 7)


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"what": "ya"}, "Isi keputusan terlalu pendek"),
            ({"what": "a" * 301}, "terlalu panjang"),
            ({"evidence": "a" * 501}, "Bukti terlalu"),
            ({"what": "Kunjungi 7371014506900001 segera"}, "seperti NIK atau nomor telepon"),
            ({"evidence": "hubungi 0812-3456-7890"}, "Bukti memuat angka seperti NIK"),
            ({"office": "PAK-BUDI"}, "Kantor tidak dikenal"),
            ({"snapshot": 4}, "Bekuan rakor tidak ada"),
            ({"indicator": "X99"}, "Indikator tidak dikenal"),
            ({"area": "73.72"}, "Wilayah tidak dikenal"),
            ({"slice": "PPKS-99"}, "Kelompok atau kategori tidak dikenal"),
            ({"direction": "entah"}, "Arah tidak dikenal"),
            ({"chosen": "entah"}, "Alasan memilih wilayah"),
            ({"indicator": "R01"}, r"R01 .* tidak dapat dipilah menurut kelompok"),
            ({"indicator": "C01", "area": BONTORANNU, "slice": "SEMUA"}, r"C01 .* tidak ada untuk wilayah ini.*kota, kecamatan"),
            ({"indicator": "P01", "slice": "SEMUA"}, r"P01 .* tidak ada untuk wilayah ini.*Yang diterima: kota"),
        ],
    )
    def test_nothing_is_kept(self, store: Store, change: dict, reason: str):
        with pytest.raises(UserError, match=reason):
            add(store, replace(WORK, **change), "ani")
        assert decisions(store) == []

    def test_an_edit_is_checked_as_well(self, store: Store):
        made = add(store, WORK, "ani")
        with pytest.raises(UserError, match="seperti NIK"):
            move(store, 1, State.DONE, "7371014506900001", "ani")
        assert decisions(store) == [made]

    @pytest.mark.parametrize(
        "text",
        [
            "7371014506900001",
            "7371 0145 0690 0001",
            "73.71.01.450690.0001",
            "hp 081234567890",
            "+62 812-3456-789",
            "0411 873456 12",
        ],
    )
    def test_numbers_of_persons_are_found(self, text: str):
        assert names_a_number(f"hubungi {text} segera")

    @pytest.mark.parametrize(
        "text",
        [
            "Rp 1.250.000.000",
            "24-11-2026 24-12-2026",
            "2026-11-24",
            "SK 800/123/2026",
            "153 kelurahan, 15 kecamatan",
            "Rp 12.500.000.000.000.000",
        ],
    )
    def test_money_days_and_letters_are_not(self, text: str):
        assert not names_a_number(f"menurut {text} itu")

    @given(st.integers(10**15, 10**16 - 1), st.sampled_from(["", " ", "-", "."]), st.integers(2, 6))
    def test_sixteen_digits_are_found_however_they_are_spaced(self, number: int, mark: str, size: int):
        digits = str(number)
        text = mark.join(digits[start : start + size] for start in range(0, 16, size))
        assert names_a_number(f"a {text} b")


class TestTime:
    @pytest.mark.parametrize(
        ("state", "today", "late"),
        [
            (State.PLANNED, date(2026, 12, 31), False),
            (State.PLANNED, date(2027, 1, 1), True),
            (State.UNDER_WAY, date(2027, 1, 1), True),
            (State.DONE, date(2027, 1, 1), False),
            (State.DROPPED, date(2027, 1, 1), False),
        ],
    )
    def test_what_is_open_after_its_day_is_overdue(self, state: State, today: date, late: bool):
        assert module.Decision(1, replace(WORK, state=state)).overdue(today) is late


class TestOffices:
    def test_every_kecamatan_is_one(self):
        districts = {f"KEC-{code}": f"Kecamatan {areas.name(code)}" for code in areas.codes("kecamatan")}
        assert {code: one.name for code, one in offices().items() if one.kind == "kecamatan"} == districts

    def test_each_has_a_kind_and_both_names(self):
        assert {one.kind for one in offices().values()} == {"dinsos", "opd", "kecamatan"}
        assert [one.code for one in offices().values() if not one.title("en") or one.title("en") == one.title("id")] == []
