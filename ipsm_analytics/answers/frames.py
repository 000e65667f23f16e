"""The columns every engine gives, from numbers and states made cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.query import Cells, as_frame, dimensions
from ipsm_analytics.reference import areas

STATES = pd.CategoricalDtype([state.value for state in Status])


class Answer(NamedTuple):
    """Numbers of one cell, None where there is none, and its state."""

    status: Status
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    lower: float | None = None
    upper: float | None = None


def frame(question: Query, cells: Cells, answers: Sequence[Answer]) -> pd.DataFrame:
    """One row a cell, in the order of the cells: dimension columns, then measures.query.COLUMNS."""
    numbers = {
        name: np.array([getattr(answer, name) for answer in answers], dtype=np.float64)
        for name in ("value", "numerator", "denominator", "lower", "upper")
    }
    status = pd.Categorical([answer.status.value for answer in answers], dtype=STATES)
    return as_frame(dimensions(question, cells) | numbers | {"status": status})


def above_kelurahan(cells: Cells, problem: str) -> None:
    """Raises UserError with a problem where a cell lies below kecamatan."""
    if below := next((code for code in cells.areas if areas.level_of(code) == "kelurahan"), None):
        raise UserError(problem, found=areas.label(below), allowed="kota, kecamatan", action="pilih wilayah lain")
