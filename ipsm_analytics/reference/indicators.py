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
        engine: how it is computed: 'sel' from counted cells, or one of the others of answers.query.
        numerator: quantity counted, or what another engine calls its subject.
        denominator: 'penduduk', a quantity, 'expected', or '' for a plain count.
        direction: 'netral', 'naik_baik' or 'turun_baik'.
        interval: 'byar', 'wilson' or '' (counts carry none).
        splits: dimensions it may be split by beside area and time.
        map_mark: 'warna' (choropleth), 'gelembung' (bubbles) or '' (not by area of the city).
        breaks: fixed inner class bounds of the map; empty: computed and frozen per data version.
    """

    id: str
    title: str
    short: str
    engine: str
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

    @property
    def is_share(self) -> bool:
        """True where the denominator is counted as the numerator is, not a population or what is expected."""
        return self.denominator not in ("", "penduduk", "expected")


@cache
def indicators() -> Mapping[str, Indicator]:
    """All indicators by id."""
    raw = yaml.safe_load((settings().reference / "indicators.yml").read_text(encoding="utf-8"))
    return {code: _indicator(code, entry) for code, entry in raw.items()}


@cache
def mapped() -> tuple[str, ...]:
    """Codes of the indicators that are drawn on maps."""
    return tuple(code for code, item in indicators().items() if item.map_mark)


def _indicator(code: str, entry: Mapping[str, Any]) -> Indicator:
    plain = {name: entry[key] for name, key in _KEYS.items()}
    return Indicator(id=code, splits=tuple(entry["pilah"]), breaks=tuple(float(bound) for bound in entry["kelas"]), **plain)


_KEYS = {
    "title": "judul",
    "short": "judul_pendek",
    "engine": "hitung",
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
