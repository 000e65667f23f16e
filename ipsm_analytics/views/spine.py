"""One area against the city, indicator by indicator: each row on the scale its areas of the same level span.

The idea of a spine chart is that of public-health profiles; here each row keeps its own raw scale, higher values to the right,
and better or worse is said by symbol and word.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from ipsm_analytics.answers.repeats import returning
from ipsm_analytics.answers.waits import elsewhere, waiting
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.statistics.significance import City, Reading, Significance, Unassessed, assess, reading, significance
from ipsm_analytics.statistics.survival import Speed, against_the_rest
from ipsm_analytics.views import tables
from ipsm_analytics.views.chart import Desk, Scope, slice_name
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.spine_rows import Spine, SpineRow
from ipsm_analytics.views.values import interval_text, short_value, value_text

CODES = ("K03", "R01", "R02", "R03", "R04", "C06", "S01", "S02", "S04", "D01", "B01", "T01")
SYMBOLS: Mapping[Significance, str] = {
    Significance.MUCH_HIGHER: "▲▲",
    Significance.HIGHER: "▲",
    Significance.SAME: "●",
    Significance.LOWER: "▼",
    Significance.MUCH_LOWER: "▼▼",
    Significance.NOT_ASSESSED: "○",
}
_LEVELS = {Significance.MUCH_HIGHER: "99,8", Significance.MUCH_LOWER: "99,8", Significance.HIGHER: "95", Significance.LOWER: "95"}
HEADS = ("wilayah", "sebaran", "kota", "banding")
TABLE = ("kode", "indikator", "wilayah", "selang", "terendah", "p25", "p75", "tertinggi", "bernilai", "banding")
_SHOWN = (Status.OK, Status.ZERO)
_Judged = tuple[Significance, Reading | None, str]
"""Level against the city, what it means, why there is none."""
_IS_CITY: _Judged = (Significance.NOT_ASSESSED, None, Unassessed.IS_CITY)


@dataclass(frozen=True)
class Mark:
    """One indicator of one area beside the city and the areas of the same level.

    Attributes:
        own, city: the row of the query.
        peers: values of the areas of the level that have one.
        total: how many areas the level has.
        level: against the city; reading: what that means, None without a direction.
        reason: why it is not assessed, '' where it is.
    """

    item: Indicator
    own: Mapping[Hashable, Any]
    city: Mapping[Hashable, Any]
    peers: Sequence[float]
    total: int
    level: Significance
    reading: Reading | None
    reason: str

    @property
    def known(self) -> bool:
        """True where the area has a number."""
        return self.own["status"] in _SHOWN


def peer_level(area: str) -> str:
    """The level whose areas an area is seen among: its own, for the city that of the kecamatan."""
    level = areas.level_of(area)
    return "kecamatan" if level == "kota" else level


def marks(desk: Desk, scope: Scope) -> tuple[Mark, ...]:
    """Every indicator of CODES for the scope's area."""
    return tuple(_mark(desk, scope, code) for code in CODES)


def _mark(desk: Desk, scope: Scope, code: str) -> Mark:
    item = indicator(code)
    own = desk.answer(scope.ask(code))
    city = desk.answer(scope.ask(code, area=areas.CITY)).iloc[0]
    peers = desk.answer(scope.ask(code, peer_level(scope.area), area=areas.CITY))["value"]
    judged = _IS_CITY if scope.area == areas.CITY else _against_city(desk, scope, item, own, city, (scope.area,))[0]
    return Mark(item, own.iloc[0].to_dict(), city.to_dict(), sorted(peers.dropna()), len(peers), *judged)


def marks_by_area(desk: Desk, scope: Scope, level: str) -> Mapping[str, tuple[Mark, ...]]:
    """The marks of every area of a level by its code, each indicator asked once for all; the scope's own area does not matter."""
    columns = [_column(desk, scope, code, level) for code in CODES]
    return dict(zip(areas.codes(level), zip(*columns, strict=True), strict=True))


