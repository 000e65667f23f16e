"""Indicator definitions, one entry each in indicators.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError


@dataclass(frozen=True)
class Indicator:
    """One indicator: value = numerator / denominator × scale.

    Attributes:
        numerator: cube quantity.
        denominator: 'penduduk', a cube quantity, 'expected', or '' for a plain count.
        interval: 'byar', 'wilson' or '' (counts carry none).
        splits: dimensions it may be split by beside area and time.
        map_mark: 'warna' (choropleth) or 'gelembung' (bubbles).
        breaks: fixed inner class bounds of the map; empty: computed and frozen per data version.
    """

    id: str
    title: str
    short: str
    formula: str
    numerator: str
    numerator_name: str
    denominator: str
    denominator_name: str
    unit: str
    scale: int
    decimals: int
    direction: str
    interval: str
    minimum_denominator: int
    splits: tuple[str, ...]
    map_mark: str
    breaks: tuple[float, ...]
    source: str
    note: str


@cache
def indicators() -> Mapping[str, Indicator]:
    """All indicators by id."""
    raw = yaml.safe_load((settings().reference / "indicators.yml").read_text(encoding="utf-8"))
    return {code: _indicator(code, entry) for code, entry in raw.items()}


def _indicator(code: str, entry: Mapping[str, Any]) -> Indicator:
    plain = {name: entry[key] for name, key in _KEYS.items()}
    return Indicator(id=code, splits=tuple(entry["pilah"]), breaks=tuple(float(bound) for bound in entry["kelas"]), **plain)


_KEYS = {
    "title": "judul",
    "short": "judul_pendek",
    "formula": "rumus",
    "numerator": "pembilang",
    "numerator_name": "nama_pembilang",
    "denominator": "penyebut",
    "denominator_name": "nama_penyebut",
    "unit": "satuan",
    "scale": "skala",
    "decimals": "desimal",
    "direction": "arah",
    "interval": "selang",
    "minimum_denominator": "penyebut_minimum",
    "map_mark": "peta",
    "source": "sumber",
    "note": "catatan",
}


def indicator(code: str) -> Indicator:
    """One indicator; raises UserError naming those that exist."""
    try:
        return indicators()[code.upper()]
    except KeyError:
        allowed = ", ".join(indicators())
        raise UserError("Indikator tidak dikenal.", found=code, allowed=allowed, action="pilih salah satu") from None
