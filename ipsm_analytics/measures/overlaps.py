"""How many persons carry which combination of problems, as far as it may be shown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ipsm_analytics.casework import Casework
from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures.status import Status
from ipsm_analytics.privacy import Policy, withheld_combinations

JOINT = "+"
"""Between the codes of a combination."""


def combinations(
    work: Casework, area: str, window: Window, slices: tuple[str, ...], rule: Policy, among: str = ALL
) -> pd.DataFrame:
    """One row a combination that occurs, most persons first: kombinasi, banyak, value, status.

    `kombinasi` joins codes with '+', '' for none of the slices; `banyak` is how many it holds; `value` is its persons, NaN where
    withheld. The combinations are disjoint: without withheld rows they sum to the persons of the area, window and `among`.
    """
    found = work.overlaps(area, window, slices, among)
    withheld = withheld_combinations(found, area, rule)
    names = np.array(slices, dtype=object)
    return pd.DataFrame(
        {
            "kombinasi": [JOINT.join(names[held]) for held in found.members],
            "banyak": found.members.sum(axis=1),
            "value": np.where(withheld, np.nan, found.persons),
            "status": np.where(withheld, Status.SUPPRESSED.value, Status.OK.value),
        }
    )
