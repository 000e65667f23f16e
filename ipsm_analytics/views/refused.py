"""Rows in quarantine: how many wait and why, and their content for those who may see it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ipsm_analytics.intake import recap
from ipsm_analytics.intake.formats import RECAP
from ipsm_analytics.intake.readers.table import SHEET_ROWS
from ipsm_analytics.quarantine import RefusedRow
from ipsm_analytics.reference.reasons import reasons
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.ledger import moments
from ipsm_analytics.views.strips import Row, Strip, counts

ANY = ""
"""Stands for all files, or all reasons."""
SHOWN = 200
"""Rows opened at once."""


def matching(waiting: pd.DataFrame, file: str, reason: str) -> pd.DataFrame:
    """Rows of `quarantine.waiting` of one file and with one reason; ANY leaves either open."""
    kept = waiting if file == ANY else waiting[waiting["file"] == file]
    return kept if reason == ANY else kept[[reason in codes for codes in kept["reasons"]]]


def files(waiting: pd.DataFrame) -> tuple[str, ...]:
    """ANY, then the files that rows wait of, oldest first."""
    return (ANY, *dict.fromkeys(waiting["file"]))


def reason_codes(waiting: pd.DataFrame) -> tuple[str, ...]:
    """ANY, then the reasons that occur, the most frequent first."""
    return (ANY, *waiting["reasons"].explode().value_counts().index)


def reason_name(words: Words, code: str) -> str:
    """A reason in words, as it is chosen from a list."""
    return words("karantina.semua_alasan") if code == ANY else reasons()[code].told(words.language)[0]


def headline(words: Words, waiting: pd.DataFrame) -> str:
    """How many rows wait, of how many files, since when."""
    if waiting.empty:
        return words("karantina.kosong")
    since = words.day(waiting["time"].min().date())
    rows, senders = words.number(len(waiting)), words.number(waiting["file"].nunique())
    return words("karantina.kepala", jumlah=rows, berkas=senders, sejak=since)


def reason_bars(words: Words, waiting: pd.DataFrame) -> Strip:
    """Waiting rows by reason, the most frequent first; a row counts once for each of its reasons."""
    found = waiting["reasons"].map(set).explode().value_counts()
    rows = [(*reasons()[str(code)].told(words.language), int(count)) for code, count in found.items()]
    return counts(
        [
            Row(message, count, count, count, words("unggah.baris", jumlah=words.number(count)), action)
            for message, action, count in rows
        ]
    )


def waiting_table(words: Words, waiting: pd.DataFrame) -> pd.DataFrame:
    """Where each waiting row stands and what is wrong, without any of its content."""
    known = {code: item.told(words.language)[0] for code, item in reasons().items()}
    return pd.DataFrame(
        {
            words("riwayat.berkas"): list(waiting["file"]),
            words("unggah.tabel.baris"): [
                _place(words, kind, row) for kind, row in zip(waiting["kind"], waiting["row_number"], strict=True)
            ],
            words("unggah.tabel.kolom"): [", ".join(dict.fromkeys(columns)) for columns in waiting["columns"]],
            words("unggah.tabel.alasan"): [
                " ".join(known[code] for code in dict.fromkeys(codes)) for codes in waiting["reasons"]
            ],
            words("karantina.sejak"): moments(waiting["time"]),
        }
    )


def _place(words: Words, kind: str, row_number: int) -> str:
    """Where a row stood, without the name of its sheet, which may be a person's."""
    sheet, row = divmod(row_number, SHEET_ROWS)
    where = recap.place(row) if kind == RECAP.kind else str(row)
    return words("karantina.lembar", nomor=sheet + 1, tempat=where) if sheet else where


def content_table(words: Words, rows: Sequence[RefusedRow]) -> pd.DataFrame:
    """Opened rows as sent, their place first."""
    place = words("unggah.tabel.baris")
    return pd.DataFrame([{place: _place(words, row.kind, row.row_number), **row.cells} for row in rows]).fillna("")
