"""What a page may change: files saved, rows tried again or destroyed, imports taken back. Each says what came of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ipsm_analytics.app import blocks, guard, state
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.export.returned import returned_files
from ipsm_analytics.history import preview_undo, undo
from ipsm_analytics.ingest import Progress, Report, Upload, check, ingest
from ipsm_analytics.intake.formats import FORMATS, by_kind
from ipsm_analytics.linking import decisions
from ipsm_analytics.quarantine import purge, retry
from ipsm_analytics.schema import DIFFERENT, SAME
from ipsm_analytics.store import Store
from ipsm_analytics.views import intake, ledger, pairs
from ipsm_analytics.views.i18n import Words

AUTO = "auto"
TYPES = ("csv", "txt", "tsv", "xlsx", "xlsm", "xls", "ods")


def chosen_files(words: Words) -> list[UploadedFile]:
    """The files dropped on the page; the widget's own words are English, so ours stand in their place."""
    st.html(f'<style>.stFileUploader button p::after {{content: "{words("unggah.pilih_tombol")}";}}</style>')
    return st.file_uploader(
        words("unggah.pilih"),
        TYPES,
        accept_multiple_files=True,
        key=state.round_key("berkas"),
        help=words("unggah.pilih_bantuan"),
        on_change=state.forget_outcome,
    )


def chosen_kind(words: Words) -> str:
    """The kind all dropped files are read as."""
    kinds = (AUTO, *(item.kind for item in FORMATS))
    return state.pick(
        words("unggah.jenis"),
        kinds,
        lambda kind: words("unggah.otomatis") if kind == AUTO else by_kind(kind).title,
        "jenis",
        icon=":material/description:",
    )


def checked_files(words: Words, files: Sequence[UploadedFile], kind: str) -> list[Report]:
    """What taking the files in would do; worked out once for the same files and the same store."""
    config = settings()
    known = (tuple(file.file_id for file in files), kind, Store(config).latest_number())
    reports = state.checked(known)
    if reports is None:
        with _progress(words("unggah.memeriksa"), words, len(files)) as step:
            reports = check(_uploads(files), config, kind, step)
        state.keep_checked(known, reports)
    return reports


def decide(words: Words, files: Sequence[UploadedFile], kind: str, reports: Sequence[Report]) -> None:
    """The two buttons under a rehearsal: save it, or let go of it."""
    with st.container(horizontal=True, gap="small"):
        good = any(not report.error for report in reports)
        save = st.button(words("unggah.simpan"), type="primary", icon=":material/save:", key="simpan", disabled=not good)
        drop = st.button(words("unggah.batal"), icon=":material/close:", key="batal")
    if save:
        with _progress(words("unggah.menyimpan"), words, len(files)) as step:
            saved = guard.written(words, "impor", lambda _user: ingest(_uploads(files), settings(), kind, step))
        if saved is not None:
            state.finish(intake.summary(words, saved, saved=True), saved)
            st.rerun()
    if drop:
        state.finish(words("unggah.dibatalkan"))
        st.rerun()


def _uploads(files: Sequence[UploadedFile]) -> list[Upload]:
    return [Upload(file.name, file.getvalue()) for file in files]


@contextmanager
def _progress(title: str, words: Words, files: int) -> Iterator[Progress]:
    """A bar over several files, taken away when they are done."""
    bar = st.progress(0.0, title)
    done = 0

    def step(name: str, share: float, rows: int) -> None:
        nonlocal done
        text = words("unggah.langkah", judul=title, berkas=name, baris=words.number(rows))
        bar.progress(min((done + share) / max(files, 1), 1.0), text)
        done += share >= 1

    yield step
    bar.empty()


def outcome(words: Words) -> None:
    """What came of the last action, with the rows to send back where there are some."""
    sentence, reports = state.outcome()
    if not sentence:
        return
    st.success(sentence, icon=":material/check_circle:")
    for report in reports:
        blocks.file_report(words, report)


def download_returned(words: Words, waiting: pd.DataFrame) -> None:
    """The rows for their senders: one workbook, or several in one archive; made when it is asked for."""
    several = waiting["import_id"].nunique() > 1
    guard.download(
        words("karantina.unduh_semua" if several else "karantina.unduh"),
        _returned(waiting),
        "kembali.zip" if several else f"kembali_{waiting['file'].iloc[0].rsplit('.', 1)[0]}.xlsx",
        "kembali",
        icon=":material/undo:",
        kind="primary",
    )


