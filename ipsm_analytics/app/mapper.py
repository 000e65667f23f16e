"""The mapping step: the clerk says which column is which, sees the first rows, and it is known from then on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ipsm_analytics.app import blocks, guard, state
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.ingest import Report
from ipsm_analytics.intake import mapping, readers
from ipsm_analytics.intake.readers import RawTable
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.mapping import NONE, FieldChoice, field_choices, kind_name, meaning

SHOWN = 8
"""Fields asked for at first, beside the required ones."""


def mapping_step(words: Words, file: UploadedFile, report: Report) -> None:
    """Offers to map a file of unknown layout, or to forget the mapping it was read by."""
    if not (report.unknown_layout or report.mapped_by):
        return
    raw = readers.parse(file.name, file.getvalue())
    if report.mapped_by:
        if st.button(words("petakan.lupakan"), icon=":material/layers_clear:", key=f"lupakan_{file.file_id}"):
            _changed(words, lambda: mapping.forget(raw.cells.column_names, settings()))
        return
    with st.container(border=True):
        blocks.heading(words("petakan.judul", berkas=report.file))
        st.html(f'<p class="bagan-cara">{words("petakan.cara")}</p>')
        _form(words, file.file_id, raw)


def _form(words: Words, key: str, raw: RawTable) -> None:
    header, rows = tuple(raw.cells.column_names), mapping.sample(raw)
    found = mapping.suggest(header, rows)
    kind = st.selectbox(
        words("petakan.jenis"), tuple(found.formats), format_func=lambda kind: kind_name(words, found, kind), key=f"jenis_{key}"
    )
    choices = field_choices(words, mapping.suggest(header, rows, kind), header)
    columns, fixed = _chosen(words, f"{key}_{kind}", kind, choices)
    author = st.text_input(words("petakan.oleh"), key=f"oleh_{key}", max_chars=80)
    try:
        made = mapping.build(kind, header, columns, fixed, author or words("petakan.belum"), settings().today)
    except UserError as error:
        st.warning(words("petakan.belum_cocok", ditemukan=error.found, boleh=error.allowed), icon=":material/rule:")
        return
    preview = mapping.preview(raw, made).reset_index(names=words("unggah.tabel.baris"))
    blocks.plain_table(preview, words("petakan.pratinjau"))
    st.caption(words("petakan.samar"))
    if st.button(
        words("petakan.pakai"), type="primary", icon=":material/schema:", key=f"pakai_{key}", disabled=not author.strip()
    ):
        _changed(words, lambda: mapping.save(made, settings()))


def _changed(words: Words, change: Callable[[], object]) -> None:
    """Changes what is known of layouts; the files are checked anew."""

    def act(user: str) -> str:
        change()
        return user

    if guard.written(words, "petakan", act) is not None:
        state.forget_checked()
        st.rerun()


def _chosen(words: Words, key: str, kind: str, choices: list[FieldChoice]) -> tuple[dict[str, str], dict[str, str]]:
    """Field -> header, and field -> value of every row, as the clerk chose them."""
    first = [choice for place, choice in enumerate(choices) if choice.required or choice.suggested or place < SHOWN]
    everything = len(first) < len(choices) and st.toggle(words("petakan.semua"), key=f"semua_{key}")
    columns: dict[str, str] = {}
    fixed: dict[str, str] = {}
    for choice in choices if everything else first:
        header, value = _row(words, key, kind, choice)
        if header != NONE:
            columns[choice.name] = header
        elif value.strip():
            fixed[choice.name] = value.strip()
    return columns, fixed


def _row(words: Words, key: str, kind: str, choice: FieldChoice) -> tuple[str, str]:
    """One field: its header, else the value that stands for every row."""
    left, right = st.columns([6, 4], gap="small")
    header = left.selectbox(
        choice.label,
        choice.options,
        index=choice.options.index(choice.suggested),
        format_func=lambda text: text or words("petakan.tidak_ada"),
        help=meaning(kind, choice.name) or None,
        key=f"judul_{key}_{choice.name}",
    )
    if header != NONE:
        return header, ""
    return NONE, right.text_input(words("petakan.tetap"), key=f"tetap_{key}_{choice.name}")
