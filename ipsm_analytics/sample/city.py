"""The true city of the sample: how often which problem arises where and when, whether anybody reports it or not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from ipsm_analytics.reference import areas, boundaries, categories, population
from ipsm_analytics.sample import stated
from ipsm_analytics.sample.draws import Bools, Ints, stream
from ipsm_analytics.sample.period import Period, day_number, day_of

Reals = npt.NDArray[np.float64]
PROFILES = ("biasa", "jalanan", "banjir", "naik")
SPEEDS = ("cepat", "sedang", "lambat")
WEIGHT_SUM = 100_000_000
DAY_UNIT = 1000


@dataclass(frozen=True)
class City:
    """Weights of true events; K = 153 kelurahan, G = 5 groups, C categories, in the order of the reference tables.

    Attributes:
        districts: (K) position of the kecamatan in `areas.codes('kecamatan')`.
        speed: (K) position of the kecamatan's class in SPEEDS.
        in_group: (C × G) whether a category counts in a group; first_group: (C) the one its rate belongs to.
        rates: (K × G) rate of a group relative to the city's.
        weights: (K × C) weight of one ordinary day; profile: (K × C) which row of `profiles` applies.
        profiles: (P × D) weight of each day from `first_day` to the cut-off, in thousandths of an ordinary one.
    """

    codes: tuple[str, ...]
    districts: Ints
    speed: Ints
    categories: tuple[str, ...]
    in_group: Bools
    first_group: Ints
    rates: Reals
    weights: Ints
    profile: Ints
    profiles: Ints
    first_day: int


def build(period: Period, seed: int) -> City:
    """The city for a period: same seed, same city."""
    codes, kinds = areas.codes("kelurahan"), tuple(categories.categories())
    in_group = np.array([[group in categories.categories()[kind].groups for group in categories.GROUPS] for kind in kinds])
    first_group = np.array([categories.GROUPS.index(categories.categories()[kind].groups[0]) for kind in kinds], dtype=np.int64)
    rates = relative_rates(seed)
    first_day = period.start - stated.count("ukuran", "hari_sebelum_awal")
    return City(
        codes=codes,
        districts=np.array([areas.codes("kecamatan").index(areas.parent(code)) for code in codes], dtype=np.int64),
        speed=np.array([SPEEDS.index(speed_of(areas.parent(code))) for code in codes], dtype=np.int64),
        categories=kinds,
        in_group=in_group,
        first_group=first_group,
        rates=rates,
        weights=_weights(rates, kinds, first_group),
        profile=_profile_of(codes, kinds),
        profiles=daily_profiles(period, first_day),
        first_day=first_day,
    )


def speed_of(district: str) -> str:
    """Response class of a kecamatan."""
    classes = stated.lists("respons", "kelas")
    return next((name for name, codes in classes.items() if district in codes), "sedang")


def relative_rates(seed: int) -> Reals:
    """(K × G) exp of a smooth random field, partly shared by all groups, times the stated hot kelurahan."""
    shared = stated.number("ruang", "bagian_bersama")
    common = smooth_field(seed, "semua")
    result = np.empty((len(common), len(categories.GROUPS)))
    for column, group in enumerate(categories.GROUPS):
        own = smooth_field(seed, group)
        mixed = [math.sqrt(shared) * a + math.sqrt(1 - shared) * b for a, b in zip(common, own, strict=True)]
        result[:, column] = [round(math.exp(stated.number("ruang", "simpangan") * value), 6) for value in mixed]
    for place in stated.entries("ruang", "kelurahan_tinggi"):
        for group, factor in place["kali"].items():
            result[areas.codes("kelurahan").index(place["kode"]), categories.GROUPS.index(group)] *= factor
    return result


def smooth_field(seed: int, name: str) -> list[float]:
    """One value a kelurahan, mean 0 and deviation 1: sums of uniforms averaged with their neighbours."""
    codes = areas.codes("kelurahan")
    draws = stream(seed, f"medan {name}").random((len(codes), 12))
    values = {code: math.fsum(row) - 6 for code, row in zip(codes, draws.tolist(), strict=True)}
    near = _near()
    for _ in range(stated.count("ruang", "putaran_rata_rata")):
        values = {
            code: (value + math.fsum(values[other] for other in near[code]) / len(near[code])) / 2
            for code, value in values.items()
        }
    mean = math.fsum(values.values()) / len(values)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values.values()) / len(values))
    return [(values[code] - mean) / deviation for code in codes]


def _near() -> Mapping[str, tuple[str, ...]]:
    islands = stated.lists("ruang", "pulau")
    return {code: tuple(sorted(near)) or islands[code] for code, near in boundaries.neighbours().items()}


def _weights(rates: Reals, kinds: tuple[str, ...], first_group: Ints) -> Ints:
    people = np.array([population.by_kelurahan()[code] for code in areas.codes("kelurahan")], dtype=np.float64)
    burden = people[:, np.newaxis] * rates
    shares = _category_shares(kinds)
    result: Reals = burden[:, first_group] / burden.sum(axis=0)[first_group] * shares * WEIGHT_SUM
    flooded = [kinds.index(kind) for kind in stated.texts("musim", "jenis_banjir")]
    for district, factor in stated.table("ruang", "rawan_banjir").items():
        inside = [areas.codes("kelurahan").index(code) for code in areas.members(district)]
        result[np.ix_(inside, flooded)] *= factor
    return np.rint(result).astype(np.int64)


def _category_shares(kinds: tuple[str, ...]) -> Reals:
    groups, inside = stated.table("kelompok", "bagian"), stated.tables("kelompok", "jenis")
    shares = {kind: groups[group] * weight for group, table in inside.items() for kind, weight in table.items()}
    return np.array([shares.get(kind, 0.0) for kind in kinds])


def _profile_of(codes: tuple[str, ...], kinds: tuple[str, ...]) -> Ints:
    result = np.zeros((len(codes), len(kinds)), dtype=np.int64)
    result[:, [kinds.index(kind) for kind in stated.texts("musim", "jenis_jalanan")]] = PROFILES.index("jalanan")
    result[:, [kinds.index(kind) for kind in stated.texts("musim", "jenis_banjir")]] = PROFILES.index("banjir")
    rising = [codes.index(code) for district in stated.texts("kenaikan", "kecamatan") for code in areas.members(district)]
    result[np.ix_(rising, [kinds.index(kind) for kind in stated.texts("kenaikan", "jenis")])] = PROFILES.index("naik")
    return result


def daily_profiles(period: Period, first_day: int) -> Ints:
    """(P × D) weight of every day, one row for each of PROFILES."""
    days = [day_of(number) for number in range(first_day, period.cutoff + 1)]
    rows = ([1.0] * len(days), _street(days), _flood(days), _rise(days, period))
    return np.array([[round(DAY_UNIT * value) for value in row] for row in rows], dtype=np.int64)


def _street(days: list[date]) -> list[float]:
    factors: dict[date, float] = {}
    for season in stated.entries("musim", "ramadan"):
        peak = season["lebaran"] - timedelta(days=stated.count("musim", "hari_menjelang_lebaran"))
        end = season["lebaran"] + timedelta(days=stated.count("musim", "hari_sesudah_lebaran"))
        factors |= dict.fromkeys(_days(season["mulai"], peak), stated.number("musim", "kali_ramadan"))
        factors |= dict.fromkeys(_days(peak, end), stated.number("musim", "kali_menjelang_lebaran"))
    return [factors.get(day, 1.0) for day in days]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _flood(days: list[date]) -> list[float]:
    wet, dry = stated.number("musim", "kali_banjir"), stated.number("musim", "kali_luar_banjir")
    months = stated.numbers("musim", "bulan_banjir")
    return [wet if day.month in months else dry for day in days]


def _rise(days: list[date], period: Period) -> list[float]:
    begin = period.month_start(period.months - stated.count("kenaikan", "bulan"))
    low, high = stated.number("kenaikan", "kali_awal"), stated.number("kenaikan", "kali_akhir")
    steps = [(day_number(day) - begin) / (period.cutoff - begin) for day in days]
    return [low + (high - low) * step if step >= 0 else 1.0 for step in steps]
