"""The HTML of Profil wilayah: the spine chart, small tables, lists, and the sheet of A4 that the browser's print gives.

The sheet is in the page but only paper shows it: on paper all else is hidden, so the browser's own print makes one page.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import isnan

import pandas as pd
import streamlit as st

from ipsm_analytics.app import drawn, state
from ipsm_analytics.reference import areas
from ipsm_analytics.views import style
from ipsm_analytics.views.drawn import Pyramid
from ipsm_analytics.views.i18n import MISSING, Words
from ipsm_analytics.views.profile import Figure, MonthBar, Profile, Sheet
from ipsm_analytics.views.spine_rows import Spine, SpineRow
from ipsm_analytics.views.strips import Strip

PAGE = "pages/profil.py"


def choices(words: Words) -> None:
    """The kecamatan to choose from, where none has been chosen."""
    st.info(words("profil.pilih"), icon=":material/touch_app:")
    with st.container(horizontal=True, gap="small"):
        for code in areas.codes("kecamatan"):
            st.button(areas.name(code), on_click=state.narrow_to, args=(code,), key=f"pilih_{code}")


def profile_button(words: Words, code: str) -> None:
    """Opens the profile of an area."""
    if st.button(words("profil.buka"), icon=":material/article:", key="buka_profil"):
        state.offer(state.AREA, code)
        st.switch_page(PAGE)


def spine_html(item: Spine, alt: str) -> str:
    """The spine chart."""
    heads = "".join(f"<span>{escape(text)}</span>" for text in item.heads)
    head = f'<li class="kepala-kolom" aria-hidden="true"><b></b>{heads}</li>'
    return f'<div class="tulang"><ol aria-label="{escape(alt)}">{head}{"".join(map(_spine_row, item.rows))}</ol></div>'


def _spine_row(row: SpineRow) -> str:
    interval = f" <small>({escape(row.interval)})</small>" if row.interval else ""
    return (
        f'<li title="{escape(row.hint)}" class="{row.tone}"><b>{escape(row.name)} <small>{escape(row.code)}</small></b>'
        f'<span class="nilai">{escape(row.value)}{interval}</span>{_track(row)}'
        f'<span class="kota">{escape(row.city)}</span>'
        f'<span class="vonis"><em aria-hidden="true">{row.symbol}</em> {escape(row.verdict)}</span></li>'
    )


def _track(row: SpineRow) -> str:
    """The strip of a row: span of the areas, their middle half, the city, the area with its interval."""
    drawn = '<i class="rentang"></i>' if row.middle else ""
    drawn += f'<i class="tengah" style="{_stretch(*row.middle)}"></i>' if row.middle else ""
    drawn += f'<i class="acuan" style="left:{row.city_place}%"></i>' if row.city_place is not None else ""
    drawn += f'<i class="selang" style="{_stretch(*row.limits)}"></i>' if row.limits else ""
    drawn += f'<i class="titik" style="left:{row.place}%"></i>' if row.place is not None else ""
    low, high = map(escape, row.ends)
    return f'<div class="lintasan"><u>{low}</u><div class="ruang" aria-hidden="true">{drawn}</div><u>{high}</u></div>'


def _stretch(first: float, last: float) -> str:
    return f"left:{first}%;width:{last - first:.2f}%"


def figures(title: str, rows: Sequence[Figure], note: str = "") -> None:
    """A small titled table of figures."""
    st.html(_figures(title, rows) + (f'<p class="bagan-cara">{escape(note)}</p>' if note else ""))


def _figures(title: str, rows: Sequence[Figure]) -> str:
    body = "".join(
        f"<tr><td>{escape(label)}</td><td><b>{escape(value)}</b></td><td>{escape(note)}</td></tr>" for label, value, note in rows
    )
    return f'<table class="legenda angka"><caption>{escape(title)}</caption>{body}</table>'


def points(title: str, texts: Sequence[str], note: str) -> None:
    """A titled list of sentences."""
    st.html(_points(title, texts) + f'<p class="bagan-cara">{escape(note)}</p>')


def _points(title: str, texts: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    alone = " tunggal" if len(texts) == 1 else ""
    return f'<div class="butir{alone}"><p class="bagan-judul">{escape(title)}</p><ol>{items}</ol></div>'


def printed(words: Words, page: Profile) -> None:
    """The sheet: shown on paper only."""
    sheet, table = page.sheet, page.spine
    parts = [
        f"<header><strong>{escape(sheet.title)}</strong><span>{escape(sheet.subtitle)}</span></header>",
        f'<p class="pesan">{escape(page.headline)}</p>',
        f"<h3>{escape(table.title)}</h3>{spine_html(table.figure, table.alt) if isinstance(table.figure, Spine) else ''}",
        f"<small>{escape(table.reading)}</small>",
        f'<div class="dua">{_left(words, page)}{_right(words, page)}</div>',
        f'<div class="lebar"><div>{_alike(page)}</div><div>{_ages(words, page)}</div></div>',
        f'<div class="dua akhir"><div>{_points(words("profil.ubah.judul"), page.changes)}</div>',
        f"<div>{_points(words('profil.tanya.judul'), page.questions)}</div></div>",
        f"<footer>{escape(sheet.foot)}</footer>",
    ]
    st.html(PAPER)
    st.html(f'<div class="lembar" aria-hidden="true">{"".join(parts)}</div>')


def _left(words: Words, page: Profile) -> str:
    mix, months, parts = page.mix.figure, words("profil.tren.judul", lingkup=""), words("profil.campuran.judul", lingkup="")
    rows = "".join(_bar(row.name, mix.place(row.value), row.text) for row in mix.rows) if isinstance(mix, Strip) else ""
    return (
        f"<div><h3>{escape(months)}</h3>{_months(page.sheet)}"
        f'<h3>{escape(parts)}</h3><ol class="bauran">{rows}</ol><small>{escape(page.mix.reading)}</small></div>'
    )


def _bar(name: str, width: float, text: str) -> str:
    return f'<li><b>{escape(name)}</b><div><i style="width:{width}%"></i></div><span>{escape(text)}</span></li>'


def _right(words: Words, page: Profile) -> str:
    tables = "".join(_figures(words(f"profil.{name}"), rows) for name, rows, _ in page.tables)
    return f"<div>{tables}<p>{escape(page.effort_sentence)}</p></div>"


def _months(sheet: Sheet) -> str:
    """Bars of months from zero, hatched where reports still come, a line at the city's rate; first and last are named."""
    top = max((value for bar in sheet.months for value in (bar.cases, bar.at_city_rate) if not isnan(value)), default=0.0) or 1.0
    columns = "".join(_month(bar, top) for bar in sheet.months)
    ends = "".join(f"<span>{escape(text)}</span>" for text in sheet.month_ends)
    return f'<div class="bulan">{columns}</div><div class="ujung">{ends}</div><small>{escape(sheet.month_reading)}</small>'


