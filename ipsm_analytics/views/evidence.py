"""Bukti: are the claims of the statistics true where the truth is known?"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict, dataclass
from functools import cached_property

import pandas as pd

from ipsm_analytics.reference import evidence
from ipsm_analytics.reference.evidence import Finding, Verdict
from ipsm_analytics.views import style
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.quality import Listing

SYMBOLS = {Verdict.FAILS: "✗", Verdict.HOLDS: "✓", Verdict.COMPARISON: "○"}
REACH = 0.1
"""Shares on either side of what was expected that the common scale shows."""


@dataclass(frozen=True)
class Row:
    """One claim as it is drawn; places are percent of a scale from −REACH to +REACH about the expected share.

    Attributes:
        band: allowed range; reach: interval of the observed share; dot: the observed share.
        beyond: '◀' or '▶' where it lies off the scale, else ''.
        levels: picture of all levels against the diagonal as an address; '' for a claim of one level.
    """

    title: str
    verdict: str
    observed: str
    expected: str
    size: str
    reading: str
    band: tuple[float, float] | None
    reach: tuple[float, float]
    dot: float
    beyond: str
    levels: str


@dataclass(frozen=True)
class EvidencePage:
    """Everything the part Bukti shows."""

    words: Words

    @cached_property
    def headline(self) -> str:
        """How many of the claims that are judged hold."""
        found = [evidence.verdict(levels) for levels in evidence.by_claim().values()]
        held, failed = found.count(Verdict.HOLDS), found.count(Verdict.FAILS)
        return self.words("bukti.kepala", terbukti=held, semua=held + failed, pembanding=found.count(Verdict.COMPARISON))

    @cached_property
    def rows(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """Claims under what is said of them, those that fail first; nothing is left out."""
        parts = []
        for kind in Verdict:
            chosen = {name: levels for name, levels in evidence.by_claim().items() if evidence.verdict(levels) is kind}
            drawn = [self._row(item, levels) for levels in chosen.values() for item in _shown(levels)]
            if drawn:
                parts.append((self.words(f"bukti.bagian_{kind}"), tuple(drawn)))
        return tuple(parts)

    @cached_property
    def listing(self) -> Listing:
        """The table twin; the download holds the file itself."""
        words = self.words
        return Listing("bukti", words("bukti.tabel"), words("bukti.cara_tabel"), "", table(words), _raw)

    def _row(self, item: Finding, levels: tuple[Finding, ...]) -> Row:
        words, gap = self.words, item.observed - item.predicted
        low, high = item.allowed_low - item.predicted, item.allowed_high - item.predicted
        diagonal = _picture(levels) if len({one.predicted for one in levels}) > 1 else ""
        return Row(
            title=words(f"bukti.klaim.{item.claim}.judul"),
            verdict=f"{SYMBOLS[item.verdict]} {words(f'bukti.{item.verdict}')}",
            observed=f"{_percent(words, item.observed)} ({_range(words, item.lower, item.upper)})",
            expected=_expected(words, item),
            size=words(
                "bukti.ukuran", contoh=words.number(item.seeds), percobaan=words.number(item.trials), taraf=_level(words, item)
            ),
            reading=words(f"bukti.klaim.{item.claim}.cara"),
            band=None if item.holds is None else (_place(low), _place(high)),
            reach=(_place(item.lower - item.predicted), _place(item.upper - item.predicted)),
            dot=_place(gap),
            beyond="▶" if gap > REACH else "◀" if gap < -REACH else "",
            levels=diagonal,
        )


def _shown(levels: tuple[Finding, ...]) -> list[Finding]:
    """The level a claim is judged at, the one farthest off where several are; each one where all promise the same."""
    if len({item.predicted for item in levels}) == 1:
        return list(levels)
    judged = (
        [item for item in levels if item.holds is not None] or [item for item in levels if item.level == 0.95] or list(levels)
    )
    return [max(judged, key=lambda item: abs(item.observed - item.predicted))]


def _place(gap: float) -> float:
    return round(min(max(50 + 50 * gap / REACH, 0.0), 100.0), 2)


def _percent(words: Words, share: float) -> str:
    return f"{words.number(100 * share, 1)}%"


def _range(words: Words, low: float, high: float) -> str:
    return f"{words.number(100 * low, 1)}–{words.number(100 * high, 1)}%"


def _level(words: Words, item: Finding) -> str:
    return words.number(item.level, 3 if item.level > 0.99 and item.level < 1 else 2)


def _expected(words: Words, item: Finding) -> str:
    promised = _percent(words, item.predicted)
    if item.holds is None:
        return words("bukti.diharapkan", janji=promised)
    return words("bukti.diizinkan", janji=promised, rentang=_range(words, max(item.allowed_low, 0), min(item.allowed_high, 1)))


def _picture(levels: tuple[Finding, ...]) -> str:
    """Expected (across) against observed (up), the diagonal is what was promised."""
    dots = "".join(
        f'<circle cx="{4 + 72 * one.predicted:.1f}" cy="{76 - 72 * one.observed:.1f}" r="3.5" fill="{style.NAVY}"/>'
        for one in levels
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" width="80" height="80">'
        f'<rect x="4" y="4" width="72" height="72" fill="#fff" stroke="{style.BORDER}"/>'
        f'<line x1="4" y1="76" x2="76" y2="4" stroke="{style.AMBER}" stroke-width="2"/>{dots}</svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"


def table(words: Words) -> pd.DataFrame:
    """Every claim and level in words."""
    known = evidence.findings()
    return pd.DataFrame(
        {
            words("bukti.pernyataan"): [words(f"bukti.klaim.{item.claim}.judul") for item in known],
            words("bukti.taraf"): [_level(words, item) for item in known],
            words("bukti.contoh"): [words.number(item.seeds) for item in known],
            words("bukti.percobaan"): [words.number(item.trials) for item in known],
            words("bukti.janji"): [_percent(words, item.predicted) for item in known],
            words("bukti.teramati"): [_percent(words, item.observed) for item in known],
            words("tabel.selang"): [_range(words, item.lower, item.upper) for item in known],
            words("bukti.boleh"): [
                words.number(None) if item.holds is None else _range(words, max(item.allowed_low, 0), min(item.allowed_high, 1))
                for item in known
            ],
            words("bukti.hasil"): [f"{SYMBOLS[item.verdict]} {words(f'bukti.{item.verdict}')}" for item in known],
        }
    )


def _raw() -> pd.DataFrame:
    return pd.DataFrame([asdict(item) for item in evidence.findings()])
