"""Writes kasus_300.csv and kasus_300.json: 300 rows about nobody, each with a fate that was decided before it was written.

Twenty rows a kecamatan, one after the other. What a row is to become stands in FATES; everything else is accepted.
The expected figures are counted from FATES by hand-sized sums, without a line of the program under test.

Run it again with: python tests/golden/make_kasus_300.py
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent
HEADER = ("NIK", "Nama", "Kategori PPKS", "Kecamatan", "Kelurahan", "Lokasi Penemuan", "Tanggal Laporan", "Status", "Keterangan")
MARK = "DATA CONTOH"
ROWS = 300
DISTRICTS = {
    "Mariso": "Lette",
    "Mamajang": "Parang",
    "Makassar": "Barana",
    "Ujung Pandang": "Losari",
    "Wajo": "Ende",
    "Bontoala": "Layang",
    "Tallo": "Pannampu",
    "Ujung Tanah": "Tabaringan",
    "Panakkukang": "Pampang",
    "Tamalate": "Jongaya",
    "Biringkanaya": "Daya",
    "Manggala": "Antang",
    "Rappocini": "Buakana",
    "Tamalanrea": "Kapasa",
    "Kepulauan Sangkarrang": "Barrang Lompo",
}
LABELS = ("Fakir Miskin", "anjal", "Lansia terlantar", "Penyandang Disabilitas", "gepeng", "PPKS-02", "Korban Bencana Alam")
WITH_AGE_RULE = ("anjal", "Lansia terlantar", "PPKS-02", "fakir miskin;Lansia")
"""Labels of under-aged or old people: everybody in the file is a woman born on 5 June 1990, as her NIK says."""
STATES = ("Menunggu Foto", "Kasus Aktif", "Selesai Ditangani", "Selesai")
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober")
REFUSED, REPEATED = "refused", "repeated"

FATES: dict[int, tuple[str, dict[str, str], tuple[str, ...]]] = {
    # row: (fate, cells instead of the usual ones, reason codes)
    5: (REFUSED, {"Kelurahan": "Lete"}, ("KEL_UNKNOWN",)),
    9: (REFUSED, {"Kelurahan": ""}, ("KEL_EMPTY",)),
    14: (REFUSED, {"Kelurahan": "Mariso", "Kecamatan": ""}, ("KEL_AMBIGUOUS",)),
    20: (REFUSED, {"Kecamatan": "Marisso"}, ("KEC_UNKNOWN",)),
    26: (REFUSED, {"Kelurahan": "Lakkang"}, ("KEL_KEC_CONFLICT",)),
    33: (REFUSED, {"Kategori PPKS": "Warga Rentan"}, ("CAT_UNKNOWN",)),
    38: (REFUSED, {"Kategori PPKS": ""}, ("CAT_EMPTY",)),
    47: (REFUSED, {"Tanggal Laporan": "31/02/2026"}, ("DATE_PARSE",)),
    48: (REFUSED, {"Tanggal Laporan": "10/25/2026"}, ("DATE_PARSE",)),
    55: (REFUSED, {"Tanggal Laporan": "05/10/2062"}, ("DATE_FUTURE",)),
    61: (REFUSED, {"Tanggal Laporan": ""}, ("DATE_EMPTY",)),
    70: (REFUSED, {"Tanggal Laporan": "05/10/1998"}, ("DATE_TOO_OLD",)),
    77: (REFUSED, {"Status": "Entah"}, ("STATUS_UNKNOWN",)),
    88: (REFUSED, {"Kelurahan": "Makassar", "Tanggal Laporan": "kemarin"}, ("KEL_UNKNOWN", "DATE_PARSE")),
    99: (REFUSED, {"NIK": "12AB", "Kategori PPKS": "?"}, ("CAT_UNKNOWN", "NIK_NONDIGIT")),
    300: (REFUSED, {"NIK": "", "Nama": "Jumlah", "Kategori PPKS": "Jumlah"}, ("CAT_IGNORED",)),
    102: ("", {"NIK": "737103450690001"}, ("NIK_LEN",)),
    107: ("", {"NIK": "7371O34506900001"}, ("NIK_NONDIGIT",)),
    113: ("", {"NIK": "1111111111111111"}, ("NIK_PLACEHOLDER",)),
    118: ("", {"NIK": "7.371E+15"}, ("NIK_EXCEL_ROUND",)),
    121: ("", {"Status": ""}, ("STATUS_EMPTY",)),
    122: ("", {"NIK": ""}, ()),
    123: ("", {"NIK": "", "Nama": ""}, ()),
    124: ("", {"NIK": "", "Nama": "-", "Lokasi Penemuan": "pasar, dekat 'pintu' timur"}, ()),
    131: ("", {"Kelurahan": "KEL. PANNAMPU ", "Kecamatan": "Kec. Tallo"}, ()),
    134: ("", {"Kelurahan": "Ujung Pandang Baru", "Kecamatan": "tallo"}, ()),
    143: ("", {"Kelurahan": "Pattingalloang", "Kecamatan": "UJUNG TANAH"}, ()),
    181: ("", {"Kategori PPKS": "fakir miskin;Lansia"}, ()),
}
COPIES = {150: 149, 160: 159, 205: 3, 230: 210, 231: 210}
"""Row -> the row it repeats word for word: an accidental copy."""
UPDATES = {170: 166, 250: 2}
"""Row -> the row it repeats with the status 'Selesai': the same case, further on."""
BROKEN = {240: "7371114506900240,Contoh terpotong,Fakir Miskin,DATA CONTOH", 241: "a;b;c;DATA CONTOH"}
"""Row -> its whole text, of another width than the header."""


def written(day: date, style: int) -> str:
    """A day as offices write it, in one of five styles."""
    words = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return (f"{day:%d/%m/%Y}", day.isoformat(), f"{day.day}-{day.month}-{day:%y}", words, str((day - date(1899, 12, 30)).days))[
        style
    ]


def usual(row: int) -> dict[str, str]:
    """The cells of row 1 to 300 before anything happens to them."""
    place = (row - 1) // 20
    district = list(DISTRICTS)[place]
    return {
        "NIK": f"7371{place + 1:02d}450690{row:04d}",
        "Nama": f"Contoh {row}",
        "Kategori PPKS": LABELS[row % len(LABELS)],
        "Kecamatan": district,
        "Kelurahan": DISTRICTS[district],
        "Lokasi Penemuan": "",
        "Tanggal Laporan": written(date(2026, 1, 1) + timedelta(row - 1), row % 5),
        "Status": STATES[row % 3],
        "Keterangan": MARK,
    }


def cells(row: int) -> dict[str, str]:
    """The cells of a row as written."""
    if row in COPIES:
        return usual(COPIES[row])
    if row in UPDATES:
        return usual(UPDATES[row]) | {"Status": "Selesai"}
    return usual(row) | (FATES[row][1] if row in FATES else {})


def reasons(row: int) -> list[str]:
    """The codes of a row. Where NIK and date can be read, an age of 35 or 36 years breaks the rules of WITH_AGE_RULE."""
    if row in BROKEN:
        return ["ROW_SHAPE"]
    _, changed, codes = FATES.get(row, ("", {}, ()))
    aged = not {"NIK", "Tanggal Laporan"} & set(changed) and cells(row)["Kategori PPKS"] in WITH_AGE_RULE
    return [*codes, *(["AGE_CAT_WARN"] if aged else [])]


def expected() -> dict[str, object]:
    """What a correct import of the file says."""
    gone = {row for row, (fate, _, _) in FATES.items() if fate == REFUSED} | set(BROKEN)
    repeats = set(COPIES) | set(UPDATES)
    kept = [row for row in range(1, ROWS + 1) if row not in gone | repeats]
    codes = {row: found for row in range(1, ROWS + 1) if (found := reasons(row))}
    return {
        "rows_read": ROWS,
        "accepted": len(kept),
        "quarantined": len(gone),
        "duplicates": len(repeats),
        "reasons": dict(sorted(Counter(code for row in codes for code in codes[row]).items())),
        "refused": {str(row + 1): sorted(codes[row]) for row in sorted(gone)},
        "K01": dict(Counter(list(DISTRICTS)[(row - 1) // 20] for row in kept)),
    }


def file_text() -> str:
    """The CSV."""
    lines = []
    for row in range(1, ROWS + 1):
        values = [cells(row)[name] for name in HEADER]
        quoted = [f'"{value}"' if "," in value else value for value in values]
        lines.append(BROKEN.get(row, ",".join(quoted)))
    return "\n".join([",".join(HEADER), *lines]) + "\n"


def expected_text() -> str:
    """The JSON."""
    return json.dumps(expected(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (FOLDER / "kasus_300.csv").write_text(file_text(), encoding="utf-8")
    (FOLDER / "kasus_300.json").write_text(expected_text(), encoding="utf-8")
