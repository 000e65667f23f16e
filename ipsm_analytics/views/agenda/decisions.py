"""The two items about decisions: what came of those made before, and those made at this meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipsm_analytics.rakor.decisions import NO_INDICATOR, Decision
from ipsm_analytics.rakor.outcomes import Verdict
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views.agenda.parts import Asking, Grid, Number, Slide, definition
from ipsm_analytics.views.decisions import SUMMARY, Past, Told, headline, heads, told

OLD, NEW = "keputusan_lama", "keputusan_baru"
ROWS = 5
"""Decisions that fit on one slide."""
OLD_COLUMNS = {**SUMMARY, "perubahan": "perubahan"}
NEW_COLUMNS = {name: SUMMARY[name] for name in ("isi", "kantor", "indikator")} | {"tenggat": "tenggat"}
"""Heading -> cell."""


def old_decisions(asking: Asking, held: Sequence[Decision], past: Past) -> tuple[Slide, ...]:
    """Slides of the decisions made at earlier meetings, ROWS on each; one that says so where there are none.

    Made earlier: at a meeting before this one by its day and number. `past` gives the state of a number with the purpose of
    `asking`, so that a file withholds what the export rule does.
    """
    made = [one for one in held if one.draft.snapshot != asking.frozen.number and _earlier(asking, past(one.draft.snapshot))]
    rows = [told(asking, past, one) for one in made]
    words = asking.desk.words
    if not rows:
        return (Slide(OLD, OLD, words("keputusan.slide.tanpa_lama")),)
    parts = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    return tuple(_old_slide(asking, headline(words, rows), part, place) for place, part in enumerate(parts, 1))


def _earlier(asking: Asking, then: Asking) -> bool:
    return (then.frozen.day, then.frozen.number) <= (asking.frozen.day, asking.frozen.number or then.frozen.number)


def _old_slide(asking: Asking, title: str, rows: Sequence[Told], place: int) -> Slide:
    words = asking.desk.words
    warnings = [f"{one.decision.code}: {one.warning}" for one in rows if one.warning]
    judged = any(one.outcome.verdict is not Verdict.OPEN for one in rows)
    return Slide(
        OLD,
        f"{OLD}_{place}",
        title,
        _grid(asking, OLD_COLUMNS, rows),
        bullets=(*warnings, *([words("keputusan.slide.bukan_sebab")] if judged else [])),
        context=words("keputusan.slide.konteks", kode=asking.frozen.code),
        notes=_notes(asking, rows),
        numbers=_numbers(rows),
    )


def new_decisions(asking: Asking, held: Sequence[Decision]) -> tuple[Slide, ...]:
    """Slides of the decisions made at this meeting, ROWS on each; an empty one that invites to note them where there are none."""
    words = asking.desk.words
    rows = [told(asking, lambda _: asking, one) for one in held if one.draft.snapshot == asking.frozen.number]
    if not rows:
        invitation = (words("keputusan.slide.catat"), words("keputusan.slide.kantor"))
        return (Slide(NEW, NEW, words("keputusan.slide.tanpa_baru"), bullets=invitation),)
    title = words("keputusan.slide.baru", jumlah=words.number(len(rows)))
    parts = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    return tuple(
        Slide(
            NEW,
            f"{NEW}_{place}",
            title,
            _grid(asking, NEW_COLUMNS, part),
            context=words("keputusan.slide.konteks", kode=asking.frozen.code),
            notes=_notes(asking, part),
            numbers=_numbers(part),
        )
        for place, part in enumerate(parts, 1)
    )


def _grid(asking: Asking, columns: Mapping[str, str], rows: Sequence[Told]) -> Grid:
    """A table whose texts run on in one line each: not every medium breaks them."""
    texts = tuple(tuple("; ".join(one.cell(name).splitlines()) for name in columns.values()) for one in rows)
    return Grid(tuple(heads(asking.desk.words, tuple(columns))), texts)


def _notes(asking: Asking, rows: Sequence[Told]) -> str:
    """How the range is meant, then each indicator that is named."""
    codes = dict.fromkeys(one.draft.indicator for one in rows if one.draft.indicator != NO_INDICATOR)
    words = asking.desk.words
    return "\n".join([words("keputusan.cara"), *(definition(words, indicator(code)) for code in codes)])


def _numbers(rows: Sequence[Told]) -> tuple[Number, ...]:
    """Every value named, each once."""
    found = [number for one in rows for number in (one.before, one.now) if number is not None]
    return tuple({number.passport: number for number in found}.values())
