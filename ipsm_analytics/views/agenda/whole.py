"""The whole meeting: what its own data say, what moved since the last one, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from ipsm_analytics.rakor.decisions import Decision
from ipsm_analytics.views.agenda import decisions, movement
from ipsm_analytics.views.agenda.deck import deck
from ipsm_analytics.views.agenda.movement import Comparison
from ipsm_analytics.views.agenda.parts import Asking, Deck
from ipsm_analytics.views.decisions import Past


def whole(asking: Asking, comparison: Comparison | None, held: Sequence[Decision], past: Past) -> Deck:
    """All slides of a meeting; `past` gives any earlier state with the purpose of `asking`."""
    extra = {
        movement.ITEM: movement.slides(asking, comparison),
        decisions.OLD: decisions.old_decisions(asking, held, past),
        decisions.NEW: decisions.new_decisions(asking, held),
    }
    return deck(asking, extra)
