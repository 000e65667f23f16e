"""Every number that is shown or leaves names its passport, and the passport asks for that number again."""

from collections.abc import Callable

import pandas as pd
import pytest

from ipsm_analytics.answers import query
from ipsm_analytics.measures import COLUMNS
from ipsm_analytics.rakor.passport import decode
from ipsm_analytics.views.chart import Chart, Desk, Scope
from ipsm_analytics.views.overview import overview
from ipsm_analytics.views.problems import Problems
from ipsm_analytics.views.trends import trends
from tests.unit.test_views_desk import MARISO, desk, scope

CHARTS: dict[str, Callable[[Desk, Scope], Chart]] = {
    "menonjol": lambda at, scope: overview(at, scope).attention,
    "kelompok": lambda at, scope: overview(at, scope).groups,
    "kelengkapan": lambda at, scope: overview(at, scope).completeness,
    "tren": lambda at, scope: trends(at, scope, "K01").groups,
    "masalah": lambda at, scope: Problems(at, scope).breakdown,
}


@pytest.mark.parametrize("area", [scope(), scope(MARISO)], ids=["kota", "kecamatan"])
@pytest.mark.parametrize("name", CHARTS)
def test_each_row_that_leaves_can_be_asked_for_again(name: str, area: Scope):
    at = desk()
    frame = CHARTS[name](at, area).export()
    assert len(frame)
    assert frame["paspor"].is_unique
    for row in frame.to_dict("records"):
        passport = decode(row["paspor"])
        assert (passport.snapshot, passport.version, passport.question.indicator) == (0, at.cube.version, row["indikator"])
        (answer,) = query(at.facts, passport.question, at.export).to_dict("records")
        for column in COLUMNS:
            assert row[column] == answer[column] or (pd.isna(row[column]) and pd.isna(answer[column]))


def test_each_card_leads_to_its_number():
    at = desk()
    for card in overview(at, scope(MARISO)).cards:
        question = decode(card.passport).question
        assert (question.indicator, question.area) == (card.indicator, MARISO)
        assert question.window == scope().window