def _month(bar: MonthBar, top: float) -> str:
    city = "" if isnan(bar.at_city_rate) else f'<u style="bottom:{100 * bar.at_city_rate / top:.1f}%"></u>'
    if isnan(bar.cases):
        return f"<div>{city}<em>×</em></div>"
    open_ = ' class="terbuka"' if bar.unsettled else ""
    return f'<div>{city}<i{open_} style="height:{100 * bar.cases / top:.1f}%"></i></div>'


def _alike(page: Profile) -> str:
    """Without a column that says nothing of any area: paper is narrow."""
    item = page.similar
    told = item.table.loc[:, (item.table != MISSING).any()]
    body = f"<p>{escape(item.remark)}</p>" if item.remark else _plain(told)
    return f"<h3>{escape(item.title)}</h3>{body}"


def _ages(words: Words, page: Profile) -> str:
    item = page.pyramid
    body = f"<p>{escape(words('status.belum_lapor'))}</p>"
    if item is not None and isinstance(item.figure, Pyramid):
        body = drawn.html_of(item.figure, item.alt)
    return f"<h3>{escape(words('kategori_hal.usia.judul', lingkup=''))}</h3>{body}"


def _plain(frame: pd.DataFrame) -> str:
    head = "".join(f"<th>{escape(str(name))}</th>" for name in frame.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in frame.itertuples(index=False)
    )
    return f'<table class="sama"><tr>{head}</tr>{rows}</table>'


