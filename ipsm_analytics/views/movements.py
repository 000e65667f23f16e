"""What of one area moved against the same span a year before, as far as a test of all candidates together allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ipsm_analytics.answers.backlog import comparable_days, open_on
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.reference import categories
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics.comparison import Candidate, change, evident, share_difference
from ipsm_analytics.views.chart import Desk, Scope, slice_name
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.narrative import covered, fall_holds

TOLD, TOP_CATEGORIES = 3, 5
BACKLOG = "S03"


@dataclass(frozen=True)
class Movement:
    """One candidate: an indicator of the whole or of a slice, before and now; shares carry (part, whole).

    Attributes:
        share: the two figures are shares, else counts of cases, the wholes being 1.
        p_value: NaN where there is no base.
        allowed: False for a fall that reports still to come may undo.
    """

    code: str
    slice: str
    now: tuple[int, int]
    before: tuple[int, int]
    share: bool
    p_value: float
    allowed: bool

    @property
    def key(self) -> str:
        """Indicator and slice."""
        return f"{self.code}:{self.slice}"

    @property
    def risen(self) -> bool:
        """True for a rise."""
        return self.now[0] * self.before[1] > self.before[0] * self.now[1]


def movements(desk: Desk, scope: Scope) -> tuple[Movement, ...]:
    """Every candidate of the scope: cases in all, by group and commonest category, S01, R01, the backlog; none without a base."""
    if not covered(desk, scope.before):
        return ()
    found = [*_counts(desk, scope), *(_share(desk, scope, code) for code in ("S01", "R01")), _backlog(desk, scope)]
    return tuple(one for one in found if one is not None)


def told(candidates: Sequence[Movement], limit: int = TOLD) -> tuple[Movement, ...]:
    """Those that hold when all are judged together, the surest first."""
    by_key = {one.key: one for one in candidates}
    sure = evident([Candidate(one.key, one.p_value, one.allowed) for one in candidates], limit)
    return tuple(by_key[one.key] for one in sure)


def _counts(desk: Desk, scope: Scope) -> list[Movement]:
    """Changes of cases; a category that is all of its group is the same cases once more, and left out."""
    settled = desk.settled(scope.window)
    found: list[Movement] = []
    for code in _slices(desk, scope):
        frame = desk.compared(scope.ask("K01", slice_code=code))
        if not set(frame["status"]) <= {Status.OK, Status.ZERO}:
            continue
        now, before = (int(value) for value in frame["numerator"].to_numpy(dtype=float))
        if any((now, before) == (one.now[0], one.before[0]) for one in found):
            continue
        test = change(now, before, settled=settled, dispersion=desk.repeats(scope, code))
        usable = test.p_value if before else float("nan")
        allowed = now > before or (settled and fall_holds(desk, scope, code, now, before))
        found.append(Movement("K01", code, (now, 1), (before, 1), share=False, p_value=usable, allowed=allowed))
    return found


def _slices(desk: Desk, scope: Scope) -> tuple[str, ...]:
    """The scope's slice, its groups, and the categories that have most cases in both years together, each once."""
    frame = desk.answer(replace(scope.ask("K01", "kategori"), spans=(scope.window, scope.before)))
    total = frame.groupby("kategori", sort=False)["value"].sum().sort_values(ascending=False, kind="stable")
    top = tuple(str(code) for code in total.index[total > 0][:TOP_CATEGORIES])
    return tuple(dict.fromkeys((scope.slice, *(categories.GROUPS if scope.slice == ALL else ()), *top)))


def _share(desk: Desk, scope: Scope, code: str) -> Movement | None:
    frame = desk.compared(scope.ask(code))
    if not set(frame["status"]) <= {Status.OK, Status.ZERO}:
        return None
    counts = frame[["numerator", "denominator"]].to_numpy(dtype=float)
    now, before = ((int(part), int(whole)) for part, whole in counts)
    open_to_reports = code == "R01" and not desk.settled(scope.window)
    return _of_shares(code, scope, now, before, allowed=not open_to_reports or now[0] * before[1] > before[0] * now[1])


def _backlog(desk: Desk, scope: Scope) -> Movement | None:
    """Open cases among those of the window at its end, against the same a year before, seen on the same day of the year."""
    if desk.facts.casework.cutoff < 0:
        return None
    days = comparable_days(desk.facts, scope.window)
    pairs = zip((scope.window, scope.before), days, strict=True)
    now, before = (open_on(desk.facts, scope.area, scope.slice, window, day, desk.screen) for window, day in pairs)
    if now is None or before is None:
        return None
    return _of_shares(BACKLOG, scope, (now.open, now.cases), (before.open, before.cases), allowed=True)


def _of_shares(code: str, scope: Scope, now: tuple[int, int], before: tuple[int, int], *, allowed: bool) -> Movement:
    part = scope.slice if indicator(code).splits else ALL
    return Movement(code, part, now, before, share=True, p_value=share_difference(now, before), allowed=allowed)


def sentence(words: Words, one: Movement) -> str:
    """'Anak: kasus naik 45% (20 → 29; K01)'."""
    direction = words("arah.naik" if one.risen else "arah.turun")
    subject = words(f"profil.ubah.{one.code}", bagian=slice_name(words, one.slice).lower())
    if not one.share:
        return words(
            "profil.ubah.hitungan",
            subjek=subject,
            arah=direction,
            besar=words.percent_change((one.now[0] - one.before[0]) / one.before[0] * 100),
            lama=words.number(one.before[0]),
            baru=words.number(one.now[0]),
            kode=one.code,
        )
    now, before = (100 * part / whole for part, whole in (one.now, one.before))
    return words(
        "profil.ubah.bagian",
        subjek=subject,
        arah=direction,
        besar=words.number(abs(now - before), 1),
        lama=words.number(before, 1),
        baru=words.number(now, 1),
        kode=one.code,
    )
