"""Files into an empty store: against programs that only load or only read them, and how much memory it takes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import duckdb
from python_calamine import CalamineWorkbook
from rich.progress import track

from benchmarks.dataset import DATA
from benchmarks.files import WRONG, sicadas_csv, sicadas_workbook
from benchmarks.importer import put_in
from benchmarks.report import Measure, Section
from scripts.live_server import ROOT

REPEATS = 3
ROWS, SHEET_ROWS, LARGE_BYTES = 1_000_000, 100_000, 200_000_000
SIZES = (250_000, 500_000, ROWS)
GOAL_CSV, GOAL_WORKBOOK, GOAL_LARGE_MB = 6, 1.5, 1000
READING = f"""Berkas Sicadas buatan (9 kolom; {WRONG:.0%} baris bermasalah: separuh diterima dengan
peringatan, separuh masuk karantina) ke penyimpanan kosong: dibaca,
dikenali, diperiksa, disamarkan, ditulis, dan dicatat. Bergantian, nilai tengah {REPEATS} kali. DuckDB memuat CSV yang sama
sebagai teks ke berkas basis datanya tanpa memeriksa apa pun; python-calamine hanya membaca XLSX yang sama. Memori: puncak
yang ditempati (RSS) sebuah proses baru yang memasukkan satu berkas; byte per baris tambahan = selisih puncak dua ukuran
yang berurutan / selisih barisnya. 1 MB = 1.000.000 byte."""


def run() -> Section:
    """Measures; raises AssertionError when a file was not put in whole."""
    with TemporaryDirectory(dir=_data()) as folder:
        place = Path(folder)
        measures = (*_csv(place), *_workbook(place), *_memory(place), *_large(place))
    return Section("Memasukkan berkas", READING, measures)


def _data() -> Path:
    DATA.mkdir(exist_ok=True)
    return DATA


def _csv(folder: Path) -> Iterator[Measure]:
    path = sicadas_csv(ROWS)
    ours, theirs = _times(lambda place: put_in(path, place), lambda place: _load(path, place), folder)
    yield Measure("CSV satu juta baris, diperiksa dan disimpan", ours, "detik")
    yield Measure("CSV satu juta baris, dimuat DuckDB tanpa pemeriksaan", theirs, "detik")
    yield Measure("CSV satu juta baris, berapa kali DuckDB", ours / theirs, "×", GOAL_CSV)


def _load(path: Path, place: Path) -> None:
    with duckdb.connect(place) as connection:
        connection.execute("CREATE TABLE kasus AS SELECT * FROM read_csv(?, all_varchar = true)", [str(path)])


def _workbook(folder: Path) -> Iterator[Measure]:
    path = sicadas_workbook(SHEET_ROWS)
    ours, theirs = _times(lambda place: put_in(path, place), lambda place: _read(path), folder)
    yield Measure("XLSX 100.000 baris, diperiksa dan disimpan", ours, "detik")
    yield Measure("XLSX 100.000 baris, hanya dibaca python-calamine", theirs, "detik")
    yield Measure("XLSX 100.000 baris, berapa kali python-calamine", ours / theirs, "×", GOAL_WORKBOOK, decimals=2)


def _read(path: Path) -> None:
    with CalamineWorkbook.from_path(path) as book:
        book.get_sheet_by_index(0).to_python()


def _times(ours: Callable[[Path], object], theirs: Callable[[Path], object], folder: Path) -> tuple[float, float]:
    """Middle seconds of each, in turns, each time into a place of its own."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in track(range(REPEATS), "memasukkan"):
        for task, seconds in zip((ours, theirs), taken, strict=True):
            with TemporaryDirectory(dir=folder) as place:
                start = perf_counter()
                task(Path(place) / str(number))
                seconds.append(perf_counter() - start)
    return median(taken[0]), median(taken[1])


def _memory(folder: Path) -> Iterator[Measure]:
    peaks = [_peak(sicadas_csv(rows), folder) for rows in track(SIZES, "memori")]
    for rows, most in zip(SIZES, peaks, strict=True):
        yield Measure(f"CSV {_thousands(rows)} baris: puncak memori", most, "MB", decimals=0)
    for place in range(1, len(SIZES)):
        growth = 1e6 * (peaks[place] - peaks[place - 1]) / (SIZES[place] - SIZES[place - 1])
        between = f"{_thousands(SIZES[place - 1])} → {_thousands(SIZES[place])} baris"
        yield Measure(f"{between}: memori per baris tambahan", growth, "byte", decimals=0)


def _large(folder: Path) -> Iterator[Measure]:
    """A CSV just over the size of the goal."""
    path = sicadas_csv(ceil(1.001 * LARGE_BYTES / sicadas_csv(ROWS).stat().st_size * ROWS))
    size = path.stat().st_size
    yield Measure(f"CSV {size / 1e6:.0f} MB: puncak memori", _peak(path, folder), "MB", GOAL_LARGE_MB, decimals=0)


def _peak(path: Path, folder: Path) -> float:
    """MB of a new process that puts a file in."""
    with TemporaryDirectory(dir=folder) as place:
        command = [sys.executable, "-m", "benchmarks.importer", str(path), str(Path(place) / "store")]
        return float(subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout)


def _thousands(rows: int) -> str:
    return f"{rows:,}".replace(",", ".")
