"""Filters and choices: widgets bound to the page's address. The only place that touches session state."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import Literal, TypeVar

import streamlit as st

from ipsm_analytics.cube import Month, Window, month_label
from ipsm_analytics.cube.axes import slice_codes
from ipsm_analytics.ingest import Report
from ipsm_analytics.reference import areas
from ipsm_analytics.views.atlas import default_window
from ipsm_analytics.views.chart import Desk, Scope, slice_name
from ipsm_analytics.views.i18n import LANGUAGES, Words

Option = TypeVar("Option")
AREA, SLICE, FIRST, LAST, LANGUAGE = "wilayah", "kelompok", "dari", "sampai", "bahasa"
MODE, STAGE, SLIDE, MEETING = "mode", "paparan", "lembar", "bekuan"
_JUMP, _LOOKED_AT, _FILE, _REMEMBERED = "_ke_lembar", "_ke_wilayah", "_berkas", "_tercatat"
_NAVIGATED, _ROUND, _CHECKED, _OUTCOME, _OFFERED = "_navigated", "_putaran", "_diperiksa", "_hasil", "_ditawarkan"
_LABELS = Words("id")
"""Labels in the address stay Indonesian, so a link means the same in either language."""


def navigated() -> bool:
    """True once dashboard.py has built the navigation in this session."""
    return bool(st.session_state.get(_NAVIGATED))


def mark_navigated() -> None:
    """Notes that dashboard.py has run."""
    st.session_state[_NAVIGATED] = True


def language() -> str:
    """The language switch."""
    chosen = st.segmented_control(
        "Bahasa / Language",
        LANGUAGES,
        default="id",
        required=True,
        key=LANGUAGE,
        bind="query-params",
        format_func=str.upper,
        label_visibility="collapsed",
    )
    return chosen or "id"


def chosen_language() -> str:
    """The language in force, for pages that run after the switch was drawn."""
    return str(st.session_state.get(LANGUAGE) or "id")


def phone() -> bool:
    """True for a browser on a phone."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def filters(desk: Desk) -> bool:
    """The row of filters; False (with the reason on the page) while first and last month are crossed."""
    words = desk.words
    place = (
        st.popover(words("saring.judul"), icon=":material/tune:", width="stretch")
        if phone()
        else st.container(horizontal=True, gap="small")
    )
    with place:
        pick(words("saring.wilayah"), areas.all_codes(), areas.label, AREA, icon=":material/location_on:")
        pick(words("saring.kelompok"), slice_codes(), lambda code: slice_name(_LABELS, code), SLICE, icon=":material/category:")
        first, last = _period(desk)
    if first > last:
        st.error(words("saring.terbalik", dari=words.month(first), sampai=words.month(last)), icon=":material/error:")
    return first <= last


def current_scope() -> Scope:
    """The scope the filters say."""
    chosen = st.session_state
    return Scope(chosen[AREA], chosen[SLICE], Window(Month(*chosen[FIRST]), Month(*chosen[LAST])))


def _period(desk: Desk) -> tuple[Month, Month]:
    span, usual = desk.cube.span, default_window(desk)
    if span is None or usual is None:
        raise RuntimeError("a page with filters needs data")
    months = span.months()[::-1]
    first = pick(desk.words("saring.dari"), months, _LABELS.month, FIRST, usual.first, icon=":material/first_page:")
    last = pick(desk.words("saring.sampai"), months, _LABELS.month, LAST, usual.last, icon=":material/last_page:")
    return first, last


