"""docs/bukti.md out of data/reference/bukti.csv: python -m scripts.evidence_doc."""

from __future__ import annotations

from pathlib import Path

from ipsm_analytics.views.evidence import EvidencePage, table
from ipsm_analytics.views.i18n import Words

PAGE = Path(__file__).resolve().parents[1] / "docs" / "bukti.md"
_INTRODUCTION = """\
# Bukti

Halaman ini dibuat dari `data/reference/bukti.csv` dengan `python -m scripts.evidence_doc`; jangan disunting dengan tangan.
Berkas itu ditulis oleh `make calibrate`, yang mencoba setiap pernyataan pada contoh dengan kebenaran yang diketahui.
"""


def document() -> str:
    """The whole page."""
    page = EvidencePage(Words())
    frame = table(page.words)
    cells = [list(map(str, frame.columns)), ["---"] * frame.shape[1], *frame.astype(str).to_numpy().tolist()]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([_INTRODUCTION, page.headline, "", *lines]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
