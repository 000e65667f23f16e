"""The command line: python -m ipsm_analytics COMMAND."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from ipsm_analytics.config import Settings, settings
from ipsm_analytics.cube import Month, Window, load
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.errors import UserError
from ipsm_analytics.ingest import Report, ingest
from ipsm_analytics.intake.formats import FORMATS
from ipsm_analytics.measures import Query, query
from ipsm_analytics.prepare import prepare
from ipsm_analytics.privacy import ROLES, policy
from ipsm_analytics.reference import areas, boundaries, categories
from ipsm_analytics.sample import generate
from ipsm_analytics.store import Store, Version

SHOWN_PROBLEMS = 20
_OUT = Console(width=None if sys.stdout.isatty() else 160)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0, or 2 when a file or an argument was refused."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, settings()))
    except UserError as error:
        print(error.text(), file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ipsm_analytics", description="Data masalah sosial Kota Makassar: impor, tanya, siapkan.")
    commands = parser.add_subparsers(required=True, metavar="PERINTAH")

    load_files = commands.add_parser("ingest", help="masukkan berkas kasus, laporan bulanan, atau angka terbit")
    load_files.add_argument("files", nargs="+", type=Path, metavar="BERKAS")
    load_files.add_argument("--kind", default="auto", choices=["auto", *(item.kind for item in FORMATS)])
    load_files.add_argument("--json", action="store_true", help="satu objek JSON per berkas")
    load_files.set_defaults(run=_ingest)

    ask = commands.add_parser("query", help="nilai sebuah indikator, sama seperti di halaman")
    ask.add_argument("id", metavar="ID")
    ask.add_argument("--by", default="", help="mis. kecamatan,kelompok")
    ask.add_argument("--from", dest="first", type=Month.parse, metavar="YYYY-MM")
    ask.add_argument("--to", dest="last", type=Month.parse, metavar="YYYY-MM")
    ask.add_argument("--where", action="append", default=[], metavar="DIMENSI=NILAI", help="mis. kelompok=LANSIA, kecamatan=Tallo, jk=P")
    ask.add_argument("--role", default="operator", choices=ROLES)
    ask.add_argument("--as-of", metavar="VERSI|TANGGAL", help="mis. 12, v12, atau 2026-10-31")
    ask.add_argument("--format", default="table", choices=["csv", "json", "table"])
    ask.set_defaults(run=_query)

    sample = commands.add_parser("sample", help="buat berkas DATA CONTOH")
    sample.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    sample.add_argument("--cases", type=int, default=36_000)
    sample.add_argument("--months", type=int, default=36)
    sample.add_argument("--end", default="2026-10", metavar="YYYY-MM")
    sample.add_argument("--seed", type=int, default=1)
    sample.set_defaults(run=_sample)

    ready = commands.add_parser("prepare", help="siapkan penyimpanan; diisi angka terbit dan data contoh bila kosong")
    ready.set_defaults(run=_prepare)

    history = commands.add_parser("history", help="daftar impor dan versi data")
    history.set_defaults(run=_history)

    borders = commands.add_parser("boundaries", help="batas wilayah resmi").add_subparsers(required=True, metavar="PERINTAH")
    for name, text in (("check", "periksa berkas batas"), ("install", "periksa, lalu pakai berkas batas")):
        command = borders.add_parser(name, help=text)
        command.add_argument("file", metavar="BERKAS|URL")
        command.set_defaults(run=_boundaries, install=name == "install")
    return parser


def _ingest(options: argparse.Namespace, config: Settings) -> int:
    reports = ingest(options.files, config, options.kind)
    for report in reports:
        if options.json:
            print(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            _print_report(report)
    return 2 if any(report.error for report in reports) else 0


def _print_report(report: Report) -> None:
    if report.error:
        _OUT.print(f"[bold]{report.file}[/bold]: DITOLAK. {report.error}", highlight=False)
        return
    _OUT.print(
        f"[bold]{report.file}[/bold] ({report.kind}): {report.rows_read} baris = {report.accepted} diterima"
        f" ({report.updated} pembaruan) + {report.quarantined} dikarantina + {report.duplicates} ganda → v{report.version}",
        highlight=False,
    )
    if report.removed_sample:
        _OUT.print(f"  {report.removed_sample} baris DATA CONTOH dikeluarkan karena data nyata masuk; versi lama tetap dapat dibaca.", highlight=False)
    if report.unknown_columns:
        _OUT.print("  Kolom yang tidak dipakai: " + ", ".join(report.unknown_columns), markup=False, highlight=False)
    for code, count in report.reasons.items():
        _OUT.print(f"  {code}: {count} baris", highlight=False)
    for problem in report.problems[:SHOWN_PROBLEMS]:
        _OUT.print("  " + problem.text(), markup=False, highlight=False)
    if (rest := len(report.problems) - SHOWN_PROBLEMS) > 0:
        _OUT.print(f"  … dan {rest} lagi (pakai --json untuk semuanya)", highlight=False)


def _query(options: argparse.Namespace, config: Settings) -> int:
    store = Store(config)
    cube = load(store, _as_of(store, options.as_of))
    span = cube.span
    window = None
    if span is not None and (options.first or options.last):
        window = Window(options.first or span.first, options.last or span.last)
        if window.length < 1:
            raise UserError("Periode terbalik.", found=f"{options.first} sampai {options.last}", action="tukar --from dan --to")
    by = tuple(name.strip() for name in options.by.split(",") if name.strip())
    question = Query(options.id, by, window, **_conditions(options.where))
    _print_frame(query(cube, question, policy(options.role, "layar", config.small_cell)), options.format)
    return 0


def _as_of(store: Store, text: str | None) -> Version:
    if text is None:
        return store.latest()
    if text.removeprefix("v").isdigit():
        return store.version(int(text.removeprefix("v")))
    try:
        return store.version_on(date.fromisoformat(text))
    except ValueError:
        raise UserError("--as-of tidak terbaca.", found=text, allowed="nomor versi (12 atau v12) atau tanggal (YYYY-MM-DD)", action="perbaiki") from None


def _conditions(pairs: list[str]) -> dict[str, str]:
    conditions: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        match name.strip():
            case "kelompok" | "kategori":
                conditions["slice"] = _slice(value.strip())
            case "kota" | "kecamatan" | "kelurahan" | "wilayah":
                conditions["area"] = _area(name.strip(), value.strip())
            case "jk":
                conditions["sex"] = value.strip().upper()
            case "usia":
                conditions["age"] = value.strip()
            case _:
                raise UserError("--where tidak dikenal.", found=pair, allowed="kelompok, kategori, kecamatan, kelurahan, wilayah, jk, usia", action="perbaiki")
    return conditions


def _slice(text: str) -> str:
    if text.upper() in (ALL, *categories.GROUPS):
        return text.upper()
    found = categories.match(text).code
    if found is None:
        raise UserError("Kelompok atau kategori tidak dikenal.", found=text, allowed=", ".join((ALL, *categories.GROUPS, *categories.categories())), action="pilih dari daftar")
    return found


def _area(level: str, text: str) -> str:
    if text in areas.all_codes():
        return text
    pool = areas.all_codes() if level == "wilayah" else areas.codes(level)
    found = [code for code in pool if areas.spelling_key(areas.name(code)) == areas.spelling_key(text)]
    if len(found) == 1:
        return found[0]
    allowed = ", ".join(f"{code} {areas.label(code)}" for code in found) or ", ".join(areas.suggestions(text))
    raise UserError("Wilayah tidak dikenal atau bermakna ganda.", found=text, allowed=allowed, action="pakai kodenya")


def _print_frame(frame: pd.DataFrame, form: str) -> None:
    if form == "csv":
        frame.to_csv(sys.stdout, index=False)
    elif form == "json":
        frame.to_json(sys.stdout, orient="records", force_ascii=False)
        print()
    else:
        table = Table(*frame.columns)
        for row in frame.itertuples(index=False):
            table.add_row(*("" if pd.isna(cell) else f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row))
        _OUT.print(table)


def _sample(options: argparse.Namespace, config: Settings) -> int:
    generate(options.out, cases=options.cases, months=options.months, end=options.end, seed=options.seed)
    _OUT.print(f"DATA CONTOH ditulis ke {options.out}", highlight=False)
    return 0


def _prepare(options: argparse.Namespace, config: Settings) -> int:
    with _OUT.status("Menyiapkan penyimpanan …") as status:
        version = prepare(config, lambda step: status.update(step))
    _OUT.print(f"Penyimpanan siap: v{version}", highlight=False)
    return 0


def _history(options: argparse.Namespace, config: Settings) -> int:
    shown = ["version", "time", "file", "kind", "rows_read", "accepted", "updated", "quarantined", "duplicates", "user", "sample"]
    _print_frame(Store(config).ledger()[shown], "table")
    return 0


def _boundaries(options: argparse.Namespace, config: Settings) -> int:
    report = boundaries.install(options.file, config) if options.install else boundaries.check(options.file)
    table = Table("Pemeriksaan", "Hasil", "Keterangan")
    for row in report.rows:
        table.add_row(row.check, row.outcome, row.detail)
    _OUT.print(table)
    return 0 if report.ok else 2
