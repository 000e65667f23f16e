"""'Sejak rakor lalu' of any figure of any area of a meeting, as a chart of a page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ipsm_analytics.rakor.movement import FIGURES
from ipsm_analytics.rakor.snapshot import Snapshot
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views import figures
from ipsm_analytics.views.agenda.movement import Comparison, chosen
from ipsm_analytics.views.agenda.parts import Slide, Waterfall, ground_of, levels
from ipsm_analytics.views.chart import Chart
from ipsm_analytics.views.i18n import Words


def codes() -> tuple[str, ...]:
    """Codes of the figures that can be chosen."""
    return FIGURES


def name(code: str) -> str:
    """'Kasus dilaporkan (kasus)'."""
    item = indicator(code)
    return f"{item.title} ({item.unit})"


def places(frozen: Snapshot) -> tuple[str, ...]:
    """The area of a meeting and all areas inside it, by level."""
    inside = set(areas.members(frozen.area))
    return tuple(code for code in areas.all_codes() if code == frozen.area or set(areas.members(code)) < inside)


@dataclass(frozen=True)
class Since:
    """One figure of one area at two meetings, on a phone where `narrow`.

    `screen` is as it may be seen, `leaving` as it may leave the office.
    """

    screen: Comparison
    leaving: Comparison
    code: str
    area: str
    narrow: bool = False

    @property
    def words(self) -> Words:
        """The language of the page."""
        return self.screen.words

    @cached_property
    def slide(self) -> Slide:
        """What is told of it, as the meeting tells it."""
        return chosen(self.screen, self.code, self.area)

    @property
    def chart(self) -> Chart | None:
        """From the figure of the older meeting to that of the newer; None where the change is not split."""
        drawn = self.slide.figure
        if not isinstance(drawn, Waterfall):
            return None
        ground, words = ground_of(drawn), self.words
        moves = [
            figures.Move(step.name, step.text, *ends, step.total) for step, ends in zip(drawn.steps, levels(drawn), strict=True)
        ]
        cut = words("sejak_hal.dipotong") if ground > 0 else ""
        return Chart(
            key="sejak",
            title=self.slide.title,
            context=self.slide.context,
            reading=f"{words('gerak.cara')} {cut}".strip(),
            alt=f"{self.slide.title}: " + "; ".join(f"{step.name} {step.text}" for step in drawn.steps),
            figure=figures.waterfall(moves, ground, wide=not self.narrow),
            table=lambda: _steps(words, self.slide),
            export=lambda: _steps(words, chosen(self.leaving, self.code, self.area)),
        )


def _steps(words: Words, slide: Slide) -> pd.DataFrame:
    """One row a step: name, size in words, passport; the reason alone where nothing is split."""
    steps = slide.figure.steps if isinstance(slide.figure, Waterfall) else ()
    rows = [(step.name, step.text, step.passport) for step in steps] or [(text, "", "") for text in slide.bullets]
    return pd.DataFrame(rows, columns=[words("sejak_hal.langkah"), words("sejak_hal.nilai"), words("sejak_hal.paspor")])