def pick(
    label: str,
    options: Sequence[Option],
    name: Callable[[Option], str],
    key: str,
    default: Option | None = None,
    *,
    icon: str | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> Option:
    """A labelled drop-down kept in the address; the first option unless another is the default or was offered."""
    offered = st.session_state.get(_OFFERED, {}).pop(key, None)
    if offered in options:
        st.session_state[key] = offered
    index = 0 if default is None else list(options).index(default)
    chosen = st.selectbox(
        label,
        options,
        index=index,
        format_func=name,
        key=key,
        bind="query-params",
        icon=icon,
        label_visibility="collapsed",
        width=width,
    )
    return options[index] if chosen is None else chosen


def offer(key: str, option: object) -> None:
    """Makes an option of `pick` the chosen one in the next run, if it is still among them."""
    st.session_state[_OFFERED] = {key: option}


def day(label: str, key: str, default: date, first: date, last: date) -> date:
    """A labelled day kept in the address."""
    return st.date_input(label, default, first, last, format="DD/MM/YYYY", key=key, bind="query-params") or default


def choose(label: str, options: Sequence[Option], name: Callable[[Option], str], key: str) -> Option:
    """A row of buttons kept in the address; the first option by default."""
    chosen = st.segmented_control(
        label,
        options,
        default=options[0],
        required=True,
        format_func=name,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    return options[0] if chosen is None else chosen


def typed(label: str, key: str, example: str) -> str:
    """A line of text kept in the address."""
    return (st.text_input(label, key=key, bind="query-params", placeholder=example) or "").strip()


def asked() -> tuple[tuple[str, str], ...]:
    """(name, code) of each filter above the page; () where it has none."""
    chosen = st.session_state
    if not {AREA, SLICE, FIRST, LAST} <= set(chosen):
        return ()
    first, last = (month_label(Month(*chosen[name])) for name in (FIRST, LAST))
    return ((AREA, chosen[AREA]), (SLICE, chosen[SLICE]), (FIRST, first), (LAST, last))


def first_time(mark: Hashable) -> bool:
    """True until `remember` was called with this mark in this session."""
    return mark not in st.session_state.get(_REMEMBERED, frozenset())


def remember(mark: Hashable) -> None:
    """Keeps a mark for the rest of the session."""
    st.session_state[_REMEMBERED] = st.session_state.get(_REMEMBERED, frozenset()) | {mark}


def presenting() -> bool:
    """True while the address asks for the slides over the whole window."""
    return st.query_params.get(MODE) == STAGE


def meeting() -> str:
    """Code or name of the meeting the address asks for; '' for the newest."""
    return st.query_params.get(MEETING, "")


def slide(count: int) -> int:
    """Place of the slide that is shown, from 0; what the address says is kept within the slides there are."""
    text = st.query_params.get(SLIDE, "1")
    return min(max(int(text), 1), count) - 1 if text.isdecimal() else 0


def show(place: int) -> None:
    """Goes to a slide; for use as a callback."""
    st.query_params[SLIDE] = str(place + 1)
    st.session_state[_LOOKED_AT] = None


def jump(label: str, entries: Sequence[str], place: int) -> None:
    """A list of the slides that goes to the one chosen; a list of its own on each slide, so that it lets go of the keyboard."""
    key = f"{_JUMP}_{_shown()}"
    st.selectbox(
        label,
        entries,
        place,
        key=key,
        label_visibility="collapsed",
        on_change=lambda: show(entries.index(st.session_state[key])),
    )


def look_at(label: str, options: Sequence[str], name: Callable[[str], str]) -> None:
    """A list of areas; one chosen is shown in place of the slide, until a slide is gone to.

    A list of its own for each choice, so that it lets go of the keyboard.
    """
    chosen = looked_at()
    key = f"{_LOOKED_AT}_{_shown()}"
    st.selectbox(
        label,
        options,
        None if chosen is None else options.index(chosen),
        format_func=name,
        key=key,
        placeholder=label,
        label_visibility="collapsed",
        on_change=lambda: _look(st.session_state[key]),
    )


def _shown() -> str:
    return f"{st.query_params.get(SLIDE, '1')}_{looked_at() or ''}"


def _look(area: str | None) -> None:
    st.session_state[_LOOKED_AT] = area


def looked_at() -> str | None:
    """The area that is shown in place of the slide."""
    chosen: str | None = st.session_state.get(_LOOKED_AT)
    return chosen


def enter_stage(code: str) -> None:
    """To the first slide of a meeting; for use as a callback."""
    st.query_params.update({MODE: STAGE, MEETING: code, SLIDE: "1"})


def leave_stage() -> None:
    """Back to the page; for use as a callback."""
    for name in (MODE, SLIDE, MEETING):
        st.query_params.pop(name, None)


def round_key(name: str) -> str:
    """Key of a widget that stands empty again after each `finish`."""
    return f"{name}_{st.session_state.get(_ROUND, 0)}"


def checked(files: Hashable) -> list[Report] | None:
    """The reports kept for exactly these files and this state of the store."""
    kept: tuple[Hashable, list[Report]] | None = st.session_state.get(_CHECKED)
    return kept[1] if kept and kept[0] == files else None


def keep_checked(files: Hashable, reports: list[Report]) -> None:
    """Keeps the reports of a rehearsal until the files or the store change."""
    st.session_state[_CHECKED] = (files, reports)


def keep_file(content: bytes) -> None:
    """Keeps a file that took long to make, until the next one or the end of the round."""
    st.session_state[round_key(_FILE)] = content


def kept_file() -> bytes | None:
    """The file that was kept in this round."""
    found: bytes | None = st.session_state.get(round_key(_FILE))
    return found


def forget_checked() -> None:
    """The rehearsal must be done anew."""
    st.session_state.pop(_CHECKED, None)


def finish(outcome: str = "", reports: Sequence[Report] = ()) -> None:
    """Lets go of chosen files and open questions; what came of them is shown until the next choice."""
    st.session_state.pop(_CHECKED, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[_OUTCOME] = (outcome, tuple(reports))


def outcome() -> tuple[str, tuple[Report, ...]]:
    """What came of the last action: a sentence, and the reports of its files."""
    found: tuple[str, tuple[Report, ...]] = st.session_state.get(_OUTCOME, ("", ()))
    return found


def forget_outcome() -> None:
    """Nothing more to say of the last action."""
    st.session_state.pop(_OUTCOME, None)


def narrow_to(area: str) -> None:
    """Sets the area filter; for use as a callback."""
    st.session_state[AREA] = area
