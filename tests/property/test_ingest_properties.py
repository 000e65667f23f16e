"""What holds for any mixture of rows: counts add up, the order and the cutting of files do not matter, again is no more."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import load
from ipsm_analytics.ingest import Report, check, ingest
from ipsm_analytics.intake import batch
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.intake.identity import Keyring, keyring
from ipsm_analytics.measures import Query, query
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference.statuses import spellings, statuses
from ipsm_analytics.store import Store
from tests.conftest import KEY, TODAY
from tests.tables import apart, content, stored, take

KEYS = Keyring(KEY.encode())
PLACES = {"Lette": "Mariso", "Mario": "Mariso", "Lakkang": "Tallo", "Lae-Lae": "Ujung Pandang"}
BAD_CELLS = {"Kelurahan": "Xyz", "Kategori PPKS": "Warga Rentan", "Tanggal Laporan": "31/02/2026", "Status": "Entah"}


@dataclass(frozen=True)
class Line:
    """One line of a Sicadas file and what it is about."""

    cells: tuple[str, ...]
    case: tuple[str, ...]
    status: str
    refused: bool

    @property
    def rank(self) -> int:
        return statuses()[spellings()[self.status.casefold()]].rank


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A case of a few persons, places, kinds and days, so that repeats and updates are frequent; some lines are bad."""
    person = draw(st.integers(1, 4))
    nik = f"737101450690000{person}" if draw(st.booleans()) else ""
    place = draw(st.sampled_from(list(PLACES)))
    kind, day = draw(st.sampled_from(["Fakir Miskin", "Pengemis"])), draw(st.sampled_from(["05/10/2026", "6-10-26"]))
    status = draw(st.sampled_from(["Menunggu Foto", "Kasus Aktif", "Selesai Ditangani", "Selesai"]))
    row = dict(
        zip(
            schema.SICADAS_PPKS_COLUMNS,
            (nik, f"Orang {'ABCD'[person - 1]}", kind, PLACES[place], place, "", day, status, ""),
            strict=True,
        )
    )
    shape = draw(st.sampled_from(["good"] * 6 + ["bad", "short", "long"]))
    if shape == "bad":
        wrong = draw(st.sampled_from(list(BAD_CELLS)))
        row[wrong] = BAD_CELLS[wrong]
    cells = {"short": list(row.values())[:5], "long": [*row.values(), "lebih"]}.get(shape, list(row.values()))
    return Line(tuple(cells), (nik or row["Nama"], kind, place, day), status, shape != "good")


def write(path: Path, rows: list[Line]) -> Path:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([schema.SICADAS_PPKS_COLUMNS, *(row.cells for row in rows)])
    path.write_text(text.getvalue())
    return path


