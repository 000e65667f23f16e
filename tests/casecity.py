"""A city of thirteen cases with all that was done about them, to be added up by hand.

The data end on 2026-03-31, when Joko's case reached the office. Days are of 2026, month-day; BON and MAT are Bontorannu and
Mattoangin (Mariso), PAN is Pannampu (Tallo). 'age' is days from report to the end, 'first' days to the first action.

no person kel reported status      age first what was done
 1 Ani    BON 01-01    selesai      89     2 verified 01-03, sent to Tenaga Kerja 01-04, served 01-05, closed 01-11; terpenuhi
 2 Ani    BON 01-31    verifikasi   59     3 verified 02-03
 3 Ani    MAT 03-29    baru          2     - nothing, and two days are over
 4 Budi   BON 01-10    dirujuk      80     1 sent to Kesehatan 01-11, no outcome
 5 Budi   BON 01-10    baru         80     - nothing
 6 Cici   PAN 03-01    dirujuk      30     1 sent to Pendidikan 03-02, served 03-20; sebagian
 7 Dodi   BON 02-28    ditutup      31     ? closed on an unknown day
 8 Eka    PAN 03-30    baru          1     - nothing, but two days are not over; not known who
 9 Fani   BON 02-10    dilayani     49     ? served on an unknown day
10 Gita   MAT 02-20    dirujuk      39     ! verified 02-18, before the report; sent to nobody named; meninggal
11 Hadi   PAN 03-05    verifikasi   26     ? from a file without days of progress; found by a PSM nobody registered
12 Ika    BON 03-23    asesmen       8     2 assessed 03-25, sent to Kesehatan 03-26, no outcome
13 Joko   PAN 03-24    ditutup       7     0 closed 03-24; pindah

PSM: P1 and P2 in BON (P2 since an unknown day), P3 in PAN since 03-10, P4 in MAT, who found nobody. P1 found 1, 4 and 12,
P2 found 2, P3 found 6.

Monthly reports: BON for January (4 visits, in time) and February (visits unknown, late), PAN for January (nihil, in time).

The register and the aid list; the limit is desil 4. Ani, Cici, Gita and Joko are in the register as well:

person kel family desil
A      BON F1     1      no programme
B      BON F1     4      PBI of the nation
C      BON F2     3      X of the same family gets aid
D      MAT F3     7      gets aid
E      MAT F4     5      no programme
F      PAN F5     ?      PBI of the city
Gita   PAN F6     ?      gets aid, died; PPKS-11
Joko   PAN F7     2      PKH named on the case, moved
I      PAN F8     2      proposed only
J      BON F9     2      8 in Mattoangin the year before
Ani    BON -      3      refused; PPKS-08
Cici   PAN -      9      no programme
X      PAN F2     -      gets aid; in no register
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.cubes import BONTORANNU, MATTOANGIN, PANNAMPU, Row

SICADAS = "sicadas"
HEALTH, SCHOOLS, WORK, UNNAMED = "Dinas Kesehatan", "Dinas Pendidikan", "Dinas Tenaga Kerja", "tidak disebut"
_DAYS = {
    "masuk": "tgl_masuk",
    "verified": "tgl_verifikasi",
    "assessed": "tgl_asesmen",
    "sent": "tgl_rujukan",
    "served": "tgl_layanan_pertama",
    "closed": "tgl_selesai",
}


def day(text: str) -> date:
    """A day of 2026 written month-day."""
    return date.fromisoformat(f"2026-{text}")


def case(person: str, place: str, reported: str, status: str, *categories: str, **more: str | list[str] | None) -> Row:
    """A case; days in `more` are written month-day under the short names of _DAYS."""
    kept = {_DAYS.get(name, name): day(str(value)) if name in _DAYS else value for name, value in more.items()}
    fixed = {"person_key": person, "kode_kelurahan": place, "tgl_lapor": day(reported), "status": status}
    return {**fixed, "kategori": list(categories), **kept}


CASES: tuple[Row, ...] = (
    case("Ani", BONTORANNU, "01-01", "selesai", "PPKS-08", verified="01-03", sent="01-04", opd_rujukan=WORK, served="01-05",
         closed="01-11", hasil="terpenuhi", fokus="EKONOMI", id_psm="P1"),
    case("Ani", BONTORANNU, "01-31", "verifikasi", "PPKS-08", "PPKS-24", verified="02-03", id_psm="P2"),
    case("Ani", MATTOANGIN, "03-29", "baru", "PPKS-24"),
    case("Budi", BONTORANNU, "01-10", "dirujuk", "PPKS-05", sent="01-11", opd_rujukan=HEALTH, id_psm="P1"),
    case("Budi", BONTORANNU, "01-10", "baru", "PPKS-05"),
    case("Cici", PANNAMPU, "03-01", "dirujuk", "PPKS-01", "PPKS-05", sent="03-02", opd_rujukan=SCHOOLS, served="03-20",
         hasil="sebagian", fokus="KELUARGA", id_psm="P3"),
    case("Dodi", BONTORANNU, "02-28", "ditutup", "PPKS-08"),
    case("Eka", PANNAMPU, "03-30", "baru", "PPKS-24", identity="tidak_ada"),
    case("Fani", BONTORANNU, "02-10", "dilayani", "PPKS-08"),
    case("Gita", MATTOANGIN, "02-20", "dirujuk", "PPKS-11", verified="02-18", hasil="meninggal"),
    case("Hadi", PANNAMPU, "03-05", "verifikasi", "PPKS-24", import_id=SICADAS, identity="nama_lahir", id_psm="P9"),
    case("Ika", BONTORANNU, "03-23", "asesmen", "PPKS-09", assessed="03-25", sent="03-26", opd_rujukan=HEALTH,
         fokus="ADVOKASI", id_psm="P1"),
    case("Joko", PANNAMPU, "03-24", "ditutup", "PPKS-24", masuk="03-31", closed="03-24", hasil="pindah",
         program_diterima=["PKH"]),
)  # fmt: skip
REPORTS: tuple[Row, ...] = (
    {"kode_kelurahan": BONTORANNU, "bulan": day("01-01"), "tgl_terima": day("02-05"), "kunjungan": 4},
    {"kode_kelurahan": BONTORANNU, "bulan": day("02-01"), "tgl_terima": day("03-06")},
    {"kode_kelurahan": PANNAMPU, "bulan": day("01-01"), "tgl_terima": day("02-03"), "kunjungan": 0, "nihil": True},
)
ROSTER: tuple[Row, ...] = (
    {"id_psm": "P1", "kode_kelurahan": BONTORANNU, "aktif_sejak": date(2020, 1, 1)},
    {"id_psm": "P2", "kode_kelurahan": BONTORANNU},
    {"id_psm": "P3", "kode_kelurahan": PANNAMPU, "aktif_sejak": day("03-10")},
    {"id_psm": "P4", "kode_kelurahan": MATTOANGIN, "aktif_sejak": date(2020, 1, 1)},
)


def entry(person: str, place: str, family: str | None, desil: int | None, year: int | None = 2025, **more: object) -> Row:
    """A person in a register."""
    fixed = {"person_key": person, "kode_kelurahan": place, "family_key": family, "desil": desil, "tahun_data": year}
    return {"entry_id": f"{person}-{year}", **fixed, **more}


def proposal(person: str, place: str, family: str | None, status: str = "layak") -> Row:
    """A person proposed for aid."""
    return {"person_key": person, "kode_kelurahan": place, "family_key": family, "status": status, "tgl_usul": day("01-15")}


REGISTER: tuple[Row, ...] = (
    entry("A", BONTORANNU, "F1", 1),
    entry("B", BONTORANNU, "F1", 4, pbi_nas=True, pbi_pemda=False),
    entry("C", BONTORANNU, "F2", 3),
    entry("D", MATTOANGIN, "F3", 7),
    entry("E", MATTOANGIN, "F4", 5),
    entry("F", PANNAMPU, "F5", None, pbi_pemda=True),
    entry("Gita", PANNAMPU, "F6", None, kategori=["PPKS-11"]),
    entry("Joko", PANNAMPU, "F7", 2),
    entry("I", PANNAMPU, "F8", 2),
    entry("J", BONTORANNU, "F9", 2),
    entry("J", MATTOANGIN, "F9", 8, 2024),
    entry("Ani", BONTORANNU, None, 3, kategori=["PPKS-08"]),
    entry("Cici", PANNAMPU, None, 9),
)
AID: tuple[Row, ...] = (
    proposal("X", PANNAMPU, "F2"),
    proposal("D", MATTOANGIN, "F3"),
    proposal("Gita", PANNAMPU, "F6"),
    proposal("I", PANNAMPU, "F8", "belum"),
    proposal("Ani", BONTORANNU, None, "tidak layak"),
)
_FOUND, _MISSED, _UNCLEAR = "padan", "tidak padan", "tidak dapat dipadankan"
MATCHES: Mapping[str, tuple[str, str]] = {
    "Ani": (_FOUND, "Ani"),
    "Budi": (_MISSED, ""),
    "Cici": (_FOUND, "Cici"),
    "Dodi": (_MISSED, ""),
    "Eka": (_UNCLEAR, ""),
    "Fani": (_MISSED, ""),
    "Gita": (_FOUND, "Gita"),
    "Hadi": (_UNCLEAR, ""),
    "Ika": (_FOUND, "gone from the register"),
    "Joko": (_FOUND, "Joko"),
}
"""What the comparison with the register says of each person."""
