"""A4 papers by typst: the layout is a file of data/papers, the content is handed over as JSON and never becomes code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typst

from ipsm_analytics.config import ROOT
from ipsm_analytics.errors import InternalError
from ipsm_analytics.materials.letters import FONTS
from ipsm_analytics.views import style

LAYOUTS = ROOT / "data" / "papers"
COLOURS = {
    "navy": style.NAVY,
    "text": style.TEXT,
    "muted": style.MUTED,
    "grid": style.GRID,
    "paper": style.PAPER,
    "amber": style.AMBER,
    "teal": style.TEAL,
}


class Press:
    """Sets contents in one layout, again and again: what typst has read of it is kept."""

    def __init__(self, layout: str) -> None:
        self._compiler = typst.Compiler(
            LAYOUTS / f"{layout}.typ", root=LAYOUTS, font_paths=[FONTS], ignore_system_fonts=True, sys_inputs={}
        )

    def pdf(self, content: Mapping[str, Any]) -> bytes:
        """One tagged PDF. Raises InternalError when the layout does not fit the content."""
        given = {"isi": json.dumps({"colours": COLOURS, **content}, ensure_ascii=False)}
        try:
            made = self._compiler.compile(format="pdf", sys_inputs=given)
        except typst.TypstError as error:
            raise InternalError(f"{error.message} {error.hints} {error.diagnostic}") from error
        if not isinstance(made, bytes):
            raise InternalError("typst gave no single file")
        return made
