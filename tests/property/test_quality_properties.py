"""For any rows: quality counts are what counting the rows one by one gives."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import area_codes
from ipsm_analytics.measures.quality import MEASURES, State, mending, rates
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas
from tests.qualities import quality_of, refusal, report, row

KELURAHAN = (*areas.members("73.71.01")[:2], areas.codes("kelurahan")[-1])
AREAS = (*KELURAHAN, "73.71.01", areas.CITY)
FIRST = date(2025, 12, 20)
TODAY = date(2026, 4, 20)
WINDOW = Window(Month(2025, 12), Month(2026, 5))
MONTHS = WINDOW.months()
MONTH_TEXTS = [f"{month.year}-{month.month:02d}" for month in MONTHS]
FREELY = settings(max_examples=60)

days = st.integers(0, 120).map(lambda step: (FIRST + timedelta(days=step)).isoformat())
cases = st.lists(
    st.builds(
        lambda person, day, place, codes, arrived, identity: row(person, day, place, *codes, arrived=arrived, identity=identity),
        st.sampled_from("ABC"),
        days,
        st.sampled_from(KELURAHAN),
        st.sets(st.sampled_from(["PPKS-08", "PPKS-24"]), min_size=1).map(sorted),
        st.one_of(st.just(""), days),
        st.sampled_from(["nik", "nik", "nama_lahir", "tidak_ada"]),
    ),
    max_size=25,
)
reports = st.lists(
    st.builds(report, st.sampled_from(KELURAHAN), st.sampled_from(MONTH_TEXTS), st.one_of(st.just(""), days)), max_size=8
)
refusals = st.lists(
    st.builds(
        lambda place, month, reasons: refusal(place, month, *reasons),
        st.sampled_from([None, *KELURAHAN]),
        st.sampled_from([None, *MONTH_TEXTS]),
        st.sets(st.sampled_from(["KEL_UNKNOWN", "CAT_UNKNOWN"]), min_size=1),
    ),
    max_size=12,
)


def repeats(rows: list, place: str) -> int:
    """Rows at most thirty days after the one before, of one person, list of categories and kelurahan."""
    known = [item for item in rows if item["kode_kelurahan"] == place and item["identity"] != "tidak_ada"]
    days_of: dict = {}
    for item in known:
        days_of.setdefault((item["person_key"], tuple(item["kategori"])), []).append(item["tgl_lapor"])
    return sum((later - earlier).days <= 30 for found in days_of.values() for earlier, later in pairwise(sorted(found)))


def one_identity(rows: list) -> list:
    """The same rows where a person is known alike in all of them, as a key is."""
    kinds = {"A": "nik", "B": "nama_lahir", "C": "tidak_ada"}
    return [item | {"identity": kinds[item["person_key"]]} for item in rows]


@FREELY
@given(cases, reports, refusals)
def test_every_row_is_counted_once(rows: list, months: list, refused: list):
    quality = quality_of(rows, months, refused)
    assert quality.counts["accepted"].sum() == len(rows)
    assert quality.counts["refused"].sum() == len(refused) == quality.waiting.sum()
    assert quality.counts["accepted"][-1].sum() == quality.counts["accepted"][:, -1].sum() == 0
    for code, table in quality.reasons.items():
        assert table.sum() == sum(code in item["reasons"] for item in refused)


@FREELY
@given(cases, reports, refusals)
def test_areas_and_months_add_up(rows: list, months: list, refused: list):
    quality = quality_of(rows, months, refused)
    for name in quality.counts:
        by_month = sum(quality.total(name, area_codes(), [month]) for month in MONTHS)
        assert by_month.tolist() == quality.total(name, area_codes(), MONTHS).tolist()
        kelurahan = quality.total(name, areas.codes("kelurahan"), MONTHS)
        loose = quality.counts[name][:-1, -1].sum()
        assert quality.total(name, (areas.CITY,), MONTHS).tolist() == [kelurahan.sum() + loose]
        assert quality.total(name, areas.codes("kecamatan"), MONTHS).sum() == kelurahan.sum()


@FREELY
@given(cases, reports)
def test_a_kelurahan_month_is_in_time_late_undated_or_missing(rows: list, months: list):
    quality = quality_of(rows, months)
    for place in KELURAHAN:
        for month in MONTHS:
            reported, on_time, undated = (
                int(quality.total(name, (place,), [month])[0]) for name in ("reported", "on_time", "undated")
            )
            mine = [item for item in rows if item["kode_kelurahan"] == place and Month.of(item["tgl_lapor"]) == month]
            told = [item for item in months if item["kode_kelurahan"] == place and Month.of(item["bulan"]) == month]
            arrived = [item["tgl_terima"] for item in told if item["tgl_terima"]] or [
                item["tgl_masuk"] for item in mine if item["tgl_masuk"]
            ]
            assert reported == bool(mine or told)
            assert undated == (reported and not arrived)
            assert on_time == (bool(arrived) and min(arrived) <= month.plus(1).first_day.replace(day=5))


@FREELY
@given(cases.map(one_identity), st.randoms())
def test_repeats_are_those_found_one_by_one_in_any_order(rows: list, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    quality = quality_of(shuffled)
    for place in KELURAHAN:
        assert quality.total("repeated", (place,), MONTHS).tolist() == [repeats(rows, place)]


@FREELY
@given(cases, reports, refusals, st.sampled_from([0, 5]))
def test_shares_lie_in_their_interval_and_hide_what_is_small(rows: list, months: list, refused: list, least: int):
    rule = policy("operator", "ekspor" if least else "layar", least)
    quality = quality_of(rows, months, refused)
    for name, item in MEASURES.items():
        for cell in rates(quality, name, AREAS, (WINDOW,), TODAY, rule).to_dict("records"):
            if cell["state"] != State.OK:
                assert cell["value"] != cell["value"]
                continue
            assert 0 <= cell["lower"] <= cell["value"] + 1e-9 <= cell["upper"] + 2e-9 <= 100 + 1e-6
            parts = (cell["numerator"], cell["denominator"], cell["denominator"] - cell["numerator"])
            assert item.of_reports or all(part == 0 or part >= least for part in parts)


@FREELY
@given(cases, reports, refusals)
def test_the_work_list_misses_nobody(rows: list, months: list, refused: list):
    quality = quality_of(rows, months, refused)
    items = {item.code: item for item in mending(quality, areas.CITY, WINDOW, TODAY)}
    due = quality.due_months(WINDOW, TODAY)
    for place in areas.codes("kelurahan"):
        reported = int(quality.total("reported", (place,), due)[0])
        waiting = sum(item["kode_kelurahan"] == place for item in refused)
        item = items.get(place)
        assert (len(item.missing) if item else 0) == len(due) - reported
        assert (item.waiting if item else 0) == waiting
    impacts = [item.impact for item in items.values()]
    assert impacts == sorted(impacts, reverse=True)