def _returned(waiting: pd.DataFrame) -> Callable[[], bytes]:
    def make() -> bytes:
        files = returned_files(waiting, settings())
        if len(files) == 1:
            return next(iter(files.values()))
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return make


def retry_rows(words: Words, waiting: pd.DataFrame) -> None:
    """A button that takes the rows through the intake once more."""
    if st.button(words("karantina.ulangi"), icon=":material/refresh:", key="ulangi", help=words("karantina.ulangi_bantuan")):
        with _progress(words("karantina.mengulangi"), words, waiting["import_id"].nunique()) as step:
            reports = guard.written(words, "ulangi", lambda _user: retry(list(waiting["row_id"]), settings(), step))
        if reports is None:
            return
        settled = sum(report.settled for report in reports)
        state.finish(words("karantina.diulangi", jumlah=words.number(settled), dari=words.number(len(waiting))))
        st.rerun()


def purge_rows(words: Words) -> None:
    """Destroys rows that have waited too long, once the box is ticked."""
    with st.expander(words("karantina.hapus_judul"), icon=":material/delete:"):
        days = st.number_input(words("karantina.hapus_hari"), 1, 3650, settings().quarantine_days, key=state.round_key("hari"))
        if confirmed(words("karantina.hapus_setuju", hari=days), words("karantina.hapus"), "hapus", days):
            count = guard.written(words, "hapus", lambda _user: purge(settings(), days))
            if count is not None:
                state.finish(words("karantina.dihapus", jumlah=words.number(count)))
                st.rerun()


def undo_import(words: Words, number: int) -> None:
    """What taking an import back would do, and the button that does it once the box is ticked."""
    try:
        planned = preview_undo(number, settings())
    except UserError as error:
        st.error(error.text(), icon=":material/error:")
        return
    for line in ledger.undone_lines(words, planned):
        st.write(line)
    if confirmed(words("riwayat.setuju", versi=number), words("riwayat.batalkan", versi=number), "batalkan", number):
        undone = guard.written(words, "batalkan", lambda _user: undo(number, settings()))
        if undone is not None:
            done, version = undone
            state.finish(words("riwayat.selesai", versi=done.number, berkas=done.file, baru=version))
            st.rerun()


def settle_pair(words: Words, pair: pd.DataFrame, following: str) -> None:
    """The buttons under one pair (a frame of one row): decide it, or take back what was decided; then the next is offered."""
    row = pair.iloc[0].to_dict()
    if text := pairs.verdict(words, row):
        st.write(text)
    done = _withdrawn(words, row) if text else _decided(words, pair)
    if done:
        state.offer("pasangan", following)
        state.finish(done)
        st.rerun()


def _decided(words: Words, pair: pd.DataFrame) -> str:
    """Says what was decided; '' when no button was pressed or it could not be done."""
    with st.container(horizontal=True, gap="small"):
        same = st.button(words("padanan.sama"), type="primary", icon=":material/join_inner:", key="sama")
        different = st.button(words("padanan.beda"), icon=":material/call_split:", key="beda")
    if not (same or different):
        return ""
    verdict, name = SAME if same else DIFFERENT, pair["pair_id"].iloc[0]
    version = guard.written(words, "pasangan", lambda user: decisions.decide(pair, verdict, settings(), user))
    if version is None:
        return ""
    return words("padanan.tercatat_sama" if same else "padanan.tercatat_beda", pasangan=name, versi=version)


def _withdrawn(words: Words, row: pairs.Pair) -> str:
    if not row["decision"] or not st.button(words("padanan.cabut"), icon=":material/undo:", key="cabut"):
        return ""
    version = guard.written(words, "pasangan", lambda user: decisions.withdraw([row["pair_id"]], settings(), user))
    if version is None:
        return ""
    return words("padanan.dicabut", pasangan=row["pair_id"], versi=version)


def confirmed(consent: str, label: str, key: str, what: int) -> bool:
    """A button that can be pressed only after a box was ticked, for exactly this import or these days."""
    agreed = st.checkbox(consent, key=state.round_key(f"setuju_{key}_{what}"))
    return st.button(label, icon=":material/warning:", key=key, disabled=not agreed)
