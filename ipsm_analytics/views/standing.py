"""How a map paints and tells what is said of each kelurahan beyond its number."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from ipsm_analytics.answers.standing import INCOMPLETE, LEAST_COMPLETE, Mode, Refused, Standing, guarded, probability_kind
from ipsm_analytics.measures import Status
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.statistics.significance import Significance
from ipsm_analytics.statistics.spatial import Kind
from ipsm_analytics.views import classes, maps, style, tables
from ipsm_analytics.views.classes import LegendEntry
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.values import interval_text

Row = Mapping[Hashable, Any]
Painting = Mapping[str, tuple[str, str]]
"""Class -> colour and mark, in the order of the legend."""
_VERY_LOW, _LOW, _MIDDLE, _HIGH, _VERY_HIGH = style.DIVERGING
PAINTINGS: Mapping[Mode, Painting] = {
    Mode.VERSUS_CITY: {
        Significance.MUCH_HIGHER: (_VERY_HIGH, "▲▲"),
        Significance.HIGHER: (_HIGH, "▲"),
        Significance.SAME: (_MIDDLE, ""),
        Significance.LOWER: (_LOW, "▼"),
        Significance.MUCH_LOWER: (_VERY_LOW, "▼▼"),
    },
    Mode.CLUSTERED: {
        Kind.HIGH_HIGH: (_VERY_HIGH, "▲▲"),
        Kind.HIGH_LOW: (_HIGH, "▲"),
        Kind.HOT: (style.LEANING[1], "+"),
        Kind.NOTHING: (_MIDDLE, ""),
        Kind.COLD: (style.LEANING[0], "−"),
        Kind.LOW_HIGH: (_LOW, "▼"),
        Kind.LOW_LOW: (_VERY_LOW, "▼▼"),
        Kind.NO_NEIGHBOUR: (style.REFUSED, "○"),
    },
    Mode.WORST: {probability_kind(step): (style.SEQUENTIAL[step], "") for step in reversed(range(len(style.SEQUENTIAL)))},
}
_SORTED_BY: Mapping[Mode, tuple[str, bool]] = {
    Mode.SMOOTHED: ("smoothed", False),
    Mode.VERSUS_CITY: ("score", False),
    Mode.CLUSTERED: ("gi", False),
    Mode.WORST: ("expected", True),
}


@dataclass(frozen=True)
class Look:
    """A frame ready to be drawn: value, status and step as painted; its classes, and what is said of it.

    Attributes:
        mode: the mode that is drawn; RAW where another was refused.
        notice: why the mode asked for cannot be shown; '' where it is.
        remarks: sentences for the panel.
    """

    mode: Mode
    frame: pd.DataFrame
    palette: tuple[str, ...]
    marks: tuple[str, ...]
    legend: tuple[LegendEntry, ...]
    hover: list[str]
    notice: str
    remarks: tuple[str, ...]


def look(words: Words, found: Standing, item: Indicator, level: str, breaks: Sequence[float]) -> Look:
    """What a standing looks like; `breaks` are the frozen ones of the raw rate, for the smoothed rate too."""
    mode = Mode.RAW if found.refusal else found.mode
    painting = PAINTINGS.get(mode, {})
    frame = _by_class(found.frame, painting) if painting else _by_number(found.frame, item, mode, breaks)
    if painting:
        legend = _classes(words, frame, item, painting) + classes.state_entries(words, frame)
    else:
        legend = classes.legend(words, frame, item, breaks) if item.map_mark == "warna" else classes.state_entries(words, frame)
    return Look(
        mode,
        frame,
        tuple(colour for colour, _ in painting.values()),
        tuple(mark for _, mark in painting.values()),
        tuple(legend),
        hover(words, found, item, level),
        refusal(words, found.refusal) if found.refusal else "",
        remarks(words, found, item),
    )


def _by_number(frame: pd.DataFrame, item: Indicator, mode: Mode, breaks: Sequence[float]) -> pd.DataFrame:
    value = frame["smoothed"] if mode is Mode.SMOOTHED else frame["value"]
    count = len(breaks) + 1 if item.map_mark == "warna" else 1
    step = classes.class_of(value.fillna(0), breaks if count > 1 else ())
    told = guarded(frame, step.tolist(), count, item.direction)
    return told.assign(value=value, status=told["state"])


def _by_class(frame: pd.DataFrame, painting: Painting) -> pd.DataFrame:
    place = {kind: step for step, kind in enumerate(painting)}
    return frame.assign(status=frame["state"], step=[place.get(kind, 0) for kind in frame["kind"]])


def _classes(words: Words, frame: pd.DataFrame, item: Indicator, painting: Painting) -> list[LegendEntry]:
    counts = frame["kind"].value_counts()
    return [
        LegendEntry(colour, class_name(words, kind, item.direction), int(counts.get(kind, 0)), mark=mark)
        for kind, (colour, mark) in painting.items()
    ]


def class_name(words: Words, kind: str, direction: str) -> str:
    """A class in words; 'lebih baik' or 'lebih buruk' only for an indicator that has a direction."""
    name = words(f"tampilan_peta.kelas.{kind}")
    if direction == "netral" or not kind.startswith("lebih_"):
        return name
    better = kind.startswith("lebih_tinggi") == (direction == "naik_baik")
    return f"{name} ({words('tampilan_peta.lebih_baik' if better else 'tampilan_peta.lebih_buruk')})"


def refusal(words: Words, found: Refused) -> str:
    """Why the mode says nothing: what was found and what would be needed."""
    return words(f"tampilan_peta.tolak.{found.reason}", ada=words.number(found.found), perlu=words.number(found.needed))


def remarks(words: Words, found: Standing, item: Indicator) -> tuple[str, ...]:
    """What the whole map says: clustering, or the city's own figure."""
    if found.clustering:
        whole = found.clustering
        key = "tidak" if whole.p_value > 0.05 else "berkumpul" if whole.index > whole.expected else "berselang"
        return (
            words(
                f"tampilan_peta.moran.{key}",
                indeks=words.number(whole.index, 2),
                p=words.number(whole.p_value, 4),
                jumlah=whole.areas,
            ),
        )
    if found.city:
        value = words.number(found.city.numerator / found.city.denominator * item.scale, item.decimals)
        top, base = words.number(found.city.numerator), words.number(found.city.denominator)
        return (words("tampilan_peta.kota", nilai=value, satuan=item.unit, pembilang=top, penyebut=base),)
    return ()


