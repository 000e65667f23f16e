"""The command line: python -m ipsm_analytics COMMAND."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ipsm_analytics import audit, keeping
from ipsm_analytics.access import read_rules
from ipsm_analytics.answers import query
from ipsm_analytics.answers.facts import load
from ipsm_analytics.config import TIMEZONE, Settings, settings
from ipsm_analytics.cube import Cube, Month, Window, month_label
from ipsm_analytics.cube.axes import AGE_LABELS, ALL, SEX_LABELS
from ipsm_analytics.errors import UserError
from ipsm_analytics.export.cells import neutral_frame
from ipsm_analytics.export.returned import returned_files
from ipsm_analytics.export.templates import TEMPLATES, template
from ipsm_analytics.history import imports, preview_undo, undo
from ipsm_analytics.ingest import Progress as StepOfFile
from ipsm_analytics.ingest import Report, ingest
from ipsm_analytics.ingest.taking import TOLD
from ipsm_analytics.intake import mapping, readers
from ipsm_analytics.intake.corrections import APPLIED
from ipsm_analytics.intake.formats import FORMATS
from ipsm_analytics.intake.sheet import Problem
from ipsm_analytics.linking.decisions import decide, withdraw
from ipsm_analytics.linking.pairs import pair_named, pairs
from ipsm_analytics.materials import sheets
from ipsm_analytics.materials.making import WRITERS, make
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.query import DIMENSIONS, LABELS
from ipsm_analytics.prepare import prepare
from ipsm_analytics.privacy import ROLES, policy
from ipsm_analytics.quarantine import purge, waiting
from ipsm_analytics.rakor.snapshot import Snapshot, Wish, freeze, last_before, numbered, snapshot, snapshots
from ipsm_analytics.reference import areas, boundaries, categories
from ipsm_analytics.reference.indicators import indicator, indicators
from ipsm_analytics.sample import generate
from ipsm_analytics.schema import DIFFERENT, SAME, SAMPLE_MARK
from ipsm_analytics.store import Store, Version, current_user
from ipsm_analytics.views import intake
from ipsm_analytics.views.agenda.sheet import LEVELS
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.ledger import history_table, undone_lines

SHOWN_PROBLEMS = 20
_OUT = Console(width=None if sys.stdout.isatty() else 200)
_COMPLAINTS = (
    (r"the following arguments are required: (.*)", r"belum diisi: \1"),
    (r"unrecognized arguments: (.*)", r"tidak dikenal: \1"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.*)\)", r"\1 tidak mengenal \2; pilihannya \3"),
    (r"argument (.+?): expected (?:one|at least one) argument", r"\1 memerlukan nilai"),
    (r"argument (.+?): invalid (?:int|_version_number) value: (.*)", r"\1 memerlukan bilangan bulat, bukan \2"),
    (r"argument (.+?): invalid float value: (.*)", r"\1 memerlukan bilangan, bukan \2"),
    (r"one of the arguments (.*) is required", r"pilih salah satu: \1"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1 tidak dapat bersama \2"),
    (r"argument (.+?): ignored explicit argument (.*)", r"\1 tidak menerima nilai \2"),
)
"""What argparse says, and how we say it."""

_PAIRS = {"pair_id": "pasangan", "probability": "peluang", "decision": "putusan"}
_TRAIL = {
    "time": "waktu (WITA)",
    "source": "buku",
    "number": "nomor",
    "action": "kegiatan",
    "user": "siapa",
    "role": "peran",
    "subject": "mengenai",
    "filters": "saringan",
    "version": "versi",
    "purpose": "guna",
    "origin": "asal",
}
_QUERY_HELP = """\
keluaran:
  Satu baris per sel. Kolomnya tetap dan berurutan: pilahan sesuai --by (wilayah dengan dua kolom, kode_<tingkat>
  dan <tingkat>; tanpa --by: wilayah yang ditanya), lalu value, numerator, denominator, lower, upper, status.
  status: {states}.
  Angka kosong (JSON: null) bila tidak ada atau disensor; 0 selalu berarti nol yang dilaporkan.
  lower dan upper: selang kepercayaan 95%. Angka pada csv dan json tidak dibulatkan.
  Bila sumbernya data contoh, ada kolom terakhir tanda berisi {mark}.

indikator: {indicators} (judul dan rumus di halaman Kamus & metode)
pilahan:   {dimensions}
"""


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Indonesian."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong with the command and how it is written; exits with 2."""
        for english, ours in _COMPLAINTS:
            message = re.sub(f"^{english}$", ours, message)
        self.exit(2, f"Perintah tidak lengkap atau salah: {message}\n{self.format_usage()}")


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: str | None, actions: Iterable[Any], groups: Iterable[Any], prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "Pemakaian: " if prefix is None else prefix)