def _column(desk: Desk, scope: Scope, code: str, level: str) -> list[Mark]:
    """The marks of all areas of a level for one indicator."""
    item = indicator(code)
    frame = desk.answer(scope.ask(code, level, area=areas.CITY))
    city = desk.answer(scope.ask(code, area=areas.CITY)).iloc[0]
    peers = sorted(frame["value"].dropna())
    judged = _against_city(desk, scope, item, frame, city, areas.codes(level))
    rows = zip(frame.to_dict("records"), judged, strict=True)
    return [Mark(item, row, city.to_dict(), peers, len(frame), *one) for row, one in rows]


def _against_city(
    desk: Desk, scope: Scope, item: Indicator, own: pd.DataFrame, city: pd.Series, places: Sequence[str]
) -> list[_Judged]:
    """A row an area of `places`: its level, what that means, why it is not assessed."""
    if item.engine == "kelangsungan":
        return [
            _waits(desk, replace(scope, area=place), item, status) for place, status in zip(places, own["status"], strict=True)
        ]
    factor = returning(desk.facts, item, (scope.window,))
    found = assess(own, City(city["numerator"], city["denominator"]), item.interval, item.direction, factor)
    columns = (found[name] for name in ("significance", "reading", "reason"))
    return [(Significance(level), Reading(one) if one else None, str(why)) for level, one, why in zip(*columns, strict=True)]


def _waits(desk: Desk, scope: Scope, item: Indicator, status: str) -> _Judged:
    """Waiting times by log-rank of the area against the rest of the city; signed: longer is higher."""
    if status not in (*_SHOWN, Status.NOT_REACHED):
        return Significance.NOT_ASSESSED, None, str(status)
    curves = {
        name: ask(desk.facts, scope.window, scope.slice, scope.area) for name, ask in (("own", waiting), ("rest", elsewhere))
    }
    found = against_the_rest(curves, alpha=2.0)["own"]
    if found.test.p_value is None:
        return Significance.NOT_ASSESSED, None, Unassessed.NO_CITY
    size = -float(special.ndtri(max(found.test.p_value, 1e-300) / 2))
    level = significance(size if found.verdict is Speed.SLOWER else -size)
    return level, reading(level, item.direction), ""


def spine(words: Words, found: Sequence[Mark], scope: Scope) -> Spine:
    """The marks as rows."""
    return Spine(tuple(words(f"profil.kolom.{name}") for name in HEADS), tuple(_row(words, one, scope) for one in found))


def _row(words: Words, mark: Mark, scope: Scope) -> SpineRow:
    item, own, city = mark.item, mark.own, mark.city
    low, high = _scale(mark)
    whole = words("profil.semua") if scope.slice != ALL and not item.splits else ""
    symbol, verdict = verdict_text(words, mark)
    return SpineRow(
        code=item.id,
        name=f"{words(f'profil.nama.{item.id}')}{whole}",
        value=short_value(words, own["value"], own["status"], item),
        interval=interval_text(words, own["lower"], own["upper"], item) if mark.known else "",
        city=short_value(words, city["value"], city["status"], item),
        ends=(words.number(low, item.decimals), words.number(high, item.decimals)),
        middle=_span(low, high, *map(float, np.quantile(mark.peers, (0.25, 0.75)))) if mark.peers else None,
        place=_place(low, high, own["value"]),
        limits=_span(low, high, own["lower"], own["upper"]),
        city_place=_place(low, high, city["value"]),
        symbol=symbol,
        verdict=verdict,
        tone=tone(mark),
        hint=words("profil.petunjuk", judul=item.title, satuan=item.unit, ada=len(mark.peers), dari=mark.total),
    )


def _scale(mark: Mark) -> tuple[float, float]:
    """Lowest and highest of the areas' values and those of the area and the city; NaN without any."""
    values = [value for value in (*mark.peers, mark.own["value"], mark.city["value"]) if not isnan(value)]
    return (min(values), max(values)) if values else (float("nan"), float("nan"))


