"""The corrections the repository holds can be read, and so can the example beside them."""

from dataclasses import replace
from pathlib import Path

from ipsm_analytics.config import settings
from ipsm_analytics.intake import corrections


def test_each_is_whole_and_says_who_decided_it():
    assert all(item.author and item.reason for item in corrections.declared(settings()))


def test_the_example_is_a_valid_correction(tmp_path: Path):
    (tmp_path / "a.yml").write_text((settings().corrections / "CONTOH.yml.txt").read_text(encoding="utf-8"), encoding="utf-8")
    [item] = corrections.declared(replace(settings(), corrections=tmp_path))
    assert item.concerns("sicadas-ppks", "Laporan_Tallo_10.csv")
