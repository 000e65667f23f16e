"""Respons & sasaran through dashboard.py on the small city of test_pages, for the operator and for a leader."""

import pytest

from ipsm_analytics.access import Viewer
from ipsm_analytics.app import auth
from tests.pages.screens import Open, clean, headline, said
from tests.pages.test_pages import MARISO, city, filled

__all__ = ["city", "filled"]
TITLE = "Kasus terbuka yang paling lama menunggu"


@pytest.mark.usefixtures("city")
class TestRespons:
    def test_every_wait_and_scope(self, open_page: Open):
        app = open_page("respons")
        assert "Belum ada register" in said(app)
        for event in ("acted", "closed", "served"):
            app.button_group(key="menunggu").set_value(event).run()
            assert len(clean(app).error) == 0
        app.selectbox(key="wilayah").set_value(MARISO).run()
        app.selectbox(key="kelompok").set_value("LANSIA").run()
        assert "Kec. Mariso" in headline(clean(app))

    def test_the_operator_sees_rows(self, open_page: Open):
        assert TITLE in [item.label for item in open_page("respons").expander]

    def test_a_leader_does_not(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(auth, "viewer", lambda: Viewer("a", "pimpinan", (), signed_in=True))
        app = open_page("respons")
        assert len(app.error) == 0
        assert "2×24 jam" in said(app)
        assert TITLE not in [item.label for item in app.expander]
