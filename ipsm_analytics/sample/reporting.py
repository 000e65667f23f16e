"""What becomes known of the true events, when it is reported, and when the report reaches the office."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ipsm_analytics.sample import stated
from ipsm_analytics.sample.city import SPEEDS, City
from ipsm_analytics.sample.draws import Bools, Ints, happens, pick, pick_by, spread, stream
from ipsm_analytics.sample.period import Period
from ipsm_analytics.sample.workers import Workers

STATES = ("tersembunyi", "senyap", "terlambat", "tiba")
HIDDEN, SILENT, LATE, ARRIVED = range(len(STATES))


@dataclass(frozen=True)
class Events:
    """True events, one entry each: place and kind as positions in the City, days, and what became of them.

    Attributes:
        found: day it happened (tgl_temuan); reported: tgl_lapor; arrived: tgl_masuk. For an event nobody
            finds the last two are the days it would have had.
        state: position in STATES: never found, found in a kelurahan that sent nothing that month, not yet at
            the office on the cut-off day, arrived.
    """

    kelurahan: Ints
    category: Ints
    found: Ints
    reported: Ints
    arrived: Ints
    state: Ints

    def __len__(self) -> int:
        return len(self.found)

    def take(self, chosen: Ints | Bools) -> Events:
        """The chosen events only."""
        return Events(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def simulate(city: City, workers: Workers, silent: Bools, period: Period, arrivals: int, seed: int) -> Events:
    """True events in the order they are drawn, up to the one with which `arrivals` of them have reached the office.

    Events that were or would have been reported before the period are left out.
    """
    size = int(arrivals * stated.number("ukuran", "cadangan_peristiwa")) + 1000
    while True:
        events = _draw(city, workers, silent, period, size, seed)
        done = np.cumsum(events.state == ARRIVED)
        if done[-1] >= arrivals:
            return events.take(np.arange(np.searchsorted(done, arrivals) + 1))
        size *= 2


def _draw(city: City, workers: Workers, silent: Bools, period: Period, size: int, seed: int) -> Events:
    source = stream(seed, "peristiwa")
    cell = pick(source, (city.weights * city.profiles.sum(axis=1)[city.profile]).ravel(), size)
    kelurahan, category = np.divmod(cell, len(city.categories))
    found = city.first_day + pick_by(source, city.profiles, city.profile[kelurahan, category])
    reported = found + spread(stated.table("kelambatan", "temuan_ke_lapor")).draw(source, size)
    arrived = reported + _transit(source, city.speed[kelurahan])
    known = happens(source, workers.found[kelurahan], size)
    state = _state(known, silent, kelurahan, period.month_of(reported), arrived > period.cutoff)
    return Events(kelurahan, category, found, reported, arrived, state).take(reported >= period.start)


def _transit(source: np.random.Generator, speed: Ints) -> Ints:
    """Days from report to office: digital ones within a day, paper ones when they are collected."""
    table = stated.table("kelambatan", "bagian_digital")
    digital = happens(source, np.array([table[name] for name in SPEEDS])[speed], len(speed))
    quick = spread(stated.table("kelambatan", "digital")).draw(source, len(speed))
    slow = spread(stated.table("kelambatan", "kertas")).draw(source, len(speed))
    return np.where(digital, quick, slow)


def _state(known: Bools, silent: Bools, kelurahan: Ints, month: Ints, late: Bools) -> Ints:
    """A report that would be made after the period is late as well; its month is judged as the last one."""
    muted = silent[kelurahan, np.clip(month, 0, silent.shape[1] - 1)]
    return np.select([~known, muted, late], [HIDDEN, SILENT, LATE], ARRIVED).astype(np.int64)
