"""A passport says exactly which number it stands for, and a mistyped one says that it is mistyped."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import AGE_LABELS, SEX_LABELS, slice_codes
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.measures import Query
from ipsm_analytics.rakor.passport import KINDS, SIGNS, Passport, decode, encode
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicators

YEAR = Window(Month(2026, 1), Month(2026, 10))
CITY = Passport(Query("K03", window=YEAR), 3, 0, "0a1b2")

months = st.builds(Month, st.integers(1990, 2070), st.integers(1, 12))
windows = st.builds(lambda first, length: Window(first, first.plus(length)), months, st.integers(0, 140))
questions = st.builds(
    Query,
    indicator=st.sampled_from(list(indicators())),
    window=windows,
    area=st.sampled_from(areas.all_codes()),
    slice=st.sampled_from(slice_codes()),
    sex=st.sampled_from([None, *SEX_LABELS]),
    age=st.sampled_from([None, *AGE_LABELS]),
    traits=st.lists(st.sampled_from([("fokus", "EKONOMI"), ("opd", "Dinas Kesehatan"), ("hasil", "pindah")]), unique=True).map(
        tuple
    ),
)
passports = st.builds(
    Passport,
    question=questions,
    snapshot=st.integers(0, 5000),
    version=st.integers(0, 100_000),
    edition=st.integers(0, 16**5 - 1).map(lambda number: f"{number:05x}"),
    kind=st.sampled_from(KINDS),
    part=st.integers(0, 40),
)


def test_the_code_of_a_figure_is_short_and_stays_the_same():
    assert CITY.code == "K03-00601-8DJ3C-14000-WPB"
    assert decode(CITY.code) == CITY


@given(passports)
def test_what_is_encoded_is_decoded(passport: Passport):
    assert decode(encode(passport)) == passport


@given(passports, st.randoms(use_true_random=False))
def test_a_wrong_sign_is_noticed(passport: Passport, random):
    code = encode(passport)
    place = random.choice([at for at, sign in enumerate(code) if at > len(passport.question.indicator) and sign != "-"])
    other = random.choice([sign for sign in SIGNS if sign != code[place]])
    with pytest.raises(UserError, match="tanda periksanya"):
        decode(code[:place] + other + code[place + 1 :])


def test_two_signs_that_changed_places_are_noticed():
    code = encode(CITY)
    for place in range(4, len(code) - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if "-" not in code[place : place + 2] and swapped != code:
            with pytest.raises(UserError, match="tanda periksanya"):
                decode(swapped)


@given(passports)
def test_it_may_be_typed_small_spaced_and_with_letters_that_look_like_digits(passport: Passport):
    code = encode(passport)
    head, body = passport.question.indicator, code[len(passport.question.indicator) :]
    assert decode(f" {head.lower()}{body.replace('0', 'o').replace('1', 'l').lower()} ".replace("-", "-  ")) == passport


@pytest.mark.parametrize("text", ["", "abc", "K99-ABCDE", "K03", "K03-", "K03-8M0", "K03-U!", "https://x", "73.71.06"])
def test_what_is_no_code_is_told(text: str):
    with pytest.raises(UserError, match="Ini bukan kode paspor angka"):
        decode(text)


@pytest.mark.parametrize(
    "question",
    [Query("K01"), Query("K01", ("kelurahan",), YEAR), Query("K01", window=YEAR, spans=(YEAR,))],
)
def test_only_one_cell_has_a_passport(question: Query):
    with pytest.raises(InternalError):
        encode(replace(CITY, question=question))
