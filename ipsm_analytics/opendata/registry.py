"""The data sets that are published, one entry each in data_terbuka.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from ipsm_analytics.config import settings
from ipsm_analytics.errors import InternalError, UserError

LEVELS = ("kota", "kecamatan")
"""Levels of areas the public sees; nothing below is ever published."""


@dataclass(frozen=True)
class DataSet:
    """One data set.

    Attributes:
        indicators: codes of indicators.yml, all answered for the same cells.
        levels: of LEVELS.
        by_group: one row a group of problems instead of one for all.
        times: 'tahun' (finished years and the one that runs) and 'triwulan'.
    """

    id: str
    title: str
    about: str
    indicators: tuple[str, ...]
    levels: tuple[str, ...]
    by_group: bool
    times: tuple[str, ...]

    @property
    def filters(self) -> tuple[str, ...]:
        """Names of the filters it knows."""
        known = {"tahun": True, "kecamatan": "kecamatan" in self.levels, "kelompok": self.by_group}
        return tuple(name for name, there in known.items() if there)


@cache
def data_sets() -> Mapping[str, DataSet]:
    """All data sets by id; raises InternalError for one that would reach below kecamatan."""
    raw = yaml.safe_load((settings().reference / "data_terbuka.yml").read_text(encoding="utf-8"))
    found = {
        code: DataSet(
            code,
            entry["judul"],
            entry["isi"],
            tuple(entry["indikator"]),
            tuple(entry["tingkat"]),
            entry["kelompok"] == "ya",
            tuple(entry["periode"]),
        )
        for code, entry in raw.items()
    }
    if low := [one.id for one in found.values() if not set(one.levels) <= set(LEVELS)]:
        raise InternalError(f"published below kecamatan: {low}")
    return found


def data_set(code: str) -> DataSet:
    """One data set; raises UserError naming those that exist."""
    try:
        return data_sets()[code]
    except KeyError:
        allowed = ", ".join(data_sets())
        raise UserError("Kumpulan data tidak dikenal.", found=code, allowed=allowed, action="pilih salah satu") from None
