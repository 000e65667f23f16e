"""One file of a meeting out of the store: which data, which writer, and what is said when there is nothing to write."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from ipsm_analytics.answers import Facts
from ipsm_analytics.answers.facts import load
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Window
from ipsm_analytics.errors import UserError
from ipsm_analytics.materials import annex, codes, document, slides
from ipsm_analytics.materials.slides import Link
from ipsm_analytics.rakor.decisions import decisions
from ipsm_analytics.rakor.movement import movement
from ipsm_analytics.rakor.snapshot import Snapshot, facts_of, live, numbered, snapshot
from ipsm_analytics.store import Store
from ipsm_analytics.views.agenda.movement import Comparison
from ipsm_analytics.views.agenda.parts import Asking, Deck, asking
from ipsm_analytics.views.agenda.whole import whole
from ipsm_analytics.views.i18n import Words


class Writer(Protocol):
    """Draws a deck into a file."""

    def __call__(self, deck: Deck, out: Path, *, link: Link, words: Words | None = None) -> None:
        """Writes the file whole or not at all."""


SLIDES = ".pptx"
WRITERS: Mapping[str, Writer] = {SLIDES: slides.write, ".pdf": document.write, ".xlsx": annex.write}
"""By the suffix of the file."""


def make(name: str | None, out: Path, config: Settings, template: Path | None = None) -> Deck:
    """Writes the meeting of a snapshot, or of the last full month of the newest data, as the suffix of `out` says.

    Everything in the file obeys the export rule. Returns what is in it.

    Raises:
        UserError: a suffix nobody writes, a folder that is not there, a template for anything but slides, an unknown
            snapshot, a store without data, a period without data.
    """
    suffix = out.suffix.lower()
    _check(out, suffix, template)
    store = Store(config)
    made = content(store, config, snapshot(store, name)) if name else content(store, config, *_newest(store, config))
    if template is not None:
        slides.write(made, out, template, link=lambda code: codes.link(code, config))
    else:
        WRITERS[suffix](made, out, link=lambda code: codes.link(code, config))
    return made


def content(store: Store, config: Settings, frozen: Snapshot, facts: Facts | None = None) -> Deck:
    """The deck of a snapshot for what leaves the office; its facts are read where they are not given.

    Raises UserError where its period has no data.
    """

    @cache
    def past(number: int) -> Asking:
        then = numbered(store, number)
        return asking(facts_of(store, then, config), then, Words(), "operator", "ekspor")

    now = asking(facts or facts_of(store, frozen, config), frozen, Words(), "operator", "ekspor")
    _require_data(now)
    if frozen.previous is None:
        return whole(now, None, decisions(store), past)
    then = past(frozen.previous)
    return whole(now, Comparison(then, now, movement(store, then.frozen, frozen)), decisions(store), past)


def _require_data(now: Asking) -> None:
    span, window = now.desk.cube.span, now.frozen.window
    if span is None or window.last < span.first or window.first > span.last:
        words = Words()
        found = f"{words.window(window)}; data {words.window(span) if span else 'kosong'}"
        raise UserError("Tidak ada data pada periode itu.", found=found, action="pilih periode yang ada datanya")


def _check(out: Path, suffix: str, template: Path | None) -> None:
    if suffix not in WRITERS:
        raise UserError(
            "Jenis berkas itu tidak dapat dibuat.",
            found=f"{out.name}, akhiran '{suffix}'",
            allowed=", ".join(WRITERS),
            action="beri nama berkas dengan akhiran itu",
        )
    if template is not None and suffix != SLIDES:
        raise UserError("Templat hanya dipakai untuk paparan.", found=out.name, allowed=SLIDES, action="hapus --template")
    if not out.parent.is_dir():
        raise UserError("Folder tujuan tidak ada.", found=str(out.parent), action="buat foldernya lebih dahulu")


def _newest(store: Store, config: Settings) -> tuple[Snapshot, Facts]:
    """The newest data and their last full month."""
    facts = load(store, store.latest(), config)
    full, span = facts.cube.last_full_month(), facts.cube.span
    if full is None or span is None:
        raise UserError("Belum ada data untuk dibuatkan paparan.", action="masukkan berkas lebih dahulu dengan perintah ingest")
    month = min(full, span.last)
    return live(store, config, Window(month, month)), facts
