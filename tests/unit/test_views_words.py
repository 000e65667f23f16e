"""Every word the screen shows stands in both catalogues, is used, and is filled in; numbers and dates as written here."""

import ast
import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from ipsm_analytics import access
from ipsm_analytics.answers.reach import CASCADE
from ipsm_analytics.answers.standing import Unfit
from ipsm_analytics.answers.waits import EVENTS
from ipsm_analytics.app.guard import ACTIONS
from ipsm_analytics.app.page import PAGES
from ipsm_analytics.audit import KINDS, Fault
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.errors import InternalError
from ipsm_analytics.export.templates import TEMPLATES
from ipsm_analytics.history import FORGET, IMPORT, PURGE, TURN, UNDO
from ipsm_analytics.intake.batch import BUILDERS
from ipsm_analytics.linking.decisions import DECIDE, WITHDRAW
from ipsm_analytics.linking.parameters import parameters
from ipsm_analytics.linking.review import STATES
from ipsm_analytics.materials import annex
from ipsm_analytics.measures import Status
from ipsm_analytics.measures.quality import MEASURES as QUALITY
from ipsm_analytics.measures.quality import State
from ipsm_analytics.measures.query import DIMENSIONS
from ipsm_analytics.opendata import data_sets
from ipsm_analytics.privacy import ROLES
from ipsm_analytics.rakor import decisions, outcomes
from ipsm_analytics.rakor.movement import Standing
from ipsm_analytics.rakor.states import PARTS
from ipsm_analytics.reference import categories
from ipsm_analytics.reference.evidence import Verdict
from ipsm_analytics.reference.indicators import indicators, mapped
from ipsm_analytics.reference.reasons import LEVELS
from ipsm_analytics.schema import TABLES
from ipsm_analytics.statistics import areal, effort, expected, hidden, inequality, quiet
from ipsm_analytics.statistics.comparison import holm
from ipsm_analytics.statistics.monthly import Why
from ipsm_analytics.statistics.nowcast import Reason
from ipsm_analytics.statistics.significance import Reading, Significance, Unassessed
from ipsm_analytics.statistics.survival import Speed
from ipsm_analytics.views import audit, narrative, profile, questions, spine, transparency
from ipsm_analytics.views import decisions as decided
from ipsm_analytics.views.agenda.deck import EXTRA
from ipsm_analytics.views.agenda.meeting import ITEMS
from ipsm_analytics.views.agenda.sheet import LEVELS as SHEET_LEVELS
from ipsm_analytics.views.atlas import COMPARISONS, MODES
from ipsm_analytics.views.i18n import LANGUAGES, Words, catalogue
from ipsm_analytics.views.intake import BALANCE
from ipsm_analytics.views.maps import LAYOUTS
from ipsm_analytics.views.standing import PAINTINGS

