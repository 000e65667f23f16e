"""The methods of the statistics in words, their numbers from the modules that use them."""

from __future__ import annotations

from ipsm_analytics.answers import standing
from ipsm_analytics.casework.casework import PROMPT_DAYS
from ipsm_analytics.config import Settings
from ipsm_analytics.measures import intervals
from ipsm_analytics.statistics import (
    breaks,
    effort,
    forecast,
    funnel,
    hidden,
    inequality,
    monthly,
    quiet,
    ranking,
    smoothing,
    spatial,
    survival,
    targeting,
    trends,
)
from ipsm_analytics.statistics.comparison import ALPHA
from ipsm_analytics.statistics.nowcast.predict import LEAST_CASES, LEAST_SETTLED_MONTHS
from ipsm_analytics.statistics.nowcast.triangle import LONGEST
from ipsm_analytics.views import problems
from ipsm_analytics.views.i18n import Words


def values(words: Words, settings: Settings) -> dict[str, dict[str, object]]:
    """What each passage is filled with, by its key; in this order they are shown."""
    return {
        "selang_orang": {"pasti": intervals.EXACT_BELOW},
        "corong": {"wilayah": funnel.LEAST_AREAS, "ekor": words.number(100 * funnel.TRIM)},
        "ketimpangan": {"wilayah": inequality.LEAST_AREAS},
        "penghalusan": {"wilayah": smoothing.LEAST_AREAS, "tetangga": smoothing.LEAST_NEIGHBOURHOOD},
        "peringkat": {"wilayah": ranking.LEAST_AREAS, "terburuk": ranking.WORST},
        "titik_panas": {"wilayah": spatial.LEAST_AREAS, "acak": words.number(spatial.PERMUTATIONS)},
        "arah": {"bulan": monthly.SEASON_MONTHS, "kasus": trends.MINIMUM_CASES},
        "titik_ubah": {"jarak": breaks.SEGMENT, "banyak": breaks.MOST},
        "ramalan": {"bulan": forecast.MINIMUM_MONTHS, "kasus": forecast.MINIMUM_CASES, "uji": forecast.ORIGINS},
        "kini": {"hari": LONGEST, "bulan": LEAST_SETTLED_MONTHS, "kasus": LEAST_CASES},
        "tersembunyi": {
            "irisan": hidden.LEAST_OVERLAP,
            "lebar": words.number(100 * hidden.WIDEST),
            "bawah": words.number(hidden.ODDS[0], 1),
            "atas": words.number(hidden.ODDS[1], 1),
        },
        "upaya": {
            "wilayah": effort.LEAST_AREAS,
            "kasus": effort.LEAST_CASES,
            "beda": words.number(effort.MUCH, 2),
            "diketahui": words.number(100 * effort.LEAST_KNOWN),
        },
        "sunyi": {"wilayah": quiet.LEAST_AREAS, "kasus": quiet.LEAST_CASES, "salah": words.number(100 * quiet.FALSE_SHARE)},
        "tunggu": {"kasus": survival.LEAST_CASES, "hari": PROMPT_DAYS},
        "sasaran": {"orang": targeting.LEAST_CHECKED},
        "terbanyak": {"orang": problems.THIN, "salah": words.number(100 * ALPHA)},
        "rangkap": {"k": settings.small_cell},
        **_of_map(words),
    }


def _of_map(words: Words) -> dict[str, dict[str, object]]:
    """The views of Peta, in the order of its choice."""
    complete = words.number(standing.LEAST_COMPLETE)
    return {
        "peta_halus": {"wilayah": smoothing.LEAST_AREAS},
        "peta_beda": {"lengkap": complete},
        "peta_panas": {
            "acak": words.number(spatial.PERMUTATIONS),
            "salah": words.number(100 * spatial.FDR),
            "wilayah": spatial.LEAST_AREAS,
            "lengkap": complete,
        },
        "peta_terburuk": {
            "terburuk": ranking.WORST,
            "tarikan": words.number(ranking.DRAWS),
            "wilayah": ranking.LEAST_AREAS,
            "lengkap": complete,
        },
    }
