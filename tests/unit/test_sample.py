"""The sample: exact sizes, the same bytes again, and files in which a correct intake finds what truth.json says."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.batch import open_file
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.normalise import parse_date, parse_nik
from ipsm_analytics.reference import areas, boundaries, categories
from ipsm_analytics.sample import FileTruth, Truth, city, draws, errors, generate, layout, people, records, reporting, stated
from ipsm_analytics.sample.dates import STYLES, dates, written
from ipsm_analytics.sample.period import completed_years, day_number, day_of, period
from ipsm_analytics.sample.response import NEVER, STEPS
from ipsm_analytics.sample.simulation import Simulation, simulate
from ipsm_analytics.sample.truth import accepted, case_files, faultless, measure
from tests.tables import apart

TODAY = date(2026, 11, 24)
CASES = ("sicadas-ppks", "kasus-lengkap")
STATUS_STEP = dict(zip(("verifikasi", "asesmen", "dirujuk", "dilayani", "selesai"), STEPS, strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contoh")


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    return generate(folder, cases=1500, months=12)


@pytest.fixture(scope="module")
def sample() -> Simulation:
    return simulate(20_000, 24, "2026-10", 1)


@pytest.fixture(scope="module")
def measured(sample: Simulation) -> Truth:
    return measure(sample, ())


def read(path: Path) -> list[dict[str, object]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return [dict(row) for row in csv.DictReader(file, delimiter="|" if "dtks" in path.name else ",")]
    header, *body = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in body]


def rows_of(folder: Path, truth: Truth, *kinds: str) -> list[dict[str, object]]:
    return [row for item in truth.files if item.kind in kinds for row in read(folder / item.name)]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def as_date(cell: object) -> date | None:
    if isinstance(cell, date):
        return cell
    return parse_date(str(int(cell) if isinstance(cell, float) else cell), TODAY).value if cell != "" else None


# What is stated


def test_every_stated_part_names_its_source_and_places_that_exist() -> None:
    assert all(section["catatan"].strip() for section in stated.everything().values())
    for place in (*stated.entries("ruang", "kelurahan_tinggi"), *stated.entries("senyap", "tetap")):
        assert areas.name(place["kode"]) == place["nama"]
    assert set(stated.lists("ruang", "pulau")) == boundaries.islands()
    assert set(stated.words("galat", "kecamatan_salah_eja")) == set(areas.codes("kecamatan"))


def test_stated_categories_belong_to_their_group_and_add_up() -> None:
    inside = stated.tables("kelompok", "jenis")
    assert set(inside) == set(stated.table("kelompok", "bagian")) == set(categories.GROUPS)
    for group, table in inside.items():
        assert sum(table.values()) == pytest.approx(1)
        assert all(categories.categories()[kind].groups[0] == group for kind in table)
    assert sum(stated.table("kelompok", "bagian").values()) == pytest.approx(1)


def test_stated_errors_are_errors() -> None:
    assert {categories.match(text).kind for text in stated.texts("galat", "kategori_tak_dikenal")} == {"tidak dikenal"}
    for code, text in stated.words("galat", "kecamatan_salah_eja").items():
        assert areas.resolve(areas.name(areas.members(code)[0]), text).reason == "KEC_UNKNOWN"
    for text in stated.texts("galat", "tanggal_tak_terbaca"):
        assert parse_date(text.format(tahun=2025), TODAY).reason == "DATE_PARSE"
    assert {parse_nik(text).reason for text in stated.texts("galat", "nik_isian")} == {"NIK_PLACEHOLDER"}


def test_ramadan_lasts_29_or_30_days_and_comes_earlier_every_year() -> None:
    seasons = stated.entries("musim", "ramadan")
    assert [season["mulai"].year for season in seasons] == [2023, 2024, 2025, 2026, 2027]
    assert all((season["lebaran"] - season["mulai"]).days in (29, 30) for season in seasons)
    assert (seasons[3]["mulai"], seasons[3]["lebaran"]) == (date(2026, 2, 19), date(2026, 3, 21))


def test_the_shortest_gap_between_two_reports_of_a_person_exceeds_every_delay() -> None:
    gaps, delays = draws.spread(stated.table("orang", "jeda")), draws.spread(stated.table("kelambatan", "temuan_ke_lapor"))
    assert gaps.values.min() > delays.values.max()


# Drawing


def test_draws_are_the_same_on_every_machine() -> None:
    weights = draws.whole([0.5, 0.3, 0.0, 0.2])
    assert weights.tolist() == [500_000, 300_000, 0, 200_000]
    assert draws.pick(draws.stream(1, "coba"), weights, 12).tolist() == [1, 3, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1]
    assert draws.shuffled(draws.stream(2, "coba"), 6).tolist() == [2, 1, 0, 4, 5, 3]


def test_streams_are_independent_of_each_other() -> None:
    assert draws.stream(1, "a").random() != draws.stream(1, "b").random() != draws.stream(2, "b").random()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8).filter(any), st.integers(0, 100))
def test_picks_have_weight(weights: list[int], seed: int) -> None:
    chosen = draws.pick(draws.stream(seed, "bobot"), np.array(weights, dtype=np.int64), 50)
    assert all(weights[number] > 0 for number in chosen)


def test_picks_follow_the_weights_of_their_row() -> None:
    table = np.array([[1, 0, 3], [0, 5, 5]], dtype=np.int64)
    rows = np.repeat(np.array([0, 1], dtype=np.int64), 40_000)
    chosen = draws.pick_by(draws.stream(1, "baris"), table, rows)
    shares = np.bincount(rows * 3 + chosen, minlength=6) / 40_000
    assert shares == pytest.approx([0.25, 0, 0.75, 0, 0.5, 0.5], abs=0.01)


def test_a_range_shares_its_weight() -> None:
    spread = draws.spread({"0": 0.4, "3-5": 0.6})
    assert (spread.values.tolist(), spread.weights.tolist()) == ([0, 3, 4, 5], [400_000, 200_000, 200_000, 200_000])


def test_lists_give_values_of_their_own() -> None:
    lists = draws.lists([("a",), ("b", "c"), ("d", "e", "f")])
    assert lists.choose(np.array([2, 1, 0, 2]), np.array([4, 1, 7, 0])).tolist() == ["e", "c", "a", "d"]


# Time


@given(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.integers(0, 3000))
def test_completed_years(birth: date, later: int) -> None:
    day = birth + timedelta(days=later)
    expected = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    assert completed_years(np.array([day_number(birth)]), np.array([day_number(day)])).tolist() == [expected]


def test_period_ends_with_its_last_day() -> None:
    span = period("2026-02", 3)
    assert span.labels == ("2025-12", "2026-01", "2026-02")
    assert (day_of(span.start), day_of(span.cutoff)) == (date(2025, 12, 1), date(2026, 2, 28))
    days = np.array([day_number(day) for day in (date(2025, 11, 30), date(2025, 12, 1), date(2026, 2, 28), date(2026, 3, 1))])
    assert span.month_of(days).tolist() == [-1, 0, 2, 3]


def test_a_day_in_every_style() -> None:
    day = date(2025, 11, 3)
    assert [written(day, style) for style in STYLES] == [day, "03/11/2025", "3-11-25", "3 Nopember 2025", 45964]
    assert {as_date(written(day, style)) for style in STYLES} == {day}


def test_days_that_never_come_are_left_empty() -> None:
    forms = dates(day_number(date(2025, 1, 1)), day_number(date(2025, 1, 3)))
    cells = forms.write(np.array([day_number(date(2025, 1, 2)), NEVER]), np.array([1, 1]))
    assert cells.tolist() == ["02/01/2025", ""]


# The city


def test_rates_are_smooth_over_neighbours_and_high_where_stated() -> None:
    codes, values = areas.codes("kelurahan"), city.smooth_field(1, "coba")
    at = dict(zip(codes, values, strict=True))
    assert (np.mean(values), np.std(values)) == (pytest.approx(0, abs=1e-9), pytest.approx(1))
    products = [at[code] * at[other] for code in codes for other in boundaries.neighbours()[code]]
    assert np.mean(products) > 0.5
    rates, plain = city.relative_rates(1), city.smooth_field(1, "LANSIA")
    place = codes.index("73.71.07.1003")
    mixed = np.sqrt(0.5) * city.smooth_field(1, "semua")[place] + np.sqrt(0.5) * plain[place]
    assert rates[place, categories.GROUPS.index("LANSIA")] == pytest.approx(1.6 * np.exp(0.32 * mixed), rel=1e-4)


def test_begging_rises_in_ramadan_and_flood_in_the_rains(sample: Simulation) -> None:
    span, town = sample.period, sample.load.city
    profiles = city.daily_profiles(span, span.start)
    at = {
        day: day_number(day) - span.start for day in (date(2026, 2, 18), date(2026, 2, 19), date(2026, 3, 20), date(2026, 3, 29))
    }
    assert profiles[city.PROFILES.index("jalanan"), list(at.values())].tolist() == [1000, 2200, 3200, 1000]
    assert profiles[city.PROFILES.index("banjir"), [0, day_number(date(2026, 1, 5)) - span.start]].tolist() == [300, 8000]
    days, kinds = sample.events.found, np.array(town.categories)[sample.events.category]
    fasting = (days >= day_number(date(2026, 2, 19))) & (days < day_number(date(2026, 3, 28)))
    year = (days >= day_number(date(2026, 1, 1))) & (days <= span.cutoff)
    daily = [np.isin(kinds, stated.texts("musim", "jenis_jalanan"))[part].sum() for part in (fasting, year & ~fasting)]
    assert daily[0] / 37 > 1.8 * daily[1] / (304 - 37)


def test_lansia_rise_in_tallo_and_tamalate_and_nowhere_else(measured: Truth) -> None:
    counts = measured.counts
    lansia = np.array(counts["true"])[:, counts["groups"].index("LANSIA")]
    rising = np.array([areas.parent(code) in measured.rise["kecamatan"] for code in counts["kelurahan"]])
    spans = [[counts["months"].index(f"{year}-{month:02d}") for month in range(1, 11)] for year in (2025, 2026)]
    before, after = (lansia[:, span].sum(axis=1) for span in spans)
    assert after[rising].sum() / before[rising].sum() == pytest.approx(1.65, abs=0.3)
    assert after[~rising].sum() / before[~rising].sum() == pytest.approx(1, abs=0.12)


# Reporting


def test_share_found_follows_the_diligence_of_the_psm(sample: Simulation) -> None:
    chance = sample.load.workers.found[sample.events.kelurahan]
    known = sample.events.state != reporting.HIDDEN
    assert known.mean() == pytest.approx(chance.mean(), abs=0.01)
    good, poor = chance > np.quantile(chance, 0.75), chance < np.quantile(chance, 0.25)
    assert known[good].mean() - known[poor].mean() == pytest.approx(chance[good].mean() - chance[poor].mean(), abs=0.03)


def test_silent_kelurahan_months_hold_no_report_at_all(folder: Path, truth: Truth) -> None:
    sent = {(str(row["kode_kelurahan"]), str(row["bulan"])) for row in rows_of(folder, truth, "laporan-bulanan")}
    silent = {(code, month) for code, months in truth.silent.items() for month in months}
    every = {(code, month) for code in truth.counts["kelurahan"] for month in truth.counts["months"]}
    assert sent == every - silent
    cases = np.array(truth.counts["reported_cases"])
    places, months = truth.counts["kelurahan"], truth.counts["months"]
    assert sum(cases[places.index(code), months.index(month)] for code, month in silent) == 0
    assert {areas.name(code) for code, month in silent if month == "2026-10"} == {
        "Untia",
        "Lakkang",
        "Kodingareng",
        "Barrang Caddi",
        "Lae-Lae",
    }


def test_nihil_means_that_nobody_was_reported(folder: Path, truth: Truth) -> None:
    cases = np.array(truth.counts["reported_cases"])
    places, months = truth.counts["kelurahan"], truth.counts["months"]
    reports = rows_of(folder, truth, "laporan-bulanan")
    nil = [row for row in reports if row["nihil"] == "ya"]
    assert 0 < len(nil) < len(reports)
    assert {cases[places.index(row["kode_kelurahan"]), months.index(row["bulan"])] for row in nil} == {0}
    assert {row["nihil"] for row in reports} == {"ya", "tidak"}


def test_only_the_last_months_are_incomplete(sample: Simulation) -> None:
    events, span = sample.events, sample.period
    assert sample.load.events.arrived.max() <= span.cutoff
    known = np.isin(events.state, (reporting.LATE, reporting.ARRIVED))
    month = span.month_of(events.reported)
    late = [(events.state[known & (month == number)] == reporting.LATE).mean() for number in range(span.months)]
    assert late[-1] > 0.08
    assert 0 < late[-2] < late[-1]
    assert max(late[:-3]) == 0


def test_stages_follow_each_other(sample: Simulation) -> None:
    load = sample.load
    previous = load.events.found
    for days in (load.events.reported, load.events.arrived, *(load.responses.days[step] for step in STEPS)):
        assert np.all(days >= previous)
        previous = np.where(days < NEVER, days, previous)


def test_waiting_is_multiplied_by_the_class_of_the_kecamatan(sample: Simulation) -> None:
    load = sample.load
    verified = load.responses.days["tgl_verifikasi"] < NEVER
    waits = (load.responses.days["tgl_verifikasi"] - load.events.arrived)[verified]
    speed = load.city.speed[load.events.kelurahan[verified]]
    mean = {name: waits[speed == number].mean() for number, name in enumerate(city.SPEEDS)}
    assert mean["lambat"] / mean["sedang"] == pytest.approx(2, abs=0.15)
    assert set(waits[speed == city.SPEEDS.index("lambat")] % 2) == {0}
    assert mean["cepat"] < 0.7 * mean["sedang"]


def test_fast_kecamatan_act_faster(measured: Truth) -> None:
    shares: dict[str, list[float]] = {}
    for item in measured.response.values():
        shares.setdefault(item["class"], []).append(item["within_two_days"] / item["due"])
    assert np.mean(shares["cepat"]) > np.mean(shares["sedang"]) + 0.08 > np.mean(shares["lambat"]) + 0.16


# Persons


def test_a_person_met_again_is_met_later_and_with_the_same_problem(sample: Simulation) -> None:
    order = np.lexsort((sample.events.found, sample.person))
    same = sample.person[order][1:] == sample.person[order][:-1]
    assert np.diff(sample.events.found[order])[same].min() >= 45
    assert np.all(np.diff(sample.events.category[order])[same] == 0)
    assert 0.05 < same.sum() / len(order) < 0.16
    moved = np.diff(sample.events.kelurahan[order])[same] != 0
    assert 0.05 < moved.mean() < 0.35


def test_niks_are_unique_fake_and_tell_birth_and_sex(sample: Simulation) -> None:
    everyone = sample.load.people
    numbers = everyone.nik[everyone.has_nik]
    assert len(set(numbers)) == len(numbers)
    others = "|".join(f"{digits:.0f}" for digits in stated.numbers("orang", "awalan_luar"))
    assert all(re.fullmatch(rf"(7371(0[1-9]|1[0-5])|{others})\d{{6}}9\d{{2}}[1-9]", number) for number in numbers)
    foreign = np.array([not str(number).startswith("7371") for number in everyone.nik]) & everyone.has_nik
    assert np.array_equal(foreign, everyone.of_elsewhere)
    assert foreign.sum() / everyone.has_nik.sum() == pytest.approx(0.04, abs=0.005)
    for number in np.flatnonzero(everyone.has_nik)[:500]:
        nik, born = str(everyone.nik[number]), day_of(everyone.birth[number])
        assert nik[6:12] == f"{born.day + 40 * everyone.sex[number]:02d}{born:%m%y}"


def test_exactly_the_stated_share_has_no_nik_gelandangan_most(sample: Simulation) -> None:
    everyone = sample.load.people
    assert (~everyone.has_nik).sum() == round(0.12 * len(everyone))
    roofless = everyone.category == sample.load.city.categories.index("PPKS-11")
    assert (~everyone.has_nik[roofless]).mean() > 0.5
    assert not (everyone.listed & ~everyone.has_nik).any()


def test_names_do_not_repeat(sample: Simulation) -> None:
    names = Counter(sample.load.people.name)
    assert set(names.values()) == {1}
    assert {len(name.replace("Dg. ", "Dg.").split()) for name in names} == {2, 3}


def test_ages_fit_the_category_when_first_met(sample: Simulation) -> None:
    earliest = np.full(len(sample.load.people), np.iinfo(np.int64).max)
    np.minimum.at(earliest, sample.person, sample.events.found)
    age = completed_years(sample.load.people.birth, earliest)
    for number, kind in enumerate(sample.load.city.categories):
        ages, item = age[sample.load.people.category == number], categories.categories()[kind]
        assert ages.min(initial=200) >= (item.age_min or 0)
        assert ages.max(initial=0) <= (item.age_max if item.age_max is not None else 95)


def test_serials_differ_among_equal_numbers_and_never_end_in_zero() -> None:
    serials = people.serials(np.array([7, 5, 7, 7, *[5] * 20]))
    assert serials[[0, 2, 3]].tolist() == [9001, 9002, 9003]
    assert len(set(serials[[1, *range(4, 24)]].tolist())) == 21
    assert (serials % 10 > 0).all()


def test_register_and_psm_are_independent_lists(measured: Truth) -> None:
    assert measured.register["share"] == pytest.approx(measured.register["share_of_accepted"], abs=0.015)
    cells = [cell for groups in measured.register["by_kecamatan"].values() for cell in groups.values()]
    true, psm, register, both = (sum(cell[name] for cell in cells) for name in ("true", "psm", "register", "both"))
    assert (psm + 1) * (register + 1) / (both + 1) - 1 == pytest.approx(true, rel=0.03)


# Files


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.integers(200, 2500), st.integers(2, 26), st.integers(0, 50))
def test_case_files_hold_exactly_the_rows_asked_for(rows: int, months: int, seed: int) -> None:
    made = simulate(rows, months, "2025-09", seed)
    files = case_files(made)
    assert sum(item.rows for item in files) == rows
    assert all(item.rows == item.accepted + item.quarantined + item.duplicates for item in files)
    assert sum(item.duplicates + item.updates for item in files) == round(0.03 * rows) + round(0.005 * rows)
    shares = stated.table("galat", "karantina") | stated.table("galat", "peringatan") | stated.table("galat", "tanda")
    for code, share in shares.items():
        found = sum(item.reasons.get(code, 0) + item.warnings.get(code, 0) for item in files)
        assert found == round(share * rows) or (code == "KEL_AMBIGUOUS" and found < round(share * rows))
    assert [item.name for item in files] == sorted(
        (item.name for item in files), key=lambda name: ("kasus" in name, re.findall(r"\d{4}-\d\d", name))
    )


def test_kinds_of_repeat(sample: Simulation) -> None:
    rows = sample.layout
    first = rows.file[rows.copy == layout.FIRST][np.argsort(rows.case[rows.copy == layout.FIRST])]
    steps = rows.file - first[rows.case]
    last, earlier = len(rows.files) - 1, rows.case[rows.known != layout.AS_IT_IS]
    assert set(steps[(rows.copy == layout.UPDATE) & (rows.file < last)]) == {1}
    assert steps[rows.copy == layout.UPDATE].min() == 1
    put_right = rows.case[(rows.copy == layout.UPDATE) & (rows.file == last)]
    assert len(put_right) >= round(0.002 * 20_000) == 40
    assert len(earlier) == 26
    assert set(earlier) <= set(put_right)
    assert (steps[rows.copy == layout.REPEAT] == 1).sum() == round(0.4 * 0.03 * 20_000)
    assert set(steps[rows.copy == layout.REPEAT]) == {0, 1}
    again = rows.case[rows.copy != layout.FIRST]
    assert len(set(again)) == len(again)
    assert not sample.load.error[again].any()
    kinds = np.array([item.kind for item in rows.files])
    assert np.all(kinds[rows.file] == kinds[first[rows.case]])


def test_every_file_holds_the_rows_and_headers_of_its_format(folder: Path, truth: Truth) -> None:
    headers = {
        "sicadas-ppks": schema.SICADAS_PPKS_COLUMNS,
        "kasus-lengkap": schema.TEMPLATE_COLUMNS,
        "laporan-bulanan": schema.MONTHLY_REPORT_COLUMNS,
        "roster-psm": schema.ROSTER_COLUMNS,
        "sicadas-dtsen": schema.SICADAS_DTSEN_COLUMNS,
        "dtks": schema.DTKS_COLUMNS,
        "spm": schema.SPM_COLUMNS,
        "sicadas-bansos": schema.SICADAS_BANSOS_COLUMNS,
    }
    for item in truth.files:
        rows = read(folder / item.name)
        assert (len(rows), tuple(rows[0])) == (item.rows, headers[item.kind])
    assert {item.kind for item in truth.files} == set(headers)
    assert {item.name for item in truth.files} | {"truth.json", "kebenaran_orang.csv"} == {path.name for path in folder.iterdir()}


def test_every_row_says_that_it_is_sample_data(folder: Path, truth: Truth) -> None:
    remark = {
        "sicadas-ppks": "Keterangan",
        "kasus-lengkap": "keterangan",
        "laporan-bulanan": "kendala",
        "roster-psm": "organisasi",
        "sicadas-dtsen": "Alamat Lengkap",
        "dtks": "alamat",
        "spm": "keterangan",
        "sicadas-bansos": "Alamat",
    }
    for item in truth.files:
        assert all(schema.SAMPLE_MARK in str(row[remark[item.kind]]) for row in read(folder / item.name))


def test_intake_finds_in_each_file_what_the_truth_says(folder: Path, truth: Truth) -> None:
    options, keys = Settings(store=folder / "store", today=TODAY), Keyring(b"x" * 32)
    persons: dict[str, set[str]] = {name: set() for name in truth.persons["keys_by_identity"]}
    for item in truth.files:
        batch = apart(open_file(folder / item.name, options, keys))
        assert (batch.format.kind, batch.rows_read, batch.unknown_columns) == (item.kind, item.rows, ())
        assert len(batch.quarantined) == item.quarantined
        assert Counter(code for row in batch.quarantined["reasons"].to_pylist() for code in row) == item.reasons
        assert Counter(code for row in batch.accepted["warnings"].to_pylist() for code in row) == item.warnings
        taken = set(batch.accepted["row_number"].to_pylist())
        assert Counter(one.code for one in batch.problems if one.row_number in taken and not one.warns) == item.notes
        assert all(batch.accepted["sample"].to_pylist())
        if item.kind in CASES:
            for name, key in zip(batch.accepted["identity"].to_pylist(), batch.accepted["person_key"].to_pylist(), strict=True):
                persons[name].add(key)
    assert {name: len(keys) for name, keys in persons.items()} == truth.persons["keys_by_identity"]


def test_the_sample_holds_each_mark_the_intake_knows_from_real_files(truth: Truth) -> None:
    total: Counter[str] = Counter()
    for item in truth.files:
        total.update(item.warnings)
        total.update(item.notes)
    assert {"DOB_DEFAULT", "AGE_CAT_WARN", "NIK_DOB_WARN", "DATE_ORDER", "PERIOD_LATE", "NIK_AREA_INFO"} <= set(total)
    assert (total["NIK_DOB_WARN"], total["DATE_ORDER"]) == (9, 6)
    assert not {"SEX_CAT_WARN", "NIK_SEX_WARN"} & set(total)


def test_a_planted_birth_date_differs_from_the_nik_and_a_planted_finding_comes_after_the_report(sample: Simulation) -> None:
    load, cells = sample.load, sample.records.cells
    [born] = np.nonzero(load.error == errors.codes().index("NIK_DOB_WARN"))
    [turned] = np.nonzero(load.error == errors.codes().index("DATE_ORDER"))
    assert (len(born), len(turned)) == (120, 80)
    for row in born:
        stated_day = parse_date(str(cells["tgl_lahir"][row]), TODAY, earliest=date(1900, 1, 1)).value
        assert stated_day is not None
        assert 1 <= (day_of(load.people.birth[load.person[row]]) - stated_day).days <= 20
    for row in turned:
        days = [as_date(cells[name][row]) for name in ("tgl_lapor", "tgl_temuan", "tgl_masuk")]
        assert days[0] < days[1] <= days[2]
    assert load.template[[*born, *turned]].all()


def test_a_report_is_late_after_the_due_day_of_the_next_month() -> None:
    columns = {
        "bulan": draws.objects(["2025-12"] * 4),
        "tgl_terima": draws.objects(["31/12/2025", "05/01/2026", "06/01/2026", "01/02/2026"]),
    }
    assert faultless("a.csv", "laporan-bulanan", columns).warnings == {"PERIOD_LATE": 2}


@dataclass(frozen=True)
class Reading:
    """What a row says: a reason to refuse it, or a case, its content, and its cell in the counts."""

    refusal: str = ""
    case: object = None
    content: object = None
    cell: tuple[str, str] = ("", "")


def simple_intake(row: dict[str, object]) -> Reading:
    template = "id_kasus" in row
    kelurahan, kecamatan, code, kind, day = (
        ("kelurahan", "kecamatan", "kode_kelurahan", "kategori", "tgl_lapor")
        if template
        else ("Kelurahan", "Kecamatan", "", "Kategori PPKS", "Tanggal Laporan")
    )
    place = areas.resolve(str(row[kelurahan]), str(row[kecamatan]), str(row[code]) if code else "")
    kinds = [categories.match(part).code for part in str(row[kind]).split(";")]
    cell = row[day]
    parsed = parse_date(f"{cell:.0f}" if isinstance(cell, float) else str(cell), TODAY)
    refusal = place.reason or ("" if all(kinds) else "CAT_UNKNOWN") or parsed.reason
    if refusal or place.code is None:
        return Reading(refusal)
    where = (place.code, f"{parsed.value:%Y-%m}")
    if template:
        return Reading("", row["id_kasus"], row["status"], where)
    person = parse_nik(str(row["NIK"])).value or row["Nama"]
    return Reading("", (person, *kinds, place.code, parsed.value), row["Status"], where)


def test_truth_counts_what_can_be_read_in_the_files(folder: Path, truth: Truth) -> None:
    """An intake of a few lines, independent of the real one, finds the same refusals, repeats, updates and cases."""
    contents: dict[object, set[object]] = {}
    latest: dict[object, tuple[str, str]] = {}
    for item in (item for item in truth.files if item.kind in CASES):
        readings = [simple_intake(row) for row in read(folder / item.name)]
        assert Counter(reading.refusal for reading in readings if reading.refusal) == item.reasons
        outcome: Counter[str] = Counter()
        for reading in (reading for reading in readings if not reading.refusal):
            known = contents.setdefault(reading.case, set())
            outcome["first" if not known else "repeat" if reading.content in known else "update"] += 1
            latest[reading.case] = reading.cell
            known.add(reading.content)
        assert outcome == Counter(first=item.accepted - item.updates, repeat=item.duplicates, update=item.updates)
    cells = Counter(latest.values())
    places, months = truth.counts["kelurahan"], truth.counts["months"]
    assert truth.counts["reported_cases"] == [[cells[code, month] for month in months] for code in places]


def test_template_rows_show_a_state_that_fits_their_dates(folder: Path, truth: Truth) -> None:
    for row in rows_of(folder, truth, "kasus-lengkap"):
        days = [as_date(row[name]) for name in ("tgl_temuan", "tgl_masuk", *STEPS)]
        known = [day for day in days if day is not None]
        assert known == sorted(known)
        assert max(known) <= date(2026, 10, 31)
        reached = [status for status, step in STATUS_STEP.items() if row[step] != ""]
        assert row["status"] == (reached[-1] if reached else "baru") or (row["status"] == "ditutup" and row["tgl_selesai"] != "")
        assert bool(row["hasil"]) == (row["status"] in ("selesai", "ditutup"))
        assert bool(row["opd_rujukan"]) == (row["tgl_rujukan"] != "")
        assert row["desil"] == "" or row["status_padan"] == "padan"


def test_workbook_holds_real_dates_and_numbers(folder: Path, truth: Truth) -> None:
    name = next(item.name for item in truth.files if item.name.endswith(".xlsx"))
    rows = read(folder / name)
    assert name == "kasus_psm_contoh_2026-10.xlsx"
    assert sum(isinstance(row["tgl_masuk"], (date, datetime)) for row in rows) > len(rows) / 2
    assert float in {type(row["usia"]) for row in rows} <= {float, str}
    assert all(isinstance(row["nik"], str) for row in rows)


def test_slips_of_the_pen_name_no_place() -> None:
    slips = errors.misspelt()
    for number, code in enumerate(areas.codes("kelurahan")):
        own = slips.values[slips.starts[number] : slips.starts[number] + slips.sizes[number]]
        assert 1 <= len(own) <= 4
        assert {areas.resolve(text, areas.name(areas.parent(code))).reason for text in own} == {"KEL_UNKNOWN"}


def test_other_spellings_are_understood() -> None:
    for level in ("kelurahan", "kecamatan"):
        names = records.spellings(level)
        for number, code in enumerate(areas.codes(level)):
            own = names.values[names.starts[number] : names.starts[number] + names.sizes[number]]
            inside = code if level == "kelurahan" else areas.members(code)[0]
            for text in own:
                name, district = (text, areas.name(code[:8])) if level == "kelurahan" else (areas.name(inside), text)
                assert areas.resolve(name, district).code == inside


@pytest.mark.parametrize("code", ["NIK_LEN", "NIK_NONDIGIT", "NIK_PLACEHOLDER", "NIK_EXCEL_ROUND"])
def test_broken_niks_break_as_named(code: str) -> None:
    source = draws.stream(1, code)
    broken = {errors.broken_nik(source, "7371044503859001", code) for _ in range(40)}
    assert len(broken) > 1
    assert {parse_nik(text).reason for text in broken} == {code}


def test_future_dates_stay_in_the_future_and_are_dates() -> None:
    leap = day_number(date(2024, 2, 29))
    assert errors.broken_date(draws.stream(1, "x"), leap, "DATE_FUTURE") == "28/02/2062"
    assert parse_date(errors.broken_date(draws.stream(1, "x"), leap, "DATE_PARSE"), TODAY).reason == "DATE_PARSE"


# The whole


def test_same_arguments_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(tmp_path / name, cases=400, months=4, seed=seed)
    first, second, other = (digests(tmp_path / name) for name in "abc")
    assert first == second
    assert first.keys() == other.keys()
    assert all(first[name] != other[name] for name in first)


def test_truth_is_written_as_it_is_returned(folder: Path, truth: Truth) -> None:
    stored = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert stored["parameters"] == {**truth.parameters}
    assert [FileTruth(**item) for item in stored["files"]] == list(truth.files)
    assert stored["counts"] == truth.counts
    assert stored["parameters"]["mark"] == schema.SAMPLE_MARK


def test_truth_of_a_bigger_sample_adds_up(sample: Simulation, measured: Truth) -> None:
    counts = measured.counts
    assert (
        np.array(counts["reported_cases"]).sum() == accepted(sample).sum() == sum(measured.persons["cases_by_identity"].values())
    )
    inside = sample.period.month_of(sample.events.found) >= 0
    assert np.array(counts["true_cases"]).sum() == inside.sum()
    assert np.all(np.array(counts["true"]).max(axis=1) <= np.array(counts["true_cases"]))
    assert sum(measured.events.values()) == len(sample.events)
    assert measured.events["tiba"] == 20_000 - 600 - 100
    assert measured.hidden["share"] == round(measured.events["tersembunyi"] / len(sample.events), 6)
    assert measured.persons["accepted_repeatedly"] > measured.persons["accepted_in_two_kelurahan"] > 0


def test_a_new_sample_replaces_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    generate(tmp_path, cases=300, months=6, end="2025-06")
    truth = generate(tmp_path, cases=300, months=3, end="2025-06")
    assert {path.name for path in tmp_path.iterdir()} == {
        "truth.json",
        "kebenaran_orang.csv",
        *(item.name for item in truth.files),
    }
    (tmp_path / "asli.csv").write_text("NIK\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"asli\.csv"):
        generate(tmp_path, cases=300, months=3)
    assert (tmp_path / "asli.csv").read_text(encoding="utf-8") == "NIK\n"


@pytest.mark.parametrize(
    ("rows", "months", "end", "seed", "message"),
    [
        (10, 12, "2026-10", 1, "baris"),
        (300, 1, "2026-10", 1, "Jumlah bulan"),
        (300, 12, "2026-13", 1, "Bulan akhir"),
        (300, 12, "Oktober 2026", 1, "Bulan akhir"),
        (300, 36, "2001-02", 1, "Masa"),
        (300, 12, "2026-10", -1, "Benih"),
    ],
)
def test_impossible_samples_are_refused(tmp_path: Path, rows: int, months: int, end: str, seed: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        generate(tmp_path / "x", cases=rows, months=months, end=end, seed=seed)
    assert not (tmp_path / "x").exists()