ROOT = Path(__file__).resolve().parents[2]
SPEAKING = [path for folder in ("views", "materials", "app") for path in (ROOT / "ipsm_analytics" / folder).rglob("*.py")]
SPEAKING += [*(ROOT / "pages").glob("*.py"), ROOT / "dashboard.py"]
METHODS = sorted({key.split(".")[1] for key in catalogue("id") if key.startswith("metode.")})
CLAIMS = sorted({key.split(".")[2] for key in catalogue("id") if key.startswith("bukti.klaim.")})
SAME_IN_BOTH = {
    "metode.contoh.judul",
    "peta.banding",
    "pilahan.kecamatan",
    "pilahan.kelurahan",
    "kamus.selang_wilson",
    "tren.final",
    "transparansi.unduh.metadata",
}
"""Official terms and signs; every other text is translated."""
ID, EN = Words("id"), Words("en")
OWN_REPORT = {f"mutu.judul.satu_{name}" for name in ("belum", "masuk", "tepat", "telat")}
DIRECTIONS = {narrative.direction_key(item) for item in holm([(2, 1), (1, 2), (1, 1)])}
MADE = {
    "halaman.{}": [page.key for page in PAGES],
    "bagian.{}": [page.section for page in PAGES],
    "kartu.{}": list(mapped()),
    "masuk.peran.{}": list(ROLES),
    "masuk.tindakan.{}": list(ACTIONS),
    "masuk.ditolak.{}": [one for one in access.Reason if one not in (access.Reason.GRANTED, access.Reason.LOCAL)],
    "rakor.unduh_{}": ["pptx", "pdf", "xlsx"],
    "rakor.lembar_{}": list(SHEET_LEVELS),
    "dokumen.{}": ["paspor", "qr", "di_balik", "di_balik_cara", "definisi"],
    "dokumen.kolom_{}": ["kode", "nama", "rumus", "catatan"],
    "lembar.kolom_{}": ["tema", "indikator", "nilai", "selang", "bagian", "kota", "banding"],
    "lembar.{}": [
        *("kunci", "bulan", "bulan_cara", "kelompok", "kategori", "ubah", "tanya", "paspor", "kasus", "orang", "qr"),
    ],
    "lembar.kepala_{}": ["K01", "K02", "K03", "R01"],
    "lembar.tema_{}": ["masalah", "respons", "jangkauan", "laporan", "psm"],
    "lampiran.kolom.{}": [name for name, _ in annex.COLUMNS],
    "lampiran.{}": ["pesan", "kalimat", "konteks"],
    "paspor.hitung_{}": [item.engine for item in indicators().values()],
    "keputusan.kolom.{}": list(decided.LEAVING),
    "keputusan.keadaan.{}": list(decisions.State),
    "keputusan.arah.{}": list(decisions.DIRECTIONS),
    "keputusan.dipilih.{}": list(decisions.CHOSEN),
    "keputusan.hasil.{}": [verdict for verdict in outcomes.Verdict if verdict != outcomes.Verdict.OPEN],
    "keputusan.sebab.{}": [*outcomes.Reason, *expected.Why],
    "keputusan.gambar.{}": ["bila_tetap", "kini"],
    "keputusan.jejak.{}": ["waktu", "pengguna", "aksi", "perubahan"],
    "keputusan.aksi.{}": list(decisions.ACTIONS),
    "keputusan.isian.{}": list(decisions.FIELDS),
    "keputusan.{}": ["tercatat", "diubah_selesai", "ditarik", "dipulihkan"],
    "kamus.arah_{}": [item.direction for item in indicators().values()],
    "kamus.selang_{}": [item.interval or "tanpa" for item in indicators().values()],
    "kamus.tingkat_{}": list(LEVELS),
    "kamus.tab_{}": ["indikator", "metode", "bukti", "kategori", "status", "alasan", "sumber"],
    "bukti.klaim.{}.judul": CLAIMS,
    "bukti.klaim.{}.cara": CLAIMS,
    "bukti.bagian_{}": list(Verdict),
    "bukti.{}": list(Verdict),
    "metode.{}.judul": METHODS,
    "metode.{}.isi": METHODS,
    "status.{}": list(Status),
    "tanda.kelompok_{}": ["naik", "turun"],
    "corong.beda.{}": list(Significance),
    "ketimpangan.tolak.{}": list(inequality.Reason),
    "ketimpangan.{}": ["per10000", "kali", "nilai"],
    "arah_kasus.tren.{}": ["naik", "turun", "terbuka"],
    "arah_kasus.tolak.{}": [*Why, *Reason],
    "gerak.{}": ["dahulu", "kini"],
    "gerak.bagian.{}": list(PARTS),
    "gerak.arti.{}": list(PARTS),
    "gerak.keadaan.{}": [standing for standing in Standing if standing != Standing.SPLIT],
    "gerak.singkat.{}": [standing for standing in Standing if standing != Standing.SPLIT],
    "pilahan.{}": [*DIMENSIONS],
    "kelompok.{}": [ALL, *categories.GROUPS],
    "peta.{}": list(LAYOUTS),
    "peta.cara_{}": list(LAYOUTS),
    "peta.banding_{}": list(COMPARISONS),
    "ringkasan.{}.judul": ["kelompok", "kategori"],
    "ringkasan.{}.cara": ["kelompok", "kategori"],
    "unggah.hitung.{}": list(BALANCE),
    "unggah.tingkat.{}": list(LEVELS),
    "unggah.tabel_data.{}": list(BUILDERS),
    "audit_hal.sebab.{}": list(Fault),
    "audit_hal.peran.{}": list(ROLES),
    "audit_hal.kolom.{}": list(audit.HEADS),
    "audit_hal.hal.{}": ["halaman", *KINDS],
    "audit_hal.aksi.{}_{}": list(audit.CODES),
    "riwayat.aksi.{}": [IMPORT, UNDO, PURGE, DECIDE, WITHDRAW, TURN, FORGET],
    "riwayat.baris_tabel.{}": list(TABLES),
    "padanan.keadaan.{}": list(STATES),
    "padanan.bidang.{}": list(parameters().fields),
    "padanan.bukti.{}_{}": [(field, level) for field, levels in parameters().fields.items() for level in levels],
    "templat.{}": ["arti", "wajib", "boleh", "contoh"],
    "templat.untuk.{}": list(TEMPLATES),
    "mutu.ukuran_{}": list(QUALITY),
    "mutu.arti_{}": list(QUALITY),
    "mutu.keadaan_{}": [state for state in State if state != State.OK],
    "tampilan_peta.{}": list(MODES),
    "tampilan_peta.judul.{}": list(MODES[1:]),
    "tampilan_peta.cara.{}": list(MODES[1:]),
    "tampilan_peta.moran.{}": ["berkumpul", "berselang", "tidak"],
    "tampilan_peta.kelas.{}": [kind for painting in PAINTINGS.values() for kind in painting],
    "tampilan_peta.kolom.{}": [
        *("halus", "halus_selang", "bobot", "moran", "moran_p", "gi", "gi_p"),
        *("peluang", "peringkat", "peringkat_selang", "kelompok"),
    ],
    "tampilan_peta.tolak.{}": [*Unfit, *areal.Why],
    "respons.{}": list(Reading),
    "respons.kejadian.{}": list(EVENTS),
    "respons.laju.{}": [speed.name for speed in Speed],
    "respons.{}.judul": ["s01", "t01", "t02", "b01"],
    "respons.{}.cara": ["s01", "t01", "t02", "b01"],
    "respons.sasaran.{}": ["t01", "t02"],
    "respons.sasaran.{}_isi": ["t01", "t02"],
    "cakupan.tolak.{}": list(quiet.Reason),
    "cakupan.{}": ["terendah", "satu"],
    "cakupan.jenjang.{}": list(CASCADE),
    "cakupan.sunyi.{}": ["periksa", "hubungi"],
    "cakupan.upaya.{}": ["kunjungan", "bulan_lapor", *effort.Verdict.__members__],
    "cakupan.upaya.tolak.{}": ["tanpa_data_upaya", "upaya_sedikit_diketahui", "tanpa_penduduk", "kota_tanpa_kasus"],
    "cakupan.tersembunyi.tolak.{}": list(hidden.Reason),
    "cakupan.kolom.{}": [key.rpartition(".")[2] for key in catalogue("id") if key.startswith("cakupan.kolom.")],
    "tren.{}.judul": ["kelompok", "kategori", "kecamatan", "kelurahan"],
    "profil.{}": [*profile.TABLES, *Reading],
    "profil.kolom.{}": list(spine.HEADS),
    "profil.tabel.{}": list(spine.TABLE),
    "profil.nama.{}": [*spine.CODES, "S03"],
    "profil.tak_dinilai.{}": list(Unassessed),
    "profil.lebih_{}": ["tinggi", "rendah"],
    "profil.yakin_{}": ["95", "99"],
    "profil.kaskade.{}": list(profile.CASCADE),
    "profil.upaya.sebab_{}": list(effort.Reason),
    "profil.putusan.{}": list(profile.VERDICTS.values()),
    "profil.mirip.{}": list(profile.SIMILAR),
    "profil.mirip.kolom_{}": list(profile.SIMILAR_COLUMNS),
    "profil.ubah.{}": ["K01", "S01", "R01", "S03"],
    "materi.{}": ("lower", "upper", "total", "naik", "turun"),
    "agenda.nama.{}": list(ITEMS),
    "agenda.kosong.{}": list(EXTRA),
    "agenda.kosong.{}_lalu": list(EXTRA),
    "agenda.wilayah.{}": ["atas", "bawah"],
    "transparansi.ubin.{}_catatan": ["orang", "dibantu", "cepat"],
    "transparansi.satuan.{}": ["orang"],
    "transparansi.kumpulan.{}.judul": list(data_sets()),
    "transparansi.kumpulan.{}.isi": list(data_sets()),
    "transparansi.tidak.{}": list(transparency.WITHHELD),
    "transparansi.tidak.{}_isi": list(transparency.WITHHELD),
    "transparansi.tentang.{}": ["data", "produsen", "lisensi", "tanya"],
    "transparansi.keadaan.{}": ["belum_lapor", "disensor"],
    "transparansi.cara.{}": ["K02", "S01", "R01"],
    "transparansi.judul.{}_{}": [("K02", "kelompok"), ("K02", "kecamatan"), ("S01", "kecamatan"), ("R01", "kecamatan")],
    "profil.tanya.{}": [*(rule.key for rule in questions.RULES), *questions.EFFORT.values()],
}
"""Keys made from a list of the program, and the members of the list."""


