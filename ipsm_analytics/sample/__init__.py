"""Sample data that behaves like the city: raw files as the offices send them, and the truth behind them.

Nothing in them is real; every row says DATA CONTOH. All rates are stated in `data/reference/contoh.yml`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ipsm_analytics.errors import UserError
from ipsm_analytics.sample import files, identities, services, sheets
from ipsm_analytics.sample.files import Columns
from ipsm_analytics.sample.simulation import Simulation, simulate
from ipsm_analytics.sample.truth import FileTruth, Truth, faultless, measure

__all__ = ["FileTruth", "Truth", "generate"]
TRUTH, PERSONS = "truth.json", "kebenaran_orang.csv"
DELIMITERS = {"dtks": "|"}
"""Kind of file -> what parts its columns, where it is no comma."""


def generate(out: Path, *, cases: int = 36_000, months: int = 36, end: str = "2026-10", seed: int = 1) -> Truth:
    """Writes a sample into the folder `out`: the same bytes on every machine for the same arguments.

    `cases` is the number of rows in all case files together, repeats and erroneous rows included. Files of an
    earlier sample in the folder are replaced. Raises UserError for impossible sizes, an unreadable month, or a
    folder that holds other files.
    """
    sample = simulate(cases, months, end, seed)
    _make_room(out)
    for number, item in enumerate(sample.layout.files):
        files.write(out / item.name, sheets.case_columns(sample.load, sample.records, sample.layout, number))
    truth = measure(sample, tuple(_written(out, *other) for other in _other_files(sample)))
    truth.write(out / TRUTH)
    files.write(out / PERSONS, identities.persons(sample))
    return truth


def _written(out: Path, name: str, kind: str, columns: Columns) -> FileTruth:
    files.write(out / name, columns, DELIMITERS.get(kind, ","))
    return faultless(name, kind, columns)


def _other_files(sample: Simulation) -> Iterator[tuple[str, str, Columns]]:
    load, seed = sample.load, sample.seed
    reports = sheets.monthly_reports(load.city, load.workers, sample.events, sample.silent, sample.period, seed)
    for part, columns in reports.items():
        yield f"laporan_psm_contoh_{part}.csv", "laporan-bulanan", columns
    yield "roster_psm_contoh.csv", "roster-psm", sheets.roster(load.city, load.workers)
    yield "dtsen_contoh.csv", "sicadas-dtsen", sheets.register(load.city, load.people, seed)
    yield "dtks_contoh.csv", "dtks", sheets.categorised_register(load.city, load.people, sample.period, seed)
    yield "bansos_contoh.csv", "sicadas-bansos", sheets.aid_list(load.city, load.people, sample.period, seed)
    for year, columns in services.reports(sample).items():
        yield f"spm_contoh_{year}.csv", "spm", columns


def _make_room(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    former = out / TRUTH
    mine = (
        {TRUTH, PERSONS, *(item["name"] for item in json.loads(former.read_text(encoding="utf-8"))["files"])}
        if former.exists()
        else set()
    )
    if strange := sorted(path.name for path in out.iterdir() if path.name not in mine):
        raise UserError(
            "Folder data contoh berisi berkas lain.",
            found=", ".join(strange[:5]),
            action="pilih folder kosong atau folder data contoh lama",
        )
    for name in sorted(mine):
        (out / name).unlink(missing_ok=True)
