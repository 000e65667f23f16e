"""Population by kelurahan: an estimate built from published figures, and labelled so.

Method: census 2010 by kelurahan gives shares inside each kecamatan; a kelurahan split off in 2015
shares its parent's count by drawn area; shares are applied to the 2019 kecamatan totals and the
result is scaled to the 2025 civil-registration total of the city. Sources stand in the files read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from ipsm_analytics.errors import InternalError
from ipsm_analytics.reference import boundaries
from ipsm_analytics.reference.areas import codes, members, parent
from ipsm_analytics.reference.tables import rows

LABEL = "Perkiraan 2025 (sensus 2010 × kecamatan 2019 × adminduk 2025)"


@cache
def by_kelurahan() -> Mapping[str, int]:
    """Estimated persons by kelurahan code; sums exactly to the city's civil-registration total."""
    weights = _shares_of_2019()
    return _largest_remainder(weights, city_total())


@cache
def by_area(code: str) -> int:
    """Estimated persons of any area."""
    return sum(by_kelurahan()[member] for member in members(code))


def city_total() -> int:
    """Civil-registration count of the city, 2025."""
    return next(int(row["penduduk"]) for row in rows("penduduk_kota_2025") if row["jenis_kelamin"] == "total")


def census_2010() -> Mapping[str, int]:
    """Census 2010 by the 143 kelurahan of that year."""
    return {row["kode_kelurahan"]: int(row["penduduk_2010"]) for row in rows("penduduk_sensus_2010")}


def census_on_today() -> Mapping[str, float]:
    """Census 2010 on today's 153 kelurahan: parents share with the kelurahan split off, by drawn area."""
    families: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows("kelurahan_baru_2015"):
        families[row["kode_induk"]].append(row["kode_kelurahan"])
    result: dict[str, float] = {code: float(count) for code, count in census_2010().items()}
    drawn = boundaries.area_km2()
    for origin, children in families.items():
        total = sum(drawn[code] for code in (origin, *children))
        result |= {code: census_2010()[origin] * drawn[code] / total for code in (origin, *children)}
    return result


def _shares_of_2019() -> dict[str, float]:
    census, totals = census_on_today(), {row["kode"]: int(row["penduduk"]) for row in rows("penduduk_kecamatan_2019")}
    if set(census) != set(codes("kelurahan")):
        raise InternalError("census and crosswalk do not cover the 153 kelurahan")
    district: defaultdict[str, float] = defaultdict(float)
    for code, count in census.items():
        district[parent(code)] += count
    return {code: count / district[parent(code)] * totals[parent(code)] for code, count in census.items()}


def _largest_remainder(weights: Mapping[str, float], total: int) -> dict[str, int]:
    scale = total / sum(weights.values())
    exact = {code: weights[code] * scale for code in sorted(weights)}
    whole = {code: int(value) for code, value in exact.items()}
    order = sorted(exact, key=lambda code: (whole[code] - exact[code], code))
    return whole | {code: whole[code] + 1 for code in order[: total - sum(whole.values())]}
