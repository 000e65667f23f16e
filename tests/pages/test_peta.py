"""The views of the page Peta through dashboard.py, on the store of tests/pages/test_pages.py."""

import re
from collections.abc import Mapping

import pytest
from streamlit.testing.v1 import AppTest

from ipsm_analytics.answers.standing import Mode
from ipsm_analytics.reference import areas
from ipsm_analytics.views.i18n import Words
from tests.pages.screens import Open, clean, said
from tests.pages.test_pages import city, figure, filled  # noqa: F401
from tests.unit.test_views_desk import BONTORANNU, MARISO, UNTIA

pytestmark = pytest.mark.usefixtures("city")
OTHERS = [mode for mode in Mode if mode is not Mode.RAW]
RAW_TITLE = "Orang dilaporkan per 10.000 penduduk menurut kelurahan"


def seen(app: AppTest, mode: Mode) -> AppTest:
    """The page in a mode."""
    app.button_group(key="tampilan").set_value(mode).run()
    return clean(app)


def counts(app: AppTest) -> Mapping[str, int]:
    """The legend: label and number of areas."""
    (table,) = [item.proto.body for item in app.html if 'class="legenda"' in item.proto.body]
    return {label: int(count) for label, count in re.findall(r"<td>([^<]*)</td><td>(\d+)</td></tr>", table)}


def hover(app: AppTest, code: str) -> list[str]:
    ground = figure(app)["data"][0]
    return ground["hovertext"][ground["locations"].index(code)].split("<br>")


@pytest.mark.parametrize("mode", OTHERS)
class TestEveryMode:
    def test_of_the_city_counts_every_area_and_keeps_the_raw_rate(self, open_page: Open, mode: Mode):
        app = seen(open_page("peta"), mode)
        assert [item.value for item in app.warning] == []
        assert sum(counts(app).values()) == 153
        assert counts(app)["belum melapor"] == 1
        assert hover(app, BONTORANNU)[1:3] == ["67,5 per 10.000 penduduk", "95%: 48,2–91,9"]
        assert len(hover(app, BONTORANNU)) > 4
        assert hover(app, UNTIA) == ["<b>Untia (Kec. Biringkanaya)</b>", "belum melapor"]
        assert RAW_TITLE not in said(app)

    def test_of_a_group(self, open_page: Open, mode: Mode):
        app = open_page("peta")
        app.selectbox(key="kelompok").set_value("LANSIA").run()
        assert sum(counts(seen(app, mode)).values()) == 153
        assert "Lansia" in said(app)

    def test_of_counts_is_refused_and_raw_figures_are_drawn(self, open_page: Open, mode: Mode):
        app = open_page("peta")
        app.selectbox(key="indikator").set_value("K01").run()
        (warning,) = seen(app, mode).warning
        assert "Yang tergambar adalah angka mentah." in warning.value
        assert "Kasus dilaporkan menurut kelurahan" in said(app)

    def test_of_kecamatan_is_refused(self, open_page: Open, mode: Mode):
        app = open_page("peta")
        app.button_group(key="tingkat").set_value("kecamatan").run()
        (warning,) = seen(app, mode).warning
        assert warning.value.startswith("Tampilan ini hanya untuk tingkat kelurahan")

    def test_is_kept_in_the_address(self, open_page: Open, mode: Mode):
        app = open_page("peta", tampilan=Words("id")(f"tampilan_peta.{mode}"))
        assert app.button_group(key="tampilan").value == mode
        assert RAW_TITLE not in said(app)

    def test_in_english(self, open_page: Open, mode: Mode):
        assert sum(counts(seen(open_page("peta", bahasa="EN"), mode)).values()) == 153


@pytest.mark.parametrize(
    ("mode", "needed"), [(Mode.SMOOTHED, None), (Mode.VERSUS_CITY, None), (Mode.CLUSTERED, 30), (Mode.WORST, 20)]
)
def test_within_a_kecamatan_too_few_areas_are_refused(open_page: Open, mode: Mode, needed: int | None):
    app = open_page("peta")
    app.selectbox(key="wilayah").set_value(MARISO).run()
    found = [item.value for item in seen(app, mode).warning]
    few = f"Tidak dihitung: hanya 9 kelurahan yang dapat dipakai, perlu {needed}. Yang tergambar adalah angka mentah."
    assert len(areas.members(MARISO)) == 9
    assert found == ([few] if needed else [])
    assert (RAW_TITLE in said(app)) == (needed is not None)


def test_moran_stands_in_the_panel(open_page: Open):
    assert "Moran I" in said(seen(open_page("peta"), Mode.CLUSTERED))


def test_the_city_stands_in_the_panel(open_page: Open):
    assert "per 10.000 penduduk (71 / " in said(seen(open_page("peta"), Mode.VERSUS_CITY))
