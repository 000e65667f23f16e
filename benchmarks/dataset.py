"""A million made-up cases in a store of their own: the size the goals speak of, with a believable skew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.reference import areas, categories, population
from ipsm_analytics.reference.statuses import statuses
from ipsm_analytics.store import LEDGER, Store

DATA = Path(__file__).resolve().parent / "data"
CASES, PERSONS, MONTHS, SEED, REVISION = 1_000_000, 850_000, 36, 20_261_101, 2
FIRST = np.datetime64("2023-11", "M")
STATUS_SHARES = (0.10, 0.12, 0.10, 0.14, 0.22, 0.24, 0.08)
SERVED = [code for code, item in statuses().items() if item.served]
Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]


def million() -> Store:
    """The store with the million cases; made on first use, the same on every machine, kept for later runs."""
    store = Store(Settings(store=DATA / f"juta-{SEED}-{REVISION}", key="benchmark"))
    if not store.latest_number():
        _fill(store)
    return store


def _fill(store: Store) -> None:
    """One file a month, as imports would leave them, in one data version."""
    rng = np.random.default_rng(SEED)
    with store.transaction("benchmark") as work:
        for rows in _months(rng):
            work.append("kasus", rows, _all(rows), {})
        reports = _reports(rng)
        work.append("laporan", reports, _all(reports), {})
        numbers = dict.fromkeys(("rows_read", "accepted"), CASES)
        blank = {field.name: 0 if pa.types.is_integer(field.type) else "" for field in LEDGER}
        work.commit({**blank, **numbers, "action": "impor", "import_id": "benchmark", "kind": "benchmark", "sample": True})


def _all(rows: pa.Table) -> pa.Array:
    return pa.array(np.ones(len(rows), dtype=bool))


def _months(rng: np.random.Generator) -> Iterator[pa.Table]:
    weights = (1 + np.arange(MONTHS) / MONTHS) * (1 + 0.25 * np.sin(np.arange(MONTHS) * np.pi / 6))
    month = np.sort(rng.choice(MONTHS, CASES, p=weights / weights.sum()))
    person = _persons(rng)
    home = rng.choice(len(_places()), PERSONS, p=_place_weights(rng))
    away = rng.choice(len(_places()), CASES, p=_place_weights(rng))
    place = np.where(rng.random(CASES) < 0.93, home[person], away)
    keys = rng.integers(0, 2**63, (PERSONS, 2), dtype=np.int64)
    for number in range(MONTHS):
        rows = slice(*np.searchsorted(month, [number, number + 1]))
        yield _cases(rng, number, _hex(keys[person[rows]]), place[rows], int(rows.start))


def _persons(rng: np.random.Generator) -> Ints:
    """Everyone once, the rest of the cases for those who come back; some of them often."""
    again = (PERSONS * rng.random(CASES - PERSONS) ** 1.5).astype(np.int64)
    return rng.permutation(np.concatenate([np.arange(PERSONS), again]))


def _places() -> tuple[str, ...]:
    return areas.codes("kelurahan")


def _place_weights(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    people = np.array([population.by_kelurahan()[code] for code in _places()], dtype=float)
    weights = people * rng.lognormal(0, 0.5, len(people))
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _hex(pairs: Ints) -> pa.Array:
    """32 hex digits a pair, as the store keeps persons."""
    return pa.array([raw.hex() for raw in np.ascontiguousarray(pairs).view("V16").ravel().tolist()], pa.string())


def _cases(rng: np.random.Generator, number: int, persons: pa.Array, place: Ints, start: int) -> pa.Table:
    size = len(persons)
    reported = (FIRST + number).astype("datetime64[D]") + rng.integers(0, 28, size)
    status = rng.choice(len(STATUS_SHARES), size, p=STATUS_SHARES)
    served = np.isin(np.array(list(statuses()))[status], SERVED)
    order = pa.array(np.arange(start, start + size, dtype=np.int64))
    columns = {
        "case_id": pa.array([f"{row:032x}" for row in range(start, start + size)]),
        "person_key": persons,
        "identity": _drawn(rng, ("nik", "nama_lahir", "tidak_ada"), (0.85, 0.10, 0.05), size),
        "import_id": pa.array([f"bulan-{number}"] * size),
        "row_number": order.cast(pa.int32()),
        "kode_kelurahan": _coded(_places(), place),
        "kategori": _categories(rng, size),
        "tgl_lapor": pa.array(reported),
        "status": _coded(tuple(statuses()), status),
        "tgl_masuk": pa.array(reported + rng.geometric(0.12, size)),
        "kanal": _drawn(rng, schema.CHANNELS, (1 / len(schema.CHANNELS),) * len(schema.CHANNELS), size),
        "jk": pa.array(rng.choice(schema.SEXES, size), mask=rng.random(size) < 0.05),
        "usia": pa.array(rng.integers(0, 91, size), pa.int16(), mask=rng.random(size) < 0.08),
        "tgl_layanan_pertama": pa.array(reported + rng.geometric(0.05, size), mask=~served),
        "warnings": pa.array([[]] * size, pa.list_(pa.string())),
        "precedence": pa.array([""] * size),
        "sample": pa.array(np.ones(size, dtype=bool)),
    }
    return _table(schema.CASES, columns, size)


def _categories(rng: np.random.Generator, size: int) -> pa.Array:
    """One to three different categories a case, the usual ones far more often, in code order."""
    known = tuple(categories.categories())
    weights = 1 / np.arange(1, len(known) + 1) ** 0.9
    weights = rng.permutation(weights / weights.sum())
    drawn = rng.choice(len(known), (size, 3), p=weights)
    wanted = rng.choice([1, 2, 3], size, p=[0.84, 0.12, 0.04])
    drawn[np.arange(3)[None, :] >= wanted[:, None]] = len(known)
    drawn.sort(axis=1)
    kept = drawn < len(known)
    kept[:, 1:] &= drawn[:, 1:] != drawn[:, :-1]
    offsets = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), _coded(known, drawn[kept]))


def _reports(rng: np.random.Generator) -> pa.Table:
    """Monthly reports of nine in ten kelurahan."""
    place, month = np.nonzero(rng.random((len(_places()), MONTHS)) < 0.9)
    size = len(place)
    first = (FIRST + month).astype("datetime64[D]")
    columns = {
        "report_id": pa.array([f"{row:032x}" for row in range(size)]),
        "import_id": pa.array(["benchmark"] * size),
        "row_number": pa.array(np.arange(size, dtype=np.int32)),
        "kode_kelurahan": _coded(_places(), place),
        "bulan": pa.array(first),
        "tgl_terima": pa.array(first + rng.integers(28, 60, size)),
        "nihil": pa.array(rng.random(size) < 0.1),
        "warnings": pa.array([[]] * size, pa.list_(pa.string())),
        "precedence": pa.array([""] * size),
        "sample": pa.array(np.ones(size, dtype=bool)),
    }
    return _table(schema.REPORTS, columns, size)


def _drawn(rng: np.random.Generator, values: tuple[str, ...], shares: tuple[float, ...], size: int) -> pa.Array:
    return _coded(values, rng.choice(len(values), size, p=shares))


def _coded(values: tuple[str, ...], positions: Ints) -> pa.Array:
    return pa.array(values).take(pa.array(positions))


def _table(wanted: pa.Schema, columns: dict[str, Any], size: int) -> pa.Table:
    """Columns not given are empty."""
    return pa.table([columns.get(field.name, pa.nulls(size, field.type)) for field in wanted], schema=wanted)