def reading(words: Words, shown: Look, item: Indicator, layout: str) -> str:
    """How to read the map, and which areas it does not believe to be low."""
    if shown.mode is Mode.RAW:
        parts = [words("peta.cara_warna" if item.map_mark == "warna" else "peta.cara_gelembung")]
    else:
        parts = [words(f"tampilan_peta.cara.{shown.mode}")]
    hidden = int((shown.frame["status"] == Status.INCOMPLETE).sum())
    if hidden:
        parts.append(words("tampilan_peta.belum_lengkap", jumlah=hidden, batas=words.number(LEAST_COMPLETE)))
    return " ".join([*parts, words(f"peta.cara_{layout}")])


def hover(words: Words, found: Standing, item: Indicator, level: str) -> list[str]:
    """Raw value with interval as on every map, beside it what the mode says, and how complete the reports are if they are not."""
    texts = maps.hover_texts(words, found.frame, item, level)
    told: Callable[[Words, Row, Indicator], str] = _TOLD.get(Mode.RAW if found.refusal else found.mode, _nothing)
    lines = []
    for text, row in zip(texts, found.frame.to_dict("records"), strict=True):
        parts = [text, told(words, row, item) if row["state"] in _SAID else ""]
        if row["incomplete"] and row["status"] != Status.NOT_REPORTED:
            parts.append(words("tampilan_peta.kelengkapan", persen=words.number(row["completeness"])))
        lines.append("<br>".join(filter(None, parts)))
    return lines


_SAID = (Status.OK.value, INCOMPLETE)


def _nothing(_words: Words, _row: Row, _item: Indicator) -> str:
    return ""


def _told_smoothed(words: Words, row: Row, item: Indicator) -> str:
    return words(
        "tampilan_peta.sorot.halus",
        nilai=words.number(row["smoothed"], item.decimals),
        selang=interval_text(words, row["smoothed_lower"], row["smoothed_upper"], item),
        bobot=words.number(100 * row["weight"]),
    )


def _told_kind(words: Words, row: Row, item: Indicator) -> str:
    kind = str(row["kind"])
    return "" if kind == INCOMPLETE else class_name(words, kind, item.direction)


