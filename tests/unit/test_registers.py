"""Who is in a register, poor, aided or gone, against the list of tests/casecity.py; the limit is desil 4."""

from __future__ import annotations

import numpy as np
import pytest

from ipsm_analytics.answers import query
from ipsm_analytics.cube import Selection
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.errors import InternalError
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import policy
from ipsm_analytics.registers import Registers
from tests.casecity import AID, CASES, MATCHES, REGISTER, case, entry, proposal
from tests.cubes import BONTORANNU, CITY, MARISO, MATTOANGIN, PANNAMPU, TALLO, months
from tests.facts import facts_of, registers_of

QUARTER = months("2026-01", "2026-03")
PLACES = (BONTORANNU, MATTOANGIN, PANNAMPU, MARISO, TALLO, CITY)
QUANTITIES: tuple[Quantity, ...] = ("listed", "poor", "poor_unaided", "aid_checked", "aid_misplaced")


@pytest.fixture(scope="module")
def known() -> Registers:
    return registers_of(REGISTER, AID, CASES)


def counts(known: Registers, quantity: Quantity, part: str = ALL) -> list[int]:
    return [int(value) for value in known.select(Selection(quantity, PLACES, (part,), (QUARTER,)))[0, 0]]


def whole(known: Registers) -> list[int]:
    """The five quantities in the whole city."""
    return [counts(known, quantity)[-1] for quantity in QUANTITIES]


class TestCity:
    @pytest.mark.parametrize(
        ("quantity", "expected"),
        [
            ("listed", [5, 2, 5, 7, 5, 12]),
            ("poor", [5, 0, 2, 5, 2, 7]),
            ("poor_unaided", [3, 0, 1, 3, 1, 4]),
            ("aid_checked", [2, 1, 2, 3, 2, 5]),
            ("aid_misplaced", [0, 1, 2, 1, 2, 3]),
        ],
    )
    def test_by_place(self, known: Registers, quantity: Quantity, expected: list[int]):
        """Poor: A, B, C, Joko, I, J, Ani; unaided of them A, I, J, Ani. Aided: B, C, D, Gita, Joko; wrong the last three."""
        assert counts(known, quantity) == expected

    @pytest.mark.parametrize(
        ("limit", "poor", "unaided", "misplaced"), [(1, 1, 1, 5), (2, 4, 3, 5), (4, 7, 4, 3), (7, 9, 5, 2), (9, 10, 6, 2)]
    )
    def test_the_limit_moves_poor_and_misplaced(self, limit: int, poor: int, unaided: int, misplaced: int):
        known = registers_of(REGISTER, AID, CASES, limit)
        assert known.limit == limit
        assert whole(known) == [12, poor, unaided, 5, misplaced]

    def test_who_is_aided_and_who_is_gone(self, known: Registers):
        assert known.keys[known.aided].tolist() == ["B", "C", "D", "F", "Gita", "Joko", "X"]
        assert known.keys[known.gone].tolist() == ["Gita", "Joko"]
        assert known.keys[~known.listed].tolist() == ["X"]

    def test_slices_are_those_the_registers_name(self, known: Registers):
        assert counts(known, "listed", "LANSIA") == [1, 0, 0, 1, 0, 1]
        assert counts(known, "listed", "PPKS-08") == [1, 0, 0, 1, 0, 1]
        assert counts(known, "listed", "PPKS-11") == [0, 0, 1, 0, 1, 1]
        assert counts(known, "listed", "ANAK") == [0] * 6
        assert counts(known, "aid_misplaced", "PPKS-11") == [0, 0, 1, 0, 1, 1]

    def test_the_same_in_every_window(self, known: Registers):
        windows = (QUARTER, months("2020-01"), months("2030-01"))
        found = known.select(Selection("poor", (CITY,), (ALL, "LANSIA"), windows))
        assert found.tolist() == [[[7], [1]]] * 3

    def test_other_quantities_are_not_counted_here(self, known: Registers):
        with pytest.raises(InternalError, match="cases"):
            known.select(Selection("cases", (CITY,), (ALL,), (QUARTER,)))


