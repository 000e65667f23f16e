"""Lembar wilayah as PDF: one A4 an area, all in one file or a zip with a file each."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ipsm_analytics.answers import Facts
from ipsm_analytics.answers.facts import load
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Window
from ipsm_analytics.errors import UserError
from ipsm_analytics.materials import cartography, codes, drawing
from ipsm_analytics.materials.document import Link, linked
from ipsm_analytics.materials.files import check_target, whole
from ipsm_analytics.materials.paper import Press
from ipsm_analytics.rakor.snapshot import Snapshot, facts_of, live, snapshot
from ipsm_analytics.store import Store
from ipsm_analytics.views.agenda.parts import Asking, asking
from ipsm_analytics.views.agenda.sheet import AreaSheet, KeyRow, Part, Sheets, passports
from ipsm_analytics.views.i18n import Words

SUFFIXES = (".pdf", ".zip")
YEAR = 12
WIDTH = 516.0
"""Points between the margins of a sheet."""
Progress = Callable[[int, int], None]
"""Told how many sheets of how many are done."""
_STAMP = (1980, 1, 1, 0, 0, 0)
"""The same sheets give the same zip."""


def write(asked: Asking, level: str, out: Path, progress: Progress = lambda _done, _all: None, link: Link = linked) -> int:
    """Writes the sheets of all areas of a level inside the frozen scope, whole or not at all; returns how many.

    Args:
        level: 'kecamatan' or 'kelurahan'.
        out: *.pdf for one file with a page an area, *.zip for a file an area.
        progress: told after each sheet.
        link: gives the address behind a passport's QR code.

    Raises UserError for another level or suffix, a place that cannot be written, a scope without areas of the level, no data.
    """
    check_target(out, SUFFIXES)
    sheets = Sheets(asked, level)
    made = (_zipped if out.suffix.lower() == ".zip" else _bound)(sheets, asked.desk.words, progress, link)
    with whole(out) as path:
        path.write_bytes(made)
    return len(sheets.codes)


def make(level: str, out: Path, config: Settings, name: str | None = None, progress: Progress = lambda _done, _all: None) -> int:
    """Writes the sheets of a snapshot, or of the newest data: the twelve months up to the last full one; returns how many.

    Raises UserError as `write` does, for an unknown snapshot and a period without data.
    """
    check_target(out, SUFFIXES)
    store = Store(config)
    if name:
        frozen = snapshot(store, name)
        facts = facts_of(store, frozen, config)
    else:
        frozen, facts = _newest(store, config)
    span = facts.cube.span
    if span is None or frozen.window.last < span.first or span.last < frozen.window.first:
        found = Words().window(frozen.window)
        raise UserError("Tidak ada data pada periode itu.", found=found, action="pilih rakor lain dengan --snapshot")
    return write(
        asking(facts, frozen, Words(), "operator", "ekspor"), level, out, progress, lambda code: codes.link(code, config)
    )


def _newest(store: Store, config: Settings) -> tuple[Snapshot, Facts]:
    facts = load(store, store.latest(), config)
    last = facts.cube.last_full_month()
    if last is None:
        raise UserError("Belum ada data untuk lembar wilayah.", action="masukkan berkas lebih dahulu lewat halaman Unggah")
    return live(store, config, Window(last.plus(1 - YEAR), last)), facts


def file_name(sheet: AreaSheet) -> str:
    """'73.71.06.1001_Kaluku_Bodoa.pdf'."""
    return f"{sheet.code}_{re.sub(r'[^A-Za-z0-9-]+', '_', sheet.name).strip('_')}.pdf"


def _zipped(sheets: Sheets, words: Words, progress: Progress, link: Link) -> bytes:
    press, held = Press("sheets"), io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for sheet in _counted(sheets, progress):
            entry = zipfile.ZipInfo(file_name(sheet), _STAMP)
            archive.writestr(entry, press.pdf(content((sheet,), words, link, words("lembar.judul", wilayah=sheet.name))))
    return held.getvalue()


def _bound(sheets: Sheets, words: Words, progress: Progress, link: Link) -> bytes:
    title = words("lembar.judul_semua", tingkat=sheets.level, rakor=sheets.asking.frozen.code)
    return Press("sheets").pdf(content(tuple(_counted(sheets, progress)), words, link, title))


def _counted(sheets: Sheets, progress: Progress) -> Iterator[AreaSheet]:
    for done, code in enumerate(sheets.codes, 1):
        yield sheets.sheet(code)
        progress(done, len(sheets.codes))


def content(sheets: tuple[AreaSheet, ...], words: Words, link: Link, title: str) -> dict[str, Any]:
    """Everything the layout sets, as JSON holds it; all sheets are of one snapshot."""
    first = sheets[0]
    foot = [words("lembar.kaki", cutoff=first.cutoff, rakor=first.snapshot), *([first.mark] if first.mark else [])]
    names = ("kunci", "bulan", "bulan_cara", "kelompok", "kategori", "ubah", "tanya", "paspor", "kasus", "orang", "qr")
    return {
        "language": words.language,
        "author": words("dokumen.pembuat"),
        "title": title,
        "mark": first.mark,
        "footer": " · ".join(foot),
        "page": words("dokumen.halaman", x="{x}", y="{y}"),
        "heads": [
            words(f"lembar.kolom_{name}") for name in ("tema", "indikator", "nilai", "selang", "bagian", "kota", "banding")
        ],
        "labels": {name: words(f"lembar.{name}") for name in names},
        "sheets": [_sheet(sheet, words, link) for sheet in sheets],
    }


def _sheet(sheet: AreaSheet, words: Words, link: Link) -> dict[str, Any]:
    main = sheet.heads[0].passport
    kind = words(f"pilahan.{sheet.level}")
    about = [sheet.inside, sheet.code, words("lembar.penduduk", jumlah=words.number(sheet.people)), sheet.period, sheet.slice]
    hidden = words("lembar.disensor", jumlah=sheet.hidden_categories) if sheet.hidden_categories else ""
    return {
        "kind": kind,
        "name": sheet.name,
        "about": " · ".join(part for part in about if part),
        "headline": sheet.headline,
        "map": cartography.locator(sheet.code),
        "map_alt": words("lembar.letak", wilayah=sheet.name),
        "heads": [
            [words(f"lembar.kepala_{number.question.indicator}"), number.text, _limits(words, number.interval)]
            for number in sheet.heads
        ],
        "keys": [_key(row) for row in sheet.keys],
        "months": drawing.month_bars(sheet.months, WIDTH),
        "months_alt": "; ".join(f"{bar.label} {bar.number.text}" for bar in sheet.months),
        "groups": [_part(part) for part in sheet.groups],
        "categories": [_part(part) for part in sheet.categories],
        "categories_note": hidden,
        "work": " · ".join(f"{name}: {text}" for name, text in sheet.work),
        "changes": list(sheet.changes),
        "questions": list(sheet.questions),
        "passports": [list(one) for one in passports(sheet)],
        "qr": codes.qr_svg(link(main)),
        "address": link(main),
    }


def _limits(words: Words, interval: str) -> str:
    return "" if interval == words.number(None) else words("dokumen.selang", selang=interval)


def _key(row: KeyRow) -> dict[str, str]:
    number = row.number
    return {
        "theme": row.theme,
        "name": f"{row.name} ({number.question.indicator})",
        "value": number.text,
        "limits": number.interval if number.known else "",
        "parts": row.parts,
        "city": row.city,
        "verdict": f"{row.symbol} {row.verdict}".strip(),
        "tone": row.tone,
    }


def _part(part: Part) -> list[str]:
    return [part.name, part.cases.text, part.persons.text]
