"""The first and the last item: what the meeting is about, and what its figures mean."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ipsm_analytics.cube import Window
from ipsm_analytics.rakor.edition import edition
from ipsm_analytics.rakor.snapshot import LIVE
from ipsm_analytics.reference.indicators import Indicator, indicator, indicators
from ipsm_analytics.views.agenda.meeting import Meeting
from ipsm_analytics.views.agenda.parts import Grid, Number, Slide
from ipsm_analytics.views.chart import period, scope_name


def opening(meeting: Meeting, shown: Sequence[str]) -> tuple[Slide, ...]:
    """Name, day, scope, period, cut-off, completeness and the agenda."""
    words, frozen, scope = meeting.words, meeting.asking.frozen, meeting.scope
    last = Window(scope.window.last, scope.window.last)
    question = scope.ask("R01", window=last)
    complete = meeting.asking.one(question)
    facts = Grid(
        (words("agenda.pembukaan.hal"), words("agenda.pembukaan.isi")),
        (
            (words("agenda.pembukaan.hari"), words.day(frozen.day)),
            (words("agenda.pembukaan.lingkup"), scope_name(words, scope)),
            (words("agenda.pembukaan.periode"), period(meeting.desk, scope.window)),
            (words("agenda.pembukaan.data"), words("status_data.sampai", tanggal=words.day(meeting.desk.cube.cutoff))),
            (words("agenda.pembukaan.kelengkapan"), _reported(meeting, complete)),
            (words("agenda.pembukaan.bekuan"), f"{frozen.code} · {frozen.edition}"),
        ),
    )
    agenda = [
        words("agenda.pembukaan.nomor", nomor=place, nama=words(f"agenda.nama.{key}")) for place, key in enumerate(shown, 1)
    ]
    mark = [words("agenda.pembukaan.contoh", tanda=meeting.mark)] if meeting.mark else []
    return (
        meeting.slide(
            "pembukaan",
            "pembukaan",
            name_of(meeting),
            "R01",
            question=question,
            figure=facts,
            bullets=[*mark, *agenda],
            more=[complete],
        ),
    )


def _reported(meeting: Meeting, complete: Number) -> str:
    words = meeting.words
    return words(
        "agenda.pembukaan.melapor",
        nilai=complete.text,
        bulan=words.month(meeting.scope.window.last),
        ada=words.number(complete.numerator),
        dari=words.number(complete.denominator),
    )


def name_of(meeting: Meeting) -> str:
    """Name of the meeting, or that it shows what was not frozen."""
    frozen = meeting.asking.frozen
    return frozen.name if frozen.number != LIVE else meeting.words("agenda.pembukaan.belum_beku", kode=frozen.code)


def methods(meeting: Meeting, slides: Sequence[Slide]) -> tuple[Slide, ...]:
    """Every indicator the other slides show, and the rules that hold for all of them."""
    words = meeting.words
    used = {one.question.indicator for slide in slides for one in slide.numbers}
    items = [item for code, item in indicators().items() if code in used]
    heads = (
        words("agenda.metode.kode"),
        words("agenda.metode.nama"),
        words("agenda.metode.satuan"),
        words("agenda.metode.sumber"),
    )
    grid = Grid(heads, tuple(_row(group) for group in _alike(items)))
    sources = sorted({part.strip() for item in items for part in item.source.split(";")})
    bullets = [
        words("agenda.metode.penduduk", catatan=indicator("K03").note),
        words("agenda.metode.selang"),
        words(
            "agenda.metode.privasi_keluar" if meeting.desk.screen.small_cell else "agenda.metode.privasi_layar",
            batas=meeting.desk.export.small_cell,
        ),
        words("agenda.metode.terbuka", hari=meeting.desk.settle_days),
        words("agenda.metode.edisi", edisi=meeting.asking.frozen.edition, kini=edition(), kode=meeting.asking.frozen.code),
        words("agenda.metode.asal", daftar="; ".join(sources)),
    ]
    return (
        meeting.slide("metode", "metode_angka", words("agenda.metode.judul_angka", jumlah=len(items)), *(one.id for one in items),
                      figure=grid),
        meeting.slide("metode", "metode_aturan", words("agenda.metode.judul_aturan"), bullets=bullets),
    )  # fmt: skip


def _alike(items: Sequence[Indicator]) -> list[list[Indicator]]:
    """Indicators that follow each other and have unit and source in common, as the five services of the SPM."""
    return [list(found) for _, found in groupby(items, key=lambda item: (item.unit, item.source))]


def _row(group: Sequence[Indicator]) -> tuple[str, str, str, str]:
    first, last = group[0], group[-1]
    if first is last:
        return first.id, first.title, first.unit, first.source
    codes = f"{first.id}–{last.id}" if len(group) > 2 else f"{first.id}, {last.id}"
    return codes, "; ".join(item.short for item in group), first.unit, first.source