class TestAided:
    @pytest.mark.parametrize("state", ["layak", "belum", "tidak layak"])
    def test_only_aid_that_was_granted(self, state: str):
        known = registers_of([entry("A", PANNAMPU, "F1", 1)], [proposal("A", PANNAMPU, "F1", state)])
        assert known.aided.tolist() == [state == "layak"]

    @pytest.mark.parametrize(("own", "theirs", "aided"), [("F1", "F1", True), ("F1", "F2", False), (None, None, False)])
    def test_aid_of_one_is_aid_of_the_family_where_it_is_known(self, own: str | None, theirs: str | None, aided: bool):
        known = registers_of([entry("A", PANNAMPU, own, 1)], [proposal("B", PANNAMPU, theirs)])
        assert dict(zip(known.keys, known.aided, strict=True)) == {"A": aided, "B": True}

    @pytest.mark.parametrize("flag", ["pbi_nas", "pbi_pemda"])
    @pytest.mark.parametrize(("value", "aided"), [(True, True), (False, False), (None, False)])
    def test_insurance_paid_by_the_state(self, flag: str, value: bool | None, aided: bool):
        assert registers_of([entry("A", PANNAMPU, "F1", 1, **{flag: value})]).aided.tolist() == [aided]

    def test_insurance_is_of_the_person_not_of_the_family(self):
        rows = [entry("A", PANNAMPU, "F1", 1), entry("B", PANNAMPU, "F1", 1, pbi_nas=True)]
        assert registers_of(rows).aided.tolist() == [False, True]

    def test_insurance_of_an_older_year_still_counts(self):
        rows = [entry("A", PANNAMPU, "F1", 1, 2024, pbi_nas=True), entry("A", PANNAMPU, "F1", 1, 2025)]
        assert registers_of(rows).aided.tolist() == [True]

    @pytest.mark.parametrize(("programmes", "aided"), [(["PKH"], True), ([], False), (None, False)])
    def test_a_programme_named_on_a_case(self, programmes: list[str] | None, aided: bool):
        told = case("A", PANNAMPU, "01-10", "baru", "PPKS-24", program_diterima=programmes)
        assert registers_of([entry("A", PANNAMPU, "F1", 1)], cases=[told]).aided.tolist() == [aided]

    @pytest.mark.parametrize(
        ("outcome", "gone"), [("pindah", True), ("meninggal", True), ("terpenuhi", False), ("sebagian", False), (None, False)]
    )
    def test_who_moved_or_died_is_misplaced_whatever_the_desil(self, outcome: str | None, gone: bool):
        told = case("A", PANNAMPU, "01-10", "selesai", "PPKS-24", hasil=outcome)
        for desil, checked in ((1, 1), (None, int(gone))):
            known = registers_of([entry("A", PANNAMPU, "F1", desil)], [proposal("A", PANNAMPU, "F1")], [told])
            assert [counts(known, name)[-1] for name in ("aid_checked", "aid_misplaced")] == [checked, int(gone)]


