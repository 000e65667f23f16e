"""All answers Ringkasan needs for a random filter: the cube against DuckDB, Polars and pandas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np
import pandas as pd
from rich.progress import track

from benchmarks.dataset import million
from benchmarks.questions import Cell, Pass, assert_equal, desk_of, grid, passes, quantities, random_scopes, record
from benchmarks.report import Measure, Section, spread
from benchmarks.rivals import RIVALS, Rival
from ipsm_analytics.cube import Cube, Selection, load
from ipsm_analytics.measures import Query
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views.chart import Desk

FILTERS = 200
COMPARED = {"DuckDB": 30, "Polars": 60, "Polars, slices prepared": 60, "pandas": 60}
"""Filters the rivals are asked for: the first of them."""
GOAL_MS, GOAL_RATIO = 10, 10
OURS, COUNTS = "kubus", "kubus, hitungan saja"
NAMES = {
    "DuckDB": "DuckDB, SQL atas berkas Parquet yang sama",
    "Polars": "Polars dalam memori",
    "Polars, slices prepared": "Polars dalam memori, tanda setiap bagian disiapkan",
    "pandas": "pandas groupby dalam memori",
}
NO_GOAL = {"Polars, slices prepared"}
READING = f"""Semua pertanyaan yang diajukan halaman Ringkasan beserta petanya, dicatat dari halaman itu sendiri, untuk {FILTERS} saringan acak
(kota, kecamatan, kelurahan × semua, kelompok, kategori × rentang bulan). Kubus memberi jawaban lengkap (nilai, selang 95%, status,
tabel) tanpa ingatan dari saringan sebelumnya. Pesaing hanya memberi hitungan yang mendasarinya, dalam sesedikit mungkin kali baca;
selang, status dan tabelnya tidak diminta, sehingga waktu mereka adalah batas bawah. Semua hitungan dibandingkan dan sama.
'Berapa kali' = p95 pesaing / p95 kubus atas saringan yang sama: {COMPARED["DuckDB"]} untuk DuckDB, {COMPARED["pandas"]} untuk yang lain."""


def run() -> Section:
    """Measures; raises AssertionError when any two counts differ."""
    store = million()
    cube = load(store, store.latest())
    desk = desk_of(cube)
    asked = [record(desk, scope) for scope in track(random_scopes(cube, FILTERS + 1), "mencatat pertanyaan")]
    rivals = {name: make(store) for name, make in RIVALS.items()}
    _ask(desk, rivals, asked.pop(), 0)
    times: dict[str, list[float]] = defaultdict(list)
    for number, questions in enumerate(track(asked, "menjawab")):
        for name, seconds in _ask(desk, rivals, questions, number).items():
            times[name].append(seconds)
    return Section(f"Jawaban satu halaman ({_sizes(asked)})", READING, tuple(_measures(times)))


def _ask(desk: Desk, rivals: dict[str, Rival], questions: Sequence[Query], number: int) -> dict[str, float]:
    """Seconds of everyone for one filter, one after the other, answers compared."""
    fresh = replace(desk, cube=replace(desk.cube))
    start = perf_counter()
    answers = [fresh.answer(question) for question in questions]
    times = {OURS: perf_counter() - start, COUNTS: _counts_only(replace(desk.cube), questions)}
    steps = passes(questions)
    for name, rival in rivals.items():
        if number < COMPARED[name]:
            times[name] = _ask_rival(rival, steps, questions, answers)
    return times


def _counts_only(cube: Cube, questions: Sequence[Query]) -> float:
    selections = []
    for question in dict.fromkeys(questions):
        cells = grid(question)
        for quantity in quantities(indicator(question.indicator)):
            selections.append(Selection(quantity, cells.areas, cells.slices, cells.windows))
    start = perf_counter()
    for selection in selections:
        cube.select(selection)
    return perf_counter() - start


def _ask_rival(rival: Rival, steps: list[Pass], questions: Sequence[Query], answers: Sequence[pd.DataFrame]) -> float:
    start = perf_counter()
    rows = [rival.rows(step) for step in steps]
    seconds = perf_counter() - start
    counted: dict[Cell, int] = {}
    for step, found in zip(steps, rows, strict=True):
        counted.update(step.cells(found))
    for question, answer in zip(questions, answers, strict=True):
        assert_equal(question, answer, counted)
    return seconds


def _measures(times: dict[str, list[float]]) -> list[Measure]:
    found = spread("kubus, jawaban lengkap", times[OURS], GOAL_MS) + spread(COUNTS, times[COUNTS])
    for name in RIVALS:
        found += spread(NAMES[name], times[name])
        goal = None if name in NO_GOAL else GOAL_RATIO
        found.append(Measure(f"berapa kali lebih cepat dari {name}", _ratio(times, name, OURS), "×", goal, at_least=True))
        found.append(Measure(f"berapa kali, hitungan saja, dari {name}", _ratio(times, name, COUNTS), "×"))
    return found


def _ratio(times: dict[str, list[float]], slow: str, fast: str) -> float:
    same = len(times[slow])
    return float(np.percentile(times[slow], 95) / np.percentile(times[fast][:same], 95))


def _sizes(asked: list[list[Query]]) -> str:
    sizes = [len(questions) for questions in asked]
    return f"{min(sizes)} sampai {max(sizes)} pertanyaan"
