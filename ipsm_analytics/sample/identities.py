"""Who each row of the sample is truly about: what a linking of persons is measured against."""

from __future__ import annotations

import numpy as np

from ipsm_analytics import schema
from ipsm_analytics.sample import sheets
from ipsm_analytics.sample.draws import Ints, objects
from ipsm_analytics.sample.files import Columns
from ipsm_analytics.sample.simulation import Simulation

HEADER_ROWS = 1
REGISTER = "dtsen_contoh.csv"


def persons(sample: Simulation) -> Columns:
    """One row a row of the case files and of the register: file, row (the header is 1), person (a number), keterangan."""
    layout = sample.layout
    parts = [(item.name, sample.load.person[layout.case[layout.file == number]]) for number, item in enumerate(layout.files)]
    parts.append((REGISTER, sheets.listed(sample.load.people)))
    rows = [_rows(person) for _, person in parts]
    person = np.concatenate([person for _, person in parts])
    return {
        "file": objects([name for name, person in parts for _ in person]),
        "row": objects(np.concatenate(rows).tolist()),
        "person": objects(person.tolist()),
        "keterangan": objects([schema.SAMPLE_MARK] * len(person)),
    }


def _rows(person: Ints) -> Ints:
    return np.arange(len(person), dtype=np.int64) + HEADER_ROWS + 1
