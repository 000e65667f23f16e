"""Probable pairs of persons in the cases, for an operator to look at; nothing is merged by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipsm_analytics.errors import UserError
from ipsm_analytics.linking.decisions import decisions
from ipsm_analytics.linking.parameters import Parameters, parameters
from ipsm_analytics.linking.persons import reported
from ipsm_analytics.store import Store, Version

if TYPE_CHECKING:
    import pandas as pd

LOWEST = 0.01
"""Probability below which a pair is not worth a decision."""
_HIGHEST = 1 - 1e-12
"""The weight of certainty would be infinite."""


def pairs(store: Store, version: Version, threshold: float | None = None) -> pd.DataFrame:
    """Pairs of persons that are probably one, from a probability up (default: the stated threshold), likeliest first.

    Returns:
        Columns of `candidates` with decision ('', 'sama' or 'beda') before sample. Only keys and levels, nothing of a
        person in clear.

    Raises UserError for a threshold outside 0 to 1.
    """
    found, held = candidates(store, version, threshold), decisions(store, version)
    decided = dict(zip(held["pair_id"], held["decision"], strict=True))
    found.insert(list(found).index("sample"), "decision", [decided.get(name, "") for name in found["pair_id"]])
    return found


def candidates(store: Store, version: Version, threshold: float | None = None) -> pd.DataFrame:
    """The same pairs whatever was decided about them: what a version's cases alone say.

    Returns:
        pair_id, left_key < right_key, probability (0 to 1), one column for each compared field with its level of agreement
        (nama, lahir, nik, jk, tempat, kategori: levels of padanan.yml, or 'tidak_ada') and sample.

    Raises UserError for a threshold outside 0 to 1.
    """
    stated, persons = parameters(), reported(store, version)
    lowest = stated.threshold if threshold is None else threshold
    if not 0 <= lowest <= 1:
        raise UserError("Ambang peluang di luar batas.", found=f"{lowest:g}", allowed="0 sampai 1", action="perbaiki")
    prior = 2 * stated.pairs_per_person / (len(persons) + stated.base)
    found = scored([persons], prior, stated, lowest)
    found.insert(0, "pair_id", [pair_id(*keys) for keys in zip(found["left_key"], found["right_key"], strict=True)])
    sample = set(persons.loc[persons["sample"], "person_key"])
    found["sample"] = [key in sample for key in found["left_key"]]
    return found.sort_values(["probability", "pair_id"], ascending=[False, True], ignore_index=True)


def pair_named(store: Store, version: Version, name: str) -> pd.DataFrame:
    """The row of `pairs` with this pair_id; raises UserError where no pair of at least LOWEST is called so."""
    found = pairs(store, version, LOWEST)
    chosen = found[found["pair_id"] == name]
    if chosen.empty:
        action = "lihat daftar pasangan dengan perintah link pairs"
        raise UserError("Pasangan tidak ada.", found=name, allowed=f"pasangan berpeluang {LOWEST:g} ke atas", action=action)
    return chosen


def pair_id(left_key: str, right_key: str) -> str:
    """Short name of a pair, whichever of the two comes first."""
    return hashlib.blake2b(":".join(sorted((left_key, right_key))).encode(), digest_size=6).hexdigest()


def scored(persons: Sequence[pd.DataFrame], prior: float, stated: Parameters, threshold: float) -> pd.DataFrame:
    """`model.score`, loading Splink and DuckDB only now: who only looks at pages does not wait for them."""
    from ipsm_analytics.linking.model import score  # noqa: PLC0415

    return score(persons, prior, stated, min(threshold, _HIGHEST))
