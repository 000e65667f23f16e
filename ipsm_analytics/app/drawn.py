"""The HTML of figures made of rows."""

from __future__ import annotations

from html import escape

from ipsm_analytics.views import style
from ipsm_analytics.views.drawn import (
    Band,
    Breakdown,
    Combination,
    Drawn,
    Heat,
    HeatCell,
    Line,
    Pyramid,
    Section,
    Upset,
    percent_of,
)


def html_of(item: Drawn, alt: str) -> str:
    """A figure as HTML, with its alternative text."""
    match item:
        case Upset():
            return _upset(item, alt)
        case Pyramid():
            return _pyramid(item, alt)
        case Breakdown():
            return _breakdown(item, alt)
        case Heat():
            return _heat(item, alt)


def _bar(value: float, highest: float, name: str = "batang") -> str:
    return f'<i class="{name}" style="width:{percent_of(value, highest)}%"></i>'


def _upset(item: Upset, alt: str) -> str:
    heads = "".join(f'<em title="{escape(one.name)}">{escape(one.head)}</em>' for one in item.members)
    head = f'<li class="kepala-kolom" aria-hidden="true"><div class="noktah">{heads}</div></li>'
    rows = "".join(_combination(item, row) for row in item.rows)
    return f'<div class="jalur paduan"><ol aria-label="{escape(alt)}">{head}{rows}</ol></div>'


def _combination(item: Upset, row: Combination) -> str:
    dots = "".join(
        f'<i style="background:{one.colour}"></i>' if held else "<i></i>"
        for one, held in zip(item.members, row.held, strict=bool(row.held))
    )
    return (
        f'<li><div class="noktah" aria-hidden="true">{dots}</div><b>{escape(row.name)}</b>'
        f'<div class="ruang">{_bar(row.value, item.highest)}</div><span>{escape(row.text)}</span></li>'
    )


def _pyramid(item: Pyramid, alt: str) -> str:
    left, right = map(escape, item.heads)
    head = f'<li class="kepala-sisi" aria-hidden="true"><span>{left}</span><b></b><span>{right}</span></li>'
    bands = "".join(_band(item, band) for band in item.bands)
    rest = "".join(
        f'<li class="sisa"><b>{escape(name)}</b><div class="ruang">{_bar(value, item.highest)}</div>'
        f"<span>{escape(text)}</span></li>"
        for name, value, text in item.rest
    )
    return f'<div class="piramida"><ol aria-label="{escape(alt)}">{head}{bands}</ol><ol>{rest}</ol></div>'


def _band(item: Pyramid, band: Band) -> str:
    heads = [f'<u class="lafal">{escape(head)} </u>' for head in item.heads]
    return (
        f'<li><div class="ruang kiri">{_bar(band.left, item.highest)}<span>{heads[0]}{escape(band.left_text)}</span></div>'
        f"<b>{escape(band.name)}</b>"
        f'<div class="ruang">{_bar(band.right, item.highest)}<span>{heads[1]}{escape(band.right_text)}</span></div></li>'
    )


def _breakdown(item: Breakdown, alt: str) -> str:
    heads = "".join(f'<th scope="col">{escape(text)}</th>' for text in item.heads)
    sections = "".join(_section(item, section, heads) for section in item.sections)
    return f'<div class="rincian" role="group" aria-label="{escape(alt)}">{sections}</div>'


def _section(item: Breakdown, section: Section, heads: str) -> str:
    rows = "".join(_line(item, line, section.colour, whole=line is section.whole) for line in (section.whole, *section.parts))
    return f'<table style="border-color:{section.colour}"><tr><td></td><td class="batang-dua"></td>{heads}</tr>{rows}</table>'


