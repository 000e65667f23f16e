"""The cases that reached the office, with all that is true of them."""

from __future__ import annotations

from dataclasses import dataclass

from ipsm_analytics.sample.city import City
from ipsm_analytics.sample.draws import Bools, Ints
from ipsm_analytics.sample.people import People
from ipsm_analytics.sample.reporting import Events
from ipsm_analytics.sample.response import Responses
from ipsm_analytics.sample.workers import Workers


@dataclass(frozen=True)
class Caseload:
    """N cases in the order they arrived.

    Attributes:
        person: (N) position in `people`; error: (N) position in `errors.codes()`, 0 = none.
        template: (N) whether the case is sent in our own format rather than as Sicadas.
    """

    city: City
    workers: Workers
    people: People
    events: Events
    person: Ints
    responses: Responses
    error: Ints
    template: Bools

    def __len__(self) -> int:
        return len(self.person)
