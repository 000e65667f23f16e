"""What is read a whole column at a time is what the parsers of one cell read."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.intake import normalise
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.intake.person import births_of_niks, person_names, plain_niks

TODAY = date(2026, 11, 24)
DIGITS = st.text("0123456789", min_size=14, max_size=18)
NIKS = DIGITS | st.text("0123456789", min_size=12, max_size=12).map("{}0000".format) | st.text("0123 .'E+٣", max_size=18)
NAMES = st.text(max_size=12) | st.text("aAzZ .,'-_09\n\tıİſéßñ", max_size=12)


def column(texts: list[str]) -> pa.Array:
    return pa.array(texts, pa.string())


@given(st.lists(NIKS, max_size=20))
def test_a_nik_read_by_its_column_is_the_nik_read_by_its_cell(texts: list[str]):
    for text, found in zip(texts, plain_niks(column(texts)).to_pylist(), strict=True):
        assert found is None or normalise.parse_nik(text) == Parsed(found)


@pytest.mark.parametrize("digit", "0123456789")
def test_a_nik_that_was_filled_in_is_left_to_the_parser_of_cells(digit: str):
    counted = "12345678901234567890"[int(digit) :][:16]
    assert plain_niks(column([digit * 16, "7371010101010000", counted[:16]])).to_pylist()[:2] == [None, None]
    assert all(text is None for text in plain_niks(column([counted])).to_pylist())


def test_a_plain_nik_is_not_left_to_the_parser_of_cells():
    assert plain_niks(column(["7371014506900001", ""])).to_pylist() == ["7371014506900001", None]


@given(st.lists(NAMES, max_size=20))
def test_a_name_is_the_same_by_column_and_by_cell(texts: list[str]):
    assert person_names(column(texts)).to_pylist() == [normalise.person_name(text) for text in texts]


@given(st.lists(st.none() | st.text("0123456789", min_size=6, max_size=6), max_size=50))
def test_a_birth_date_is_the_same_by_column_and_by_nik(parts: list[str | None]):
    alone = [part and normalise.birth_of_nik(part, TODAY) for part in parts]
    assert births_of_niks(pa.array(parts, pa.string()), TODAY).to_pylist() == alone


@pytest.mark.parametrize("part", ["290200", "290204", "300204", "241126", "251126", "690200", "310400", "010013", "000101"])
def test_a_birth_date_at_the_edges_is_the_same_too(part: str):
    assert births_of_niks(pa.array([part]), TODAY).to_pylist() == [normalise.birth_of_nik(part, TODAY)]


@given(st.lists(st.text(max_size=12), max_size=20))
def test_keys_of_a_column_are_the_keys_of_its_texts(texts: list[str]):
    keys = Keyring(b"kunci-uji-0123456789abcdef")
    assert keys.keys("orang", column(texts)).to_pylist() == [keys.key("orang", text) for text in texts]


@given(st.lists(st.lists(st.text("0123", max_size=3), max_size=20), max_size=4))
def test_keys_of_texts_that_come_again_are_their_keys(portions: list[list[str]]):
    keys = Keyring(b"kunci-uji-0123456789abcdef")
    for texts in portions:
        assert keys.frequent("bagian", column(texts)).to_pylist() == [keys.key("bagian", text) for text in texts]
