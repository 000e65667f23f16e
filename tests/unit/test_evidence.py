"""Every claim that is tried is shown, in words, with enough samples behind it."""

import pytest

from calibration.run import topics
from ipsm_analytics.reference import evidence
from ipsm_analytics.reference.evidence import Finding, Verdict
from ipsm_analytics.views.evidence import EvidencePage
from ipsm_analytics.views.i18n import Words, catalogue
from scripts import evidence_doc

CLAIMS = {claim.id for topic in topics().values() for claim in topic.claims}
WORDED = {key.split(".")[2] for key in catalogue("id") if key.startswith("bukti.klaim.")}
HELD = Finding("sii", 0.95, 300, 1000, 0.95, 0.94, 0.92, 0.955, 0.93, 0.97, holds=True)


def shown(monkeypatch: pytest.MonkeyPatch, *known: Finding) -> EvidencePage:
    monkeypatch.setattr(evidence, "findings", lambda: known)
    monkeypatch.setattr(
        evidence, "by_claim", lambda: {one.claim: tuple(k for k in known if k.claim == one.claim) for one in known}
    )
    return EvidencePage(Words())


def test_every_claim_of_every_topic_has_rows_and_words_and_nothing_else_has():
    assert CLAIMS == {item.claim for item in evidence.findings()} == WORDED


def test_every_row_rests_on_300_samples():
    assert [item.claim for item in evidence.findings() if item.seeds < 300] == []


def test_a_claim_is_drawn_about_what_was_expected(monkeypatch: pytest.MonkeyPatch):
    page = shown(monkeypatch, HELD)
    assert page.headline.startswith("1 dari 1 pernyataan terbukti")
    ((heading, (row,)),) = page.rows
    assert (heading, row.verdict) == ("Terbukti", "✓ terbukti")
    assert (row.band, row.reach, row.dot, row.beyond) == ((40.0, 60.0), (35.0, 52.5), 45.0, "")
    assert (row.observed, row.expected) == ("94,0% (92,0–95,5%)", "diharapkan 95,0%, boleh 93,0–97,0%")


def test_what_fails_comes_first_and_what_is_not_judged_is_told(monkeypatch: pytest.MonkeyPatch):
    failed = Finding("selang-byar", 0.95, 300, 1000, 0.95, 0.5, 0.4, 0.6, 0.93, 0.97, holds=False)
    drawn = Finding("sunyi-temu", 0.1, 300, 1000, 1.0, 0.5, 0.4, 0.6, 0.0, 1.0, holds=None)
    page = shown(monkeypatch, HELD, failed, drawn)
    assert [title for title, _ in page.rows] == ["Tidak terbukti", "Terbukti", "Tidak dinilai, untuk pembanding"]
    assert page.headline.startswith("1 dari 2 pernyataan")
    assert [(rows[0].beyond, rows[0].band is None) for _, rows in page.rows] == [("◀", False), ("", False), ("◀", True)]


def test_one_failing_level_fails_the_claim():
    assert evidence.verdict((HELD, Finding("sii", 0.5, 1, 1, 1, 0, 0, 0, 1, 1, holds=False))) is Verdict.FAILS


def test_the_document_is_up_to_date():
    assert evidence_doc.PAGE.read_text(encoding="utf-8") == evidence_doc.document(), "python -m scripts.evidence_doc"
