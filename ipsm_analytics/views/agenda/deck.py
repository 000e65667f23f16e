"""The slides of a meeting in the order of its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ipsm_analytics.rakor.snapshot import LIVE
from ipsm_analytics.views.agenda.groups import groups
from ipsm_analytics.views.agenda.meeting import ITEMS, Meeting
from ipsm_analytics.views.agenda.opening import methods, name_of, opening
from ipsm_analytics.views.agenda.parts import Asking, Deck, Slide
from ipsm_analytics.views.agenda.places import attention, maps
from ipsm_analytics.views.agenda.reached import coverage, reporting
from ipsm_analytics.views.agenda.responding import response
from ipsm_analytics.views.agenda.summary import summary
from ipsm_analytics.views.chart import scope_name
from ipsm_analytics.views.narrative import completeness_note

EXTRA = ("sejak", "keputusan_lama", "keputusan_baru")
"""Items whose slides are made elsewhere."""
_MAKERS: Mapping[str, Callable[[Meeting], tuple[Slide, ...]]] = {
    "ringkasan": summary,
    "peta": maps,
    "kelompok": groups,
    "cakupan": coverage,
    "respons": response,
    "kelengkapan": reporting,
    "perhatian": attention,
}


def deck(asking: Asking, extra: Mapping[str, tuple[Slide, ...]] | None = None) -> Deck:
    """All slides of a meeting; `extra`: those of EXTRA, an item without any gets one that says why it is empty.

    Which items are shown and in which order is for the plan of the snapshot to say; what the presenter wrote of an item
    stands on its first slide.
    """
    meeting = Meeting(asking)
    shown = asking.frozen.plan.arranged(ITEMS)
    made = {key: _made(meeting, key, extra or {}) for key in shown if key not in ("pembukaan", "metode")}
    if "pembukaan" in shown:
        made["pembukaan"] = opening(meeting, shown)
    if "metode" in shown:
        made["metode"] = methods(meeting, [slide for slides in made.values() for slide in slides])
    slides = tuple(slide for key in shown for slide in _noted(meeting, key, made[key]))
    words, scope = meeting.words, meeting.scope
    return Deck(
        title=name_of(meeting),
        place=scope_name(words, scope),
        period=words.window(scope.window),
        cutoff=_cutoff(meeting),
        mark=meeting.mark,
        code=asking.frozen.code,
        slides=slides,
    )


def _made(meeting: Meeting, key: str, extra: Mapping[str, tuple[Slide, ...]]) -> tuple[Slide, ...]:
    if key in _MAKERS:
        return _MAKERS[key](meeting)
    return tuple(replace(slide, item=key) for slide in extra.get(key, ())) or (_empty(meeting, key),)


def _empty(meeting: Meeting, key: str) -> Slide:
    """Why an item has nothing to show."""
    frozen, words = meeting.asking.frozen, meeting.words
    if key == "sejak" and frozen.previous is None:
        title = words("agenda.kosong.sejak_pertama")
    elif key == "keputusan_baru" and frozen.number == LIVE:
        title = words("agenda.kosong.keputusan_baru_belum_beku")
    else:
        title = words(f"agenda.kosong.{key}")
    return meeting.slide(key, f"{key}_kosong", title, bullets=[words(f"agenda.kosong.{key}_lalu")])


def _noted(meeting: Meeting, key: str, slides: tuple[Slide, ...]) -> tuple[Slide, ...]:
    """The presenter's note on the first slide of an item."""
    note = meeting.asking.frozen.plan.notes.get(key, "").strip()
    if not note or not slides:
        return slides
    first = slides[0]
    return (replace(first, bullets=(*first.bullets, meeting.words("agenda.catatan", teks=note))), *slides[1:])


def _cutoff(meeting: Meeting) -> str:
    """'Data s.d. 31 Okt 2026 · 148/153 kelurahan melapor · v42'."""
    desk, words = meeting.desk, meeting.words
    day = words("status_data.sampai", tanggal=words.day(desk.cube.cutoff))
    return " · ".join([day, completeness_note(desk, meeting.scope), f"v{desk.cube.version}"])
