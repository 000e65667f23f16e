"""Measures the linking of persons against the truth of the sample, and writes table and curve into docs.

python -m scripts.link_curve
"""

from __future__ import annotations

import re
import tempfile
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ipsm_analytics.config import ROOT, Settings, settings
from ipsm_analytics.ingest import ingest
from ipsm_analytics.linking.coverage import MATCHED, UNMATCHABLE, coverage
from ipsm_analytics.linking.pairs import pairs
from ipsm_analytics.linking.parameters import parameters
from ipsm_analytics.sample import PERSONS, generate
from ipsm_analytics.sample.identities import REGISTER
from ipsm_analytics.store import Store

PAGE, PICTURE = ROOT / "docs" / "pemadanan.md", ROOT / "docs" / "gambar" / "pemadanan.svg"
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
SEEDS = (1, 2, 3)
HELD_OUT = (11, 12, 13, 14)
"""Seeds that no weight was set by."""
CASES = 36_000


class Point(NamedTuple):
    """One threshold: pairs shown, of them right ones, and all right ones there are."""

    threshold: float
    shown: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        """Share of the shown pairs that are one person."""
        return self.right / self.shown if self.shown else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that are shown."""
        return self.right / self.true if self.true else 1.0


class Registered(NamedTuple):
    """Persons without their NIK in a register: truly in it and matchable, matched, matched with the right entry."""

    true: int
    matched: int
    right: int


def sample_store(folder: Path, cases: int, months: int, seed: int) -> Store:
    """A store under `folder` with the cases and the register of one sample; the truth stays beside it."""
    generate(folder / "contoh", cases=cases, months=months, seed=seed)
    config = Settings(store=folder / "store", today=settings().today)
    patterns = ("sicadas_ppks_*", "kasus_*", REGISTER)
    ingest(sorted(path for pattern in patterns for path in (folder / "contoh").glob(pattern)), config)
    return Store(config)


def true_persons(store: Store, table: str, folder: Path) -> pd.DataFrame:
    """(stored rows) person_key, identity, sound_keys and the true person of each."""
    version = store.latest()
    rows = store.read(table, version, ["person_key", "identity", "sound_keys", "import_id", "row_number"]).to_pandas()
    files = store.ledger()[["import_id", "file"]].drop_duplicates()
    truth = pd.read_csv(folder / "contoh" / PERSONS).rename(columns={"row": "row_number"})
    named: pd.DataFrame = rows.merge(files, on="import_id").merge(truth, on=["file", "row_number"])
    return named


def curve(store: Store, folder: Path, thresholds: tuple[float, ...] = THRESHOLDS) -> list[Point]:
    """Precision and recall of pairs of different person_keys; rows with neither NIK nor name are no part of it."""
    rows = true_persons(store, "kasus", folder)
    rows = rows[(rows["identity"] == "nik") | rows["sound_keys"].notna()]
    people = rows.groupby("person")["person_key"].agg(lambda keys: sorted(set(keys)))
    true = {pair for keys in people for pair in combinations(keys, 2)}
    found = pairs(store, store.latest(), min(thresholds))
    keys = zip(found["left_key"], found["right_key"], strict=True)
    right = pd.Series([pair in true for pair in keys], dtype=bool)
    shown = [found["probability"] >= threshold for threshold in thresholds]
    return [Point(at, int(rows.sum()), int(right[rows].sum()), len(true)) for at, rows in zip(thresholds, shown, strict=True)]


def registered(store: Store, folder: Path) -> Registered:
    """How well persons whose NIK does not lead to the register are found in it all the same."""
    cases, register = (true_persons(store, table, folder) for table in ("kasus", "register"))
    known = dict(zip(cases["person_key"], cases["person"], strict=True))
    entries = dict(zip(register["person_key"], register["person"], strict=True))
    frame = coverage(store, store.latest())
    open_ = frame[~frame["person_key"].isin(register["person_key"])]
    person = open_["person_key"].map(known)
    there = person.isin(set(register["person"])) & (open_["state"] != UNMATCHABLE)
    matched = open_["state"] == MATCHED
    right = matched & (open_["register_key"].map(entries) == person)
    return Registered(int(there.sum()), int(matched.sum()), int(right.sum()))


def table(points: list[Point], found: Registered) -> str:
    """The measured table as Markdown, in Indonesian."""
    lines = ["| ambang | pasangan ditampilkan | benar | presisi | recall |", "|---|---|---|---|---|"]
    for point in points:
        mark = "**" if point.threshold == parameters().threshold else ""
        cells = (f"{point.threshold:g}", point.shown, point.right, f"{point.precision:.3f}", f"{point.recall:.3f}")
        lines.append("| " + " | ".join(f"{mark}{cell}{mark}".replace(".", ",") for cell in cells) + " |")
    lines.append("")
    lines.append(
        f"Pasangan yang sungguh satu orang: {points[0].true}. Terhadap register, tanpa NIK yang sama: {found.true} orang"
        f" sungguh ada di dalamnya, {found.matched} dipadankan, {found.right} di antaranya dengan entri yang benar."
    )
    return "\n".join(lines)


def picture(points: list[Point]) -> str:
    """Precision over recall as SVG, one labelled dot a threshold."""
    left, top, wide, high, low = 70, 40, 560, 320, 0.7

    def place(point: Point) -> tuple[float, float]:
        across, up = ((max(value, low) - low) / (1 - low) for value in (point.recall, point.precision))
        return left + across * wide, top + (1 - up) * high

    spots = [place(point) for point in points]
    ticks = [low + step * 0.05 for step in range(7)]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 430" font-family="sans-serif" font-size="13">',
        "<title>Presisi dan recall pemadanan orang, DATA CONTOH</title>",
        '<rect width="680" height="430" fill="white"/>',
        f'<text x="{left}" y="22">Presisi terhadap recall menurut ambang, DATA CONTOH</text>',
    ]
    for tick in ticks:
        at = (tick - low) / (1 - low)
        x, y, label = left + at * wide, top + (1 - at) * high, f"{tick:.2f}".replace(".", ",")
        parts.append(f'<path d="M{x:.0f} {top}V{top + high}M{left} {y:.0f}H{left + wide}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{top + high + 20}" text-anchor="middle">{label}</text>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{label}</text>')
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="2"/>')
    for point, (x, y) in zip(points, spots, strict=True):
        chosen = point.threshold == parameters().threshold
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{6 if chosen else 3}" fill="{"#b3261e" if chosen else "#1f5fa8"}"/>')
        if chosen:
            label = f"ambang {point.threshold:g}".replace(".", ",")
            parts.append(f'<text x="{x - 10:.1f}" y="{y + 24:.1f}" text-anchor="end" fill="#b3261e">{label}</text>')
    parts.append(f'<text x="{left + wide / 2:.0f}" y="{top + high + 45}" text-anchor="middle">recall</text>')
    parts.append(f'<text x="18" y="{top + high / 2:.0f}" transform="rotate(-90 18 {top + high / 2:.0f})">presisi</text></svg>')
    return "\n".join(parts) + "\n"


def _held_out() -> str:
    """Precision and recall at the threshold on seeds that no weight was set by."""
    chosen = parameters().threshold
    rows = ["| benih | ketepatan | ketercakupan |", "| ---: | ---: | ---: |"]
    for seed in HELD_OUT:
        with tempfile.TemporaryDirectory() as folder:
            [point] = curve(sample_store(Path(folder), CASES, 36, seed), Path(folder), (chosen,))
        rows.append(f"| {seed} | {point.precision:.3f} | {point.recall:.3f} |".replace(".", ","))
    said = "Benih yang tidak dipakai menyetel bobot, pada ambang yang sama: inilah yang patut diharapkan."
    return f"{said}\n\n" + "\n".join(rows)


def main() -> None:
    """Measures every seed; the first one's table and curve go into docs, the others below it."""
    texts = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            store = sample_store(Path(folder), CASES, 36, seed)
            points = curve(store, Path(folder))
            texts.append(f"Benih {seed}, {CASES} baris kasus:\n\n{table(points, registered(store, Path(folder)))}")
            if seed == SEEDS[0]:
                PICTURE.write_text(picture(points), encoding="utf-8")
    texts.append(_held_out())
    page = PAGE.read_text(encoding="utf-8")
    measured = "<!-- kurva -->\n" + "\n\n".join(texts) + "\n<!-- /kurva -->"
    PAGE.write_text(re.sub(r"<!-- kurva -->.*<!-- /kurva -->", lambda _: measured, page, flags=re.DOTALL), encoding="utf-8")
    print("\n\n".join(texts))


if __name__ == "__main__":
    main()
