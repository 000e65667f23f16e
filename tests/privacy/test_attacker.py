"""Whoever has everything the answers tell from outside must not work out what they keep back."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from ipsm_analytics import answers
from ipsm_analytics.answers import Facts
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query
from ipsm_analytics.measures.intervals import byar
from ipsm_analytics.privacy import Policy, policy
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from tests.attacker.city import city, releases
from tests.attacker.collect import CASES, RATES, WORK, Ask, counted, threshold
from tests.attacker.report import Attack, attack
from tests.cubes import MARISO, Row, case
from tests.facts import facts_of

OUTSIDE = policy("publik", "layar", 5)
FIRST, SECOND, THIRD, FOURTH = areas.members(MARISO)[:4]
K01 = (Ask("K01"),)


def released(facts: Facts, question: Query, rule: Policy) -> pd.DataFrame:
    """The gate under attack."""
    return answers.query(facts, question, rule)


def cases(counts: dict[tuple[str, str, str], int]) -> list[Row]:
    """So many cases of each (kelurahan, month, category), each of another person."""
    return [
        case(f"{place} {month} {kind} {n}", month, place, kind, jk="L", usia=70)
        for (place, month, kind), count in counts.items()
        for n in range(count)
    ]


def city_of(counts: dict[tuple[str, str, str], int], version: int = 1) -> Facts:
    return facts_of(cases(counts), version=version)


def known(found: Attack, area: str, part: str, first: str, last: str, layer: str = "v1 cases") -> tuple[float, float, float]:
    """Value and interval of one secret."""
    rows = found.rows(np.ones(len(found.value), dtype=bool))
    mine = rows[(rows[["lapis", "wilayah", "bagian", "dari", "sampai"]] == [layer, area, part, first, last]).all(axis=1)]
    return tuple(mine[["nilai", "bawah", "atas"]].iloc[0])


class TestPlainThreshold:
    """A threshold alone does not keep small counts: each way in, on a table to be added up by hand."""

    def test_two_windows_give_the_month_between_them(self):
        facts = city_of({(FIRST, "2026-01", "PPKS-24"): 6, (FIRST, "2026-02", "PPKS-24"): 3})
        assert known(attack([facts], K01, OUTSIDE, threshold), FIRST, ALL, "2026-02", "2026-02") == (3, 3, 3)

    def test_a_kecamatan_less_its_other_kelurahan_gives_the_one(self):
        facts = city_of({(FIRST, "2026-01", "PPKS-24"): 6, (SECOND, "2026-01", "PPKS-24"): 2})
        assert known(attack([facts], K01, OUTSIDE, threshold), SECOND, ALL, "2026-01", "2026-01") == (2, 2, 2)

    def test_groups_less_all_cases_give_the_children_with_a_disability(self):
        counts = {"PPKS-01": 5, "PPKS-02": 5, "PPKS-05": 7, "PPKS-06": 6, "PPKS-09": 8, "PPKS-24": 9}
        facts = city_of({(FIRST, "2026-01", kind): count for kind, count in counts.items()})
        found = attack([facts], K01, OUTSIDE, _without_categories(threshold))
        assert known(found, FIRST, "PPKS-05", "2026-01", "2026-01") == (7, 7, 7)
        assert known(found, FIRST, "PPKS-06", "2026-01", "2026-01") == (6, 0, 16)

    def test_a_rate_and_the_residents_give_the_count(self):
        facts = city_of({(FIRST, "2026-01", "PPKS-24"): 6, (SECOND, "2026-01", "PPKS-24"): 14})
        frame = answers.query(facts, Query("K03", ("kelurahan",), area=MARISO), Policy(0, False))
        item, people = indicator("K03"), frame["denominator"].to_numpy()
        shown = frame.drop(columns="numerator")
        assert counted(shown, item)[:3].tolist() == [6, 14, 0]
        limits = shown.assign(value=np.nan, upper=np.array(byar(frame["numerator"].fillna(0))[1]) / people * item.scale)
        assert counted(limits, item)[:2].tolist() == [6, 14]

    def test_two_releases_give_what_neither_gives(self):
        before = {(FIRST, "2026-01", "PPKS-24"): 3, (SECOND, "2026-01", "PPKS-24"): 4, (THIRD, "2026-01", "PPKS-24"): 2}
        after = {**before, (SECOND, "2026-01", "PPKS-24"): 6}
        both = [city_of(before), city_of(after, 2)]
        for number, alone in enumerate(both):
            assert not attack([alone], K01, OUTSIDE, threshold).recovered[: 3 - number].any()
        assert known(attack(both, K01, OUTSIDE, threshold), SECOND, ALL, "2026-01", "2026-01") == (4, 4, 4)
        unaware = attack(both, K01, OUTSIDE, threshold, changes_known=False)
        assert known(unaware, SECOND, ALL, "2026-01", "2026-01") == (4, 0, 9)

    def test_what_one_share_hides_of_its_rest_two_others_tell(self):
        done = [case(f"selesai {n}", "2026-01", FIRST, "PPKS-24", status="verifikasi") for n in range(8)]
        new = [case(f"baru {n}", "2026-01", FIRST, "PPKS-24") for n in range(2)]
        facts, rest = facts_of([*done, *new]), "v1 persons − persons_verified"
        alone = attack([facts], (Ask("J01"),), OUTSIDE, threshold)
        assert known(alone, FIRST, ALL, "2026-01", "2026-01", rest)[1] == 0
        found = attack([facts], (Ask("J01"), Ask("K02"), Ask("C06")), OUTSIDE, threshold)
        assert known(found, FIRST, ALL, "2026-01", "2026-01", rest) == (2, 2, 2)

    def test_a_random_city_is_an_open_book(self):
        found = attack([city(1)], K01, OUTSIDE, threshold).summary()
        assert found["terbongkar"] > 0.5 * found["rahasia"]


def _without_categories(gate):
    """A gate that tells categories to nobody."""

    def shut(facts: Facts, question: Query, rule: Policy) -> pd.DataFrame:
        frame = gate(facts, question, rule)
        return frame.assign(numerator=np.nan, value=np.nan, status="disensor") if "kategori" in question.by else frame

    return shut


BOUND_TO_FAIL = pytest.mark.xfail(
    strict=False, reason="the gate is a threshold alone; what is complementary is not kept back yet"
)
QUESTIONS = {"kasus": CASES, "orang": RATES, "penanganan": WORK}


def safe(found: Attack) -> None:
    """Nothing is worked out, and no interval that could be looked at is too narrow."""
    assert not found.narrow.any(), found.rows(found.narrow).head(12).to_string()


@BOUND_TO_FAIL
class TestGate:
    """What the answers tell from outside keeps every small and every sensitive count apart by the stated width."""

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", range(50))
    def test_keeps_the_cases_of_a_random_city(self, seed: int):
        safe(attack([city(seed)], K01, OUTSIDE, released, seconds=1.0))

    @pytest.mark.slow
    def test_every_interval_is_proven_wide(self):
        assert not attack([city(0)], K01, OUTSIDE, released, seconds=120.0).undecided.any()

    @pytest.mark.slow
    @pytest.mark.parametrize("asks", QUESTIONS.values(), ids=QUESTIONS)
    def test_keeps_everything_else_that_is_counted(self, asks: Sequence[Ask]):
        safe(attack([city(3)], asks, OUTSIDE, released, seconds=1.0))

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", range(5))
    def test_keeps_it_over_successive_releases(self, seed: int):
        safe(attack(releases(seed), K01, OUTSIDE, released, seconds=1.0))