_STYLE: dict[str, Any] = {"add_help": False, "allow_abbrev": False, "formatter_class": _Help}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0, or 2 when a file or an argument was refused."""
    try:
        options = _parser().parse_args(arguments)
        return int(options.run(options, settings()))
    except UserError as error:
        print(error.text(), file=sys.stderr)
        return 2


def _parser() -> Parser:
    about = "Data masalah sosial Kota Makassar: impor, tanya, siapkan."
    parser = Parser(prog="python -m ipsm_analytics", description=about, **_STYLE)
    _optional(parser)
    add = parser.add_subparsers(required=True, metavar="PERINTAH", title="perintah").add_parser
    _ingest_arguments(add("ingest", help="masukkan berkas apa pun yang dikirim kantor (daftarnya di docs/berkas.md)", **_STYLE))
    _map_arguments(add("map", help="petakan berkas yang bentuknya belum dikenal", **_STYLE))
    _query_arguments(add("query", help="nilai sebuah indikator, sama seperti di halaman", epilog=_query_help(), **_STYLE))
    _sample_arguments(add("sample", help=f"buat berkas {SAMPLE_MARK}", **_STYLE))
    ready = add("prepare", help="siapkan penyimpanan; diisi angka terbit dan data contoh bila kosong", **_STYLE)
    history = add("history", help="daftar impor dan versi data", **_STYLE)
    rules = add("access", help="siapa diberi peran apa, atau apa yang keliru di data/access.toml", **_STYLE)
    for parser_without_arguments, run in ((ready, _prepare), (history, _history), (rules, _access)):
        _optional(parser_without_arguments)
        parser_without_arguments.set_defaults(run=run)
    _undo_arguments(add("undo", help="batalkan sebuah impor; versi lama tetap dapat dibaca", **_STYLE))
    _quarantine_arguments(add("quarantine", help="baris yang ditolak: daftar, kembalikan, hapus", **_STYLE))
    _link_arguments(add("link", help="satu orang, beberapa laporan: pasangan dan putusannya", **_STYLE))
    _template_arguments(add("template", help="tulis templat XLSX untuk diisi", **_STYLE))
    _sheets_arguments(add("sheets", help="tulis lembar A4 setiap kecamatan atau kelurahan", **_STYLE))
    _deck_arguments(add("deck", help="tulis bahan rakor: paparan dan pendampingnya", **_STYLE))
    _boundaries_arguments(add("boundaries", help="batas wilayah resmi", **_STYLE))
    _meeting_arguments(add("rakor", help="bekuan untuk rakor: daftar, siapkan", **_STYLE))
    _audit_arguments(add("audit", help="jejak audit: daftar, periksa", **_STYLE))
    keeping.commands(partial(add, **_STYLE), _optional)
    return parser


def _query_help() -> str:
    listed = {"states": Status, "indicators": indicators(), "dimensions": DIMENSIONS}
    return _QUERY_HELP.format(mark=SAMPLE_MARK, **{name: ", ".join(codes) for name, codes in listed.items()})


def _optional(parser: Parser) -> argparse._ArgumentGroup:
    group = parser.add_argument_group("pilihan")
    group.add_argument("-h", "--help", action="help", help="tampilkan bantuan ini")
    return group


def _ingest_arguments(parser: Parser) -> None:
    needed, optional = parser.add_argument_group("yang wajib"), _optional(parser)
    needed.add_argument("files", nargs="+", type=Path, metavar="BERKAS")
    kinds = ["auto", *(item.kind for item in FORMATS)]
    optional.add_argument("--kind", default="auto", choices=kinds, help="jenis berkas; auto: dikenali dari judul kolom")
    optional.add_argument("--map", type=Path, metavar="PEMETAAN", help="YAML dari perintah map; disimpan dan dikenali seterusnya")
    optional.add_argument("--json", action="store_true", help="satu objek JSON per berkas")
    parser.set_defaults(run=_ingest)


def _map_arguments(parser: Parser) -> None:
    needed, optional = parser.add_argument_group("yang wajib"), _optional(parser)
    needed.add_argument("file", type=Path, metavar="BERKAS")
    kinds = [item.kind for item in FORMATS]
    optional.add_argument("--kind", choices=kinds, help="petakan ke jenis ini; bila kosong, yang terdekat")
    optional.add_argument("--out", type=Path, metavar="PEMETAAN", help="tulis rancangan YAML untuk diperiksa")
    optional.add_argument(
        "--preview", type=Path, metavar="PEMETAAN", help="baris pertama menurut YAML itu, NIK dan nama disamarkan"
    )
    parser.set_defaults(run=_map)


def _query_arguments(parser: Parser) -> None:
    needed, optional = parser.add_argument_group("yang wajib"), _optional(parser)
    needed.add_argument("id", metavar="ID", help="kode indikator, mis. K01")
    optional.add_argument("--by", default="", metavar="PILAHAN", help="dipisah koma, mis. kecamatan,kelompok")
    optional.add_argument("--from", dest="first", metavar="YYYY-MM", help="bulan pertama; bila kosong, awal data")
    optional.add_argument("--to", dest="last", metavar="YYYY-MM", help="bulan terakhir; bila kosong, akhir data")
    where = (
        "mis. kelompok=LANSIA, kategori=PPKS-08, kecamatan=Tallo, wilayah=73.71.01, jk=P, usia=60+, fokus=EKONOMI; boleh berulang"
    )
    optional.add_argument("--where", action="append", default=[], metavar="PILAHAN=NILAI", help=where)
    optional.add_argument("--role", default="operator", choices=ROLES, help="dilihat sebagai siapa; publik: sel kecil disensor")
    optional.add_argument("--as-of", metavar="VERSI|TANGGAL", help="keadaan data dahulu, mis. 12, v12, atau 2026-10-31")
    optional.add_argument("--format", default="table", choices=["csv", "json", "table"], help="bentuk keluaran; bawaan: table")
    parser.set_defaults(run=_query)


def _sample_arguments(parser: Parser) -> None:
    needed, optional = parser.add_argument_group("yang wajib"), _optional(parser)
    needed.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder tujuan")
    optional.add_argument("--cases", type=int, default=36_000, metavar="N", help="banyaknya kasus; bawaan: 36000")
    optional.add_argument("--months", type=int, default=36, metavar="N", help="banyaknya bulan; bawaan: 36")
    optional.add_argument("--end", default="2026-10", metavar="YYYY-MM", help="bulan terakhir; bawaan: 2026-10")
    optional.add_argument("--seed", type=int, default=1, metavar="N", help="benih acak; bawaan: 1")
    parser.set_defaults(run=_sample)


def _boundaries_arguments(parser: Parser) -> None:
    _optional(parser)
    add = parser.add_subparsers(required=True, metavar="PERINTAH", title="perintah").add_parser
    for name, text in (("check", "periksa berkas batas"), ("install", "periksa, lalu pakai berkas batas")):
        command = add(name, help=text, **_STYLE)
        command.add_argument_group("yang wajib").add_argument("file", metavar="BERKAS|URL")
        _optional(command)
        command.set_defaults(run=_boundaries, install=name == "install")


def _undo_arguments(parser: Parser) -> None:
    needed, optional = parser.add_argument_group("yang wajib"), _optional(parser)
    needed.add_argument("version", type=_version_number, metavar="VERSI", help="versi yang dibuat impor itu, mis. 12 atau v12")
    optional.add_argument("--yes", action="store_true", help="jangan bertanya dahulu")
    parser.set_defaults(run=_undo)


def _quarantine_arguments(parser: Parser) -> None:
    _optional(parser)
    add = parser.add_subparsers(required=True, metavar="PERINTAH", title="perintah").add_parser
    listing = add("list", help="hitungan baris yang menunggu menurut berkas dan alasan", **_STYLE)
    export = add("export", help="tulis buku kerja untuk dikembalikan, satu per berkas", **_STYLE)
    export.add_argument_group("yang wajib").add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="folder tujuan"
    )
    purge = add("purge", help="hancurkan baris yang menunggu terlalu lama", **_STYLE)
    days = "lebih lama dari sekian hari"
    purge.add_argument_group("menurut").add_argument("--days", type=int, metavar="HARI", help=days)
    for command, run in ((listing, _list_quarantine), (export, _export_quarantine), (purge, _purge_quarantine)):
        _optional(command)
        command.set_defaults(run=run)


def _link_arguments(parser: Parser) -> None:
    _optional(parser)
    add = parser.add_subparsers(required=True, metavar="PERINTAH", title="perintah").add_parser
    listing = add("pairs", help="pasangan yang mungkin satu orang", **_STYLE)
    listing.set_defaults(run=_link_pairs)
    shown = "peluang terendah yang ditampilkan, 0 sampai 1; bila kosong, ambang yang ditetapkan"
    _optional(listing).add_argument("--threshold", type=float, metavar="PELUANG", help=shown)
    confirm = add("confirm", help="putuskan sebuah pasangan", **_STYLE)
    confirm.set_defaults(run=_link_confirm)
    confirm.add_argument_group("yang wajib").add_argument("pair", metavar="PASANGAN", help="kode pasangan dari daftar")
    choice = _optional(confirm).add_mutually_exclusive_group(required=True)
    for name, decision, text in (("--same", SAME, "satu orang"), ("--different", DIFFERENT, "dua orang berbeda")):
        choice.add_argument(name, dest="decision", action="store_const", const=decision, help=text)
    withdrawal = add("undo", help="batalkan putusan sebuah pasangan", **_STYLE)
    withdrawal.set_defaults(run=_link_undo)
    withdrawal.add_argument_group("yang wajib").add_argument("pair", metavar="PASANGAN", help="kode pasangan dari daftar")
    _optional(withdrawal)


def _template_arguments(parser: Parser) -> None:
    needed = parser.add_argument_group("yang wajib")
    needed.add_argument("kind", choices=[*TEMPLATES], metavar="JENIS", help=", ".join(TEMPLATES))
    needed.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder tujuan")
    _optional(parser)
    parser.set_defaults(run=_template)


def _sheets_arguments(parser: Parser) -> None:
    needed, optional = parser.add_argument_group("yang wajib"), _optional(parser)
    needed.add_argument("--level", required=True, choices=LEVELS, help="tingkat wilayah")
    out = "*.pdf: satu berkas, satu halaman per wilayah; *.zip: satu PDF per wilayah"
    needed.add_argument("--out", type=Path, required=True, metavar="BERKAS", help=out)
    name = "nama atau kode rakor yang dibekukan; bila kosong, data terbaru: 12 bulan sampai bulan penuh terakhir"
    optional.add_argument("--snapshot", metavar="NAMA", help=name)
    parser.set_defaults(run=_sheets)


def _deck_arguments(parser: Parser) -> None:
    needed, optional = parser.add_argument_group("yang wajib"), _optional(parser)
    written = f"berkas tujuan; akhirannya menentukan jenisnya: {', '.join(WRITERS)}"
    needed.add_argument("--out", type=Path, required=True, metavar="BERKAS", help=written)
    optional.add_argument(
        "--snapshot", metavar="NAMA", help="nama atau kode bekuan; bila kosong, bulan penuh terakhir data terbaru"
    )
    optional.add_argument("--template", type=Path, metavar="PPTX", help="templat paparan sendiri; bila kosong, templat kota")
    parser.set_defaults(run=_deck)


def _meeting_arguments(parser: Parser) -> None:
    _optional(parser)
    add = parser.add_subparsers(required=True, metavar="PERINTAH", title="perintah").add_parser
    listing = add("list", help="bekuan yang ada, rakor terlama lebih dahulu", **_STYLE)
    _optional(listing)
    listing.set_defaults(run=_list_meetings)
    ready = add("siapkan", help="bekukan data, periode, dan batas untuk sebuah rakor", **_STYLE)
    ready.add_argument_group("yang wajib").add_argument(
        "--name", required=True, metavar="NAMA", help="mis. 'Rakor November 2026'"
    )
    optional = _optional(ready)
    optional.add_argument("--from", dest="first", metavar="YYYY-MM", help="bulan pertama; bila kosong, Januari tahun itu")
    optional.add_argument("--to", dest="last", metavar="YYYY-MM", help="bulan terakhir; bila kosong, bulan penuh terakhir")
    optional.add_argument("--day", metavar="YYYY-MM-DD", help="hari rakor; bila kosong, hari ini")
    optional.add_argument("--as-of", metavar="VERSI|TANGGAL", help="bekukan keadaan data dahulu, mis. v12 atau 2026-10-31")
    optional.add_argument(
        "--compare", metavar="RAKOR", help="nama atau kode pembanding; bila kosong, rakor terakhir sebelum hari itu"
    )
    where = "lingkup rakor: wilayah dan kelompok atau kategori, mis. kecamatan=Tallo; boleh berulang"
    optional.add_argument("--where", action="append", default=[], metavar="PILAHAN=NILAI", help=where)
    ready.set_defaults(run=_freeze)


def _audit_arguments(parser: Parser) -> None:
    _optional(parser)
    add = parser.add_subparsers(required=True, metavar="PERINTAH", title="perintah").add_parser
    listing = add("list", help="siapa melakukan apa, terbaru di atas", **_STYLE)
    listing.set_defaults(run=_list_audit)
    optional = _optional(listing)
    optional.add_argument("--from", dest="first", metavar="YYYY-MM-DD", help="hari pertama; bila kosong, sejak awal")
    optional.add_argument("--to", dest="last", metavar="YYYY-MM-DD", help="hari terakhir; bila kosong, sampai kini")
    optional.add_argument("--action", default="", metavar="KEGIATAN", help=f"mis. {', '.join(audit.ACTIONS)}, impor, batal")
    optional.add_argument("--user", default="", metavar="PENGGUNA", help="nama tepat seperti tercatat")
    check = add("periksa", help="periksa bahwa tidak ada catatan yang diubah atau hilang", **_STYLE)
    check.set_defaults(run=_check_audit)
    kept = "ujung yang pernah dicatat dari perintah ini, mis. 260:aa2ceaeef72b9f00; boleh berulang"
    _optional(check).add_argument("--ujung", action="append", default=[], metavar="NOMOR:SIDIK", help=kept)


def _version_number(text: str) -> int:
    return int(text.removeprefix("v"))


def _ingest(options: argparse.Namespace, config: Settings) -> int:
    chosen = mapping.read(options.map) if options.map else None
    with _progress_bar() as progress:
        reports = ingest(options.files, config, options.kind, progress, chosen)
    for report in reports:
        if options.json:
            print(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            _print_report(report)
    return 2 if any(report.error for report in reports) else 0


class _Rate(ProgressColumn):
    """Rows a second."""

    def render(self, task: Task) -> Text:
        rate = task.fields["rows"] / task.elapsed if task.elapsed else 0.0
        return Text(f"{Words().number(task.fields['rows'])} baris, {Words().number(rate)}/detik")


@contextmanager
def _progress_bar() -> Iterator[StepOfFile]:
    """One bar a file with rows a second and time left, on a terminal only, gone when all are done."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=16), _Rate(), TimeRemainingColumn())
    terminal = Console(stderr=True)
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def step(name: str, share: float, rows: int) -> None:
            if share == 0:
                tasks[name] = bars.add_task(name, total=1.0, rows=0)
            bars.update(tasks[name], completed=share, rows=rows)

        yield step


