"""A plan is what the edited table says; what cannot be led is told."""

import pytest

from ipsm_analytics.errors import UserError
from ipsm_analytics.rakor.snapshot import Plan
from ipsm_analytics.views.agenda.meeting import ITEMS
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.meeting import plan_of, plan_table


def test_the_plan_is_read_from_the_edited_table():
    table = plan_table(Words(), Plan())
    assert plan_of(table) == Plan(ITEMS)
    table.loc["metode", "urutan"] = 0
    table.loc["peta", ["tampil", "catatan"]] = [False, "  mulai dari Tallo "]
    plan = plan_of(table)
    assert plan.order[:2] == ("metode", "pembukaan")
    assert (plan.hidden, plan.notes) == (("peta",), {"peta": "mulai dari Tallo"})
    again = plan_table(Words(), plan)
    assert again.index[0] == "metode"
    assert again.index[-1] == "peta"
    with pytest.raises(UserError, match=r"Catatan terlalu panjang.*Di mana, 401 huruf"):
        plan_of(table.assign(catatan="x" * 401).iloc[::-1].loc[["peta"]].assign(tampil=True))
    with pytest.raises(UserError, match="Tidak ada butir"):
        plan_of(table.assign(tampil=False))
