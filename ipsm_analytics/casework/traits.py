"""By what cases can be told apart beside area, time, slice, sex and age."""

from __future__ import annotations

from collections.abc import Mapping

from ipsm_analytics import schema

AGE_CLASSES = ((0, 2), (3, 7), (8, 30), (31, None))
"""Days an open case has been waiting, both ends included."""
NEW, AGAIN = "baru", "berulang"
NO_FOCUS, NO_OUTCOME, NO_OFFICE = "belum ditentukan", "belum ada", "tidak disebut"
AGE_LABELS = tuple(f"{low}-{high}" if high is not None else f">{low - 1}" for low, high in AGE_CLASSES)
TRAITS: Mapping[str, tuple[str, ...]] = {
    "keberulangan": (NEW, AGAIN),
    "umur": AGE_LABELS,
    "fokus": (*schema.FOCUS, NO_FOCUS),
    "hasil": (*schema.OUTCOMES, NO_OUTCOME),
    "opd": (),
}
"""Labels of each trait; those of `opd` are the offices the data name (Casework.labels)."""
