"""What stands in the columns of a template."""

from __future__ import annotations

import pandas as pd

from ipsm_analytics.export.templates import COLUMNS, descriptions
from ipsm_analytics.intake.formats import by_kind
from ipsm_analytics.views.i18n import Words

_TEXTS = ("arti", "wajib", "boleh", "contoh")


def title(kind: str) -> str:
    """Name of the format a template is of."""
    return by_kind(kind).title


def column_table(words: Words, kind: str) -> pd.DataFrame:
    """Each column with its meaning, whether it must be filled, what is accepted, and an example."""
    known = descriptions()[kind]
    columns = {words("unggah.tabel.kolom"): list(COLUMNS[kind])}
    return pd.DataFrame(columns | {words(f"templat.{text}"): [known[name][text] for name in COLUMNS[kind]] for text in _TEXTS})
