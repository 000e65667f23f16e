"""What the label of a column counts: a category, or a concept that is published."""

from __future__ import annotations

from functools import cache

from ipsm_analytics.config import settings
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.reference import categories, tables

SEPARATOR = " / "


@cache
def concepts() -> frozenset[str]:
    """Label keys of what is published and is no category."""
    files = sorted(settings().published.glob("*.csv"))
    named = {row.get("kategori") or row.get("indikator") or "" for file in files for row in tables.read(file)}
    return frozenset(categories.label_key(text) for text in named if categories.match(text).kind == "tidak dikenal")


def category(text: str) -> Parsed[str]:
    """Category of a label, none for a published concept: of all its parts together, else of the lowest one.

    'Anak / Disabilitas' is that of 'Anak Disabilitas', not that of 'Disabilitas'. The lowest part decides alone only
    where no upper one is another category. Reasons CAT_EMPTY, CAT_IGNORED, CAT_UNKNOWN.
    """
    parts = [part.strip() for part in text.split(SEPARATOR.strip()) if part.strip()]
    if not parts:
        return Parsed(None, "CAT_EMPTY")
    whole = [categories.match(" ".join(parts)), categories.match(text)]
    if any(match.kind == "abaikan" for match in whole):
        return Parsed(None, "CAT_IGNORED")
    if code := next((match.code for match in whole if match.code), None):
        return Parsed(code)
    if categories.label_key(" ".join(parts)) in concepts():
        return Parsed(None)
    *upper, lowest = [categories.match(part).code for part in parts]
    alone = lowest and all(code in (None, lowest) for code in upper)
    return Parsed(lowest) if alone else Parsed(None, "CAT_UNKNOWN")
