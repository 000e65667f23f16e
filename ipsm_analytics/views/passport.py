"""Paspor angka: where a number comes from, asked for anew by its code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import Status
from ipsm_analytics.rakor.edition import edition
from ipsm_analytics.rakor.passport import Passport, short_edition
from ipsm_analytics.rakor.snapshot import LIVE
from ipsm_analytics.reference import areas, population
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.reference.rivals import rivals_of
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.views.agenda.movement import Change, Comparison, changes, part_told, step_rows
from ipsm_analytics.views.agenda.parts import Asking, Number
from ipsm_analytics.views.chart import Scope, scope_name, slice_name
from ipsm_analytics.views.glossary import indicator_rows
from ipsm_analytics.views.published import published_table
from ipsm_analytics.views.values import unit_text

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class PassportPage:
    """One number with its whole origin; `published` are the published figures of the newest data.

    `comparison` is of the meeting it belongs to and the one before, where the number is a part of a change.
    """

    asking: Asking
    passport: Passport
    published: pd.DataFrame
    comparison: Comparison | None = None

    @property
    def item(self) -> Indicator:
        """The indicator."""
        return indicator(self.passport.question.indicator)

    @cached_property
    def number(self) -> Number:
        """The number as it is computed now from the frozen rows; raises UserError for a part there is none of."""
        if self.change is None:
            return self.asking.one(self.passport.question)
        if self.passport.part >= len(self.change.parts):
            raise UserError("Bagian perubahan ini tidak dikenal.", found=self.passport.code, action="periksa kodenya")
        return self.change.parts[self.passport.part]

    @cached_property
    def change(self) -> Change | None:
        """The change the number is a part of; None for a value. Raises UserError for a figure that is not split so."""
        return changes(self.comparison, self.passport.question)[0] if self.comparison else None

    @cached_property
    def headline(self) -> str:
        """The number in one sentence, or why there is none."""
        words, number, question = self.asking.desk.words, self.number, self.passport.question
        if self.comparison and self.change:
            return part_told(self.comparison, self.change, number)
        return words(
            "paspor.kepala" if number.known else "paspor.kepala_tanpa",
            nama=self.item.title,
            tempat=scope_name(words, Scope(question.area, question.slice, self.asking.frozen.window)),
            periode=words.window(question.window or self.asking.frozen.window),
            nilai=f"{number.text}{unit_text(number.status, self.item) if self.item.scale != 100 else ''}",
        )

    @cached_property
    def asked(self) -> Rows:
        """What was asked: area, slice, period and every filter."""
        words, question = self.asking.desk.words, self.passport.question
        rows = [
            (words("paspor.indikator"), f"{self.item.id} · {self.item.title}"),
            (words("saring.wilayah"), areas.label(question.area)),
            (words("saring.kelompok"), slice_name(words, question.slice)),
            (words("paspor.periode"), words.window(question.window or self.asking.frozen.window)),
        ]
        filters = [("jk", question.sex), ("usia", question.age), *question.traits]
        rows += [(words(f"pilahan.{name}"), value) for name, value in filters if value]
        return rows

    @cached_property
    def counted(self) -> Rows:
        """Numerator, denominator, value and interval."""
        words, number, item = self.asking.desk.words, self.number, self.item
        if self.comparison and self.change:
            return step_rows(self.comparison, self.change)
        rows = [(words("kamus.pembilang"), f"{words.number(number.numerator)} {item.numerator_name}")]
        if item.denominator:
            rows.append((words("kamus.penyebut"), f"{words.number(number.denominator)} {item.denominator_name}"))
        if item.denominator == "penduduk":
            rows.append((words("paspor.penduduk"), population.LABEL))
        rows += [(words("paspor.nilai"), number.text), (words("kamus.selang"), number.interval)]
        if number.status is not Status.OK:
            rows.append((words("paspor.keadaan"), words(f"status.{number.status}")))
        return rows

    @cached_property
    def origin(self) -> Rows:
        """Which data, frozen when, computed by which program."""
        words, frozen, cube = self.asking.desk.words, self.asking.frozen, self.asking.desk.cube
        meeting = f"{frozen.code} · {frozen.name}" if frozen.number != LIVE else words("paspor.tidak_dibekukan")
        same = self.passport.edition == short_edition(edition())
        rows = [
            (words("paspor.bekuan"), meeting),
            (words("paspor.versi"), f"v{frozen.version}" + (f" · {SAMPLE_MARK}" if cube.sample_cases else "")),
            (words("paspor.cutoff"), words.day(cube.cutoff)),
            (words("paspor.hari"), words.day(frozen.today)),
            (words("paspor.program"), f"{self.passport.edition} · {words('paspor.sama' if same else 'paspor.beda')}"),
        ]
        if frozen.number != LIVE:
            rows.insert(1, (words("paspor.rapat"), words.day(frozen.day)))
        return rows

    @cached_property
    def definition(self) -> Rows:
        """What the indicator is and how it is computed."""
        words = self.asking.desk.words
        return [*indicator_rows(words, self.item), (words("paspor.cara"), words(f"paspor.hitung_{self.item.engine}"))]

    @cached_property
    def rivals(self) -> list[tuple[str, str, pd.DataFrame]]:
        """Published concept, why it differs, and its figures; those that the data do not hold are left out."""
        words, question = self.asking.desk.words, self.passport.question
        found = []
        for rival in rivals_of(question.indicator, question.slice):
            table = published_table(words, self.published, rival.concept)
            if len(table):
                found.append((rival.concept, rival.why(words.language), table))
        return found
