"""Which of several problems most persons carry, where one person may carry several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ipsm_analytics.measures.overlaps import JOINT
from ipsm_analytics.statistics.comparison import ALPHA, change


@dataclass(frozen=True)
class Commonest:
    """The two problems most persons carry; `second` is '' where there is no other. `sure`: the first leads beyond chance."""

    first: str
    persons: int
    second: str
    second_persons: int
    sure: bool


def commonest(frame: pd.DataFrame, codes: Sequence[str]) -> Commonest:
    """Ranks codes by persons, from the combinations of `measures.overlaps` with none withheld; at least one code.

    Persons with both say nothing about which leads, so those with only the one and only the other are compared
    (McNemar, Psychometrika 12, 1947, in its exact binomial form) at ALPHA.
    """
    held = {code: frame["kombinasi"].str.split(JOINT, regex=False).map({code}.issubset).astype(bool) for code in codes}
    sizes = {code: int(frame.loc[rows, "value"].sum()) for code, rows in held.items()}
    first, *others = sorted(codes, key=lambda code: -sizes[code])
    if not others:
        return Commonest(first, sizes[first], "", 0, sure=True)
    second = others[0]
    alone = [int(frame.loc[held[one] & ~held[other], "value"].sum()) for one, other in ((first, second), (second, first))]
    return Commonest(first, sizes[first], second, sizes[second], sure=change(*alone).p_value < ALPHA)
