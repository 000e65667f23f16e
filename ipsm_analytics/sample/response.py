"""How each case goes on at the office: days of every stage, referral, outcome, and its state on a given day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ipsm_analytics import schema
from ipsm_analytics.reference import categories
from ipsm_analytics.sample import stated
from ipsm_analytics.sample.city import SPEEDS, City, Reals
from ipsm_analytics.sample.draws import Bools, Ints, Objects, happens, objects, pick, pick_by, spread, stream, whole
from ipsm_analytics.sample.reporting import Events

NEVER = 2**40
NEW, VERIFIED, ASSESSED, REFERRED, SERVED, DONE, CLOSED = range(len(schema.STATUSES))
STEPS = ("tgl_verifikasi", "tgl_asesmen", "tgl_rujukan", "tgl_layanan_pertama", "tgl_selesai")
UNITS = 10


@dataclass(frozen=True)
class Responses:
    """One entry a case.

    Attributes:
        days: step -> day number, NEVER where the case does not get that far.
        final: position in schema.STATUSES the case ends in; outcome, office, focus: texts.
    """

    days: dict[str, Ints]
    final: Ints
    outcome: Objects
    office: Objects
    focus: Objects

    def status_on(self, cases: Ints, day: Ints) -> Ints:
        """State of the named cases, each at the end of its day: positions in schema.STATUSES."""
        state = np.full(len(cases), NEW, dtype=np.int64)
        for rank, step in enumerate(STEPS[:-1], start=VERIFIED):
            state = np.where(self.days[step][cases] <= day, rank, state)
        return np.where(self.days[STEPS[-1]][cases] <= day, self.final[cases], state)


def respond(city: City, cases: Events, seed: int) -> Responses:
    """Draws the course of every case; stages never run backwards: lapor ≤ masuk ≤ verifikasi ≤ … ≤ selesai."""
    source = stream(seed, "respons")
    speed, group = city.speed[cases.kelurahan], city.first_group[cases.category]
    final = _final(source, speed)
    referred = (final == REFERRED) | (
        happens(source, _referral_share()[group], len(cases)) & (final > REFERRED) & (final != CLOSED)
    )
    return Responses(
        days=_days(source, cases.arrived, speed, final, referred),
        final=final,
        outcome=_outcome(source, final),
        office=np.where(referred, _word(source, "opd", group), ""),
        focus=_word(source, "fokus", group),
    )


def _final(source: np.random.Generator, speed: Ints) -> Ints:
    table = stated.tables("respons", "tahap_akhir")
    return pick_by(source, np.array([whole(table[name][status] for status in schema.STATUSES) for name in SPEEDS]), speed)


def _referral_share() -> Reals:
    table = stated.table("respons", "dirujuk")
    return np.array([table[group] for group in categories.GROUPS])


def _days(source: np.random.Generator, arrived: Ints, speed: Ints, final: Ints, referred: Bools) -> dict[str, Ints]:
    verified = arrived + _wait(source, "ke_verifikasi", speed)
    assessed = verified + _wait(source, "ke_asesmen", speed)
    sent = assessed + _wait(source, "ke_rujukan", speed)
    served = np.where(referred, sent, assessed) + _wait(source, "ke_layanan", speed)
    done = np.where(final == CLOSED, verified, served) + _wait(source, "ke_selesai", speed)
    goes_on = final != CLOSED
    return {
        "tgl_verifikasi": np.where(final >= VERIFIED, verified, NEVER),
        "tgl_asesmen": np.where((final >= ASSESSED) & goes_on, assessed, NEVER),
        "tgl_rujukan": np.where(referred, sent, NEVER),
        "tgl_layanan_pertama": np.where((final >= SERVED) & goes_on, served, NEVER),
        "tgl_selesai": np.where(final >= DONE, done, NEVER),
    }


def _wait(source: np.random.Generator, name: str, speed: Ints) -> Ints:
    factors = stated.table("respons", "kali")
    tenths = np.array([round(factors[speed_name] * UNITS) for speed_name in SPEEDS], dtype=np.int64)
    return spread(stated.table("respons", name)).draw(source, len(speed)) * tenths[speed] // UNITS


def _outcome(source: np.random.Generator, final: Ints) -> Objects:
    result = np.full(len(final), "", dtype=object)
    for status, name in ((DONE, "hasil_selesai"), (CLOSED, "hasil_ditutup")):
        table, rows = stated.table("respons", name), np.flatnonzero(final == status)
        result[rows] = objects(list(table))[pick(source, whole(table.values()), len(rows))]
    return result


def _word(source: np.random.Generator, name: str, group: Ints) -> Objects:
    """One of the words stated for a case's group, by its weights."""
    table = stated.tables("respons", name)
    words = list(dict.fromkeys(word for inner in table.values() for word in inner))
    weights = np.array([whole(table[label].get(word, 0.0) for word in words) for label in categories.GROUPS])
    return objects(words)[pick_by(source, weights, group)]
