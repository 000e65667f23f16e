"""The commands that keep the whole store, turn its key and forget a person; thin, the work is in `archive`."""

from __future__ import annotations

import argparse
import getpass
import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from ipsm_analytics import audit
from ipsm_analytics.archive import forget, rekey
from ipsm_analytics.archive.backup import backup
from ipsm_analytics.archive.progress import Step
from ipsm_analytics.archive.restore import checked, restore
from ipsm_analytics.archive.vault import VARIABLE, passphrase
from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.schema import TABLES
from ipsm_analytics.store import Store, current_user
from ipsm_analytics.views.i18n import Words

Adding = Callable[..., Any]
"""Makes the parser of a command, as `add_parser`."""
Grouping = Callable[[Any], Any]
"""Makes a parser's group of what may be left out."""
_OUT = Console(width=None if sys.stdout.isatty() else 200)


def commands(add: Adding, optional: Grouping) -> None:
    """Adds backup, restore, rekey and forget to the command line."""
    _backup_arguments(add("backup", help="simpan seluruh penyimpanan ke satu berkas"), optional)
    _restore_arguments(add("restore", help="pulihkan cadangan ke penyimpanan kosong"), optional)
    _rekey_arguments(add("rekey", help="putar kunci: semua hash dan segel ditulis ulang di bawah kunci baru"), optional)
    _forget_arguments(add("forget", help="hapus seseorang dari semua tabel dan semua versi"), optional)


def _backup_arguments(parser: argparse.ArgumentParser, optional: Grouping) -> None:
    needed, more = parser.add_argument_group("yang wajib"), optional(parser)
    needed.add_argument("--out", type=Path, required=True, metavar="BERKAS", help="berkas tujuan, mis. cadangan-2026-11.zip")
    more.add_argument("--with-key", action="store_true", help=f"sertakan kunci, tersandi dengan frasa sandi dari {VARIABLE}")
    parser.set_defaults(run=_backup)


def _restore_arguments(parser: argparse.ArgumentParser, optional: Grouping) -> None:
    needed, more = parser.add_argument_group("yang wajib"), optional(parser)
    needed.add_argument("--from", dest="source", type=Path, required=True, metavar="BERKAS", help="cadangan dari perintah backup")
    more.add_argument("--with-key", action="store_true", help=f"pulihkan juga kuncinya; frasa sandi dari {VARIABLE}")
    more.add_argument("--check", action="store_true", help="periksa seluruh berkas saja; tidak ada yang ditulis")
    parser.set_defaults(run=_restore)


def _rekey_arguments(parser: argparse.ArgumentParser, optional: Grouping) -> None:
    more = optional(parser)
    more.add_argument("--dry-run", action="store_true", help="katakan apa yang akan dilakukan; tidak ada yang ditulis")
    more.add_argument("--yes", action="store_true", help="jangan bertanya dahulu")
    out = "bila kunci dari IPSM_KEY: tulis kunci baru ke berkas ini"
    more.add_argument("--key-out", type=Path, metavar="BERKAS", help=out)
    parser.set_defaults(run=_rekey)


def _forget_arguments(parser: argparse.ArgumentParser, optional: Grouping) -> None:
    who = parser.add_argument_group("yang wajib").add_mutually_exclusive_group(required=True)
    who.add_argument("--nik-stdin", action="store_true", help="NIK dari masukan standar, atau diketik tanpa tampak")
    who.add_argument("--person", metavar="KUNCI", help="kunci orang (32 angka heksadesimal)")
    more = optional(parser)
    more.add_argument("--dry-run", action="store_true", help="hitung saja; tidak ada yang ditulis")
    more.add_argument("--yes", action="store_true", help="jangan bertanya dahulu")
    more.add_argument("--alone", action="store_true", help="tanpa orang yang diputuskan sama dengannya")
    more.add_argument("--proof", type=Path, metavar="BERKAS", help="tulis bukti penghapusan (JSON, tanpa data orang)")
    parser.set_defaults(run=_forget)


@contextmanager
def _bar(name: str) -> Iterator[Step]:
    """A bar of bytes on a terminal, gone when all are done."""
    terminal = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as bars:
        task = bars.add_task(name, total=None)
        yield lambda done, whole: bars.update(task, completed=done, total=whole)


def _say(*lines: str) -> None:
    for line in lines:
        _OUT.print(line, markup=False, highlight=False, soft_wrap=True)


def _backup(options: argparse.Namespace, config: Settings) -> int:
    phrase = passphrase() if options.with_key else None
    with _bar("Cadangan") as step:
        made = backup(options.out, config, phrase, step)
    _noted(config, "cadangan", options.out)
    size = Words().number(options.out.stat().st_size / 10**6, 1)
    key = "Kunci disertakan, tersandi dengan frasa sandi." if made.with_key else "Kunci TIDAK disertakan: simpan terpisah."
    _say(f"{options.out}: v{made.version}, {len(made.files)} berkas, {size} MB, kunci {made.key_fingerprint}", key)
    return 0


