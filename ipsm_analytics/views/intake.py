"""What became of a file: in one sentence, as bars of reasons, as first rows, as change in the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from ipsm_analytics.ingest import Impact, Report
from ipsm_analytics.intake.formats import by_kind
from ipsm_analytics.intake.sheet import Problem
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.categories import GROUPS
from ipsm_analytics.reference.reasons import LEVELS, reasons
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.strips import Row, Strip, counts

FIRST_ROWS = 5
BALANCE = ("rows_read", "accepted", "updated", "quarantined", "duplicates")
"""Counts of a report: read = accepted (of these updated) + quarantined + duplicates."""


def summary(words: Words, reports: Sequence[Report], *, saved: bool) -> str:
    """All files in one sentence; what is not yet saved is said to be so."""
    taken = [report for report in reports if not report.error]
    if not taken:
        return words("unggah.kepala_tidak_ada", berkas=words.number(len(reports)))
    totals = {name: words.number(sum(getattr(report, name) for report in taken)) for name in BALANCE}
    text = words(
        "unggah.kepala_hasil" if saved else "unggah.kepala_periksa",
        berkas=words.number(len(taken)),
        dibaca=totals["rows_read"],
        diterima=totals["accepted"],
        pembaruan=totals["updated"],
        dikarantina=totals["quarantined"],
        ganda=totals["duplicates"],
    )
    refused = len(reports) - len(taken)
    return f"{text} {words('unggah.kepala_ditolak', berkas=words.number(refused))}" if refused else text


def file_title(words: Words, report: Report) -> str:
    """Name and kind of a file, marked where it was refused."""
    kind = by_kind(report.kind).title if report.kind else words("unggah.ditolak")
    return f"{report.file} · {kind}"


def balance(words: Words, report: Report) -> list[tuple[str, str, str]]:
    """Counts of a file as they add up: name, number, note."""
    updated = words("unggah.termasuk_pembaruan", jumlah=words.number(report.updated)) if report.updated else ""
    return [
        (words(f"unggah.hitung.{name}"), words.number(getattr(report, name)), updated if name == "accepted" else "")
        for name in BALANCE
        if name != "updated"
    ]


def remarks(words: Words, report: Report) -> list[str]:
    """What else a clerk must know about a file."""
    lines = list(report.remarks)
    if report.mapped_by:
        lines.append(words("unggah.dipetakan", oleh=report.mapped_by))
    if report.removed_sample:
        lines.append(words("unggah.contoh_keluar", jumlah=words.number(report.removed_sample)))
    if report.settled:
        lines.append(words("unggah.selesai_karantina", jumlah=words.number(report.settled)))
    if report.unknown_columns:
        lines.append(words("unggah.kolom_asing", daftar=", ".join(report.unknown_columns)))
    lines += [words("unggah.koreksi", nama=name, jumlah=words.number(count)) for name, count in report.corrections.items()]
    return lines


def reason_bars(words: Words, report: Report) -> list[tuple[str, Strip]]:
    """Rows by reason, the most frequent first: those that refuse a row, that mark it, that only inform; each with a title."""
    found = sorted(report.reasons.items(), key=_weight)
    bars = [
        (words(f"unggah.tingkat.{level}"), [_reason_row(words, *item) for item in found if reasons()[item[0]].level == level])
        for level in LEVELS
    ]
    return [(title, counts(rows)) for title, rows in bars if rows]


def _weight(item: tuple[str, int]) -> tuple[int, int, str]:
    code, count = item
    return LEVELS.index(reasons()[code].level), -count, code


def _reason_row(words: Words, code: str, count: int) -> Row:
    message, action = reasons()[code].told(words.language)
    return Row(message, count, count, count, words("unggah.baris", jumlah=words.number(count)), action)


def first_rows(words: Words, report: Report) -> pd.DataFrame:
    """The first rows of each reason, in the order of the bars: where, what was found, what is allowed, what to do."""
    seen: Counter[str] = Counter()
    chosen: list[Problem] = []
    for problem in report.problems:
        seen[problem.code] += 1
        if seen[problem.code] <= FIRST_ROWS:
            chosen.append(problem)
    order = {code: place for place, (code, _) in enumerate(sorted(report.reasons.items(), key=_weight))}
    return problem_table(words, sorted(chosen, key=lambda problem: order[problem.code]))


def problem_table(words: Words, problems: Sequence[Problem]) -> pd.DataFrame:
    """Problems as a table a clerk can work down."""
    told = [reasons()[problem.code].told(words.language) for problem in problems]
    return pd.DataFrame(
        {
            words("unggah.tabel.baris"): [problem.place or str(problem.row_number) for problem in problems],
            words("unggah.tabel.kolom"): [problem.column for problem in problems],
            words("unggah.tabel.alasan"): [message for message, _ in told],
            words("unggah.tabel.ditemukan"): [problem.found for problem in problems],
            words("unggah.tabel.diterima"): [problem.allowed for problem in problems],
            words("unggah.tabel.tindakan"): [action for _, action in told],
        }
    )


def impact_sentence(words: Words, impact: Impact) -> str:
    """How many rows a table gains, and of which days."""
    name = words(f"unggah.tabel_data.{impact.table}")
    before, after = words.number(impact.before), words.number(impact.after)
    text = words("unggah.berubah", nama=name, sebelum=before, sesudah=after, beda=_signed(words, impact.after - impact.before))
    if impact.first is None:
        return text
    return f"{text} {words('unggah.rentang', dari=words.day(impact.first), sampai=words.day(impact.last))}"


def impact_table(words: Words, impact: Impact) -> pd.DataFrame:
    """Change by kecamatan and, for cases, by group; the groups do not add up to the cases."""
    rows = [(areas.label(code), count) for code, count in impact.kecamatan.items()]
    rows += [(words(f"kelompok.{group}"), impact.groups[group]) for group in GROUPS if group in impact.groups]
    return pd.DataFrame(
        {
            words("unggah.tabel.wilayah_kelompok"): [name for name, _ in rows],
            words("unggah.tabel.perubahan"): [_signed(words, count) for _, count in rows],
        }
    )


def _signed(words: Words, count: int) -> str:
    return f"+{words.number(count)}" if count > 0 else words.number(count)
