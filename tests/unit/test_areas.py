"""Places: found by code or by name with kecamatan, never by likeness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.reference import areas

CODES = areas.codes("kelurahan")
CONFUSABLE = [("Mariso", "Mario", "73.71.01"), ("Jongaya", "Bongaya", "73.71.10"), ("Lakkang", "Laikang", "")]


def found(kelurahan: str = "", kecamatan: str = "", code: str = "") -> tuple[str | None, str]:
    match = areas.resolve(kelurahan, kecamatan, code)
    return match.code, match.reason


class TestTree:
    def test_sizes(self):
        assert [len(areas.codes(level)) for level in areas.LEVELS] == [1, 15, 153]
        assert len(areas.all_codes()) == len(set(areas.all_codes())) == 169

    def test_every_kelurahan_belongs_to_one_kecamatan(self):
        assert [code for area in areas.codes("kecamatan") for code in areas.members(area)] == list(CODES)
        assert areas.members("73.71") == CODES
        assert areas.members("73.71.01.1004") == ("73.71.01.1004",)

    def test_names_levels_and_parents(self):
        assert [areas.level_of(code) for code in ("73.71", "73.71.01", "73.71.01.1004")] == ["kota", "kecamatan", "kelurahan"]
        assert [areas.parent(code) for code in ("73.71", "73.71.01", "73.71.01.1004")] == ["73.71", "73.71", "73.71.01"]
        assert [areas.label(code) for code in ("73.71", "73.71.01", "73.71.01.1006")] == [
            "Kota Makassar",
            "Kec. Mariso",
            "Mariso (Kec. Mariso)",
        ]
        with pytest.raises(KeyError):
            areas.level_of("73.71.99")


def test_every_kelurahan_is_found():
    for code, item in areas.kelurahan().items():
        district = areas.name(item.kecamatan)
        for text in (
            item.name,
            item.name.upper(),
            f"Kel. {item.name}",
            f"kelurahan {item.name}",
            f"KEL.{item.name}",
            *item.aliases,
        ):
            assert found(text, district) == (code, ""), text
        assert found(code=code) == (code, "")
        assert found(item.name, district, code.replace(".", "")) == (code, "")
        assert found(item.name, district, item.bps) == (code, "")


@pytest.mark.parametrize("code", areas.codes("kecamatan"))
def test_every_kecamatan_is_known_in_its_spellings(code: str):
    item = next(item for item in areas.kelurahan().values() if item.kecamatan == code)
    name = areas.name(code)
    for text in (
        name,
        name.lower(),
        f"Kec. {name}",
        f"Kecamatan {name}",
        f"KEC.{name}",
        name.replace(" ", ""),
        name.replace("Kepulauan", "Kep."),
        code,
    ):
        assert found(item.name, text) == (item.code, "")


class TestDoubt:
    @pytest.mark.parametrize("name", ["Mariso", "Bontoala", "Tallo", "Ujung Tanah", "Manggala", "Rappocini", "Tamalanrea"])
    def test_a_name_shared_with_a_kecamatan_needs_the_kecamatan(self, name: str):
        match = areas.resolve(name)
        assert (match.code, match.reason) == (None, "KEL_AMBIGUOUS")
        assert len(match.allowed) == 2
        assert areas.name(areas.resolve(name, name).code or "") == name

    def test_a_bare_code_can_mean_two_places(self):
        assert found(code="7371101004") == (None, "KEL_AMBIGUOUS")
        assert found("Mangasa", code="7371101004") == ("73.71.10.1004", "")
        assert found(kecamatan="Manggala", code="7371101004") == ("73.71.12.1001", "")

    @pytest.mark.parametrize(
        ("texts", "reason"),
        [
            (("", "", ""), "KEL_EMPTY"),
            ((" ", "Mariso", ""), "KEL_EMPTY"),
            (("Makassar", "", ""), "KEL_UNKNOWN"),
            (("Lete", "Mariso", ""), "KEL_UNKNOWN"),
            (("Kelurahan", "", ""), "KEL_UNKNOWN"),
            (("Lette", "Marisso", ""), "KEC_UNKNOWN"),
            (("Lette", "Tallo", ""), "KEL_KEC_CONFLICT"),
            (("Wajo Baru", "Wajo", ""), "KEL_KEC_CONFLICT"),
            (("Ujung Pandang Baru", "Ujung Pandang", ""), "KEL_KEC_CONFLICT"),
            (("Mario", "", "73.71.01.1004"), "KEL_KEC_CONFLICT"),
            (("", "Tallo", "73.71.01.1004"), "KEL_KEC_CONFLICT"),
            (("Lette", "Mariso", "73.71.01.9999"), "KEL_UNKNOWN"),
        ],
    )
    def test_is_said_never_decided(self, texts: tuple[str, str, str], reason: str):
        assert found(*texts) == (None, reason)

    def test_what_would_have_fitted_is_said(self):
        assert areas.resolve("Lete", "Mariso").allowed == ("Lette (Kec. Mariso)",)
        assert areas.resolve("Lette", "Tallo").allowed == ("Lette (Kec. Mariso)",)
        assert len(areas.resolve("Lette", "Marisso").allowed) == 15
        assert areas.resolve("", "Mariso").allowed[0] == "Bontorannu"
        assert areas.resolve("qqqq").allowed == ("153 kelurahan Kota Makassar",)

    @pytest.mark.parametrize(("one", "other", "district"), CONFUSABLE)
    def test_places_one_letter_apart_are_different_places(self, one: str, other: str, district: str):
        texts = [areas.resolve(text, areas.name(district) if district else "") for text in (one, other)]
        assert len({match.code for match in texts}) == 2
        assert all(match.code for match in texts)

    @pytest.mark.parametrize(("one", "other"), [pair[:2] for pair in CONFUSABLE])
    def test_a_word_between_them_lists_both(self, one: str, other: str):
        for text in (one[:-1] + "h", other + "h"):
            assert {areas.name(code) for code in CODES if areas.label(code) in areas.suggestions(text)} >= {one, other}


@given(st.sampled_from(CODES), st.integers(0, 30), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_no_place_is_found_by_likeness(code: str, place: int, letter: str):
    name = areas.kelurahan()[code].name
    place %= len(name)
    changed = name[:place] + letter + name[place + 1 :]
    match = areas.resolve(changed)
    spellings = {areas.spelling_key(text) for item in areas.kelurahan().values() for text in (item.name, *item.aliases)}
    assert (match.code is not None) <= (areas.spelling_key(changed) in spellings)


class TestCoding:
    """Bare ten-digit codes are of Kemendagri or of BPS; 29 of them mean another place in each."""

    OURS = ("7371011004", "7371011005", "7371011006")
    THEIRS = tuple(areas.kelurahan()[code].bps for code in ("73.71.01.1004", "73.71.01.1005", "73.71.01.1006"))

    def test_codes_that_can_only_be_of_one_system_tell(self):
        assert areas.coding([*self.OURS, "7371101004"]) == areas.KEMENDAGRI
        assert areas.coding([*self.THEIRS, "7371101004"]) == areas.BPS

    @pytest.mark.parametrize("codes", [(), OURS[:2], (*OURS, *THEIRS), ("7371101004",), ("73.71.01.1004", "Lette", "123")])
    def test_few_or_mixed_codes_do_not_tell(self, codes: tuple[str, ...]):
        assert areas.coding(codes) == ""

    def test_a_doubtful_code_is_read_by_its_system(self):
        assert areas.resolve("", "", "7371101004", areas.KEMENDAGRI).code == "73.71.10.1004"
        assert areas.resolve("", "", "7371101004", areas.BPS).code == "73.71.12.1001"
        assert areas.resolve("", "", "7371101004").reason == "KEL_AMBIGUOUS"

    def test_a_code_of_the_other_system_alone_is_still_that_place(self):
        assert areas.resolve("", "", self.THEIRS[0], areas.KEMENDAGRI).code == "73.71.01.1004"
