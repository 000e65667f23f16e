"""The slide master: the city's own or one a user brings, and which of its placeholders carries what."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.exc import PackageNotFoundError
from pptx.presentation import Presentation
from pptx.slide import Slide as Page
from pptx.slide import SlideLayout

from ipsm_analytics.config import ROOT
from ipsm_analytics.errors import UserError
from ipsm_analytics.materials.shapes import INCH, Rect

OURS = ROOT / "data" / "templates" / "paparan.pptx"
COVER, CONTENT = "Judul", "Isi"
"""Names of the two layouts."""
TITLE, UNDER, FIGURE, BULLETS, FOOTER, NUMBER = "judul", "keterangan", "gambar", "butir", "kaki", "nomor"
SOURCE, FROZEN, MARK, PASSPORT, QR = "sumber", "bekuan", "tanda", "paspor", "qr"
"""What a placeholder can carry; ours are known by these names, those of others by their kind."""
_OWN = (FIGURE, BULLETS, SOURCE, FROZEN, MARK, PASSPORT, QR)
_HEADS = (KIND.TITLE, KIND.CENTER_TITLE)
_BODIES = (KIND.OBJECT, KIND.BODY, KIND.SUBTITLE, KIND.CHART, KIND.TABLE, KIND.PICTURE)
_STRIP = INCH * 9 // 10
_GAP = INCH * 3 // 10
_LEAST = (3 * INCH, 2 * INCH)
_SECTIONS = "//*[local-name()='ext'][*[local-name()='sectionLst']]"


@dataclass(frozen=True)
class Layout:
    """One layout: its placeholders by what they carry, as (idx, box, size of letters in points)."""

    layout: SlideLayout
    places: Mapping[str, Place]

    @property
    def body(self) -> Rect:
        """Everything between title and foot: figure and bullets together."""
        found = self.places[FIGURE].box
        return found.around(self.places[BULLETS].box) if BULLETS in self.places else found

    @property
    def beside(self) -> tuple[Rect, Rect]:
        """Room for a figure and for bullets beside it."""
        if BULLETS in self.places:
            return self.places[FIGURE].box, self.places[BULLETS].box
        left, right = self.body.columns((65, 35), _GAP)
        return left, right

    @property
    def strip(self) -> Rect | None:
        """Room for source, passport and QR below the body where the layout has no placeholders for them."""
        if QR in self.places:
            return None
        box = self.places[FIGURE].box
        return Rect(box.left, box.bottom + _STRIP // 9, box.width, _STRIP * 8 // 9)


@dataclass(frozen=True)
class Place:
    """Where a placeholder stands and how large its letters are."""

    idx: int
    box: Rect
    size: float


@dataclass(frozen=True)
class Master:
    """An empty presentation and its two layouts."""

    presentation: Presentation
    cover: Layout
    content: Layout

    def page(self, layout: Layout) -> Page:
        """A new slide; footer and number, which the library leaves out, are there too."""
        slides: Any = self.presentation.slides
        page: Page = slides.add_slide(layout.layout)
        for placeholder in _placeholders(layout.layout):
            if placeholder.placeholder_format.type in (KIND.FOOTER, KIND.SLIDE_NUMBER):
                page.shapes.element.append(_twin(placeholder.element))
        names = {one.placeholder_format.idx: one.name for one in _placeholders(layout.layout)}
        for placeholder in page.placeholders:
            placeholder.name = names[placeholder.placeholder_format.idx]
        for number, element in enumerate(page.shapes.element.xpath("p:sp/p:nvSpPr/p:cNvPr"), 2):
            element.set("id", str(number))
        return page


def opened(template: Path | None = None) -> Master:
    """A template without its slides, the city's own where none is given.

    Raises UserError for a file that is no PPTX and for one whose layouts have no room for a title and a figure.
    """
    path = template or OURS
    presentation = _presentation(path)
    _emptied(presentation)
    layouts = list(presentation.slide_layouts)
    content = _content(layouts)
    if content is None:
        raise UserError(
            "Templat paparan tidak mempunyai tata letak yang diperlukan.",
            found=f"{path.name}: {'; '.join(map(_listed, layouts)) or 'tanpa tata letak'}",
            allowed=f"tata letak '{CONTENT}' (atau yang lain) dengan tempat judul dan tempat isi, lebar 3 inci dan tinggi 2 inci",
            action=f"tambahkan di PowerPoint lewat View > Slide Master, atau mulai dari {OURS.name}",
        )
    cover = next(
        (one for one in map(_layout, _named_first(layouts, COVER)) if TITLE in one.places and UNDER in one.places), content
    )
    return Master(presentation, cover, content)


def _presentation(path: Path) -> Presentation:
    if not path.is_file():
        raise UserError("Templat paparan tidak ada.", found=str(path), action="periksa nama dan foldernya")
    try:
        return pptx.Presentation(str(path))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise UserError(
            "Templat paparan tidak dapat dibuka.",
            found=f"{path.name}, bukan presentasi PowerPoint",
            allowed="berkas .pptx yang tidak disandi",
            action="buka di PowerPoint lalu simpan sebagai 'PowerPoint Presentation (*.pptx)'",
        ) from error


def _emptied(presentation: Presentation) -> None:
    """Takes the slides of a template away, with the sections that name them."""
    tree = presentation.element
    for slide in tree.xpath("p:sldIdLst/p:sldId"):
        presentation.part.drop_rel(slide.rId)
        slide.getparent().remove(slide)
    for section in tree.xpath(_SECTIONS):
        section.getparent().remove(section)


def _named_first(layouts: Iterable[SlideLayout], name: str) -> list[SlideLayout]:
    return sorted(layouts, key=lambda layout: layout.name.casefold() != name.casefold())


def _content(layouts: list[SlideLayout]) -> Layout | None:
    """The layout for figures: by its name, else the first with a title and room for a figure."""
    for found in map(_layout, _named_first(layouts, CONTENT)):
        roomy = FIGURE in found.places and (found.body.width, found.body.height) >= _LEAST and found.body.height >= _LEAST[1]
        if TITLE in found.places and roomy:
            return found
    return None


def _layout(layout: SlideLayout) -> Layout:
    """What each placeholder carries; where bodies are unnamed the first is for the figure, the second for bullets."""
    places: dict[str, Place] = {}
    bodies = []
    for placeholder in _placeholders(layout):
        kind, name = placeholder.placeholder_format.type, placeholder.name.casefold()
        role = _role(kind, name)
        if role and role not in places:
            places[role] = _place(placeholder)
        elif kind in _BODIES and name not in _OWN:
            bodies.append(placeholder)
    for role in (FIGURE, BULLETS):
        if role not in places and bodies and QR not in places:
            places[role] = _place(bodies.pop(0))
    return Layout(layout, places if QR in places else _shortened(places))


def _role(kind: Any, name: str) -> str:  # noqa: ANN401 - a member of the library's enumeration or None
    if kind in _HEADS:
        return TITLE
    if kind == KIND.SUBTITLE:
        return UNDER
    if kind == KIND.FOOTER:
        return FOOTER
    if kind == KIND.SLIDE_NUMBER:
        return NUMBER
    return name if name in _OWN else ""


def _shortened(places: Mapping[str, Place]) -> dict[str, Place]:
    """Bodies that end above a strip for source and passport."""
    return {
        role: Place(place.idx, Rect(place.box.left, place.box.top, place.box.width, place.box.height - _STRIP), place.size)
        if role in (FIGURE, BULLETS)
        else place
        for role, place in places.items()
    }


def _place(placeholder: Any) -> Place:  # noqa: ANN401 - LayoutPlaceholder, whose lengths may be None
    box = Rect(*(int(getattr(placeholder, side) or 0) for side in ("left", "top", "width", "height")))
    return Place(placeholder.placeholder_format.idx, box, _size(placeholder))


def _size(placeholder: Any) -> float:  # noqa: ANN401 - as above
    """Size of its letters: its own, else that of the master's texts of this kind."""
    layout = placeholder.part.slide_layout
    style = "titleStyle" if placeholder.placeholder_format.type in _HEADS else "bodyStyle"
    found = placeholder.element.xpath(".//a:lstStyle/a:lvl1pPr/a:defRPr/@sz")
    found = found or layout.slide_master.element.xpath(f"p:txStyles/p:{style}/a:lvl1pPr/a:defRPr/@sz")
    return float(found[0]) / 100 if found else 18.0


def _twin(placeholder: Any) -> Any:  # noqa: ANN401 - lxml's own
    """A placeholder for a slide that takes place and look from its layout."""
    found = deepcopy(placeholder)
    for part in (
        found.xpath("p:spPr/*")
        + found.xpath("p:txBody/a:lstStyle/*")
        + found.xpath("p:txBody/a:bodyPr/*")
        + found.xpath("p:txBody/a:p/a:r")
    ):
        part.getparent().remove(part)
    for body in found.xpath("p:txBody/a:bodyPr"):
        body.attrib.clear()
    return found


def _placeholders(layout: SlideLayout) -> list[Any]:
    found: Any = layout.placeholders
    return list(found)


def _listed(layout: SlideLayout) -> str:
    """A layout and its placeholders, for a message."""
    names = ", ".join(placeholder.name for placeholder in _placeholders(layout))
    return f"'{layout.name}' ({names or 'kosong'})"
