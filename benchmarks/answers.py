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
from ipsm_analytics.views.chart import Desk, Scope

FILTERS = 200
COMPARED = {"DuckDB": 30, "Polars": 60, "Polars, slices prepared": 60, "pandas": 60}
"""Filters the rivals are asked for: the first of them."""
GOAL_MS, GOAL_RATIO = 10, 10
OURS, REMEMBERED, COUNTS = "kubus, jawaban lengkap", "kubus, batas kelas sudah diingat", "kubus, hitungan saja"
NAMES = {
    "DuckDB": "DuckDB, SQL atas berkas Parquet yang sama",
    "Polars": "Polars dalam memori",
    "Polars, slices prepared": "Polars dalam memori, tanda setiap bagian disiapkan",
    "pandas": "pandas groupby dalam memori",
}
NO_GOAL = {"Polars, slices prepared"}
READING = f"""Semua pertanyaan yang diajukan halaman Ringkasan beserta petanya, dicatat dari halaman itu sendiri, untuk
{FILTERS} saringan acak (kota, kecamatan, kelurahan × semua, kelompok, kategori × rentang bulan). Kubus memberi
jawaban lengkap (nilai, selang 95%, status, tabel), termasuk yang dipakai untuk batas kelas peta, tanpa ingatan
dari saringan sebelumnya; di server batas kelas itu diingat selama kubusnya hidup (baris kedua). Pesaing hanya
memberi hitungan yang mendasarinya, dalam sesedikit mungkin kali baca; selang, status dan tabelnya tidak
diminta, sehingga waktu mereka adalah batas bawah. Semua hitungan dibandingkan dan sama. 'Berapa kali' = p95
pesaing / p95 kubus atas saringan yang sama: {COMPARED["DuckDB"]} untuk DuckDB, {COMPARED["pandas"]} untuk yang
lain."""


def run() -> Section:
    """Measures; raises AssertionError when any two counts differ."""
    store = million()
    cube = load(store, store.latest())
    desk = desk_of(cube)
    asked = [_asked(desk, scope) for scope in track(random_scopes(cube, FILTERS + 1), "mencatat pertanyaan")]
    rivals = {name: make(store) for name, make in RIVALS.items()}
    _ask(desk, rivals, *asked.pop(), 0)
    times: dict[str, list[float]] = defaultdict(list)
    for number, (first, later) in enumerate(track(asked, "menjawab")):
        for name, seconds in _ask(desk, rivals, first, later, number).items():
            times[name].append(seconds)
    sizes = [len(first) for first, _ in asked]
    return Section(f"Jawaban satu halaman ({min(sizes)} sampai {max(sizes)} pertanyaan)", READING, tuple(_measures(times)))


def _asked(desk: Desk, scope: Scope) -> tuple[list[Query], list[Query]]:
    """What the page asks of a cube it meets for the first time, and what it asks again."""
    fresh = replace(desk, cube=replace(desk.cube))
    return record(fresh, scope), record(fresh, scope)


def _ask(desk: Desk, rivals: dict[str, Rival], first: list[Query], later: list[Query], number: int) -> dict[str, float]:
    """Seconds of everyone for one filter, one after the other, answers compared."""
    seconds, answers = _answer(desk, first)
    times = {OURS: seconds, REMEMBERED: _answer(desk, later)[0], COUNTS: _counts_only(desk.cube, first)}
    steps = passes(first)
    for name, rival in rivals.items():
        if number < COMPARED[name]:
            times[name] = _ask_rival(rival, steps, first, answers)
    return times


def _answer(desk: Desk, questions: list[Query]) -> tuple[float, list[pd.DataFrame]]:
    """Seconds and answers of a desk that remembers nothing yet."""
    fresh = replace(desk, cube=replace(desk.cube))
    start = perf_counter()
    answers = [fresh.answer(question) for question in questions]
    return perf_counter() - start, answers


def _counts_only(cube: Cube, questions: Sequence[Query]) -> float:
    selections = [
        Selection(quantity, cells.areas, cells.slices, cells.windows)
        for question in dict.fromkeys(questions)
        for cells in [grid(question)]
        for quantity in quantities(indicator(question.indicator))
    ]
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
    found = spread(OURS, times[OURS], GOAL_MS) + spread(REMEMBERED, times[REMEMBERED]) + spread(COUNTS, times[COUNTS])
    for name, title in NAMES.items():
        found += spread(title, times[name])
        goal = None if name in NO_GOAL else GOAL_RATIO
        found.append(Measure(f"{title}: kubus berapa kali lebih cepat", _ratio(times, name, OURS), "×", goal, at_least=True))
        found.append(Measure(f"{title}: berapa kali, hitungan saja", _ratio(times, name, COUNTS), "×"))
    return found


def _ratio(times: dict[str, list[float]], slow: str, fast: str) -> float:
    same = len(times[slow])
    return float(np.percentile(times[slow], 95) / np.percentile(times[fast][:same], 95))
