"""Cakupan & jangkauan through dashboard.py, on a city without SPM reports, register and roster."""

from pathlib import Path

import pytest

from tests.pages.screens import Open, headline, said
from tests.pages.test_pages import city, filled

__all__ = ["city", "filled"]


@pytest.mark.parametrize("address", [{}, {"wilayah": "Kec. Mariso"}, {"kelompok": "LANSIA"}])
def test_opens_and_says_what_is_missing(city: Path, open_page: Open, address: dict[str, str]):
    app = open_page("cakupan", **address)
    assert "Belum ada laporan capaian SPM" in headline(app)
    assert "Kelurahan sunyi belum dapat dinilai" in headline(app)
    assert "Ditemukan" in said(app)
