"""Fields compared, their levels of agreement with weights, and the threshold: read from data/reference/padanan.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import yaml

from ipsm_analytics.config import settings

UNKNOWN = "tidak_ada"
"""Level of a field that one of the two does not state."""


class Weight(NamedTuple):
    """m: chance of a level for one and the same person; u: for two different persons."""

    m: float
    u: float


@dataclass(frozen=True)
class Parameters:
    """What the comparison of persons rests on.

    Attributes:
        threshold: probability from which a pair is shown.
        others, base: imagined persons added when the rarity of words and the prior are computed.
        pairs_per_person: expected true pairs for each person; in_register: share of persons expected in a register.
        measured: true pairs there were, links made, and links that were true, at the threshold on samples with known truth.
        fields: field -> level -> weight, the strongest level first.
    """

    threshold: float
    others: int
    base: int
    pairs_per_person: float
    in_register: float
    measured: tuple[int, int, int]
    fields: Mapping[str, Mapping[str, Weight]]

    def level(self, field: str, gamma: int) -> str:
        """Name of a level by Splink's number: -1 unknown, 0 the weakest."""
        return UNKNOWN if gamma < 0 else list(self.fields[field])[-1 - gamma]


@cache
def parameters() -> Parameters:
    """The parameters as stated."""
    text = (settings().reference / "padanan.yml").read_text(encoding="utf-8")
    stated = yaml.safe_load(text)
    fields = {
        field: {level: Weight(float(weight["m"]), float(weight["u"])) for level, weight in levels.items()}
        for field, levels in stated["bidang"].items()
    }
    return Parameters(
        threshold=float(stated["ambang"]),
        others=int(stated["orang_lain"]),
        base=int(stated["orang_awal"]),
        pairs_per_person=float(stated["pasangan_per_orang"]),
        in_register=float(stated["dalam_register"]),
        measured=(stated["terukur"]["pasangan"], stated["terukur"]["tautan"], stated["terukur"]["benar"]),
        fields=fields,
    )
