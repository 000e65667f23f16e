"""Which questions the figures of one area put: a table of rules, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ipsm_analytics.statistics.effort import Share, Verdict
from ipsm_analytics.statistics.significance import Reading, Significance
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.spine import Mark
from ipsm_analytics.views.values import short_value

LOW_COMPLETENESS = 80.0
"""Percent of reports below which no other figure of an area can be read: the lower bound of the map's third class of R01."""
ASKED = 3
_HIGHER = (Significance.HIGHER, Significance.MUCH_HIGHER)
EFFORT = {
    Verdict.MORE_PROBLEMS: "lebih_masalah",
    Verdict.MORE_SEARCH: "lebih_dicari",
    Verdict.BOTH_MORE: "keduanya",
    Verdict.UNDER_SEARCHED: "kurang_dicari",
    Verdict.LESS_SEARCH: "kurang_dicari",
}


@dataclass(frozen=True)
class Rule:
    """One question: the indicator it rests on, when it is put, and the end of its key in the catalogue."""

    code: str
    fires: Callable[[Mark], bool]
    key: str


def incomplete(mark: Mark) -> bool:
    """Too few of the reports that were due have come."""
    return mark.known and bool(mark.own["value"] < LOW_COMPLETENESS)


def worse(mark: Mark) -> bool:
    """Worse than the city at 95% at least."""
    return mark.reading is Reading.WORSE


def higher(mark: Mark) -> bool:
    """Higher than the city at 95% at least."""
    return mark.level in _HIGHER


RULES = (
    Rule("R01", incomplete, "R01"),
    Rule("S01", worse, "S01"),
    Rule("C06", worse, "C06"),
    Rule("S02", worse, "S02"),
    Rule("D01", higher, "D01"),
    Rule("B01", worse, "B01"),
    Rule("R03", worse, "R03"),
    Rule("S04", worse, "S04"),
    Rule("T01", worse, "T01"),
    Rule("R02", worse, "R02"),
    Rule("R04", worse, "R04"),
)


def questions(words: Words, found: Sequence[Mark], effort: Share | None, place: str) -> tuple[str, ...]:
    """At most ASKED questions, each naming its figure and the indicator's code; the last rule asks after cases and effort."""
    by_code: Mapping[str, Mark] = {mark.item.id: mark for mark in found}
    asked = [
        _put(words, rule, by_code[rule.code], place) for rule in RULES if rule.code in by_code and rule.fires(by_code[rule.code])
    ]
    if effort and effort.verdict in EFFORT and effort.effort is not None and effort.rate is not None:
        said = {"laju": words.number(effort.rate, 2), "upaya": words.number(effort.effort, 2), "tempat": place}
        asked.append(words(f"profil.tanya.{EFFORT[effort.verdict]}", **said))
    return tuple(asked[:ASKED])


def _put(words: Words, rule: Rule, mark: Mark, place: str) -> str:
    own, city = mark.own, mark.city
    return words(
        f"profil.tanya.{rule.key}",
        tempat=place,
        nilai=short_value(words, own["value"], own["status"], mark.item),
        kota=short_value(words, city["value"], city["status"], mark.item),
        pembilang=words.number(own["numerator"]),
        kurang=words.number(own["denominator"] - own["numerator"]),
        penyebut=words.number(own["denominator"]),
    )
