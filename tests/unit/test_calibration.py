"""The machinery of the proof: sums by hand, verdicts, what is kept, and that a broken method is found out."""

import sys

import numpy as np
import pytest

from calibration import run, selang
from calibration.claim import Claim, Outcome, Topic, tally
from ipsm_analytics.measures.intervals import byar

CLAIM = Claim("uji-satu", 0.6, 0.9, at=0.8)


def simulate(seed: int) -> list[Outcome]:
    return [Outcome("uji-satu", 0.8, seed, 4, 3.2), Outcome("uji-satu", 0.5, 1, 4, 2.0)]


def topic(claim: Claim = CLAIM) -> Topic:
    return Topic("uji", (claim,), simulate)


def test_outcomes_are_added_up_by_claim_and_level():
    low, high = tally(topic(), [2, 3], [*simulate(2), *simulate(3)])
    assert (low.level, low.trials, low.observed, low.predicted, low.holds) == (0.5, 8, 0.25, 0.5, None)
    assert (high.seeds, high.trials, high.observed, high.holds) == (2, 8, 0.625, True)
    assert high.predicted == pytest.approx(0.8)
    assert high.lower < 0.625 < high.upper


def test_around_is_measured_from_what_was_predicted():
    low, high = tally(topic(Claim("uji-satu", around=0.2)), [2, 3], [*simulate(2), *simulate(3)])
    assert (low.holds, high.holds) == (False, True)
    assert (high.allowed_low, high.allowed_high) == pytest.approx((0.6, 1.0))


def test_an_unknown_claim_is_a_bug():
    with pytest.raises(KeyError):
        tally(topic(), [1], [Outcome("lain", 0.8, 1, 1, 1.0)])


@pytest.mark.parametrize(("claim", "code"), [(CLAIM, 0), (Claim("uji-satu", 0.9, at=0.8), 1)])
def test_a_run_keeps_other_rows_and_returns_1_where_a_claim_fails(tmp_path, monkeypatch, claim: Claim, code: int):
    monkeypatch.setattr(run, "FINDINGS", tmp_path / "bukti.csv")
    monkeypatch.setattr(run, "topics", lambda: {"uji": topic(claim)})
    monkeypatch.setattr(run, "try_topic", lambda item, seeds, _: tally(item, seeds, [*simulate(2), *simulate(3)]))
    monkeypatch.setattr(sys, "argv", ["run", "--seeds", "2"])
    other = run.as_row(tally(topic(), [1], simulate(1))[0]) | {"claim": "lain"}
    run.write([other])
    assert run.main() == code
    assert run.main() == code
    assert [row["claim"] for row in run.kept()] == ["lain", "uji-satu", "uji-satu"]
    assert [row["holds"] for row in run.kept()] == ["", "", str(not code)]


def halved(count, level=0.95):
    lower, upper = byar(count, level)
    return (np.asarray(count) + lower) / 2, (np.asarray(count) + upper) / 2


@pytest.mark.parametrize(("limits", "holds"), [(byar, True), (halved, False)])
def test_an_interval_of_half_the_width_is_found_out(monkeypatch: pytest.MonkeyPatch, limits, holds: bool):
    monkeypatch.setattr(selang, "byar", limits)
    seeds = range(1, 9)
    found = tally(selang.TOPIC, seeds, [item for seed in seeds for item in selang.simulate(seed) if item.claim == "selang-byar"])
    assert [item.holds for item in found if item.level == 0.95] == [holds]
