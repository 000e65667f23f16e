"""What every method answers where the data do not allow an answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Refusal:
    """No answer: the reason, what was found and what would be needed, both in the unit of the reason.

    Attributes:
        reason: a member of the method's own reasons; its value is a key of the catalogue.
    """

    reason: StrEnum
    found: float
    needed: float