class TestPersons:
    @pytest.mark.parametrize("backwards", [False, True])
    def test_the_newest_statement_holds(self, backwards: bool):
        """The year decides, not the number of the entry."""
        rows = [
            entry("J", MATTOANGIN, "F9", 8, 2024, entry_id="z"),
            entry("J", PANNAMPU, "F9", 7, None, entry_id="y"),
            entry("J", BONTORANNU, "F9", 2, 2025, entry_id="a"),
        ]
        known = registers_of(rows[::-1] if backwards else rows)
        assert known.desil.tolist() == [2]
        assert counts(known, "listed") == [1, 0, 0, 1, 0, 1]

    @pytest.mark.parametrize("backwards", [False, True])
    def test_of_two_in_one_year_the_order_of_rows_does_not_decide(self, backwards: bool):
        rows = [entry("J", MATTOANGIN, "F9", 8, entry_id="a"), entry("J", BONTORANNU, "F9", 2, entry_id="b")]
        assert registers_of(rows[::-1] if backwards else rows).desil.tolist() == [2]

    def test_a_desil_of_before_is_kept_where_the_newest_does_not_say(self):
        rows = [entry("J", MATTOANGIN, "F9", 3, 2024), entry("J", BONTORANNU, "F9", None, 2025)]
        assert registers_of(rows).desil.tolist() == [3]

    def test_categories_of_all_years_are_gathered(self):
        rows = [entry("J", PANNAMPU, None, 1, 2024, kategori=["PPKS-08"]), entry("J", PANNAMPU, None, 1, kategori=["PPKS-24"])]
        known = registers_of(rows)
        assert [counts(known, "listed", part)[-1] for part in ("PPKS-08", "PPKS-24", "ANAK")] == [1, 1, 0]

    def test_an_unknown_desil_is_neither_poor_nor_checked(self):
        known = registers_of([entry("A", PANNAMPU, "F1", None)], [proposal("A", PANNAMPU, "F1")])
        assert whole(known) == [1, 0, 0, 0, 0]

    def test_who_is_on_the_aid_list_alone_is_in_no_register(self):
        known = registers_of((), [proposal("X", PANNAMPU, "F2")])
        assert whole(known) == [0, 0, 0, 0, 0]
        assert (known.keys.tolist(), known.aided.tolist(), known.listed.tolist()) == (["X"], [True], [False])

    def test_a_register_tells_the_place_better_than_an_aid_list(self):
        known = registers_of([entry("A", BONTORANNU, "F1", 1)], [proposal("A", PANNAMPU, "F1")])
        assert counts(known, "listed") == [1, 0, 0, 1, 0, 1]


class TestEmpty:
    def test_nobody_anywhere(self):
        known = registers_of()
        assert whole(known) == [0] * 5
        assert [counts(known, "listed", part) for part in (ALL, "LANSIA", "PPKS-08")] == [[0] * 6] * 3

    def test_nobody_is_listed_of_those_found(self):
        facts = facts_of(CASES, matches={"Ani": ("tidak padan", "")})
        chosen = Selection("persons_listed", PLACES, (ALL, "LANSIA"), (QUARTER,))
        assert facts.select(chosen).values.tolist() == [[[0] * 6] * 2]

    def test_a_match_with_an_entry_that_is_gone_is_not_listed(self):
        """Ika is verified in Bontorannu; her entry is in the register no more. Joko is not verified."""
        facts = facts_of(CASES, register=REGISTER, aid=AID, matches=MATCHES)
        chosen = Selection("persons_listed", PLACES, (ALL, "LANSIA", "ANAK"), (QUARTER,))
        assert facts.select(chosen).values.tolist() == [[[1, 1, 1, 2, 1, 3], [1, 0, 0, 1, 0, 1], [0] * 6]]

    @pytest.mark.parametrize(("code", "expected"), [("T01", (5, 7)), ("T02", (1, 3))])
    def test_targeting_is_known_without_any_case(self, code: str, expected: tuple[int, int]):
        """Without cases nobody is known to have moved, died or got a programme there: Joko is poor, unaided and listed.

        Aided are B, C, D, F, Gita and X; the desil is known of B, C and D.
        """
        facts = facts_of(register=REGISTER, aid=AID)
        question = Query(code, window=QUARTER)
        (row,) = query(facts, question, policy("operator", "layar", 5)).to_dict("records")
        assert (row["numerator"], row["denominator"]) == expected


def test_arrays_are_read_only(known: Registers):
    arrays = [part for part in vars(known).values() if isinstance(part, np.ndarray)]
    assert len(arrays) == 7
    assert not any(part.flags.writeable for part in arrays)
    with pytest.raises(ValueError, match="read-only"):
        known.desil[0] = 1
