"""The PSM of the sample: who they are, how much of what happens they find, and which kelurahan fall silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ipsm_analytics.reference import areas, population
from ipsm_analytics.sample import stated
from ipsm_analytics.sample.city import Reals
from ipsm_analytics.sample.draws import Bools, Ints, Objects, below, happens, objects, pick, stream, whole
from ipsm_analytics.sample.period import Period

TENTHS = 10


@dataclass(frozen=True)
class Workers:
    """One entry a PSM (W of them, by kelurahan), then what follows from them for the K kelurahan.

    Attributes:
        diligence: (W) reports relative to an ordinary PSM, in tenths; 0 never reports.
        since: (W) first active day.
        first, size: (K) where a kelurahan's PSM begin and how many they are; the first one is always active.
        found: (K) share of true events that come to be known.
    """

    ids: Objects
    kelurahan: Ints
    diligence: Ints
    since: Ints
    organisation: Objects
    first: Ints
    size: Ints
    found: Reals


def build(period: Period, seed: int) -> Workers:
    """The roster for a period: same seed, same roster."""
    source = stream(seed, "psm")
    codes = areas.codes("kelurahan")
    people = np.array([population.by_kelurahan()[code] for code in codes], dtype=np.int64)
    size = np.minimum(people // stated.count("psm", "penduduk_per_psm") + 1, stated.count("psm", "terbanyak"))
    first = np.cumsum(size) - size
    kelurahan = np.repeat(np.arange(len(codes), dtype=np.int64), size)
    diligence = _diligence(source, len(kelurahan), first)
    organisations = stated.table("psm", "organisasi")
    return Workers(
        ids=objects([_psm_id(codes[place], number) for place, count in enumerate(size) for number in range(1, count + 1)]),
        kelurahan=kelurahan,
        diligence=diligence,
        since=_since(source, period, len(kelurahan), first),
        organisation=objects(list(organisations))[pick(source, whole(organisations.values()), len(kelurahan))],
        first=first,
        size=size,
        found=_found(diligence, first, size),
    )


def _psm_id(code: str, number: int) -> str:
    return f"PSM-{code[6:8]}{code[-2:]}-{number:02d}"


def _diligence(source: np.random.Generator, size: int, first: Ints) -> Ints:
    table = stated.table("psm", "ketekunan")
    levels = np.array([round(float(level) * TENTHS) for level in table], dtype=np.int64)
    result = levels[pick(source, whole(table.values()), size)]
    result[first] = np.maximum(result[first], levels[levels > 0].min())
    return result


def _since(source: np.random.Generator, period: Period, size: int, first: Ints) -> Ints:
    oldest = (stated.count("psm", "tahun_mulai_terlama") - 1970) * 12 - period.first
    longest = max(period.month_start(-2) - period.month_start(min(oldest, -24)), 1)
    result = period.month_start(-2) - below(source, np.full(size, longest))
    new = happens(source, stated.number("psm", "baru_setahun_terakhir"), size)
    new[first] = False
    recent = period.month_start(max(period.months - 12, 0))
    return np.asarray(np.where(new, recent + below(source, np.full(size, period.cutoff - recent)), result), dtype=np.int64)


def _found(diligence: Ints, first: Ints, size: Ints) -> Reals:
    mean = np.add.reduceat(diligence, first) / size / TENTHS
    share = stated.number("psm", "terjaring_dasar") + stated.number("psm", "terjaring_per_ketekunan") * mean
    return np.clip(share, stated.number("psm", "terjaring_terendah"), stated.number("psm", "terjaring_tertinggi"))


def silent_months(period: Period, seed: int) -> Bools:
    """(K × months) True where a kelurahan sends nothing at all: the stated ones, and a few at random."""
    codes = areas.codes("kelurahan")
    source = stream(seed, "senyap")
    result = source.random((len(codes), period.months)) < stated.number("senyap", "acak")
    result[:, max(period.months - stated.count("senyap", "bulan_akhir_tanpa_acak"), 0) :] = False
    for place in stated.entries("senyap", "tetap"):
        begin, end = (period.months - 1 - back for back in place["bulan"])
        result[codes.index(place["kode"]), max(begin, 0) : max(end + 1, 0)] = True
    return result