def _map(options: argparse.Namespace, config: Settings) -> int:
    """Writes a draft, or shows what a checked one does; nothing is taken in."""
    if bool(options.out) == bool(options.preview):
        raise UserError("Perintah map memerlukan satu keluaran.", allowed="--out atau --preview", action="pilih salah satu")
    raw = readers.read(options.file)
    if options.preview:
        _print_table(mapping.preview(raw, mapping.read(options.preview)).reset_index(names="baris"))
        return 0
    text = mapping.draft(raw, config.today, options.kind)
    try:
        with options.out.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        found = f"{options.out} ({error.strerror})"
        raise UserError("Rancangan pemetaan tidak dapat ditulis.", found=found, action="pakai nama lain") from error
    _OUT.print(
        f"Rancangan pemetaan: {options.out}. Periksa, isi diperiksa_oleh, lalu ingest --map.", markup=False, highlight=False
    )
    return 0


def _print_report(report: Report) -> None:
    name = f"[bold]{escape(report.file)}[/bold]"
    if report.error:
        _OUT.print(f"{name}: DITOLAK. {escape(report.error)}", highlight=False)
        return
    _OUT.print(
        f"{name} ({report.kind}): {report.rows_read} baris = {report.accepted} diterima"
        f" ({report.updated} pembaruan) + {report.quarantined} dikarantina + {report.duplicates} ganda → v{report.version}",
        highlight=False,
    )
    for line in _remarks(report):
        _OUT.print("  " + line, markup=False, highlight=False)


