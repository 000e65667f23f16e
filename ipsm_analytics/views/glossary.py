"""Kamus & metode: what every number means, from the same files the numbers come from."""

from __future__ import annotations

import pandas as pd

from ipsm_analytics.config import Settings
from ipsm_analytics.reference import categories, indicators, population, reasons, tables
from ipsm_analytics.reference.indicators import Indicator
from ipsm_analytics.views import methods
from ipsm_analytics.views.chart import slice_name
from ipsm_analytics.views.i18n import Words


def indicator_rows(words: Words, item: Indicator) -> list[tuple[str, str]]:
    """Label and text of every property of an indicator."""
    direction = words(f"kamus.arah_{item.direction}")
    interval = words(f"kamus.selang_{item.interval or 'tanpa'}")
    return [
        (words("kamus.rumus"), item.formula),
        (words("kamus.pembilang"), item.numerator_name),
        (words("kamus.penyebut"), item.denominator_name or words("kamus.tanpa_penyebut")),
        (words("kamus.satuan"), item.unit),
        (words("kamus.selang"), interval),
        (words("kamus.arah"), direction),
        (words("kamus.minimum"), words.number(item.minimum_denominator)),
        (words("kamus.sumber"), item.source),
        (words("kamus.catatan"), item.note),
    ]


def category_table(words: Words) -> pd.DataFrame:
    """Every category with code, group, age and sex limits, sensitivity, version, definition and source."""
    known = categories.categories().values()
    return pd.DataFrame(
        {
            words("kamus.kode"): [item.code for item in known],
            words("kamus.nama"): [item.name for item in known],
            words("pilahan.kelompok"): [", ".join(slice_name(words, group) for group in item.groups) for item in known],
            words("kamus.usia"): [item.age_rule for item in known],
            words("pilahan.jk"): [item.sexes for item in known],
            words("kamus.sensitif"): [words("umum.ya" if item.sensitive else "umum.tidak") for item in known],
            "SPM": [item.spm for item in known],
            words("kamus.versi"): [item.version for item in known],
            words("kamus.definisi"): [item.definition for item in known],
            words("kamus.sumber"): [item.source for item in known],
        }
    )


def status_table(words: Words) -> pd.DataFrame:
    """States of a case, their spellings, and what they count for."""
    rows = tables.rows("status")
    return pd.DataFrame(
        {
            words("kamus.kode"): [row["kode"] for row in rows],
            words("kamus.ejaan"): [row["sebutan"].replace(" | ", ", ") for row in rows],
            words("kamus.terverifikasi"): [row["terverifikasi"] for row in rows],
            words("kamus.terlayani"): [row["terlayani"] for row in rows],
        }
    )


def reason_table(words: Words) -> pd.DataFrame:
    """Why a row is refused, marked or remarked on, and what to do: code, level, message and action."""
    known = reasons.reasons().values()
    return pd.DataFrame(
        {
            words("kamus.kode"): [item.code for item in known],
            words("kamus.tingkat"): [words(f"kamus.tingkat_{item.level}") for item in known],
            words("kamus.arti"): [item.told(words.language)[0] for item in known],
            words("kamus.tindakan"): [item.told(words.language)[1] for item in known],
        }
    )


def source_table(words: Words, settings: Settings) -> pd.DataFrame:
    """Every reference and published file with its source note."""
    files = sorted([*settings.reference.glob("*.csv"), *settings.reference.glob("*.yml"), *settings.published.glob("*.csv")])
    return pd.DataFrame(
        {words("kamus.berkas"): [path.name for path in files], words("kamus.sumber"): [tables.source(path) for path in files]}
    )


def method_texts(words: Words, settings: Settings) -> list[tuple[str, str]]:
    """Title and text of each method and limit."""
    values: dict[str, dict[str, object]] = {
        "penduduk": {"label": population.LABEL, "jumlah": words.number(population.city_total())},
        "sensor": {"k": settings.small_cell},
        "gerak": {"terkecil": settings.small_cell - 1},
        "belum_lengkap": {"hari": settings.settle_days},
        "mutu": {"tanggal": settings.report_due_day},
        **methods.values(words, settings),
    }
    keys = (
        "penduduk",
        "orang",
        "selang",
        "kelas",
        "belum_lapor",
        "belum_lengkap",
        "mutu",
        "perubahan",
        "menonjol",
        "sensor",
        "gerak",
        "keputusan",
        "batas",
        "heksagon",
        "contoh",
        *methods.values(words, settings),
    )
    return [(words(f"metode.{key}.judul"), words(f"metode.{key}.isi", **values.get(key, {}))) for key in keys]


def all_indicators() -> list[Indicator]:
    """Indicators in the order of the file."""
    return list(indicators.indicators().values())
