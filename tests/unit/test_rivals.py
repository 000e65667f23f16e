"""Published figures beside ours: each names what exists, and says why it differs."""

import pytest

from ipsm_analytics.config import settings
from ipsm_analytics.cube.axes import slice_codes
from ipsm_analytics.reference.indicators import indicators
from ipsm_analytics.reference.rivals import Rival, rivals, rivals_of
from ipsm_analytics.reference.tables import read

CONCEPTS = {
    row.get("kategori") or row.get("indikator")
    for name in ("angka_terbit_ppks", "penduduk_dan_kemiskinan")
    for row in read(settings().published / f"{name}.csv")
}


@pytest.mark.parametrize("rival", rivals(), ids=lambda rival: rival.concept)
def test_names_what_there_is_and_says_why(rival: Rival):
    assert set(rival.indicators) <= set(indicators())
    assert set(rival.slices) <= set(slice_codes())
    assert rival.concept in CONCEPTS
    assert rival.why().endswith(".")
    assert rival.why("en").endswith(".")
    assert rival.why() != rival.why("en")


def test_only_those_of_the_indicator_and_slice():
    assert [one.concept for one in rivals_of("K02", "PPKS-04")] == ["Anak jalanan"]
    assert [one.concept for one in rivals_of("K02", "PPKS-11")] == ["Gelandangan dan pengemis", "Gelandangan, pengemis"]
    assert rivals_of("R01", "SEMUA") == rivals_of("K01", "LANSIA") == ()