def _place(low: float, high: float, value: float) -> float | None:
    """Percent of the strip, the ends for what lies outside, the middle where there is no spread; None for no number."""
    if isnan(value) or isnan(low):
        return None
    return round(100 * min(max((value - low) / (high - low), 0), 1), 2) if high > low else 50.0


def _span(low: float, high: float, first: float, last: float) -> tuple[float, float] | None:
    """Both ends of a range; an open upper end reaches the end of the strip."""
    start, end = _place(low, high, first), _place(low, high, last)
    if start is None:
        return None
    return start, 100.0 if end is None else end


def verdict_text(words: Words, mark: Mark) -> tuple[str, str]:
    """Symbol and words of an area against the city: 'lebih baik (95%)'; why it is not assessed, unless its value says so."""
    if mark.reason == Unassessed.IS_CITY:
        return "", words.number(None)
    if mark.level is Significance.NOT_ASSESSED:
        told = mark.reason in {state.value for state in Status}
        why = "" if told else words("profil.sebab", sebab=words(f"profil.tak_dinilai.{mark.reason}"))
        return SYMBOLS[mark.level], f"{words('profil.tidak_dinilai')}{why}"
    if mark.level is Significance.SAME:
        return SYMBOLS[mark.level], words("profil.sama")
    side = "tinggi" if mark.level in (Significance.HIGHER, Significance.MUCH_HIGHER) else "rendah"
    meaning = words(f"profil.{mark.reading.value}") if mark.reading else words(f"profil.lebih_{side}")
    return SYMBOLS[mark.level], words("profil.beda", arti=meaning, yakin=words(f"profil.yakin_{_LEVELS[mark.level][:2]}"))


def tone(mark: Mark) -> str:
    """Style of a row's mark: better, worse, different without a direction, or plain."""
    if mark.reading is not None:
        return "baik" if mark.reading is Reading.BETTER else "buruk"
    return "biasa" if mark.level in (Significance.SAME, Significance.NOT_ASSESSED) else "beda"


def spine_table(words: Words, found: Sequence[Mark]) -> pd.DataFrame:
    """The twin of the chart: the same values in columns."""
    rows = [_table_row(words, mark) for mark in found]
    titles = [words(f"profil.tabel.{name}") for name in TABLE]
    titles.insert(4, areas.CITY_NAME)
    return pd.DataFrame([dict(zip(titles, row, strict=True)) for row in rows])


def _table_row(words: Words, mark: Mark) -> list[str]:
    item, own, city = mark.item, mark.own, mark.city
    spread = np.quantile(mark.peers, (0, 0.25, 0.75, 1)) if mark.peers else [float("nan")] * 4
    return [
        item.id,
        f"{item.title} ({item.unit})",
        value_text(words, own["value"], own["status"], item),
        interval_text(words, own["lower"], own["upper"], item) if mark.known else words.number(None),
        value_text(words, city["value"], city["status"], item),
        *(words.number(float(value), item.decimals) for value in spread),
        f"{len(mark.peers)}/{mark.total}",
        " ".join(verdict_text(words, mark)),
    ]


def spine_export(desk: Desk, scope: Scope) -> pd.DataFrame:
    """Area and city of every indicator as they may leave the office, codes and states kept."""
    parts = []
    for code in CODES:
        item = indicator(code)
        for area in dict.fromkeys((scope.area, areas.CITY)):
            frame = desk.released(scope.ask(code, area=area))
            plain = frame[[name for name in frame.columns if name not in areas.LEVELS and not str(name).startswith("kode_")]]
            labelled = plain.assign(kode_wilayah=area, wilayah=areas.label(area), kelompok=_slice_of(desk, scope, item))
            parts.append(tables.export_frame(desk, labelled.assign(periode=desk.words.window(scope.window)), item))
    return pd.concat(parts, ignore_index=True)


def _slice_of(desk: Desk, scope: Scope, item: Indicator) -> str:
    return slice_name(desk.words, scope.slice if item.splits else ALL)
