"""The history of the store in words: imports, and what taking one back does."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ipsm_analytics.config import TIMEZONE
from ipsm_analytics.history import IMPORT, Undone
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.intake import BALANCE


def history_table(words: Words, ledger: pd.DataFrame) -> pd.DataFrame:
    """Rows of `history.imports`, the newest first."""
    rows = ledger.iloc[::-1]
    columns = {
        words("riwayat.versi"): [f"v{number}" for number in rows["version"]],
        words("riwayat.waktu"): moments(rows["time"]),
        words("riwayat.peristiwa"): [_event(words, row) for row in rows.to_dict("records")],
        words("riwayat.berkas"): list(rows["file"]),
        words("riwayat.jenis"): list(rows["kind"]),
    }
    columns |= {words(f"unggah.hitung.{name}"): [words.number(count) for count in rows[name]] for name in BALANCE}
    columns |= {
        words("riwayat.pengguna"): list(rows["user"]),
        words("riwayat.contoh"): [words("umum.ya" if sample else "umum.tidak") for sample in rows["sample"]],
    }
    return pd.DataFrame(columns)


def headline(words: Words, ledger: pd.DataFrame) -> str:
    """How many imports there were, and which was the last."""
    made = ledger[ledger["action"] == IMPORT]
    if made.empty:
        return words("riwayat.kosong")
    count, last = words.number(len(made)), made.iloc[-1]
    return words(
        "riwayat.kepala", jumlah=count, versi=last["version"], waktu=moments(made["time"].tail(1))[0], berkas=last["file"]
    )


def standing(ledger: pd.DataFrame) -> dict[int, str]:
    """Version -> name of each import that can be taken back, the newest first."""
    rows = ledger[(ledger["action"] == IMPORT) & (ledger["undone_by"] == 0)].iloc[::-1]
    return {int(row["version"]): f"v{row['version']} · {row['file']}" for row in rows.to_dict("records")}


def _event(words: Words, row: Mapping[object, object]) -> str:
    if row["action"] == IMPORT and row["undone_by"]:
        return words("riwayat.dibatalkan", versi=row["undone_by"])
    return words(f"riwayat.aksi.{row['action']}")


def moments(times: pd.Series) -> list[str]:
    """Times of the ledger in Makassar, to the minute."""
    return list(times.dt.tz_convert(TIMEZONE).dt.strftime("%Y-%m-%d %H:%M"))


def undone_lines(words: Words, planned: Undone) -> list[str]:
    """What taking an import back does: rows that go, rows that come back, files to be imported again."""
    gone = words.listing([words(f"riwayat.baris_tabel.{name}", jumlah=words.number(n)) for name, n in planned.removed.items()])
    lines = [words("riwayat.keluar", versi=planned.number, berkas=planned.file, daftar=gone or words("riwayat.tanpa_baris"))]
    if planned.restored:
        back = [words(f"riwayat.baris_tabel.{name}", jumlah=words.number(count)) for name, count in planned.restored.items()]
        lines.append(words("riwayat.kembali", daftar=words.listing(back)))
    if planned.again:
        lines.append(words("riwayat.lagi", daftar=", ".join(planned.again)))
    return lines
