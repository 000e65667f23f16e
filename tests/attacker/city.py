"""Random cities of a real size in few kelurahan: small counts by population, silent kelurahan, sensitive categories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Month
from ipsm_analytics.reference import areas, categories, population
from tests.cubes import Row
from tests.facts import facts_of

DISTRICTS = ("73.71.05", "73.71.12", "73.71.15")
"""The three kecamatan with the fewest kelurahan: 8, 8 and 3."""
FIRST = Month(2025, 7)
LARGEST = 5
"""Kelurahan of a kecamatan that may report; the others never do."""
SILENT = 0.25
STATES = ("baru", "verifikasi", "asesmen", "dirujuk", "dilayani", "selesai", "ditutup")
SHARES = (0.15, 0.15, 0.15, 0.1, 0.2, 0.15, 0.1)


def rows(seed: int, months: int = 12, yearly: float = 30.0) -> list[Row]:
    """Cases of a city, `yearly` per 10,000 residents in kelurahan that report at all; some persons come back."""
    rng = np.random.default_rng(seed)
    people = population.by_kelurahan()
    found: list[Row] = []
    for code in (code for district in DISTRICTS for code in areas.members(district)[:LARGEST]):
        if rng.random() < SILENT:
            continue
        rate = people[code] / 10_000 * yearly / 12 * rng.gamma(2.0, 0.5)
        for month in range(months):
            found += [_case(rng, code, FIRST.plus(month), len(found) + n) for n in range(rng.poisson(rate))]
    return found


def _case(rng: np.random.Generator, code: str, month: Month, number: int) -> Row:
    known = list(categories.categories())
    weight = 1.0 / np.arange(1, len(known) + 1)
    order = np.random.default_rng(7).permutation(len(known))
    reported = month.first_day + timedelta(days=int(rng.integers(27)))
    person = f"orang {rng.integers(max(number, 1)) if rng.random() < 0.15 else number}"
    status = str(rng.choice(STATES, p=SHARES))
    acted = reported + timedelta(days=int(rng.integers(6))) if status != "baru" else None
    return {
        "person_key": person,
        "identity": "nik",
        "kode_kelurahan": code,
        "kategori": [known[order[rng.choice(len(known), p=weight / weight.sum())]]],
        "tgl_lapor": reported,
        "tgl_verifikasi": acted,
        "tgl_rujukan": acted if status == "dirujuk" else None,
        "opd_rujukan": "Dinas Kesehatan" if status == "dirujuk" else None,
        "hasil": "terpenuhi" if status == "selesai" else None,
        "status": status,
        "jk": rng.choice(["L", "P", None], p=[0.48, 0.48, 0.04]),
        "usia": int(rng.integers(1, 90)),
    }


def city(seed: int, months: int = 12, yearly: float = 30.0) -> Facts:
    """Facts of such a city as of the day after its last month."""
    return facts_of(rows(seed, months, yearly), today=date(2026, 11, 24))


def releases(seed: int, count: int = 2, months: int = 12, yearly: float = 30.0, late: float = 0.06) -> Sequence[Facts]:
    """Successive releases of a city: of each month some cases come late, one release after the other."""
    every = rows(seed, months, yearly)
    came = np.random.default_rng([seed, 1]).binomial(count - 1, late, len(every))
    return [
        facts_of(
            [row for row, since in zip(every, came, strict=True) if since <= release],
            today=date(2026, 11, 24),
            version=release + 1,
        )
        for release in range(count)
    ]