def _told_clustered(words: Words, row: Row, item: Indicator) -> str:
    told = [_told_kind(words, row, item)]
    if not isnan(row["moran"]):
        moran, moran_p = words.number(row["moran"], 2), words.number(row["moran_p"], 3)
        gi, gi_p = words.number(row["gi"], 2), words.number(row["gi_p"], 3)
        told.append(words("tampilan_peta.sorot.panas", moran=moran, moran_p=moran_p, gi=gi, gi_p=gi_p))
    return "<br>".join(filter(None, told))


def _told_worst(words: Words, row: Row, _item: Indicator) -> str:
    return words(
        "tampilan_peta.sorot.terburuk",
        peluang=words.number(100 * row["probability"]),
        tengah=words.number(row["rank"]),
        bawah=words.number(row["rank_lower"]),
        atas=words.number(row["rank_upper"]),
        kelompok=words.number(row["group"]),
    )


_TOLD: Mapping[Mode, Callable[[Words, Row, Indicator], str]] = {
    Mode.SMOOTHED: _told_smoothed,
    Mode.VERSUS_CITY: _told_kind,
    Mode.CLUSTERED: _told_clustered,
    Mode.WORST: _told_worst,
}


def table(words: Words, found: Standing, item: Indicator) -> pd.DataFrame:
    """The raw figures with their interval, beside them what the mode says, and the completeness of the reports."""
    mode = Mode.RAW if found.refusal else found.mode
    column, rising = _SORTED_BY.get(mode, ("value", False))
    frame = found.frame.sort_values(column, ascending=rising, kind="stable")
    raw = frame[[name for name in frame.columns if name in _PLAIN or not frame.columns.get_loc(name)]]
    result = tables.readable(words, raw, item)
    beside = 3 if item.interval else 2
    for name, values in _COLUMNS.get(mode, _no_columns)(words, frame, item).items():
        result.insert(beside, words(f"tampilan_peta.kolom.{name}"), values)
        beside += 1
    if mode in PAINTINGS:
        kinds = [_class_cell(words, row, item) for row in frame.to_dict("records")]
        result.insert(beside, words("tampilan_peta.kolom.kelas"), kinds)
    result[words("tampilan_peta.kolom.kelengkapan")] = [words.number(value) for value in frame["completeness"]]
    return result


_PLAIN = frozenset({"kelurahan", "kecamatan", "value", "numerator", "denominator", "lower", "upper", "status"})


def _class_cell(words: Words, row: Row, item: Indicator) -> str:
    said = row["state"] == Status.OK
    return class_name(words, row["kind"], item.direction) if said else words(f"status.{row['state']}")


def _no_columns(_words: Words, _frame: pd.DataFrame, _item: Indicator) -> dict[str, list[str]]:
    return {}


def _smoothed_columns(words: Words, frame: pd.DataFrame, item: Indicator) -> dict[str, list[str]]:
    limits = zip(frame["smoothed_lower"], frame["smoothed_upper"], strict=True)
    return {
        "halus": [words.number(value, item.decimals) for value in frame["smoothed"]],
        "halus_selang": [interval_text(words, low, high, item) for low, high in limits],
        "bobot": [words.number(100 * value) for value in frame["weight"]],
    }


def _clustered_columns(words: Words, frame: pd.DataFrame, _item: Indicator) -> dict[str, list[str]]:
    decimals = {"moran": 2, "moran_p": 3, "gi": 2, "gi_p": 3}
    return {name: [words.number(value, places) for value in frame[name]] for name, places in decimals.items()}


def _worst_columns(words: Words, frame: pd.DataFrame, _item: Indicator) -> dict[str, list[str]]:
    limits = zip(frame["rank_lower"], frame["rank_upper"], strict=True)
    return {
        "peluang": [words.number(100 * value) for value in frame["probability"]],
        "peringkat": [words.number(value) for value in frame["rank"]],
        "peringkat_selang": [_ranks(words, low, high) for low, high in limits],
        "kelompok": [words.number(value) for value in frame["group"]],
    }


def _ranks(words: Words, low: float, high: float) -> str:
    return f"{words.number(low)}–{words.number(high)}" if not isnan(low) else words.number(None)


_COLUMNS: Mapping[Mode, Callable[[Words, pd.DataFrame, Indicator], dict[str, list[str]]]] = {
    Mode.SMOOTHED: _smoothed_columns,
    Mode.CLUSTERED: _clustered_columns,
    Mode.WORST: _worst_columns,
}