def words_calls(source: str) -> list[ast.Call]:
    """Calls of a Words value: words(…), desk.words(…), Words()(…), self(…) is none of them."""
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args and _is_words(node.func)]


def _is_words(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="words" | "_LABELS") | ast.Attribute(attr="words"):
            return True
        case ast.Call(func=ast.Name(id="Words")):
            return True
        case _:
            return False


def keys_of(argument: ast.expr) -> list[str]:
    """The keys an argument can name; fields of an f-string are written {}."""
    match argument:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)]
        case ast.IfExp(body=one, orelse=other):
            return keys_of(one) + keys_of(other)
        case _:
            return []


def named() -> set[str]:
    """All keys the code names; those of direction_key and _own_report are returned, not passed."""
    sources = [path.read_text(encoding="utf-8") for path in SPEAKING]
    direct = {key for source in sources for call in words_calls(source) for key in keys_of(call.args[0])}
    spoken = {"umum.dan"}
    return direct | DIRECTIONS | OWN_REPORT | spoken


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_hold_the_same_keys_in_the_same_order():
    assert LANGUAGES == ("id", "en")
    assert list(catalogue("id")) == list(catalogue("en"))


def test_both_texts_of_a_key_take_the_same_values():
    assert {key: fields(text) for key, text in catalogue("id").items()} == {
        key: fields(text) for key, text in catalogue("en").items()
    }