def _urgency(problem: Problem) -> tuple[bool, bool]:
    """Refusals first, then marks, then information."""
    return not problem.refuses, not problem.warns


def _remarks(report: Report) -> list[str]:
    lines = intake.remarks(Words(), report)
    lines += [f"{code}: {count} baris" for code, count in report.reasons.items()]
    problems = sorted((one for one in report.problems if one.code not in (APPLIED, "DUP_ROW")), key=_urgency)
    lines += [problem.text() for problem in problems[:SHOWN_PROBLEMS]]
    if (rest := len(problems) - SHOWN_PROBLEMS) > 0:
        lines.append(f"… dan {rest} lagi (--json memuat sampai {TOLD} baris per alasan)")
    return lines


def _query(options: argparse.Namespace, config: Settings) -> int:
    store = Store(config)
    facts = load(store, _as_of(store, options.as_of), config)
    by = tuple(name.strip().lower() for name in options.by.split(",") if name.strip())
    where = _conditions(options.where)
    window = _window(facts.cube, options.first, options.last)
    traits = tuple((name, _known(label, facts.labels(name))) for name, label in where.items() if name in LABELS)
    place, part = where.get("area", areas.CITY), where.get("slice", ALL)
    question = Query(options.id, by, window, place, part, where.get("sex"), where.get("age"), traits=traits)
    frame = query(facts, question, policy(options.role, "layar", config.small_cell))
    if facts.cube.sample_cases:
        frame = frame.assign(tanda=SAMPLE_MARK)
    _print_answer(frame, options.format, indicator(options.id).decimals)
    return 0


