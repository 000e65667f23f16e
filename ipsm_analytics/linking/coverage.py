"""Which persons of the cases the formal registers know: the ground of indicator D01."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ipsm_analytics.linking.pairs import scored
from ipsm_analytics.linking.parameters import parameters
from ipsm_analytics.linking.persons import registered, reported
from ipsm_analytics.schema import MATCH_STATES
from ipsm_analytics.store import Store, Version

MATCHED, UNMATCHED, UNMATCHABLE = MATCH_STATES


def coverage(store: Store, version: Version, threshold: float | None = None) -> pd.DataFrame:
    """(persons) person_key, state (of schema.MATCH_STATES), register_key and probability of each person in the cases.

    A person with the key of a register entry is matched with probability 1; others by comparison, from the threshold up
    (default: the stated one), with the likeliest entry. Not matchable is who has neither a NIK nor a name with a birth date
    or year. register_key is '' and probability a gap where there is no match.
    """
    persons, register = reported(store, version), registered(store, version)
    exact = persons["person_key"].isin(register["person_key"])
    matchable = (persons["identity"] == "nik") | (persons["sound_keys"].notna() & persons["tahun_lahir"].notna())
    best = _likeliest(persons[matchable & ~exact], register, threshold).reindex(persons["person_key"])
    entry = np.where(exact, persons["person_key"], best["register_key"].astype(object).fillna(""))
    return pd.DataFrame(
        {
            "person_key": persons["person_key"],
            "state": np.select([entry != "", matchable], [MATCHED, UNMATCHED], UNMATCHABLE),
            "register_key": entry,
            "probability": np.where(exact, 1.0, best["probability"]).astype(float),
        }
    )


def _likeliest(persons: pd.DataFrame, register: pd.DataFrame, threshold: float | None) -> pd.DataFrame:
    """By person_key the likeliest entry of the register, for those who have one."""
    stated = parameters()
    prior = stated.in_register / (len(register) + stated.base)
    found = scored([persons, register], prior, stated, stated.threshold if threshold is None else threshold)
    found = found.sort_values(["left_key", "probability", "right_key"], ascending=[True, False, True])
    best = found.drop_duplicates("left_key").set_index("left_key")
    return best[["right_key", "probability"]].rename(columns={"right_key": "register_key"})
