"""Kamus: the proof of the statistics."""

from html import unescape

from ipsm_analytics.reference import evidence
from ipsm_analytics.views.i18n import Words
from tests.pages.screens import Open, said


def test_every_claim_is_shown_with_what_came_of_it(open_page: Open):
    app = open_page("kamus", bagian="Bukti")
    text = unescape(said(app))
    assert "pernyataan terbukti pada contoh dengan kebenaran yang diketahui" in text
    assert [claim for claim in evidence.by_claim() if " ".join(Words()(f"bukti.klaim.{claim}.judul").split()) not in text] == []
    assert any(len(frame.value) == len(evidence.findings()) for frame in app.dataframe)