def _line(item: Breakdown, line: Line, colour: str, *, whole: bool) -> str:
    bars = "".join(
        f'<i class="{name}" style="width:{percent_of(value, item.highest)}%;{fill}"></i>'
        for name, value, fill in (
            ("orang", line.persons, f"background:{colour}"),
            ("kasus", line.cases, f"border-color:{colour}"),
        )
    )
    return (
        f'<tr{" class=induk" if whole else ""}><th scope="row">{escape(line.name)}</th><td class="batang-dua">{bars}</td>'
        f"<td>{escape(line.persons_text)}</td><td>{escape(line.cases_text)}</td><td>{escape(line.change)}</td></tr>"
    )


def _heat(item: Heat, alt: str) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in item.heads)
    rows = "".join(
        f'<tr><th scope="row">{escape(row.name)}</th>'
        + "".join(_heat_cell(head, cell) for head, cell in zip(item.heads[1:], row.cells, strict=False))
        + "".join(_heat_note(head, note) for head, note in zip(item.heads[1 + len(row.cells) :], row.notes, strict=True))
        + "</tr>"
        for row in item.rows
    )
    return (
        f'<div class="panas"><table aria-label="{escape(alt)}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _heat_cell(head: str, cell: HeatCell) -> str:
    """The name of the column stands in the cell too, for screens too narrow for columns."""
    first, *rest = map(escape, cell.lines)
    below = "".join(f"<span>{line}</span>" for line in rest)
    ink = style.ink_on(cell.colour)
    return f'<td style="background:{cell.colour};color:{ink}"><u aria-hidden="true">{escape(head)}</u><b>{first}</b>{below}</td>'


def _heat_note(head: str, note: str) -> str:
    return f'<td class="ket"><u aria-hidden="true">{escape(head)}</u>{escape(note)}</td>'


STYLE = f"""<style>
.panas table {{border-collapse: separate; border-spacing: 2px; width: 100%; table-layout: fixed; color: {style.TEXT};
    font-size: 1rem; font-variant-numeric: tabular-nums;}}
.panas th, .panas td {{border: 0; padding: .25rem .35rem; font-weight: 400; vertical-align: middle; line-height: 1.25;}}
.panas thead th {{color: {style.MUTED}; text-align: center; font-size: .95rem;}}
.panas thead th:first-child, .panas tbody th {{text-align: left; width: 13.5%;}}
.panas thead th:nth-last-child(2) {{width: 8%;}}
.panas thead th:nth-last-child(3) {{width: 14%;}}
.panas thead th:last-child {{width: 17%; text-align: left;}}
.panas td {{text-align: center;}}
.panas td b {{display: block; font-size: 1.15rem; font-weight: 650;}}
.panas td span {{display: block; font-size: .9rem; overflow-wrap: anywhere;}}
.panas td:nth-last-child(3) {{outline: 2px solid {style.BORDER}; outline-offset: -2px;}}
.panas td:last-child {{text-align: left; font-size: .9rem;}}
.panas u {{display: none; text-decoration: none;}}
@media (max-width: 767px) {{
    .panas thead {{position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);}}
    .panas table, .panas tbody {{display: block;}}
    .panas tbody tr {{display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 2px; margin-bottom: .9rem;}}
    .panas tbody th {{grid-column: 1 / -1; width: auto; font-weight: 650; padding-left: 0;}}
    .panas tbody td {{padding: .25rem .1rem;}}
    .panas td u {{display: block; font-size: .85rem;}}
    .panas td span {{font-size: .82rem;}}
    .panas td:nth-last-child(3) {{grid-column: 1 / 4;}}
    .panas td.ket:last-child {{grid-column: 1 / -1; padding-left: 0;}}
}}
.paduan li {{grid-template: "noktah nama ruang teks" / auto minmax(0, 1.1fr) minmax(0, 1fr) 8.5rem; column-gap: .7rem;
    padding: .12rem 0;}}
.paduan b {{line-height: 1.25;}}
.noktah {{grid-area: noktah; display: flex;}}
.jalur .noktah i {{position: static; width: 1.05rem; height: 1.05rem; margin: 0 .2rem; border-radius: 50%;
    border: 1px solid {style.NOT_REPORTED};}}
.jalur .noktah i[style] {{border-color: transparent;}}
.noktah em {{writing-mode: vertical-rl; transform: rotate(180deg); width: 1.45rem; font-style: normal; font-size: .9rem;
    line-height: 1.45rem; color: {style.MUTED};}}
@container (max-width: 600px) {{
    .paduan li {{grid-template: "noktah teks" "nama nama" "ruang ruang" / 1fr auto; margin-bottom: .5rem;}}
}}
.piramida ol {{list-style: none; margin: 0; padding: 0; font-size: 1rem; color: {style.TEXT};}}
.piramida li {{display: grid; grid-template-columns: 1fr 7.5rem 1fr; align-items: center; margin: 0; padding: .1rem 0;}}
.piramida b {{font-weight: 400; text-align: center; line-height: 1.2;}}
.piramida .kepala-sisi span {{font-weight: 650;}}
.piramida .kepala-sisi span:first-child {{text-align: right;}}
.piramida .ruang {{display: flex; align-items: center; gap: .35rem; min-height: 1.7rem; padding-right: 3.4rem;}}
.piramida .ruang.kiri {{flex-direction: row-reverse; padding: 0 0 0 3.4rem;}}
.piramida .ruang span {{font-variant-numeric: tabular-nums; margin: 0 -3.4rem 0 0; width: 3.4rem; flex: none;}}
.piramida .ruang.kiri span {{margin: 0 0 0 -3.4rem; text-align: right;}}
.piramida i {{height: 1.3rem; background: {style.TEAL}; flex: none;}}
.piramida .kiri i {{background: {style.NAVY};}}
.piramida .sisa {{grid-template-columns: 12rem 1fr auto; gap: .6rem; border-top: 1px solid {style.GRID};}}
.piramida .sisa b {{text-align: left;}}
.piramida .sisa .ruang {{padding: 0;}}
.piramida .sisa i {{background: {style.MUTED};}}
.lafal {{position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);}}
.rincian {{columns: 29rem; column-gap: 2rem;}}
.rincian table {{border-collapse: collapse; width: 100%; break-inside: avoid; font-size: 1rem; margin-bottom: .7rem;
    border-left: 5px solid; color: {style.TEXT};}}
.rincian th, .rincian td {{border: 0; padding: .1rem 0 .1rem .5rem; text-align: right; font-weight: 400; vertical-align: middle;
    font-variant-numeric: tabular-nums; white-space: nowrap;}}
.rincian th[scope=col] {{color: {style.MUTED}; font-size: .95rem;}}
.rincian th[scope=row] {{text-align: left; white-space: normal; line-height: 1.2; width: 42%;}}
.rincian .induk th, .rincian .induk td {{font-weight: 650; border-bottom: 1px solid {style.GRID};}}
.rincian td:last-child, .rincian th:last-child {{width: 6.2rem;}}
.rincian .batang-dua {{width: 22%;}}
.rincian i {{display: block; height: .5rem; box-sizing: border-box;}}
.rincian i.kasus {{border: 1.5px solid;}}
@media (max-width: 767px) {{
    .rincian {{columns: auto 1;}}
    .rincian table, .rincian tbody {{display: block;}}
    .rincian tr {{display: grid; grid-template-columns: 1fr 3.6rem 3.6rem 6.9rem; align-items: center;}}
    .rincian tr > td:first-child:empty {{display: none;}}
    .rincian .batang-dua, .rincian th[scope=row], .rincian td:last-child, .rincian th:last-child {{width: auto;}}
    .rincian th[scope=row] {{grid-column: 1 / -1;}}
    .rincian .induk th[scope=row] {{border-bottom: 0;}}
    .piramida li {{grid-template-columns: 1fr 6rem 1fr;}}
}}
</style>"""
