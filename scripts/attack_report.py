"""docs/penyerang.md: what can be worked out from everything that leaves the office: python -m scripts.attack_report.

Reads the store that IPSM_STORE names. Takes minutes; nothing of the product imports the attacker.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from ipsm_analytics import answers
from ipsm_analytics.answers import Facts
from ipsm_analytics.answers.facts import load
from ipsm_analytics.config import settings
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import Policy, policy
from ipsm_analytics.store import Store
from tests.attacker.city import city, releases
from tests.attacker.collect import CASES, EVERYTHING, RATES, ROWS, SPLITS, WORK, Ask, Asked, rounded, threshold
from tests.attacker.report import WIDTH, attack, use

PAGE = Path(__file__).resolve().parents[1] / "docs" / "penyerang.md"
GATES: Mapping[str, Asked] = {"gerbang": answers.query, "ambang saja": threshold}
LAYERS: Mapping[str, Sequence[Ask]] = {
    "kasus (K01)": CASES[:1],
    "kasus menurut jenis kelamin": CASES,
    "kasus menurut usia, keberulangan, umur": (*CASES[:1], *SPLITS),
    "orang dan jenjang (K02, K03, C06, J01–J04)": RATES,
    "penanganan (S01, S03, S04, B01)": (*CASES[:1], *WORK),
    "kasus dan baris (R04)": (*CASES[:1], *ROWS),
}
_INTRODUCTION = """\
# Penyerang

Halaman ini dibuat dengan `python -m scripts.attack_report`; jangan disunting dengan tangan.

Penyerang memegang semua jawaban yang boleh keluar dari kantor: setiap indikator, wilayah, bagian, dan rentang bulan. Ia tahu
bahwa hitungan tidak negatif, bahwa kelurahan menjumlah ke kecamatan dan kota, kategori ke kelompok dan SEMUA (PPKS-05 dihitung
dalam dua kelompok), bulan ke rentang, jenis kelamin dan usia ke keseluruhan, bahwa pembilang tidak melebihi penyebut, berapa
penduduk, dan bulan mana yang tidak berubah antar-rilis. Bila setiap kasus berkategori satu, bagian menjumlah tepat; bila
tidak, bagian hanya saling membatasi. Yang dirahasiakan: setiap hitungan
1–{most}, setiap sisa 1–{most} dari suatu rasio, dan kategori sensitif di bawah kecamatan. 'Terbongkar' berarti penyerang tahu
angkanya dengan pasti; 'sempit' berarti kurang dari {values} nilai yang mungkin; 'belum pasti' berarti waktu habis sebelum selang
itu terbukti lebar. Batas dirambatkan sampai tidak berubah, lalu program linear (HiGHS) untuk yang menjumlah; dua tabel yang
sama-sama mungkin membuktikan lebar selang di antaranya.
"""


def main() -> None:
    """Writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, default=18, help="bulan terbaru yang diserang pada data penuh")
    parser.add_argument("--seconds", type=float, default=60.0, help="detik program linear untuk setiap serangan")
    parser.add_argument("--seeds", type=int, default=5, help="kota acak")
    asked = parser.parse_args()
    rule = policy("publik", "layar", settings().small_cell)
    words = _INTRODUCTION.format(most=rule.small_cell - 1, values=WIDTH + 1)
    PAGE.write_text(
        "\n\n".join([words.rstrip(), *_sections(rule, asked.months, asked.seconds, asked.seeds)]) + "\n", encoding="utf-8"
    )


def _sections(rule: Policy, months: int, seconds: float, seeds: int) -> list[str]:
    store = Store(settings())
    facts = load(store, store.latest(), settings())
    seen = use(facts, rule, {**GATES, "dibulatkan ke 5": rounded}, months=months)
    return [
        f"## Data penuh, {months} bulan terbaru",
        _told_as_single(facts),
        _table(_attacks([facts], rule, seconds, months, {name: LAYERS[name] for name in list(LAYERS)[:1]})),
        f"## Kota acak kecil, {seeds} kota",
        _table(pd.concat([_attacks([city(seed)], rule, seconds, None, LAYERS) for seed in range(seeds)])),
        "## Rilis berturut-turut, kota acak kecil",
        _table(pd.concat([_attacks(releases(seed), rule, seconds, None, {"kasus (K01)": CASES[:1]}) for seed in range(seeds)])),
        "## Yang tetap terlihat",
        "Sel yang berisi sedikitnya satu kasus. 'kasus' menimbang sel menurut isinya; 'galat' adalah galat relatif rata-rata.",
        _table(seen.round(3)),
    ]


def _attacks(
    facts: Sequence[Facts], rule: Policy, seconds: float, months: int | None, layers: Mapping[str, Sequence[Ask]]
) -> pd.DataFrame:
    found = []
    for (name, gate), (layer, asks) in ((gate, layer) for layer in layers.items() for gate in GATES.items()):
        summary = attack(facts, asks, rule, gate, seconds=seconds, months=months, single=_single(facts[-1])).summary()
        found.append({"gerbang": name, "lapis": layer, **summary})
        print(found[-1], flush=True)
    return pd.DataFrame(found)


def _single(facts: Facts) -> bool:
    """Whether every case is of one category."""
    whole = answers.query(facts, Query("K01", slice=ALL), EVERYTHING)["numerator"].sum()
    parts = answers.query(facts, Query("K01", ("kategori",)), EVERYTHING)
    return bool(whole == parts["numerator"].sum())


def _told_as_single(facts: Facts) -> str:
    alone = "satu kategori" if _single(facts) else "satu atau beberapa kategori, sehingga bagian tidak menjumlah"
    return f"Setiap kasus pada data ini memuat {alone}."


def _table(frame: pd.DataFrame) -> str:
    cells = [list(map(str, frame.columns)), ["---"] * frame.shape[1], *frame.astype(str).to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


if __name__ == "__main__":
    main()
