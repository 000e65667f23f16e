"""A meeting as an editable presentation: native charts, tables and maps on the city's slide master."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.util import Emu, Pt

from ipsm_analytics.config import settings
from ipsm_analytics.materials import areamap, blocks, charts, codes, letters, master
from ipsm_analytics.materials.arrangement import GAP, LARGEST_ALONE, arranged, bullets_fit, pages
from ipsm_analytics.materials.files import whole
from ipsm_analytics.materials.master import Layout, Master, Place
from ipsm_analytics.materials.shapes import Letters, Rect, Sheet
from ipsm_analytics.rakor import passport
from ipsm_analytics.views.agenda.parts import AreaMap, Bars, Cards, Deck, Figure, Grid, Lines, Number, Slide, Step, Waterfall
from ipsm_analytics.views.i18n import MISSING, Words

Link = Callable[[str], str]
_LOWEST_TITLE = 18.0


def write(deck: Deck, out: Path, template: Path | None = None, link: Link | None = None, words: Words | None = None) -> None:
    """Draws a deck as PPTX: a cover, then its slides; tables and bullets too long for one slide go on on the next.

    Args:
        deck: what to draw.
        out: the file; written whole or not at all.
        template: a PPTX whose layouts 'Judul' and 'Isi', else whose first ones with a title and a body, are drawn on.
        link: address of the passport of a code; that of the settings where none is given.
        words: language of the few words that are not in the deck.

    Raises:
        UserError: a template that is no PPTX or has no room for a title and a figure; a file that cannot be written.
    """
    told = words or Words()
    opened = master.opened(template)
    _cover(opened, deck, told)
    address = link or (lambda code: codes.link(code, settings()))
    for slide in deck.slides:
        for part in pages(slide, opened.content, told):
            _page(opened, deck, part, address, told)
    properties = opened.presentation.core_properties
    properties.title, properties.subject = deck.title, f"{deck.place}, {deck.period}"
    properties.author, properties.keywords, properties.language = (
        "IPSM Analytics",
        f"{deck.code} {deck.mark}".strip(),
        told.language,
    )
    properties.modified = properties.created = datetime.now(UTC).replace(tzinfo=None)
    with whole(out) as path:
        opened.presentation.save(str(path))


def _cover(opened: Master, deck: Deck, words: Words) -> None:
    page = opened.page(opened.cover)
    under = (deck.place, deck.period, deck.cutoff)
    places = opened.cover.places
    _fill(page, places, master.TITLE, [deck.title])
    _fill(
        page,
        places,
        master.UNDER if master.UNDER in places else master.BULLETS if master.BULLETS in places else master.FIGURE,
        under,
    )
    _repeated(page, places, deck, words)
    _swept(page)


def _page(opened: Master, deck: Deck, slide: Slide, link: Link, words: Words) -> None:
    """One slide, its parts in reading order."""
    layout = opened.content
    page = opened.page(layout)
    place = arranged(slide, layout)
    _fill(page, layout.places, master.TITLE, [slide.title], lowest=_LOWEST_TITLE)
    if slide.bullets and place.bullets:
        _bullets(page, layout, slide.bullets, place.bullets, alone=slide.figure is None)
    _repeated(page, layout.places, deck, words)
    sheet = Sheet(page)
    for figure, box in ((slide.figure, place.figure), (slide.beside, place.beside)):
        if figure is not None and box is not None:
            draw(sheet, figure, box, slide.title, words)
    code = passport_of(slide, deck)
    _source(sheet, layout, deck, slide.context, code)
    if code:
        _qr(page, layout, code, link(code), words)
    _swept(page)
    page.notes_slide.notes_text_frame.text = notes(slide, words)  # type: ignore[union-attr]


def draw(sheet: Sheet, figure: Figure, box: Rect, title: str, words: Words) -> None:
    """One figure in a box; `title` is the message it shows, for its alternative text."""
    match figure:
        case Cards():
            blocks.cards(sheet, figure, box, words)
        case Bars():
            charts.bars(sheet, figure, box, words, told(title, figure.names, figure.texts))
        case Lines():
            series = [f"{one.name} {one.numbers[-1].text}" for one in figure.series if one.numbers]
            charts.lines(sheet, figure, box, words, told(title, series, [figure.months[-1]] * len(series)))
        case Waterfall():
            charts.waterfall(
                sheet, figure, box, words, told(title, [s.name for s in figure.steps], [s.text for s in figure.steps])
            )
        case AreaMap():
            areamap.draw(sheet, figure, box, title)
        case Grid():
            blocks.grid(sheet, figure, box, told(title, figure.heads, [""] * len(figure.heads)))


def told(title: str, names: Sequence[str], texts: Sequence[str]) -> str:
    """Alternative text: the message, then what stands in each row."""
    parts = "; ".join(f"{name}: {text}" if text else name for name, text in zip(names, texts, strict=False))
    return f"{title} {parts}."


def passport_of(slide: Slide, deck: Deck) -> str:
    """Code of what a slide shows: its question in the name of the snapshot the numbers belong to.

    That of its first number where it asks nothing as a whole; '' where there is neither question nor number.
    """
    listed = [*(number.passport for number in slide.numbers), *(step.passport for step in _steps(slide) if step.passport)]
    if slide.question is None:
        return listed[0] if listed else ""
    known = [*listed, *(number.passport for number in deck.numbers)]
    if not known:
        return ""
    held = passport.decode(known[0])
    window = slide.question.window or held.question.window
    return passport.encode(replace(held, question=replace(slide.question, by=(), spans=(), window=window), kind="nilai", part=0))


def notes(slide: Slide, words: Words) -> str:
    """For the speaker: definitions, source, and every number with its passport."""
    listed = [words("materi.angka", nama=one.label, nilai=_full(one), kode=one.passport) for one in slide.numbers]
    listed += [words("materi.angka", nama=s.name, nilai=s.text, kode=s.passport) for s in _steps(slide) if s.passport]
    head = [words("materi.daftar_angka")] if listed else []
    return "\n".join(part for part in (slide.notes, slide.context, *head, *listed) if part)


def _steps(slide: Slide) -> list[Step]:
    """Steps of the waterfalls on a slide."""
    return [step for one in (slide.figure, slide.beside) if isinstance(one, Waterfall) for step in one.steps]


def _full(number: Number) -> str:
    return f"{number.text} ({number.interval})" if number.interval not in ("", MISSING) else number.text


def _repeated(page: Any, places: Mapping[str, Place], deck: Deck, words: Words) -> None:  # noqa: ANN401 - the library's own
    """What stands on every slide: snapshot and mark; number and footer are filled elsewhere."""
    if master.FROZEN in places:
        _fill(
            page, places, master.FROZEN, [words("materi.versi" if deck.code.startswith("v") else "materi.bekuan", kode=deck.code)]
        )
    elif master.FOOTER in places:
        _fill(page, places, master.FOOTER, [" · ".join(filter(None, (deck.mark, deck.code, deck.title)))])
    if deck.mark and master.MARK in places:
        _fill(page, places, master.MARK, [deck.mark])


def _fill(page: Any, places: Mapping[str, Place], role: str, texts: Sequence[str], *, lowest: float = letters.SMALLEST) -> None:  # noqa: ANN401 - as above
    """Writes into a placeholder in its own look, smaller where the text would not fit, cut where even that does not help."""
    place = places[role]
    bold = role == master.TITLE
    size = letters.size_for(texts, place.box.points, place.size, smallest=min(lowest, place.size), bold=bold)
    if len(texts) == 1:
        texts = [letters.cut(texts[0], size, place.box.points, bold=bold)]
    _write(_held(page)[place.idx], texts, size if size < place.size else None)


def _held(page: Any) -> dict[int, Any]:  # noqa: ANN401 - as above
    """The placeholders of a slide by their number."""
    return {one.placeholder_format.idx: one for one in page.placeholders}


def _write(placeholder: Any, texts: Sequence[str], size: float | None) -> None:  # noqa: ANN401 - as above
    frame = placeholder.text_frame
    frame.text = "\n".join(texts)
    for run in (run for paragraph in frame.paragraphs for run in paragraph.runs):
        run.font.language_id = MSO_LANGUAGE_ID.INDONESIAN
        if size is not None:
            run.font.size = Pt(size)


def _bullets(page: Any, layout: Layout, bullets: Sequence[str], box: Rect, *, alone: bool) -> None:  # noqa: ANN401 - as above
    place = layout.places.get(master.BULLETS, layout.places[master.FIGURE])
    placeholder = _held(page)[place.idx]
    if box != place.box:
        placeholder.left, placeholder.top, placeholder.width, placeholder.height = map(
            Emu, (box.left, box.top, box.width, box.height)
        )
    size = LARGEST_ALONE if alone else place.size
    while size > letters.SMALLEST and not bullets_fit(bullets, box, size):
        size -= 1
    _write(placeholder, bullets, size if size != place.size else None)


def _source(sheet: Sheet, layout: Layout, deck: Deck, context: str, code: str) -> None:
    """Source and cut-off with the code of the passport: in their placeholders, else in a strip below the figure."""
    strip = layout.strip
    if strip is None:
        for role, text in ((master.SOURCE, context), (master.PASSPORT, code)):
            if text and role in layout.places:
                _fill(sheet.page, layout.places, role, [text])
        return
    left, middle, _ = strip.columns((strip.width - strip.height * 4, strip.height * 3, strip.height), GAP // 3)
    text = " · ".join(filter(None, (deck.mark, deck.code, context)))
    size = letters.SMALLEST
    sheet.put(sheet.words(left, [Letters(letters.cut(text, size, left.points), size)], "Sumber"))
    if code:
        sheet.put(sheet.words(middle, [Letters(code, size, align="r")], "Paspor"))


def _qr(page: Any, layout: Layout, code: str, address: str, words: Words) -> None:  # noqa: ANN401 - as above
    """The way back to the number, small in the corner; it can be clicked too."""
    image = io.BytesIO(codes.qr_png(address))
    strip = layout.strip
    if strip is None:
        picture = _held(page)[layout.places[master.QR].idx].insert_picture(image)
    else:
        picture = page.shapes.add_picture(
            image, Emu(strip.right - strip.height), Emu(strip.top), Emu(strip.height), Emu(strip.height)
        )
    picture.element.xpath("p:nvPicPr/p:cNvPr")[0].set("descr", words("materi.qr", kode=code))
    picture.click_action.hyperlink.address = address


def _swept(page: Any) -> None:  # noqa: ANN401 - as above
    """Takes empty placeholders away: they would show their prompts to whoever edits the slide."""
    for placeholder in list(page.placeholders):
        if placeholder.has_text_frame and not placeholder.text_frame.text and not placeholder.element.xpath(".//a:fld"):
            placeholder.element.getparent().remove(placeholder.element)
