"""The audit page in words: days of Makassar, sheets, names of what was done, and the state of the chain."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from ipsm_analytics.audit import COLUMNS, Chain, Fault
from ipsm_analytics.views.audit import CODES, AuditPage, action_name, codes, picked, subject_name, users, usual_days
from ipsm_analytics.views.i18n import Words

ID = Words()
WHOLE = Chain(3, "ab" * 32, witnessed=True)


def row(number: int, time: datetime, action: str = "lihat", user: str = "ratna", **other: object) -> dict[str, object]:
    empty = dict.fromkeys(COLUMNS, "") | {"source": "jejak", "version": 0}
    return empty | {"number": number, "time": time, "action": action, "user": user} | other


ROWS = pd.DataFrame(
    [
        row(3, datetime(2026, 11, 24, 16, 30, tzinfo=UTC), role="operator", subject="halaman:padanan", version=7),
        row(2, datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "masuk", "kadis", role="pimpinan"),
        row(1, datetime(2026, 9, 1, 1, 0, tzinfo=UTC), user="", source="lain"),
    ]
)


def page(rows: pd.DataFrame = ROWS, chain: Chain = WHOLE) -> AuditPage:
    return AuditPage(ID, rows, chain)


def test_days_are_those_of_makassar():
    assert [(one.name, one.value) for one in page().per_day.rows] == [("25 Nov 2026", 1), ("24 Nov 2026", 1), ("1 Sep 2026", 1)]
    assert usual_days(ROWS) == (date(2026, 9, 1), date(2026, 10, 27), date(2026, 11, 25))
    found = picked(ROWS, date(2026, 11, 25), date(2026, 11, 25), "", "")
    assert list(found["number"]) == [3]


def test_a_table_says_who_did_what():
    told = page().table(1)
    assert told.iloc[0].to_dict() == {
        "Waktu (WITA)": "2026-11-25 00:30:00",
        "Siapa": "ratna",
        "Sebagai": "operator",
        "Kegiatan": "melihat halaman",
        "Mengenai": "Halaman Padanan",
        "Saringan": "",
        "Versi data": "v7",
        "Dari": "",
        "Nomor": "jejak 3",
    }
    assert told["Versi data"][1] == "–"
    assert told["Sebagai"][2] == "tidak dicatat"
    assert page().lines(1)[1] == ("2026-11-24 09:00:00", "kadis (pimpinan) masuk: –")
    assert page().export().equals(told)


def test_sheets_of_fifty():
    many = page(pd.concat([ROWS] * 17, ignore_index=True))
    assert (list(many.sheets), [len(many.table(sheet)) for sheet in many.sheets]) == ([1, 2], [50, 1])
    assert [many.sheet_name(sheet) for sheet in many.sheets] == ["Catatan 1–50 dari 51", "Catatan 51–51 dari 51"]
    assert list(page(ROWS.head(0)).sheets) == [1]


def test_what_is_picked_from():
    assert codes(ROWS) == ("", "jejak.masuk", "jejak.lihat", "lain.lihat")
    assert users(ROWS) == ("", "kadis", "ratna")
    assert list(picked(ROWS, date(2026, 1, 1), date(2026, 12, 31), "jejak.lihat", "ratna")["number"]) == [3]


def test_what_nobody_named_is_shown_as_its_code():
    assert action_name(ID, "lain.lihat") == "lain.lihat"
    assert all(action_name(ID, f"{source}.{action}") != f"{source}.{action}" for source, action in CODES)
    assert [subject_name(ID, subject) for subject in ("", "apa saja", "kunci:0123456789abcdef", "rakor:RK-3")] == [
        "–",
        "apa saja",
        "Kunci 0123456789ab",
        "Rakor RK-3",
    ]


def test_the_state_of_the_chain():
    assert page().headline == "3 catatan oleh 2 pengguna; rantai utuh."
    assert "Ujungnya 3:abababababababab;" in page().explained
    assert "di samping penyimpanan tidak ada" in page(chain=Chain(3, "ab" * 32, witnessed=False)).explained


@pytest.mark.parametrize("fault", Fault)
def test_a_broken_chain(fault: Fault):
    broken = page(chain=Chain(3, "ab" * 32, witnessed=True, broken_at=2, fault=fault))
    assert broken.headline.endswith("rantai putus di nomor 2.")
    assert broken.explained.startswith("Rantai putus di nomor 2: ")