def _window(cube: Cube, first: str | None, last: str | None) -> Window | None:
    """The months asked for; what is left open ends where the data end, and is nothing without data."""
    begin, end = _month("--from", first), _month("--to", last)
    if cube.span is None or not (begin or end):
        return None
    return Window(begin or min(cube.span.first, end or cube.span.first), end or max(cube.span.last, begin or cube.span.last))


def _month(option: str, text: str | None) -> Month | None:
    try:
        return Month.parse(text) if text is not None else None
    except ValueError:
        raise UserError(
            f"Bulan pada {option} tidak terbaca.", found=str(text), allowed="YYYY-MM, mis. 2026-10", action="perbaiki"
        ) from None


def _as_of(store: Store, text: str | None) -> Version:
    if text is None:
        return store.latest()
    if text.removeprefix("v").isdecimal():
        return store.version(int(text.removeprefix("v")))
    try:
        return store.version_on(date.fromisoformat(text))
    except ValueError:
        allowed = "nomor versi (12 atau v12) atau tanggal (YYYY-MM-DD)"
        raise UserError("--as-of tidak terbaca.", found=text, allowed=allowed, action="perbaiki") from None


def _conditions(pairs: list[str]) -> dict[str, str]:
    conditions: dict[str, str] = {}
    for pair in pairs:
        name, _, value = (part.strip() for part in pair.partition("="))
        match name.lower():
            case "kelompok" | "kategori":
                found = {"slice": _slice(value)}
            case "kota" | "kecamatan" | "kelurahan" | "wilayah" as level:
                found = {"area": _area(level, value)}
            case "jk":
                found = {"sex": _known(value, SEX_LABELS)}
            case "usia":
                found = {"age": _known(value, AGE_LABELS)}
            case trait if trait in LABELS:
                found = {trait: value}
            case _:
                allowed = ", ".join(("kelompok, kategori, kota, kecamatan, kelurahan, wilayah, jk, usia", *LABELS))
                raise UserError("--where tidak dikenal.", found=pair, allowed=allowed, action="perbaiki")
        if found.keys() & conditions.keys():
            raise UserError("--where menyaring hal yang sama dua kali.", found=", ".join(pairs), action="pakai satu saja")
        conditions |= found
    return conditions