def test_no_text_is_empty_or_left_in_the_other_language():
    same = {key for key in catalogue("id") if catalogue("id")[key] == catalogue("en")[key]}
    assert {key for key in same if re.search(r"[a-z]{3}", re.sub(r"{\w+}", "", catalogue("id")[key]))} <= SAME_IN_BOTH
    assert [key for language in LANGUAGES for key, text in catalogue(language).items() if not text.strip()] == []


def test_every_key_the_code_names_exists_and_is_used():
    literal = {key for key in named() if "{}" not in key}
    made = {
        pattern.format(*(member if isinstance(member, tuple) else (member,)))
        for pattern, members in MADE.items()
        for member in members
    }
    assert len(literal) > 100
    assert literal | made == set(catalogue("id"))


def test_every_key_made_from_a_list_names_its_list():
    assert {key for key in named() if "{}" in key} == set(MADE)


def test_every_text_is_given_exactly_the_values_it_takes():
    wrong = []
    for path in SPEAKING:
        for call in words_calls(path.read_text(encoding="utf-8")):
            given = {keyword.arg for keyword in call.keywords if keyword.arg}
            keys = [key for key in keys_of(call.args[0]) if "{}" not in key]
            taken = [fields(catalogue("id")[key]) for key in keys]
            if keys and (set().union(*taken) != given or (not call.keywords and any(taken))):
                wrong.append(f"{path.name}:{call.lineno} {keys}")
    assert wrong == []


def test_an_unknown_key_and_a_missing_value_are_bugs():
    with pytest.raises(InternalError, match=r"'tidak\.ada'"):
        ID("tidak.ada")
    with pytest.raises(InternalError, match="tanggal"):
        ID("status_data.sampai")


def test_numbers_are_written_as_the_language_does():
    assert (ID.number(1234.54, 1), EN.number(1234.54, 1)) == ("1.234,5", "1,234.5")
    assert (ID.number(0), ID.number(1482354)) == ("0", "1.482.354")
    assert (ID.number(None), ID.number(float("nan"), 2)) == ("–", "–")
    assert ID.number(2.5) == "2"
    assert ID.number(60.0, 1) == "60,0"


def test_changes_are_whole_percents_from_ten_on():
    assert [ID.percent_change(value) for value in (6.04, -6.06, 9.94, 10.4, -250.6)] == ["6,0%", "6,1%", "9,9%", "10%", "251%"]


def test_days_months_and_windows():
    assert (ID.day(date(2026, 8, 17)), EN.day(date(2026, 8, 17)), ID.day(None)) == ("17 Agu 2026", "17 Aug 2026", "–")
    month = Month(2026, 10)
    assert (ID.month(month), EN.month(month)) == ("Okt 2026", "Oct 2026")
    assert ID.window(Window(Month(2026, 1), month)) == "Jan–Okt 2026"
    assert ID.window(Window(Month(2025, 11), month)) == "Nov 2025–Okt 2026"
    assert ID.window(Window(month, month)) == "Okt 2026"


def test_lists_are_read_aloud():
    assert [ID.listing(items) for items in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == ["", "A", "A dan B", "A, B dan C"]
    assert EN.listing(["A", "B"]) == "A and B"