BETTER, WORSE = style.GROUP_COLOURS["ANAK"], "#A84300"
STYLE = f"""<style>
.tulang {{container-type: inline-size; color: {style.TEXT};}}
.tulang ol {{list-style: none; margin: 0; padding: 0;}}
.tulang li {{display: grid; grid-template: "nama nilai lintasan kota vonis" / 14.5rem 11.5rem minmax(8rem, 1fr) 4.5rem 12.5rem;
    column-gap: .7rem; align-items: center; margin: 0; padding: .1rem 0; font-size: 1rem; border-bottom: 1px solid {style.GRID};}}
.tulang b {{grid-area: nama; font-weight: 400; line-height: 1.2;}}
.tulang small {{font-size: .875rem; color: {style.MUTED};}}
.tulang .nilai {{grid-area: nilai; text-align: right; font-weight: 650; font-variant-numeric: tabular-nums; white-space: nowrap;}}
.tulang .nilai small {{font-weight: 400;}}
.tulang .kota {{grid-area: kota; text-align: right; font-variant-numeric: tabular-nums;}}
.tulang .vonis {{grid-area: vonis; line-height: 1.2;}}
.tulang .vonis em {{font-style: normal; display: inline-block; min-width: 1.6rem; letter-spacing: -.1em;}}
.tulang .lintasan {{grid-area: lintasan; display: grid; grid-template-columns: 2.7rem 1fr 2.9rem; gap: .4rem;
    align-items: center;}}
.tulang u {{text-decoration: none; font-size: .875rem; color: {style.MUTED}; font-variant-numeric: tabular-nums;}}
.tulang u:first-child {{text-align: right;}}
.tulang u:last-child {{padding-left: .3rem;}}
.tulang .ruang {{position: relative; height: 1.6rem;}}
.tulang .ruang i {{position: absolute; top: 50%;}}
.tulang .rentang {{left: 0; right: 0; height: .7rem; margin-top: -.35rem; background: {style.GRID};}}
.tulang .tengah {{height: .7rem; margin-top: -.35rem; background: #B9C4CC; min-width: 2px;}}
.tulang .ruang .acuan {{top: 0; height: 100%; border-left: 3px solid {style.AMBER}; margin-left: -1.5px;}}
.tulang .selang {{height: 3px; margin-top: -1.5px; background: {style.NAVY};}}
.tulang .titik {{width: .85rem; height: .85rem; margin: -.425rem; border-radius: 50%; background: {style.NAVY};
    box-shadow: 0 0 0 1.5px #fff;}}
.tulang .baik .titik {{background: {BETTER}; border-radius: 0; transform: rotate(45deg);}}
.tulang .buruk .titik {{background: {WORSE}; border-radius: 0;}}
.tulang .baik .vonis em {{color: {BETTER};}}
.tulang .buruk .vonis em {{color: {WORSE};}}
.tulang .biasa .titik {{background: {style.MUTED};}}
.tulang .kepala-kolom {{color: {style.MUTED};}}
.tulang .kepala-kolom span:nth-of-type(1) {{grid-area: nilai; text-align: right;}}
.tulang .kepala-kolom span:nth-of-type(2) {{grid-area: lintasan; text-align: center;}}
.tulang .kepala-kolom span:nth-of-type(3) {{grid-area: kota; text-align: right;}}
.tulang .kepala-kolom span:nth-of-type(4) {{grid-area: vonis;}}
@container (max-width: 900px) {{
    .tulang li {{grid-template: "nama nilai" "lintasan lintasan" "vonis kota" / 1fr auto; padding: .35rem 0;}}
    .tulang .kepala-kolom {{display: none;}}
    .tulang .kota::before {{content: "| "; color: {style.AMBER}; font-weight: 800;}}
}}
.butir ol {{margin: .2rem 0 .2rem 1.3rem; padding: 0; font-size: 1.05rem; color: {style.TEXT};}}
.butir li {{margin: 0 0 .35rem;}}
.butir.tunggal ol {{list-style: none; margin-left: 0;}}
.legenda.angka caption {{padding-top: .2rem;}}
.lembar {{display: none;}}
</style>"""
PAPER = f"""<style>
@media print {{
    @page {{size: A4 portrait; margin: 9mm 10mm;}}
    body:has(.lembar) *:not(:has(.lembar), .lembar, .lembar *) {{display: none !important;}}
    :has(.lembar) {{display: block !important; position: static !important; inset: auto !important; height: auto !important;
        min-height: 0 !important; width: auto !important; max-width: none !important; margin: 0 !important;
        padding: 0 !important; border: 0 !important; overflow: visible !important; background: #fff !important;}}
    .lembar {{display: block; width: 190mm; height: 277mm; overflow: hidden; position: relative; color: {style.TEXT};
        font: 8pt/1.25 {style.FONT}; print-color-adjust: exact; -webkit-print-color-adjust: exact;}}
    .lembar p, .lembar h3, .lembar ol {{margin: 0; padding: 0; font-size: 8pt; line-height: 1.25;}}
    .lembar header {{display: flex; justify-content: space-between; align-items: baseline; border-bottom: .8mm solid {style.NAVY};
        padding-bottom: .6mm;}}
    .lembar header strong {{font-size: 14pt; color: {style.NAVY};}}
    .lembar .pesan {{font-size: 9.5pt; font-weight: 650; padding: 1.2mm 0;}}
    .lembar h3 {{font-weight: 700; color: {style.NAVY}; padding: 1.4mm 0 .4mm; font-size: 8.5pt;}}
    .lembar small {{font-size: 7pt; color: {style.MUTED};}}
    .lembar .tulang {{container-type: normal;}}
    .lembar .tulang li {{grid-template: "nama nilai lintasan kota vonis" / 42mm 34mm 1fr 12mm 36mm; column-gap: 2mm;
        font-size: 8pt; padding: 0; line-height: 1.15; min-height: 4.7mm;}}
    .lembar .tulang .kepala-kolom {{display: grid; font-size: 7pt;}}
    .lembar .tulang .kota::before {{content: none;}}
    .lembar .tulang b, .lembar .tulang span {{line-height: 1.15;}}
    .lembar .tulang small, .lembar .tulang u {{font-size: 7pt;}}
    .lembar .tulang .lintasan {{grid-template-columns: 8mm 1fr 8mm; gap: 1mm;}}
    .lembar .tulang .ruang {{height: 3.6mm;}}
    .lembar .tulang :is(.rentang, .tengah) {{height: 1.8mm; margin-top: -.9mm;}}
    .lembar .tulang .titik {{width: 2.2mm; height: 2.2mm; margin: -1.1mm;}}
    .lembar .tulang .ruang .acuan {{border-left-width: .6mm; margin-left: -.3mm;}}
    .lembar .tulang .selang {{height: .5mm; margin-top: -.25mm;}}
    .lembar .dua {{display: grid; grid-template-columns: 1fr 1fr; column-gap: 6mm;}}
    .lembar .lebar {{display: grid; grid-template-columns: 118mm 1fr; column-gap: 5mm;}}
    .lembar .piramida ol, .lembar .piramida li {{font-size: 7.5pt; line-height: 1.1;}}
    .lembar .piramida li {{grid-template-columns: 1fr 18mm 1fr; padding: 0; min-height: 3.2mm;}}
    .lembar .piramida .ruang {{min-height: 2.8mm; gap: .8mm; padding: 0 9mm 0 0;}}
    .lembar .piramida .ruang.kiri {{padding: 0 0 0 9mm;}}
    .lembar .piramida .ruang span {{width: 8mm; margin-right: -8mm;}}
    .lembar .piramida .ruang.kiri span {{margin: 0 0 0 -8mm;}}
    .lembar .piramida i {{height: 2mm;}}
    .lembar .piramida .sisa {{grid-template-columns: 30mm 1fr auto;}}
    .lembar .akhir {{grid-template-columns: 72mm 1fr; column-gap: 5mm;}}
    .lembar .legenda {{font-size: 8pt; margin: 0;}}
    .lembar .legenda caption {{font-weight: 700; color: {style.NAVY}; padding: 1.4mm 0 .2mm; font-size: 8.5pt;}}
    .lembar .legenda td {{padding: .1mm 0 .1mm 1mm; line-height: 1.2; border: 0;}}
    .lembar .bulan {{display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: .4mm; height: 20mm;
        border-bottom: .3mm solid {style.BORDER};}}
    .lembar .bulan div {{position: relative; height: 100%;}}
    .lembar .bulan i {{position: absolute; bottom: 0; left: 0; right: 0; background: {style.NAVY};}}
    .lembar .bulan i.terbuka {{background: repeating-linear-gradient(45deg, {style.NAVY} 0 .5mm, #fff .5mm 1.1mm);
        border: .2mm solid {style.NAVY};}}
    .lembar .bulan u {{position: absolute; left: -.2mm; right: -.2mm; border-top: .6mm solid {style.AMBER}; z-index: 1;}}
    .lembar .bulan em {{position: absolute; bottom: 0; width: 100%; text-align: center; font-style: normal;
        color: {style.MUTED};}}
    .lembar .ujung {{display: flex; justify-content: space-between; font-size: 7pt; color: {style.MUTED};}}
    .lembar .bauran {{list-style: none;}}
    .lembar .bauran li {{display: grid; grid-template-columns: 40mm 1fr 16mm; gap: 1.5mm; align-items: center; margin: 0;
        min-height: 3.6mm; line-height: 1.15; font-size: 8pt;}}
    .lembar .bauran b {{font-weight: 400;}}
    .lembar .bauran span {{text-align: right; font-variant-numeric: tabular-nums;}}
    .lembar .bauran i {{display: block; height: 2.2mm; background: {style.TEAL};}}
    .lembar .sama {{width: 100%; border-collapse: collapse; font-size: 7.5pt;}}
    .lembar .sama td:nth-child(n+2) {{white-space: nowrap;}}
    .lembar .sama :is(td, th) {{text-align: left; padding: .15mm 1mm .15mm 0; line-height: 1.2; border: 0;
        border-bottom: .2mm solid {style.GRID};}}
    .lembar .sama th {{font-size: 7pt; font-weight: 400; color: {style.MUTED};}}
    .lembar .butir:not(.tunggal) ol {{margin-left: 4mm;}}
    .lembar .butir li {{margin: 0 0 .5mm; font-size: 8pt; line-height: 1.25;}}
    .lembar .butir .bagan-judul {{font-weight: 700; font-size: 8.5pt; color: {style.NAVY}; padding: 1.4mm 0 .4mm;}}
    .lembar footer {{position: absolute; bottom: 0; left: 0; right: 0; font-size: 6.5pt; color: {style.MUTED};
        border-top: .3mm solid {style.GRID}; padding-top: .6mm; background: #fff;}}
}}
</style>"""
"""Only in this page: it sets the size of the paper."""