def _known(text: str, labels: Sequence[str]) -> str:
    """The label as it is spelt; the text itself where there is none, for the question to refuse."""
    return next((label for label in labels if label.casefold() == text.casefold()), text)


def _slice(text: str) -> str:
    if text.upper() in (ALL, *categories.GROUPS):
        return text.upper()
    return categories.match(text).code or text


def _area(level: str, text: str) -> str:
    pool = areas.all_codes() if level == "wilayah" else areas.codes(level)
    if text in pool:
        return text
    found = [code for code in pool if areas.spelling_key(areas.name(code)) == areas.spelling_key(text)]
    if not found and level in ("kelurahan", "wilayah"):
        found = [code for code in (areas.resolve(text).code or areas.resolve("", code_text=text).code,) if code]
    if len(found) == 1:
        return found[0]
    likely = areas.suggestions(text) if level in ("kelurahan", "wilayah") else map(areas.label, pool)
    allowed = ", ".join(f"{code} {areas.label(code)}" for code in found) or ", ".join(likely)
    raise UserError("Wilayah tidak dikenal atau bermakna ganda.", found=text, allowed=allowed, action="pakai kodenya")


def _print_answer(frame: pd.DataFrame, form: str, decimals: int) -> None:
    """Numbers in full for machines, as on the pages for readers; counts always whole."""
    frame = frame.astype({"numerator": "Int64", "denominator": "Int64"})
    if form == "csv":
        neutral_frame(frame).to_csv(sys.stdout, index=False, lineterminator="\n")
    elif form == "json":
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        print(json.dumps(rows, ensure_ascii=False))
    else:
        places = {"value": decimals, "lower": decimals, "upper": decimals, "numerator": 0, "denominator": 0}
        for name, digits in places.items():
            frame[name] = [Words().number(None if pd.isna(number) else number, digits) for number in frame[name]]
        _print_table(frame)


def _print_table(frame: pd.DataFrame) -> None:
    table = Table(*frame.columns)
    for row in frame.itertuples(index=False):
        table.add_row(*(escape(str(cell)) for cell in row))
    _OUT.print(table)


def _sample(options: argparse.Namespace, config: Settings) -> int:
    generate(options.out, cases=options.cases, months=options.months, end=options.end, seed=options.seed)
    _OUT.print(f"{SAMPLE_MARK} ditulis ke {options.out}", markup=False, highlight=False)
    return 0


def _prepare(options: argparse.Namespace, config: Settings) -> int:
    with _OUT.status("Menyiapkan penyimpanan …") as status:
        version = prepare(config, status.update)
    _OUT.print(f"Penyimpanan siap: v{version}", highlight=False)
    return 0


