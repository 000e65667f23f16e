"""What an attack found, and what the same rule leaves to be seen."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics import answers
from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.privacy import Policy, is_sensitive
from ipsm_analytics.reference import areas, categories
from tests.attacker import collect, solve
from tests.attacker.collect import Ask, Asked
from tests.attacker.equations import SHARES, Bools, Ints, Space, tied
from tests.attacker.solve import Bounds, Potentials

WIDTH = 4
"""Least distance between the ends of an interval: five values are possible."""
Floats = npt.NDArray[np.float64]
LEVELS = ("kelurahan", "kecamatan", "kota")


@dataclass(eq=False)
class Attack:
    """Secrets one by one, and what is known of each after the attack.

    Attributes:
        where: (secrets × 4) layer, area, slice, window.
        value: true counts.
        low, high: bounds by propagation, ends of the interval by linear programme where it came to an end.
        apart: distance that is proven, from below: two tables the attacker cannot rule out lie that far apart.
        sure: the distance is the width itself.
        told: the gate itself showed the number.
    """

    space: Space
    where: npt.NDArray[np.int64]
    value: Ints
    low: Floats
    high: Floats
    apart: Floats
    sure: Bools
    told: Bools
    seconds: float
    width: float = WIDTH

    @property
    def recovered(self) -> Bools:
        """Secrets of which the attacker knows the very number."""
        return self.high - self.low < 1

    @property
    def narrow(self) -> Bools:
        """Secrets whose interval is known to be narrower than the width, the recovered among them."""
        return self.high - self.low < self.width

    @property
    def undecided(self) -> Bools:
        """Secrets whose interval is neither proven wide enough nor known to be narrow: the time was over."""
        return ~self.narrow & (self.apart < self.width)

    def summary(self) -> dict[str, float]:
        """Numbers of secrets, told, recovered, narrow and undecided; the smallest interval; seconds."""
        found = self.high - self.low
        return {
            "rahasia": len(self.value),
            "terbuka": int(self.told.sum()),
            "terbongkar": int(self.recovered.sum()),
            "sempit": int(self.narrow.sum()),
            "belum_pasti": int(self.undecided.sum()),
            "tersempit": float(found.min()) if len(found) else float("nan"),
            "detik": round(self.seconds, 2),
        }

    def rows(self, which: Bools) -> pd.DataFrame:
        """Secrets in words: lapis, wilayah, bagian, dari, sampai, nilai, bawah, atas."""
        kept = self.where[which]
        layers = [self.space.layers[place] for place in kept[:, 0]]
        windows = [self.space.windows[place] for place in kept[:, 3]]
        return pd.DataFrame(
            {
                "lapis": [_name(layer.quantity, layer.without, layer.filters, layer.release) for layer in layers],
                "wilayah": [self.space.areas[place] for place in kept[:, 1]],
                "bagian": [self.space.slices[place] for place in kept[:, 2]],
                "dari": [f"{window.first.year}-{window.first.month:02d}" for window in windows],
                "sampai": [f"{window.last.year}-{window.last.month:02d}" for window in windows],
                "nilai": self.value[which],
                "bawah": self.low[which],
                "atas": self.high[which],
            }
        )


def _name(quantity: str, without: str, filters: tuple[tuple[str, str], ...], release: int) -> str:
    rest = f" − {without}" if without else ""
    return " ".join([f"v{release + 1}", quantity + rest, *("=".join(one) for one in filters)])


def secrets(space: Space, truth: Ints, rule: Policy) -> Bools:
    """(layers × areas × slices × windows) cells the rule itself withholds: small counts, small rests of a share, and sensitive
    categories below kecamatan where there is anybody."""
    asked = np.array([not layer.without or (layer.quantity, layer.without) in SHARES for layer in space.layers])
    small = (truth > 0) & (truth < rule.small_cell)
    if rule.sensitive_to_kecamatan:
        kelurahan = np.array([areas.level_of(code) == "kelurahan" for code in space.areas])
        sensitive = np.array([is_sensitive(code) for code in space.slices])
        small |= (truth > 0) & (kelurahan[:, None] & sensitive[None, :])[None, :, :, None]
    return np.asarray(small & asked[:, None, None, None])


def attack(
    facts: Sequence[Facts],
    asks: Iterable[Ask],
    rule: Policy,
    gate: Asked,
    *,
    width: float = WIDTH,
    seconds: float = 60.0,
    changes_known: bool = True,
    single: bool = True,
    thorough: bool = False,
    months: int | None = None,
) -> Attack:
    """Everything the gate tells of one or more releases, against everything it should keep.

    `changes_known`: the attacker knows which monthly counts did not change between releases. `thorough`: linear programmes also
    for secrets whose interval is too narrow already, to say which of them are recovered. `months`: only the newest.
    Raises Contradiction where the answers contradict the equations, ValueError without data.
    """
    asked = tuple(asks)
    space = collect.space_of(facts, asked, rule, gate, single=single, months=months)
    truth = collect.truth_of(space, facts, asked)
    for release in range(1, len(facts) if changes_known else 1):
        space = tied(space, release - 1, release, truth)
    started = time.perf_counter()
    bounds = Bounds(space)
    for release, each in enumerate(facts):
        collect.collect(bounds, each, asked, rule, gate, release)
    return worked_out(bounds, truth, secrets(space, truth, rule), (width, seconds, thorough), started)


def worked_out(
    bounds: Bounds,
    truth: Ints,
    secret: Bools,
    limits: tuple[float, float, bool] = (WIDTH, 60.0, False),
    started: float | None = None,
) -> Attack:
    """The intervals of secret cells from bounds as told: propagation, then linear programmes for what adds up.

    `limits`: width, seconds and thoroughness as of `attack`.

    Distinct persons are under inequalities only: a part is at most the whole, the whole at most its parts together. The greatest
    bounds fulfil all of these together and so are a table nobody can rule out; propagation is the last word on them.
    """
    begun, space, (width, seconds, thorough) = started or time.perf_counter(), bounds.space, limits
    told = bounds.exact & secret
    bounds.propagate()
    where = np.argwhere(secret)
    cells = tuple(where.T)
    low, high = bounds.low[cells].astype(float), bounds.high[cells].astype(float)
    added = np.isin(where[:, 0], space.of_kind("jumlah"))
    sure = (high == low) | ~added
    apart = np.where(sure, high - low, -np.inf)
    kept = np.flatnonzero(~sure & (thorough | (high - low >= width)))
    if len(kept):
        _programmes(bounds, truth, (where, kept), (low, high, apart, sure), width, seconds)
    return Attack(space, where, truth[cells], low, high, apart, sure, told[cells], time.perf_counter() - begun, width)


def _programmes(
    bounds: Bounds,
    truth: Ints,
    asked: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    found: tuple[Floats, Floats, Floats, Bools],
    width: float,
    seconds: float,
) -> None:
    (low, high, apart, sure), (where, kept) = found, asked
    free = solve.potentials(bounds)
    layer = np.searchsorted(np.array(free.layers), where[kept, 0])
    first, after = (edge[where[kept, 3]] for edge in bounds.space.edges)
    start, end = ((layer, where[kept, 1], where[kept, 2], edge) for edge in (first, after))
    pairs, back = np.unique(np.stack([free.variable[start], free.variable[end]]), axis=1, return_inverse=True)
    wanted = solve.Wanted(pairs[0], pairs[1], *_true(bounds.space, free, truth))
    spread = solve.spreads(solve.rows(bounds.space, free), wanted, width, seconds)
    fixed = free.fixed[end] - free.fixed[start]
    least, most = np.ceil(spread.least - solve.TOLERANCE)[back] + fixed, np.floor(spread.most + solve.TOLERANCE)[back] + fixed
    apart[kept] = most - least
    done = spread.sure[back]
    sure[kept] = done
    low[kept[done]], high[kept[done]] = least[done], most[done]


def _true(space: Space, free: Potentials, truth: Ints) -> tuple[Floats, npt.NDArray[np.int64]]:
    """(variables) true counts up to the edge each stands for, and which kecamatan it belongs to."""
    place = np.unravel_index(free.leader, free.variable.shape)
    since_first = np.flatnonzero(space.edges[0] == 0)
    layer = np.array(free.layers)[place[0]]
    district = [code if areas.level_of(code) != "kelurahan" else areas.parent(code) for code in space.areas]
    _, block = np.unique(np.array(district), return_inverse=True)
    value = truth[layer, place[1], place[2], since_first[place[3] - 1]]
    return value.astype(np.float64), block[place[1]].astype(np.int64)


def use(facts: Facts, rule: Policy, gates: Mapping[str, Asked], code: str = "K01", months: int | None = None) -> pd.DataFrame:
    """What gates leave to be seen of an indicator, by level of area, of slice and kind of period.

    Columns: gerbang, wilayah, bagian, periode, sel (with at least one case), tampil (share of them), kasus (share of the cases of
    all these cells that is in cells shown), galat (mean relative error of what is shown).
    """
    asks = (Ask(code),)
    space = collect.space_of([facts], asks, collect.EVERYTHING, answers.query, months=months)
    truth = collect.truth_of(space, [facts], asks)[0].astype(np.float64)
    area, part = np.array([areas.level_of(code) for code in space.areas]), np.array([_part(code) for code in space.slices])
    period = np.array([period_kind(window) for window in space.windows])
    found = []
    for name, gate in gates.items():
        told = collect.told_of(space, facts, asks, rule, gate)[0]
        for level, piece, kind in product(LEVELS, ("SEMUA", "kelompok", "kategori"), PERIODS):
            block = np.ix_(area == level, part == piece, period == kind)
            found.append(
                {"gerbang": name, "wilayah": level, "bagian": piece, "periode": kind, **_seen(truth[block], told[block])}
            )
    return pd.DataFrame(found)


def _seen(truth: Floats, told: Floats) -> dict[str, float]:
    some = truth > 0
    shown = some & ~np.isnan(told)
    return {
        "sel": int(some.sum()),
        "tampil": float(shown.sum() / max(some.sum(), 1)),
        "kasus": float(truth[shown].sum() / max(truth[some].sum(), 1)),
        "galat": float((np.abs(told[shown] - truth[shown]) / truth[shown]).mean()) if shown.any() else 0.0,
    }


def _part(code: str) -> str:
    return "SEMUA" if code == ALL else "kelompok" if code in categories.GROUPS else "kategori"


PERIODS = ("bulan", "triwulan", "semester", "tahun", "sejak Januari", "lain")


def period_kind(window: Window) -> str:
    """Which of PERIODS a window is; 'sejak Januari' begins with a year and is none of the others."""
    start, length = window.first.month, window.length
    for kind, months in (("bulan", 1), ("triwulan", 3), ("semester", 6), ("tahun", 12)):
        if length == months and (start - 1) % months == 0:
            return kind
    return "sejak Januari" if start == 1 and length < 12 else "lain"
