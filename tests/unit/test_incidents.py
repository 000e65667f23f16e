"""An unexpected failure: a number for the reader, places in the code for the log, nothing of anybody's data."""

import logging
import re

import pytest
from streamlit import error_util
from streamlit.testing.v1 import AppTest

from ipsm_analytics.app import incidents

NIK = "7371014506900013"


def failed() -> ValueError:
    try:
        try:
            int(f"bukan {NIK}")
        except ValueError as error:
            raise ValueError(f"baris Sitti Contoh {NIK}") from error
    except ValueError as error:
        return error


def test_kinds_and_places_without_text():
    text = incidents.described("IN-ABC234", failed())
    lines = text.splitlines()
    assert lines[0] == "IN-ABC234"
    assert lines.count("builtins.ValueError") == 2
    assert re.fullmatch(r"  tests/unit/test_incidents\.py:\d+ failed", lines[2])
    assert (NIK in text, "Sitti" in text, str(incidents.ROOT) in text) == (False, False, False)


def test_a_circle_of_causes_ends():
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert incidents.described("X", first).splitlines() == ["X", "builtins.ValueError", "builtins.KeyError"]


def test_numbers_differ_and_can_be_read_out():
    numbers = {incidents.new_number() for _ in range(200)}
    assert len(numbers) == 200
    assert all(re.fullmatch(r"IN-[2-9A-HJ-NP-Z]{6}", number) for number in numbers)


def test_streamlits_own_log_says_nothing_of_the_data(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch):
    log = logging.getLogger(incidents.STREAMLITS_LOG)
    monkeypatch.setattr(log, "propagate", True)
    monkeypatch.setattr(log, "filters", [])
    incidents.keep_quiet()
    incidents.keep_quiet()
    assert len(log.filters) == 1
    with caplog.at_level(logging.ERROR):
        error_util._log_uncaught_app_exception(failed())
    assert "Uncaught app execution (builtins.ValueError" in caplog.text
    assert (NIK in caplog.text, "Sitti" in caplog.text) == (False, False)


def failing_page() -> None:
    from ipsm_analytics.app import incidents

    assert incidents.report(ValueError("/rahasia/7371014506900013")) is True


def test_the_page_says_a_number_that_is_in_the_log(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.ERROR):
        page = AppTest.from_function(failing_page, default_timeout=60).run()
    [told] = page.error
    [number] = re.findall(r"IN-\w{6}", told.value)
    assert [record.getMessage().splitlines()[0] for record in caplog.records] == [number]
    assert (NIK in told.value, "rahasia" in told.value, NIK in caplog.text) == (False, False, False)