def _history(options: argparse.Namespace, config: Settings) -> int:
    _print_table(history_table(Words(), imports(Store(config)).iloc[::-1]))
    return 0


def _access(options: argparse.Namespace, config: Settings) -> int:
    """Every person and value of the claim with what it gives; a UserError says what is wrong with the file."""
    rules = read_rules(config.access)
    given = {**rules.people, **{f"{rules.claim}={value}": grant for value, grant in rules.values.items()}}
    rows = [(who, grant.role, ", ".join(areas.name(code) for code in grant.kecamatan)) for who, grant in given.items()]
    _print_table(pd.DataFrame(rows, columns=["Siapa", "Peran", "Kecamatan"]))
    return 0


def _undo(options: argparse.Namespace, config: Settings) -> int:
    planned = preview_undo(options.version, config)
    for line in undone_lines(Words(), planned):
        _OUT.print(line, markup=False, highlight=False)
    if not options.yes and _OUT.input("Batalkan impor ini? Ketik 'ya': ").strip().casefold() != "ya":
        _OUT.print("Tidak ada yang diubah.")
        return 0
    _, version = undo(options.version, config)
    _OUT.print(f"Impor v{options.version} dibatalkan → v{version}", highlight=False)
    return 0


def _list_quarantine(options: argparse.Namespace, config: Settings) -> int:
    rows = waiting(config).explode("reasons")
    counts = rows.groupby(["file", "kind", "reasons"], sort=True).size().reset_index(name="baris")
    _print_table(counts.rename(columns={"file": "berkas", "kind": "jenis", "reasons": "alasan"}))
    return 0


def _export_quarantine(options: argparse.Namespace, config: Settings) -> int:
    _note(config, "ekspor", "berkas:kembali.xlsx")
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in returned_files(waiting(config), config).items():
        (options.out / name).write_bytes(content)
        _OUT.print(f"{options.out / name}", markup=False, highlight=False)
    return 0


def _purge_quarantine(options: argparse.Namespace, config: Settings) -> int:
    _OUT.print(f"{purge(config, options.days or config.quarantine_days)} baris karantina dihancurkan.", highlight=False)
    return 0


def _link_pairs(options: argparse.Namespace, config: Settings) -> int:
    store = Store(config)
    _note(config, "lihat", "halaman:padanan")
    found = pairs(store, store.latest(), options.threshold)
    _OUT.print(f"{len(found)} pasangan", highlight=False)
    if len(found):
        shown = found.drop(columns=["left_key", "right_key", "sample"]).rename(columns=_PAIRS)
        _print_table(shown.assign(peluang=[Words().number(value, 3) for value in found["probability"]]))
    return 0


def _link_confirm(options: argparse.Namespace, config: Settings) -> int:
    store = Store(config)
    number = decide(pair_named(store, store.latest(), options.pair), options.decision, config, current_user())
    _OUT.print(f"Pasangan {options.pair}: {options.decision} → v{number}", highlight=False)
    return 0


def _link_undo(options: argparse.Namespace, config: Settings) -> int:
    number = withdraw([options.pair], config, current_user())
    _OUT.print(f"Putusan pasangan {options.pair} dibatalkan → v{number}", highlight=False)
    return 0


def _template(options: argparse.Namespace, config: Settings) -> int:
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / TEMPLATES[options.kind]
    path.write_bytes(template(options.kind))
    _OUT.print(str(path), markup=False, highlight=False)
    return 0


def _sheets(options: argparse.Namespace, config: Settings) -> int:
    _note(
        config,
        "ekspor",
        f"berkas:lembar{options.out.suffix.lower()}",
        ("tingkat", options.level),
        *_frozen_at(config, options.snapshot),
    )
    terminal = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as bars:
        task = bars.add_task("Membaca data", total=None, told="")

        def step(done: int, count: int) -> None:
            bars.update(task, description="Lembar", completed=done, total=count, told=f"{done}/{count}")

        count = sheets.make(options.level, options.out, config, options.snapshot, step)
    _OUT.print(f"{count} lembar {options.level} ditulis ke {options.out}", markup=False, highlight=False)
    return 0


def _deck(options: argparse.Namespace, config: Settings) -> int:
    _note(config, "ekspor", f"berkas:rakor{options.out.suffix.lower()}", *_frozen_at(config, options.snapshot))
    made = make(options.snapshot, options.out, config, options.template)
    _OUT.print(f"{options.out}: {made.title}, {len(made.slides)} slide ({made.code})", markup=False, highlight=False)
    return 0


