"""Rakor: what was prepared for which meeting, and how it will be led."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from ipsm_analytics.cube import Window
from ipsm_analytics.errors import UserError
from ipsm_analytics.rakor.edition import edition
from ipsm_analytics.rakor.snapshot import Plan, Snapshot, Wish, last_before
from ipsm_analytics.reference import areas
from ipsm_analytics.views.agenda.meeting import ITEMS
from ipsm_analytics.views.atlas import default_window
from ipsm_analytics.views.chart import Desk, slice_name
from ipsm_analytics.views.i18n import Words

LONGEST_NOTE = 400
PLACE, SHOWN, ITEM, NOTE = "urutan", "tampil", "butir", "catatan"
"""Columns of a plan as it is edited."""


def headline(words: Words, held: Sequence[Snapshot]) -> str:
    """Which meeting was prepared last, from which data; or that none was."""
    if not held:
        return words("rakor.belum_ada")
    last = held[-1]
    return words("rakor.kepala", nama=last.name, kode=last.code, hari=words.day(last.day), versi=last.version, jumlah=len(held))


def snapshot_name(frozen: Snapshot) -> str:
    """'RK-2 · Rakor November 2026' as it stands in lists."""
    return f"{frozen.code} · {frozen.name}"


def snapshot_rows(words: Words, frozen: Snapshot, held: Sequence[Snapshot]) -> list[tuple[str, str]]:
    """Everything that was frozen, as label and text."""
    before = next((one for one in held if one.number == frozen.previous), None)
    same = frozen.edition == edition()
    return [
        (words("rakor.hari"), words.day(frozen.day)),
        (words("rakor.periode"), words.window(frozen.window)),
        (words("rakor.lingkup"), f"{areas.label(frozen.area)} · {slice_name(words, frozen.slice)}"),
        (words("rakor.versi"), f"v{frozen.version}"),
        (words("rakor.pembanding"), snapshot_name(before) if before else words("rakor.tanpa_pembanding")),
        (words("rakor.program"), f"{frozen.edition} · {words('paspor.sama' if same else 'paspor.beda')}"),
    ]


def usual_wish(desk: Desk, held: Sequence[Snapshot], today: date) -> Wish | None:
    """What the form proposes: the year up to the last full month, compared with the newest meeting; None without data."""
    window = default_window(desk)
    if window is None:
        return None
    words = desk.words
    name = words("rakor.nama_usul", bulan=words.month(window.last.plus(1)))
    taken = {one.name for one in held}
    wanted = next(one for one in (name, *(f"{name} ({number})" for number in range(2, 1000))) if one not in taken)
    return Wish(wanted, today, window, previous=last_before(held, today))


def crossed(words: Words, window: Window) -> str:
    """What is wrong with a period; '' where nothing is."""
    if window.first <= window.last:
        return ""
    return words("saring.terbalik", dari=words.month(window.first), sampai=words.month(window.last))


def plan_table(words: Words, plan: Plan) -> pd.DataFrame:
    """One row an agenda item in the order of the plan, hidden ones last: place, shown, name, note; the key is the index."""
    shown = plan.arranged(ITEMS)
    keys = [*shown, *(key for key in ITEMS if key not in shown)]
    return pd.DataFrame(
        {
            PLACE: range(1, len(keys) + 1),
            SHOWN: [key in shown for key in keys],
            ITEM: [words(f"agenda.nama.{key}") for key in keys],
            NOTE: [plan.notes.get(key, "") for key in keys],
        },
        index=pd.Index(keys, name="kunci"),
    )


def plan_of(table: pd.DataFrame) -> Plan:
    """The plan an edited table says; equal places keep the order they stand in.

    Raises UserError when nothing is shown or a note is too long.
    """
    rows = table.sort_values(PLACE, kind="stable").reset_index().to_dict("records")
    notes = {row["kunci"]: text for row in rows if (text := str(row[NOTE] or "").strip())}
    hidden = tuple(row["kunci"] for row in rows if not row[SHOWN])
    if len(hidden) == len(rows):
        raise UserError("Tidak ada butir yang ditampilkan.", action="centang paling sedikit satu butir agenda")
    if long := next((row for row in rows if len(notes.get(row["kunci"], "")) > LONGEST_NOTE), None):
        raise UserError(
            "Catatan terlalu panjang.",
            found=f"{long[ITEM]}, {len(notes[long['kunci']])} huruf",
            allowed=f"sampai {LONGEST_NOTE} huruf",
            action="ringkaskan catatannya",
        )
    return Plan(tuple(row["kunci"] for row in rows), hidden, notes)


def file_names(frozen: Snapshot) -> Mapping[str, str]:
    """Suffix -> name of the file that is downloaded, told apart by meeting and code."""
    stem = f"rakor_{frozen.day.isoformat()}_{frozen.code}"
    return {suffix: f"{stem}.{suffix}" for suffix in ("pptx", "pdf", "xlsx", "zip")}
