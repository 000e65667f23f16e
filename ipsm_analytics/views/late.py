"""What late reports will add to the months of a chart: in the picture, in words, in its table and in its download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ipsm_analytics.answers.outlook import Outlook
from ipsm_analytics.cube import Month
from ipsm_analytics.cube.selection import month_label
from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.statistics.nowcast import MonthNow, Nowcast
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.views import outlook
from ipsm_analytics.views.chart import Desk, Scope, slice_name
from ipsm_analytics.views.figures import Foreseen, Line

FORESEEN = "K01"
"""The indicator whose months are foreseen."""
EXPORTED = ("final", "perkiraan_kini", "bawah_80", "atas_80", "bawah_95", "atas_95")


@dataclass(frozen=True)
class Late:
    """The nowcasts of the series of one chart of months.

    Attributes:
        found: nowcast, refusal, or None below kecamatan, by the slice or area of the series; names: how each is called.
    """

    desk: Desk
    item: Indicator
    found: Mapping[str, Nowcast | Refusal | None]
    names: Mapping[str, str]

    def drawn(self, code: str, months: Sequence[Month], values: Sequence[float | None]) -> Foreseen | None:
        """Middle and bands of the open months of a series; None where there are none, or for an indicator that is not foreseen.

        `values` are the counts as they are shown: a month without one is not foreseen.
        """
        chosen = self._open(code, months, values)
        if not any(chosen):
            return None
        return Foreseen(
            self.desk.words("arah_kasus.kini.nama"),
            [None if one is None else float(one.estimate) for one in chosen],
            [None if one is None else (float(one.lower80), float(one.upper80)) for one in chosen],
            [None if one is None else (float(one.lower95), float(one.upper95)) for one in chosen],
        )

    def _open(self, code: str, months: Sequence[Month], values: Sequence[float | None]) -> list[MonthNow | None]:
        """One entry a month, None where the month is final or its count is not told."""
        now = self.found[code]
        if self.item.id != FORESEEN or not isinstance(now, Nowcast):
            return [None] * len(months)
        least = self.desk.screen.small_cell
        known = {one.month: one for one in now.months if not one.is_final and one.estimate >= least}
        return [known.get(month) if value is not None else None for month, value in zip(months, values, strict=True)]

    def note(self, lines: Sequence[Line]) -> str:
        """Sentences for the reading line, each with a space before it: what is drawn, what cannot be foreseen, what is final."""
        words = self.desk.words
        parts = [words("panel_kini.cara")] if any(line.foreseen for line in lines) else []
        return "".join(f" {text}" for text in (*parts, *self._missing(), *self._final()))

    def _missing(self) -> list[str]:
        words = self.desk.words
        if self.item.id != FORESEEN:
            return [words("panel_kini.hanya_kasus")]
        if None in self.found.values():
            return [words("panel_kini.kelurahan")]
        refused = {code: found for code, found in self.found.items() if isinstance(found, Refusal)}
        if refused and len(refused) == len(self.found):
            return [words("panel_kini.tidak_ada", alasan=outlook.refusal(words, next(iter(refused.values()))))]
        return [words("panel_kini.tanpa", daftar=words.listing([self.names[code] for code in refused]))] if refused else []

    def _final(self) -> list[str]:
        """Up to when all series are final that can be told; nothing where one has no final month."""
        ends = [found.final_until for found in self.found.values() if isinstance(found, Nowcast)]
        known = [end for end in ends if end is not None]
        if not known or len(known) < len(ends):
            return []
        return [self.desk.words("arah_kasus.kini.final", bulan=self.desk.words.month(min(known)))]

    def alt(self, lines: Sequence[Line], months: Sequence[Month]) -> str:
        """' Perkiraan kini: Anak Okt 2026 120 (95%: 110–131).', the last open month of each line; nothing where there is none."""
        words, told = self.desk.words, []
        for line in lines:
            if line.foreseen is None:
                continue
            place = max(place for place, value in enumerate(line.foreseen.middle) if value is not None)
            low, high = line.foreseen.outer[place] or (0.0, 0.0)
            middle, ends = words.number(line.foreseen.middle[place]), f"{words.number(low)}–{words.number(high)}"
            told.append(f"{line.name} {words.month(months[place])} {middle} (95%: {ends})")
        return f" {words('panel_kini.alt', daftar='; '.join(told))}" if told else ""

    def column(self, code: str, months: Sequence[Month], values: Sequence[float | None]) -> dict[str, list[str]]:
        """A column of a readable table: the estimate with its bands, 'final', or a dash; none where nothing is foreseen."""
        words, now = self.desk.words, self.found[code]
        chosen = self._open(code, months, values)
        if not any(chosen) or not isinstance(now, Nowcast):
            return {}
        window = {one.month for one in now.months if not one.is_final}
        texts = []
        for month, one in zip(months, chosen, strict=True):
            rest = words.number(None) if month in window else words("tren.final")
            texts.append(rest if one is None else self._text(one))
        return {words("panel_kini.kolom", nama=self.names[code]): texts}

    def _text(self, one: MonthNow) -> str:
        number = self.desk.words.number
        return self.desk.words(
            "panel_kini.isi",
            nilai=number(one.estimate),
            pita80=f"{number(one.lower80)}–{number(one.upper80)}",
            pita95=f"{number(one.lower95)}–{number(one.upper95)}",
        )

    def released(self, frame: pd.DataFrame, column: str | None = None) -> pd.DataFrame:
        """A released frame by month with the columns EXPORTED; `column` names the series, None where there is one.

        Empty where the count is withheld, where the estimate is as small as counts that are, and before the nowcast's window.
        """
        if self.item.id != FORESEEN:
            return frame
        rows = {
            (code, month_label(one.month)): (one.is_final, one.estimate, one.lower80, one.upper80, one.lower95, one.upper95)
            for code, now in self.found.items()
            if isinstance(now, Nowcast)
            for one in now.months
            if one.estimate >= self.desk.export.small_cell
        }
        codes = frame[column] if column else [next(iter(self.found))] * len(frame)
        shown = frame["status"].isin([Status.OK, Status.ZERO])
        keys = zip(codes, frame["bulan"], shown, strict=True)
        told = [rows.get((code, month)) if open_ else None for code, month, open_ in keys]
        columns = {
            name: pd.Series([row[place] if row else None for row in told], frame.index, dtype=object)
            for place, name in enumerate(EXPORTED)
        }
        return frame.assign(**columns)


def of_slices(desk: Desk, scope: Scope, item: Indicator, codes: Sequence[str]) -> Late:
    """Nowcasts of several slices of the scope's area."""
    found = {code: Outlook(desk.facts, scope.area, code, 0).now for code in codes}
    return Late(desk, item, found, {code: slice_name(desk.words, code) for code in codes})


def of_areas(desk: Desk, scope: Scope, item: Indicator, codes: Sequence[str]) -> Late:
    """Nowcasts of several areas for the scope's slice."""
    found = {code: Outlook(desk.facts, code, scope.slice, 0).now for code in codes}
    return Late(desk, item, found, {code: areas.name(code) for code in codes})
