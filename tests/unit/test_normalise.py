"""One written cell at a time: what is read, and the reason where nothing is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.intake.normalise import (
    EARLIEST,
    birth_of_nik,
    parse_date,
    parse_flag,
    parse_month,
    parse_nik,
    parse_nil,
    parse_number,
    person_name,
    sex_of_nik,
)

TODAY = date(2026, 11, 24)
MONTHS = ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"]
MONTHS += ["Agustus", "September", "Oktober", "November", "Desember"]


class TestDate:
    @pytest.mark.parametrize(
        "text",
        [
            "06/10/2026",
            "6/10/2026",
            "06-10-2026",
            "6-10-26",
            "06.10.2026",
            "6 10 2026",
            "2026-10-06",
            "2026/10/6",
            "2026-10-06 13:45:00",
            "2026-10-06T13:45",
            "06/10/2026 13:45",
            "6 Oktober 2026",
            "6 Okt 2026",
            "6 okt. 26",
            "06-OCT-2026",
            "Selasa, 6 Oktober 2026",
            "46301",
            "46301.573",
            "  06/10/2026 ",
        ],
    )
    def test_reads(self, text: str):
        assert parse_date(text, TODAY) == (date(2026, 10, 6), "")

    @pytest.mark.parametrize(
        ("text", "month"), [("12 Nopember 2025", 11), ("12 Pebruari 2025", 2), ("12 Agt 2025", 8), ("12 Peb 25", 2)]
    )
    def test_reads_old_month_names(self, text: str, month: int):
        assert parse_date(text, TODAY).value == date(2025, month, 12)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "DATE_EMPTY"),
            ("   ", "DATE_EMPTY"),
            ("kemarin", "DATE_PARSE"),
            ("31/02/2026", "DATE_PARSE"),
            ("10/25/2026", "DATE_PARSE"),
            ("00/00/2026", "DATE_PARSE"),
            ("6 Foo 2026", "DATE_PARSE"),
            ("2026", "DATE_PARSE"),
            ("06/10/2026 s.d. 07/10/2026", "DATE_PARSE"),
            ("25/11/2026", "DATE_FUTURE"),
            ("06/10/2062", "DATE_FUTURE"),
            ("99999", "DATE_FUTURE"),
            ("31/12/1999", "DATE_TOO_OLD"),
            ("6-10-58", "DATE_TOO_OLD"),
        ],
    )
    def test_refuses(self, text: str, reason: str):
        assert parse_date(text, TODAY) == (None, reason)

    def test_limits_belong_to_it(self):
        assert parse_date("24/11/2026", TODAY).value == TODAY
        assert parse_date("01/01/2000", TODAY).value == EARLIEST

    def test_a_birth_date_may_be_older(self):
        assert parse_date("6-10-58", TODAY, earliest=date(1900, 1, 1)).value == date(1958, 10, 6)
        assert parse_date("6-10-25", TODAY, earliest=date(1900, 1, 1)).value == date(2025, 10, 6)

    @given(st.dates(EARLIEST, TODAY))
    def test_every_style_means_the_same_day(self, day: date):
        serial = (day - date(1899, 12, 30)).days
        words = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        styles = (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day:%y}", words, str(serial))
        assert {parse_date(text, TODAY).value for text in styles} == {day}

    @given(st.text("0123456789/-. :,TOktoberMeiJan٣é", max_size=20))
    def test_never_breaks(self, text: str):
        value, reason = parse_date(text, TODAY)
        assert (value is None) == bool(reason)
        assert value is None or EARLIEST <= value <= TODAY


class TestMonth:
    @pytest.mark.parametrize(
        "text", ["2026-10", "2026/10", "10/2026", "10-2026", "Oktober 2026", "okt 2026", "Okt-2026", "06/10/2026", "2026-10-01"]
    )
    def test_reads(self, text: str):
        assert parse_month(text, TODAY) == (date(2026, 10, 1), "")

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "MONTH_PARSE"),
            ("Oktober", "MONTH_PARSE"),
            ("2026-13", "MONTH_PARSE"),
            ("13/2026", "MONTH_PARSE"),
            ("Rabiul 2026", "MONTH_PARSE"),
            ("2026-12", "DATE_FUTURE"),
            ("Desember 2026", "DATE_FUTURE"),
        ],
    )
    def test_refuses(self, text: str, reason: str):
        assert parse_month(text, TODAY) == (None, reason)

    def test_the_running_month_may_be_reported(self):
        assert parse_month("2026-11", TODAY).value == date(2026, 11, 1)


class TestNik:
    @pytest.mark.parametrize(
        "text",
        [
            "7371014506900001",
            " 7371014506900001 ",
            "7371.0145.0690.0001",
            "'7371014506900001",
            "7371-0145-0690-0001",
            "7371 0145 0690 0001",
        ],
    )
    def test_reads(self, text: str):
        assert parse_nik(text) == ("7371014506900001", "")

    @pytest.mark.parametrize("text", ["", " ", "-", "'"])
    def test_nothing_is_no_error(self, text: str):
        assert parse_nik(text) == (None, "")

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("737101450690001", "NIK_LEN"),
            ("73710145069000011", "NIK_LEN"),
            ("73710145O6900001", "NIK_NONDIGIT"),
            ("belum ada", "NIK_NONDIGIT"),
            ("٧٣٧١٠١٤٥٠٦٩٠٠٠٠١", "NIK_NONDIGIT"),
            ("7371/0145", "NIK_NONDIGIT"),
            ("0000000000000000", "NIK_PLACEHOLDER"),
            ("9999999999999999", "NIK_PLACEHOLDER"),
            ("1234567890123456", "NIK_PLACEHOLDER"),
            ("7371000000000000", "NIK_PLACEHOLDER"),
            ("73710000", "NIK_PLACEHOLDER"),
            ("0", "NIK_PLACEHOLDER"),
            ("7371014506900000", "NIK_EXCEL_ROUND"),
            ("7.371E+15", "NIK_EXCEL_ROUND"),
            ("7,37101E+15", "NIK_EXCEL_ROUND"),
            ("7.37101450690001e15", "NIK_EXCEL_ROUND"),
        ],
    )
    def test_refuses(self, text: str, reason: str):
        assert parse_nik(text) == (None, reason)

    def test_tells_sex_and_birth(self):
        assert (sex_of_nik("450690"), birth_of_nik("450690", TODAY)) == ("P", date(1990, 6, 5))
        assert (sex_of_nik("050690"), birth_of_nik("050690", TODAY)) == ("L", date(1990, 6, 5))
        assert (sex_of_nik("400690"), sex_of_nik("410690")) == ("L", "P")

    def test_a_future_birth_lies_a_century_back(self):
        assert birth_of_nik("241126", TODAY) == date(2026, 11, 24)
        assert birth_of_nik("251126", TODAY) == date(1926, 11, 25)
        assert birth_of_nik("290228", TODAY) == date(1928, 2, 29)

    @pytest.mark.parametrize("part", ["000690", "320690", "720690", "051390", "310290", "050090"])
    def test_an_impossible_birth_is_none(self, part: str):
        assert birth_of_nik(part, TODAY) is None

    @given(st.dates(TODAY - timedelta(36_524), TODAY), st.booleans())
    def test_birth_comes_back(self, day: date, woman: bool):
        part = f"{day.day + 40 * woman:02d}{day:%m%y}"
        assert birth_of_nik(part, TODAY) == day
        assert sex_of_nik(part) == ("P" if woman else "L")


class TestFlagsAndNumbers:
    @pytest.mark.parametrize(
        ("text", "value"),
        [("ya", True), (" YA ", True), ("y", True), ("1", True), ("tidak", False), ("tdk", False), ("0", False)],
    )
    def test_flags(self, text: str, value: bool):
        assert parse_flag(text) == (value, "")
        assert parse_nil(text) == (value, "")

    def test_nil_has_words_of_its_own(self):
        assert parse_nil("Nihil") == (True, "")
        assert parse_nil("ada") == (False, "")

    @pytest.mark.parametrize("text", ["", "mungkin", "nihil", "ada", "2"])
    def test_other_words_are_no_flag(self, text: str):
        assert parse_flag(text) == (None, "FLAG_PARSE")

    @pytest.mark.parametrize(("text", "value"), [("12", 12.0), (" -3.5 ", -3.5), ("+0.25", 0.25), ("007", 7.0)])
    def test_numbers(self, text: str, value: float):
        assert parse_number(text) == (value, "")

    @pytest.mark.parametrize("text", ["", "nan", "inf", "1e5", "1_000", "1,5", "1.234.567", "12 orang", "٣"])
    def test_no_numbers(self, text: str):
        assert parse_number(text) == (None, "NUMBER_PARSE")


class TestName:
    @pytest.mark.parametrize(
        "text", ["Sitti Dg. Ti'no", "  SITTI   DG TI NO ", "sitti, dg.ti-no", "Sitti Dg. Ti'no 2", "Sitti_Dg Ti’no"]
    )
    def test_spelling_does_not_matter(self, text: str):
        assert person_name(text) == "sitti dg ti no"

    @pytest.mark.parametrize("text", ["", " ", "-", "123", "?"])
    def test_no_letters_no_name(self, text: str):
        assert person_name(text) == ""
