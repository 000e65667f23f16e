"""Angka terbit: what the public figures say, side by side, never averaged, never mixed with PSM data."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ipsm_analytics.poverty import DISPUTED
from ipsm_analytics.reference import areas
from ipsm_analytics.views.chart import Chart
from ipsm_analytics.views.figures import Points, yearly_points
from ipsm_analytics.views.i18n import Words


@dataclass(frozen=True)
class Contradiction:
    """Two or more published values for the same thing, and how they differ."""

    title: str
    explanation: str
    table: pd.DataFrame


def published_table(words: Words, figures: pd.DataFrame, concept: str | None = None) -> pd.DataFrame:
    """All figures with concept, place, year, sex, value, unit, source and note, newest first."""
    chosen = figures if concept is None else figures[figures["konsep"] == concept]
    ordered = chosen.sort_values(["tahun", "konsep", "kode"], ascending=[False, True, True], kind="stable")
    return pd.DataFrame(
        {
            words("terbit.konsep"): ordered["konsep"],
            words("terbit.wilayah"): [areas.label(code) for code in ordered["kode"]],
            words("terbit.tahun"): ordered["tahun"].astype(int),
            words("pilahan.jk"): ordered["jenis_kelamin"],
            words("terbit.nilai"): [_value(words, value) for value in ordered["nilai"]],
            words("terbit.satuan"): ordered["satuan"],
            words("terbit.sumber"): ordered["sumber"],
            words("terbit.catatan"): ordered["catatan"],
        }
    ).reset_index(drop=True)


def _value(words: Words, value: float) -> str:
    return words.number(value, 0 if float(value).is_integer() else 2)


def contradictions(words: Words, figures: pd.DataFrame) -> list[Contradiction]:
    """Printed totals that differ from their parts, rival values of one concept and year, and years sources dispute."""
    return [*_wrong_sums(words, figures), *_rivals(words, figures), *_disputed(words, figures)]


def _wrong_sums(words: Words, figures: pd.DataFrame) -> list[Contradiction]:
    keys = ["konsep", "tahun", "jenis_kelamin", "sumber"]
    parts = (
        figures[figures["level"] == "kecamatan"]
        .groupby(keys, as_index=False)
        .agg(rincian=("nilai", "sum"), baris=("nilai", "size"))
    )
    totals = figures[figures["level"] == "kota"][[*keys, "nilai"]]
    both = parts.merge(totals, on=keys)
    both = both[(both["rincian"] != both["nilai"]) & (both["baris"] >= 14)]
    return [
        Contradiction(
            title=words("terbit.jumlah_salah", konsep=row["konsep"], tahun=row["tahun"]),
            explanation=words(
                "terbit.jumlah_salah_isi",
                tercetak=words.number(row["nilai"]),
                rincian=words.number(row["rincian"]),
                baris=row["baris"],
                selisih=words.number(abs(row["nilai"] - row["rincian"])),
            ),
            table=pd.DataFrame(
                {
                    words("terbit.asal"): [words("terbit.tercetak"), words("terbit.dari_rincian")],
                    words("terbit.nilai"): [words.number(row["nilai"]), words.number(row["rincian"])],
                    words("terbit.sumber"): [row["sumber"], row["sumber"]],
                }
            ),
        )
        for row in both.to_dict("records")
    ]


def _rivals(words: Words, figures: pd.DataFrame) -> list[Contradiction]:
    city = figures[(figures["level"] == "kota") & (figures["jenis_kelamin"] == "total")]
    city = city.assign(pokok=[_subject(text) for text in city["konsep"]])
    result = []
    for (subject, year), rows in city.groupby(["pokok", "tahun"], sort=True):
        if rows["nilai"].nunique() > 1 and rows["sumber"].nunique() > 1:
            result.append(
                Contradiction(
                    title=words("terbit.bertentangan", konsep=subject, tahun=year),
                    explanation=words(
                        "terbit.bertentangan_isi",
                        jumlah=rows["nilai"].nunique(),
                        rentang=f"{_value(words, rows['nilai'].min())}–{_value(words, rows['nilai'].max())}",
                    ),
                    table=published_table(words, rows),
                )
            )
    return result


def _disputed(words: Words, figures: pd.DataFrame) -> list[Contradiction]:
    disputed = figures[figures["catatan"].str.startswith(DISPUTED)]
    return [
        Contradiction(
            title=words("terbit.dipersoalkan", konsep=row["konsep"], tahun=row["tahun"]),
            explanation=row["catatan"],
            table=published_table(
                words, figures[(figures["konsep"] == row["konsep"]) & (abs(figures["tahun"] - row["tahun"]) <= 1)]
            ),
        )
        for row in disputed.to_dict("records")
    ]


def _subject(concept: str) -> str:
    """Concept without its bracketed variant, so rival definitions of one thing meet."""
    return concept.partition(" (")[0].strip()


def concepts(words: Words, figures: pd.DataFrame) -> list[str]:
    """'All', then every concept by name."""
    return [words("terbit.semua"), *sorted(figures["konsep"].unique())]


def timeline(words: Words, figures: pd.DataFrame, concept: str, *, narrow: bool) -> Chart:
    """City figures of a concept over the years; a place of its own for every concept when all are shown."""
    every = concept == words("terbit.semua")
    city = figures[(figures["level"] == "kota") & (figures["jenis_kelamin"] == "total")]
    chosen = (
        city[city["konsep"].isin(city["konsep"].value_counts()[lambda n: n >= 2].index)]
        if every
        else city[city["konsep"] == concept]
    )
    series = [(str(name), rows.sort_values("tahun")) for name, rows in chosen.groupby("konsep", sort=True)]
    points = [
        Points(name, rows["tahun"].astype(int).tolist(), rows["nilai"].tolist(), str(rows["satuan"].iloc[0]))
        for name, rows in series
    ]
    years = chosen["tahun"].astype(int)
    span = f"{years.min()}–{years.max()}" if len(years) else "–"
    return Chart(
        key="terbit",
        title=words("terbit.bagan.judul", konsep=words("terbit.semua_konsep") if every else concept),
        context=words("terbit.bagan.konteks", rentang=span),
        reading=words("terbit.bagan.cara"),
        alt=words("terbit.bagan.alt", jumlah=len(chosen), rentang=span),
        figure=yearly_points(words, points, 1 if narrow else 3),
        table=lambda: published_table(words, chosen),
        export=lambda: chosen.drop(columns=["import_id", "precedence", "figure_id", "warnings"]),
    )