@contextmanager
def fresh() -> Iterator[Settings]:
    """Settings of an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        yield Settings(Path(folder) / "store", KEY, date.fromisoformat(TODAY))


def beside(config: Settings, name: str, rows: list[Line]) -> Path:
    return write(config.store.with_name(name), rows)


def final(config: Settings) -> list[list[str]]:
    return [content(stored(name, config)) for name in ("kasus", "karantina")]


def conserved(report: Report) -> bool:
    return report.rows_read == report.accepted + report.quarantined + report.duplicates and not report.error


def told_apart(rows: list[Line]) -> list[Line]:
    """The rows, of equal refused ones only the first: how often a refused row stands in one file is kept on purpose."""
    seen: set[tuple[str, ...]] = set()
    return [row for row in rows if not row.refused or not (row.cells in seen or seen.add(row.cells))]


@given(st.lists(lines(), min_size=1, max_size=40))
def test_every_row_of_a_file_is_accepted_or_refused(rows: list[Line]):
    with fresh() as config:
        found = apart(open_file(beside(config, "a.csv", rows), config, KEYS))
    assert found.rows_read == len(rows)
    refused = [number for number, row in enumerate(rows, start=2) if row.refused]
    assert found.quarantined["row_number"].to_pylist() == refused
    assert found.accepted["row_number"].to_pylist() == [number for number in range(2, len(rows) + 2) if number not in refused]
    assert len(set(found.quarantined["row_id"].to_pylist())) == len(refused)


@given(st.lists(lines(), min_size=1, max_size=40))
def test_every_refused_row_can_be_opened_whole(rows: list[Line]):
    with fresh() as config:
        found = apart(open_file(beside(config, "a.csv", rows), config, KEYS))
    wholes = [json.loads(KEYS.open(sealed))["row"] for sealed in found.quarantined["sealed"].to_pylist()]
    opened = [next(csv.reader([whole])) if isinstance(whole, str) else list(whole.values()) for whole in wholes]
    assert opened == [list(row.cells) for row in rows if row.refused]


@settings(max_examples=12)
@given(st.lists(lines(), min_size=1, max_size=25))
def test_the_store_holds_the_furthest_state_of_each_case(rows: list[Line]):
    with fresh() as config:
        [report] = take(beside(config, "a.csv", rows), config=config)
        states = stored(config=config)["status"].to_pylist()
        waiting = stored("karantina", config).num_rows
    furthest: dict[tuple[str, ...], int] = {}
    for row in rows:
        if not row.refused:
            furthest[row.case] = max(row.rank, furthest.get(row.case, 0))
    assert conserved(report)
    assert (report.rows_read, report.accepted) == (len(rows), len(furthest))
    assert report.quarantined == waiting == sum(row.refused for row in rows)
    assert sorted(statuses()[state].rank for state in states) == sorted(furthest.values())


@settings(max_examples=10)
@given(st.lists(lines(), min_size=1, max_size=25))
def test_twice_is_once(rows: list[Line]):
    with fresh() as config:
        path = beside(config, "a.csv", rows)
        first = take(path, config=config)[0]
        before, number = final(config), Store(config).latest_number()
        again = take(path, config=config)[0]
        assert (final(config), Store(config).latest_number()) == (before, number)
    assert conserved(first)
    assert conserved(again)
    assert (again.accepted, again.quarantined, again.duplicates) == (0, first.quarantined, first.accepted + first.duplicates)


@settings(max_examples=10)
@given(st.lists(st.lists(lines(), min_size=1, max_size=12), min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(files: list[list[Line]], source):
    order = list(range(len(files)))
    source.shuffle(order)
    ends = []
    for numbers in (range(len(files)), order):
        with fresh() as config:
            reports = take(*(beside(config, f"{number}.csv", files[number]) for number in numbers), config=config)
            assert all(map(conserved, reports))
            ends.append(final(config))
    assert ends[0] == ends[1]


@settings(max_examples=10)
@given(st.lists(lines(), min_size=2, max_size=25), st.data())
def test_cutting_a_file_in_two_changes_nothing(rows: list[Line], data: st.DataObject):
    rows = told_apart(rows)
    cut = data.draw(st.integers(0, len(rows)))
    ends = []
    for parts in ([rows], [part for part in (rows[:cut], rows[cut:]) if part]):
        with fresh() as config:
            take(*(beside(config, f"{number}.csv", part) for number, part in enumerate(parts)), config=config)
            ends.append(final(config))
    assert ends[0] == ends[1]


def cut_in(rows: int, files: list[list[Line]]) -> tuple[list[Report], list[list[str]], list[str]]:
    """Reports and content of a store that took the files so many rows at a time, and the order of what was done."""
    with fresh() as config, patch.object(batch, "PORTION_ROWS", rows):
        steps: list[str] = []
        paths = [beside(config, f"{number}.csv", lines) for number, lines in enumerate(files)]
        reports = ingest(paths, config, progress=lambda name, share, done: steps.append(f"{name} {share:.3f} {done}"))
        return reports, final(config), steps


def without_places(report: Report) -> Report:
    """The report without what depends on the cut: which of several equal rows is called the repeat."""
    return replace(report, problems=tuple(sorted(one for one in report.problems if one.code != "DUP_ROW")))


@settings(max_examples=15)
@given(st.lists(st.lists(lines(), min_size=1, max_size=14), min_size=1, max_size=2), st.integers(1, 5))
def test_how_a_file_is_cut_into_portions_changes_nothing(files: list[list[Line]], rows: int):
    whole, at_once, _ = cut_in(1000, files)
    parts, in_parts, steps = cut_in(rows, files)
    assert list(map(without_places, parts)) == list(map(without_places, whole))
    assert in_parts == at_once
    for number, report in enumerate(parts):
        done = [step.split(" ") for step in steps if step.startswith(f"{number}.csv")]
        assert done[0] == [f"{number}.csv", "0.000", "0"]
        assert done[-1] == [f"{number}.csv", "1.000", str(report.rows_read)]
        assert [int(rows_done) for _, _, rows_done in done] == sorted(int(rows_done) for _, _, rows_done in done)


def figures(config: Settings) -> dict[str, dict[str, int]]:
    """Cases by kecamatan and by group, as the pages ask for them; no zeros."""
    store = Store(config)
    cube = load(store, store.latest())
    found = {}
    for by, name in (("kecamatan", "kode_kecamatan"), ("kelompok", "kelompok")):
        frame = query(cube, Query("K01", (by,), cube.span), policy("operator", "layar", 5)) if cube.span else None
        found[by] = {} if frame is None else {row[name]: int(row["value"]) for _, row in frame.iterrows() if row["value"] > 0}
    return found


def minus(after: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    change = {name: after.get(name, 0) - before.get(name, 0) for name in sorted({*after, *before})}
    return {name: count for name, count in change.items() if count}


@settings(max_examples=10)
@given(st.lists(lines(), min_size=1, max_size=12), st.lists(st.lists(lines(), min_size=1, max_size=12), min_size=1, max_size=3))
def test_a_check_foretells_the_import_and_leaves_no_trace(stands: list[Line], files: list[list[Line]]):
    with fresh() as config:
        take(beside(config, "awal.csv", stands), config=config)
        paths = [beside(config, f"{number}.csv", rows) for number, rows in enumerate(files)]
        before, number = final(config), Store(config).latest_number()
        foretold = check(paths, config)
        assert (final(config), Store(config).latest_number()) == (before, number)
        old = figures(config)
        for path, promise in zip(paths, foretold, strict=True):
            [report] = take(path, config=config)
            assert replace(promise, version=report.version) == report
            new = figures(config)
            assert report.impact.kecamatan == minus(new["kecamatan"], old["kecamatan"])
            assert report.impact.groups == minus(new["kelompok"], old["kelompok"])
            assert (report.impact.before, report.impact.after) == (sum(old["kecamatan"].values()), sum(new["kecamatan"].values()))
            old = new


def test_the_keys_are_those_of_the_setting():
    with fresh() as config:
        assert keyring(config) == KEYS