def _restore(options: argparse.Namespace, config: Settings) -> int:
    phrase = passphrase() if options.with_key else None
    with _bar("Pemeriksaan" if options.check else "Pemulihan") as step:
        done = checked(options.source, config, step) if options.check else restore(options.source, config, phrase, step)
    if not options.check:
        _noted(config, "pulih", options.source)
    what = "utuh" if options.check else f"dipulihkan ke {config.store}"
    told = done.manifest
    _say(
        f"Cadangan {told.made} {what}: v{told.version}, {len(told.files)} berkas, kunci {told.key_fingerprint}",
        "Segel diperiksa dengan kunci: cocok." if done.sealed else "Segel belum diperiksa: kuncinya tidak ada di sini.",
    )
    return 0


def _noted(config: Settings, action: str, file: Path) -> None:
    """Notes in the audit trail which backup was made or put back."""
    with file.open("rb") as content:
        subject = f"cadangan:{hashlib.file_digest(content, 'sha256').hexdigest()}"
    store = Store(config)
    audit.note(store, audit.Event(action, audit.named(current_user()), "operator", subject, "cli", store.latest_number()))


def _agreed(question: str, *, already: bool) -> bool:
    """Whether a person typed 'ya', or had said so before; nobody can where the input is a pipe."""
    if not already and not sys.stdin.isatty():
        _say("Tidak ada yang diubah: tambahkan --yes.")
        return False
    if already or _OUT.input(f"{question} Ketik 'ya': ").strip().casefold() == "ya":
        return True
    _say("Tidak ada yang diubah.")
    return False


def _rekey(options: argparse.Namespace, config: Settings) -> int:
    words, planned = Words(), rekey.preview(config)
    rows = ", ".join(f"{name} {words.number(count)}" for name, count in planned.rows.items() if name in TABLES)
    _say(
        f"Kunci {planned.before} diputar, putaran ke-{planned.links}: {words.number(planned.size / 10**6, 1)} MB ditulis ulang.",
        f"Baris dalam semua berkas dan versi: {rows}.",
        f"Baris karantina yang disegel ulang: {words.number(planned.sealed)}. Versi yang tetap terbaca: {planned.versions}.",
    )
    if options.dry_run or not _agreed("Putar kunci ini?", already=options.yes):
        return 0
    with _bar("Kunci") as step:
        done = rekey.rekey(config, options.key_out, step)
    where = f"{options.key_out}: isikan ke IPSM_KEY, lalu hapus berkas itu" if options.key_out else config.key_file
    _say(
        f"Kunci {done.before} → {done.after}. Kunci baru: {where}.",
        "Cadangkan kunci baru; hancurkan cadangan dan salinan penyimpanan yang dibuat di bawah kunci lama.",
    )
    return 0


def _number() -> str:
    """A NIK, typed without being seen or piped in; never an argument, which the shell and the system would keep."""
    return getpass.getpass("NIK: ") if sys.stdin.isatty() else sys.stdin.readline()


def _forget(options: argparse.Namespace, config: Settings) -> int:
    if options.proof and options.proof.exists():
        raise UserError("Berkas bukti sudah ada; tidak ditimpa.", found=str(options.proof), action="pilih nama lain")
    nik = _number().strip() if options.nik_stdin else None
    key = options.person or forget.key_of(nik or "", config)
    _say(*_planned(forget.preview(config, key, nik, alone=options.alone)))
    if options.dry_run or not _agreed("Hapus orang ini? Tidak dapat dibatalkan.", already=options.yes):
        return 0
    with _bar("Penghapusan") as step:
        done = forget.forget(config, key, nik, step, alone=options.alone)
    if options.proof:
        options.proof.write_text(done.text(), encoding="utf-8")
    _say(*_proved(done))
    return 0


def _planned(planned: forget.Forgetting) -> list[str]:
    """How many rows of which tables go from which versions."""
    lines = [f"Kunci orang: {planned.persons}" + (" (termasuk yang diputuskan satu orang)" if planned.persons > 1 else "")]
    return lines + [f"  v{number}: {_counts(tables)}" for number, tables in planned.versions.items()]


def _counts(tables: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {Words().number(count)}" for name, count in tables.items() if count) or "tidak ada"


def _proved(done: forget.Forgetting) -> list[str]:
    moved = f"Baris yang pada versi lain tercatat atas orang lain dan tetap ada di sana: {done.moved}."
    return [
        f"Dihapus dari semua berkas: {_counts(done.files)}; tercatat sebagai v{done.version}.",
        f"SHA-256 penyimpanan sebelum: {done.before}",
        f"SHA-256 penyimpanan sesudah: {done.after}",
        f"Pencarian terakhir di semua berkas dan kolom: {done.hits} temuan.",
        *([moved] if done.moved else []),
        "Mulai ulang dasbor, dan hancurkan cadangan serta salinan yang masih memuat orang ini.",
    ]
