"""Pairs of persons in words: how alike they are, and where their reports stand; no name or NIK is known here."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import floor, isnan
from typing import Any

import pandas as pd

from ipsm_analytics.cube import Month
from ipsm_analytics.linking.parameters import UNKNOWN, parameters
from ipsm_analytics.linking.review import WAITING, Review
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.categories import categories
from ipsm_analytics.schema import DIFFERENT, SAME
from ipsm_analytics.views.i18n import MISSING, Words
from ipsm_analytics.views.ledger import moments

ANYWHERE = ""
"""Stands for all kecamatan."""
Pair = Mapping[Hashable, Any]
SIDES = ("left_key", "right_key")


def headline(words: Words, work: Review) -> str:
    """How many pairs wait, and how many are decided."""
    if work.pairs.empty:
        return words("padanan.kosong")
    waiting, done = words.number(work.count(WAITING)), words.number(work.count(SAME, DIFFERENT))
    return words("padanan.kepala", menunggu=waiting, putus=done)


def places() -> tuple[str, ...]:
    """ANYWHERE, then the kecamatan."""
    return (ANYWHERE, *areas.codes("kecamatan"))


def matching(work: Review, state: str, place: str) -> pd.DataFrame:
    """Pairs in a state of which one person at least was reported in a kecamatan; ANYWHERE leaves that open."""
    kept = work.pairs[work.pairs["state"] == state]
    if place == ANYWHERE:
        return kept
    inside = set(work.reports.loc[work.reports["kode_kelurahan"].isin(areas.members(place)), "person_key"])
    return kept[kept["left_key"].isin(inside) | kept["right_key"].isin(inside)]


def names(work: Review, pairs: pd.DataFrame) -> dict[str, str]:
    """pair_id -> what a pair is called in a list: the id, the probability and where its persons live."""
    live = _homes(work)
    return {
        row["pair_id"]: f"{row['pair_id']} · {_percent(row['probability'])} · {_homes_of(row, live)}"
        for row in pairs.to_dict("records")
    }


def following(pairs: pd.DataFrame, pair_id: str) -> str:
    """The pair after one in a list; after the last one the first."""
    ids = list(pairs["pair_id"])
    return str(ids[(ids.index(pair_id) + 1) % len(ids)])


def pair_table(words: Words, work: Review, pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs with the likeness of each field, the likeliest first."""
    live, rows = _homes(work), pairs.to_dict("records")
    evidence = {
        words(f"padanan.bidang.{field}"): [_likeness(words, field, row[field]) for row in rows] for field in parameters().fields
    }
    return pd.DataFrame(
        {
            words("padanan.pasangan"): [row["pair_id"] for row in rows],
            words("padanan.peluang"): [_percent(row["probability"]) for row in rows],
            words("pilahan.kelurahan"): [_homes_of(row, live) for row in rows],
            **evidence,
        }
    )


def title(words: Words, pair: Pair) -> str:
    """Which pair this is, and how probably it is one person."""
    return words("padanan.judul", pasangan=pair["pair_id"], peluang=_percent(pair["probability"]))


def evidence(words: Words, pair: Pair) -> list[tuple[str, ...]]:
    """Field by field how alike the two are."""
    return [(words(f"padanan.bidang.{field}"), _likeness(words, field, pair[field])) for field in parameters().fields]


def persons(words: Words, work: Review, pair: Pair) -> list[tuple[str, ...]]:
    """The two persons side by side: where, with what and when they were reported, and where the paper is found."""
    sides = [_person(words, work.reports[work.reports["person_key"] == pair[side]]) for side in SIDES]
    return [(label, *(side[label] for side in sides)) for label in sides[0]]


def heads(words: Words) -> tuple[str, ...]:
    """Headings over `persons`."""
    return ("", words("padanan.orang", nama="A"), words("padanan.orang", nama="B"))


def verdict(words: Words, pair: Pair) -> str:
    """What was decided about a pair, by whom and when; '' while it waits."""
    if pair["state"] == WAITING:
        return ""
    if not pair["decision"]:
        return words("padanan.tersambung")
    [moment] = moments(pd.Series([pair["time"]]))
    return words("padanan.putusan", putusan=words(f"padanan.keadaan.{pair['state']}"), pengguna=pair["user"], waktu=moment)


def _likeness(words: Words, field: str, level: str) -> str:
    if level in ("", UNKNOWN):
        return words("padanan.tanpa_bukti" if level else "padanan.bukti_lama")
    return words(f"padanan.bukti.{field}_{level}")


def _percent(probability: float) -> str:
    """Whole percent, rounded down so that nothing looks certain."""
    return MISSING if isnan(probability) else f"{floor(100 * probability)}%"


def _homes(work: Review) -> dict[str, str]:
    """Person -> name of the kelurahan of the newest report."""
    newest = work.reports.drop_duplicates("person_key", keep="last")
    return {key: areas.name(code) for key, code in zip(newest["person_key"], newest["kode_kelurahan"], strict=True)}


def _homes_of(pair: Pair, homes: Mapping[str, str]) -> str:
    return " / ".join(dict.fromkeys(homes.get(pair[side], MISSING) for side in SIDES))


def _person(words: Words, reports: pd.DataFrame) -> dict[str, str]:
    """What is known of one person's reports, newest first; several entries stand on lines of their own."""
    newest = reports.iloc[::-1]
    places = [areas.label(code) for code in newest["kode_kelurahan"]]
    types = [f"{code} {categories()[code].name}" for code in newest["kategori"].explode().dropna()]
    when = [words.month(Month.of(day)) for day in newest["tgl_lapor"]]
    papers = [words("padanan.surat", berkas=row["file"], baris=row["row_number"]) for row in newest.to_dict("records")]
    return {
        words("pilahan.kelurahan"): _lines(places),
        words("pilahan.kategori"): _lines(types),
        words("padanan.bulan"): ", ".join(dict.fromkeys(when)) or MISSING,
        words("padanan.kasus"): words.number(len(reports)),
        words("padanan.berkas"): _lines(papers),
    }


def _lines(texts: list[str]) -> str:
    return "\n".join(dict.fromkeys(texts)) or MISSING