def _boundaries(options: argparse.Namespace, config: Settings) -> int:
    report = boundaries.install(options.file, config) if options.install else boundaries.check(options.file)
    table = Table("Pemeriksaan", "Hasil", "Keterangan")
    for row in report.rows:
        table.add_row(*map(escape, (row.check, row.outcome, row.detail)))
    _OUT.print(table)
    return 0 if report.ok else 2


def _note(config: Settings, action: str, subject: str, *filters: tuple[str, str]) -> None:
    """Notes it in the audit trail, or raises UserError: what cannot be noted is not done. A file nobody can write is none."""
    if audit.fits(subject):
        store, purpose = Store(config), "ekspor" if action == "ekspor" else "layar"
        who = audit.named(current_user())
        audit.note(store, audit.Event(action, who, "operator", subject, "cli", store.latest_number(), filters, purpose))


def _frozen_at(config: Settings, name: str | None) -> list[tuple[str, str]]:
    return [("bekuan", snapshot(Store(config), name).code)] if name else []


def _list_audit(options: argparse.Namespace, config: Settings) -> int:
    first, last = (_day(option, text) for option, text in (("--from", options.first), ("--to", options.last)))
    found = audit.events(Store(config), first, last, options.action, options.user)
    _OUT.print(f"{len(found)} catatan", highlight=False)
    if len(found):
        times = found["time"].dt.tz_convert(TIMEZONE).dt.strftime("%Y-%m-%d %H:%M:%S")
        _print_table(found.assign(time=times).rename(columns=_TRAIL))
    return 0


def _check_audit(options: argparse.Namespace, config: Settings) -> int:
    """Says whether the chain holds, and its end; 2 where it is broken."""
    chain = audit.verify(Store(config), *map(_kept_end, options.ujung))
    if chain.fault:
        told = f"PUTUS di nomor {chain.broken_at}: {chain.fault}"
    else:
        told = f"Utuh: {chain.entries} catatan, ujung {chain.entries}:{chain.head}"
    _OUT.print(told, markup=False, highlight=False, soft_wrap=True)
    return 2 if chain.fault else 0


def _kept_end(text: str) -> tuple[int, str]:
    if not re.fullmatch(r"[1-9]\d*:[0-9a-f]{8,64}", text):
        raise UserError("Ujung jejak tidak terbaca.", found=text, allowed="NOMOR:SIDIK dari audit periksa", action="perbaiki")
    number, digest = text.split(":")
    return int(number), digest


def _list_meetings(options: argparse.Namespace, config: Settings) -> int:
    table = Table("kode", "nama", "hari", "periode", "versi", "wilayah", "dibanding")
    for one in snapshots(Store(config)):
        compared = f"RK-{one.previous}" if one.previous else "–"
        row = (one.code, one.name, one.day.isoformat(), _period(one.window), f"v{one.version}", areas.label(one.area), compared)
        table.add_row(*map(escape, row))
    _OUT.print(table)
    return 0


def _freeze(options: argparse.Namespace, config: Settings) -> int:
    """Freezes a data version, by default the newest, beside the last meeting before its day."""
    store, where = Store(config), _conditions(options.where)
    if where.keys() - {"area", "slice"}:
        raise UserError(
            "Lingkup rakor tidak dikenal.",
            found=", ".join(options.where),
            allowed="wilayah, kelompok, kategori",
            action="perbaiki",
        )
    version, day = _as_of(store, options.as_of), _day("--day", options.day) or config.today
    before = snapshot(store, options.compare).number if options.compare else last_before(snapshots(store), day)
    window = _meeting_window(load(store, version, config).cube, options.first, options.last)
    place, part = where.get("area", areas.CITY), where.get("slice", ALL)
    wish = Wish(options.name, day, window, place, part, before, version.number if options.as_of else None)
    frozen = freeze(store, config, wish, current_user())
    compared = f", dibanding {_meeting_name(numbered(store, before))}" if before else ""
    told = f"{_meeting_name(frozen)} dibekukan: v{frozen.version}, {_period(frozen.window)}{compared}"
    _OUT.print(told, markup=False, highlight=False)
    return 0


def _meeting_name(frozen: Snapshot) -> str:
    return f"{frozen.code} ({frozen.name})"


def _period(window: Window) -> str:
    return " sampai ".join(map(month_label, window))


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserError(f"Hari pada {option} tidak terbaca.", found=str(text), allowed="YYYY-MM-DD", action="perbaiki") from None


def _meeting_window(cube: Cube, first: str | None, last: str | None) -> Window:
    """The months asked for, by default the year up to the last full month of the data."""
    begin, end = _month("--from", first), _month("--to", last) or cube.last_full_month()
    if end is None:
        raise UserError("Periode rakor tidak dapat ditentukan.", found="data tanpa kasus", action="isi --from dan --to")
    return Window(begin or Month(end.year, 1), end)
