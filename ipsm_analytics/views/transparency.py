"""Transparansi: what everybody may know, each number a row of the published data sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.opendata import DataSet, Kind, OpenData, Period, data_sets
from ipsm_analytics.opendata.periods import of_times
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.reference.offices import offices
from ipsm_analytics.views import strips
from ipsm_analytics.views.atlas import MapOptions
from ipsm_analytics.views.chart import Chart, Desk, Scope, slice_name
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.values import interval_text, short_value, value_text

OFFICE = "DINSOS"
"""Who answers questions, an entry of kantor.csv."""
WITHHELD = ("kelurahan", "sensitif", "kecil", "orang", "nama_psm")
"""What is not published, each with its reason."""
TOLD = (Status.OK, Status.ZERO)


@dataclass(frozen=True)
class Tile:
    """One of the answers a citizen sees first; `share` fills a bar of 100 percent, None draws none."""

    question: str
    value: str
    unit: str
    note: str
    share: float | None


@dataclass(frozen=True)
class Offer:
    """One data set to take along: its title, what it holds, and addresses relative to the page."""

    title: str
    about: str
    rows: str
    csv: str
    json: str
    metadata: str


@dataclass(frozen=True)
class Transparency:
    """Everything the page shows beside the map, for one published period."""

    desk: Desk
    data: OpenData
    period: Period

    @property
    def scope(self) -> Scope:
        """What the map shows."""
        return Scope(areas.CITY, ALL, self.period.window)

    @cached_property
    def headline(self) -> str:
        """How many were reported, helped, how fast, and how complete the picture is, in one sentence each."""
        return _headline(self)

    @cached_property
    def tiles(self) -> tuple[Tile, ...]:
        """The same four answers as figures."""
        return (_reported(self), _helped(self), _speed(self), _complete(self))

    @cached_property
    def groups(self) -> Chart:
        """Persons by group of problems."""
        return _counts(self, "ppks-kelompok", "K02", "kelompok")

    @cached_property
    def places(self) -> Chart:
        """Persons by kecamatan."""
        return _counts(self, "ppks-kecamatan", "K02", "kecamatan")

    @cached_property
    def services(self) -> Chart:
        """The five SPM services in the newest quarter of the period that somebody reported."""
        return _services(self)

    @cached_property
    def response(self) -> Chart:
        """Cases answered within two days by kecamatan."""
        return _shares(self, "respons-kecamatan", "S01")

    @cached_property
    def reporting(self) -> Chart:
        """Completeness of the reports by kecamatan."""
        return _shares(self, "kelengkapan-kecamatan", "R01")

    @property
    def states(self) -> tuple[str, ...]:
        """Which kecamatan are silent or withheld in this period, each with the reason; empty where none is."""
        return _states(self)

    @property
    def withheld(self) -> list[tuple[str, str]]:
        """What is not published, and why."""
        return [
            (self.desk.words(f"transparansi.tidak.{name}"), self.desk.words(f"transparansi.tidak.{name}_isi"))
            for name in WITHHELD
        ]

    @property
    def about(self) -> list[tuple[str, str]]:
        """Day and version of the data, who makes them, the licence, whom to ask."""
        return _about(self)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """All data sets."""
        return tuple(_offer(self, item) for item in data_sets().values())

    def of(self, code: str) -> Period:
        """The period a data set is shown for: the chosen one, else the year around it."""
        return _nearest(self.data.periods, data_sets()[code].times, self.period)

    def city(self, code: str, item: str) -> dict[str, Any]:
        """The city's row of an indicator in the chosen period."""
        found = self.data.rows(code, item, self.of(code))
        return dict(found[found["tingkat"] == "kota"].iloc[0])


def map_options(*, narrow: bool) -> MapOptions:
    """The map of the page: rates by kecamatan, as `scope` says."""
    return MapOptions("K03", "kecamatan", "geografis", 340 if narrow else 430, 340 if narrow else 560)


def period_name(words: Words, period: Period) -> str:
    """'2025', 'Jan–Okt 2026' or '2026 TW3': what stands in the address."""
    whole = period.kind is Kind.QUARTER or period.window.length == 12
    return period.label if whole else words.window(period.window)


def _nearest(found: tuple[Period, ...], times: tuple[str, ...], chosen: Period) -> Period:
    known = of_times(found, times)
    same = [one for one in known if one.year == chosen.year]
    return chosen if chosen in known else (same or list(known) or [chosen])[0]


def _known(row: dict[str, Any]) -> bool:
    return row["status"] in TOLD


def _headline(page: Transparency) -> str:
    words = page.desk.words
    persons, served = page.city("ppks-kecamatan", "K02"), page.city("layanan-kecamatan", "C06")
    prompt, complete = page.city("respons-kecamatan", "S01"), page.city("kelengkapan-kecamatan", "R01")
    when = words.window(page.period.window)
    if not _known(persons):
        return words("transparansi.kepala.tidak_ada", periode=when, sebab=words(f"status.{persons['status']}"))
    said = [words("transparansi.kepala.orang", periode=when, jumlah=words.number(persons["nilai"]))]
    if _known(served):
        said.append(
            words("transparansi.kepala.dibantu", jumlah=_of_ten(words, served["nilai"]), masa=_other(page, "layanan-kecamatan"))
        )
    if _known(prompt):
        said.append(
            words("transparansi.kepala.cepat", nilai=words.number(prompt["nilai"]), masa=_other(page, "respons-kecamatan"))
        )
    if _known(complete):
        said.append(words("transparansi.kepala.lengkap", nilai=words.number(complete["nilai"])))
    return " ".join(said)


def _of_ten(words: Words, percent: float) -> str:
    """'7 dari 10', 'hampir semua' and 'hampir tidak ada' at the ends."""
    tenth = round(percent / 10)
    if tenth in (0, 10):
        return words("transparansi.kepala.hampir_semua" if tenth else "transparansi.kepala.hampir_tidak_ada")
    return words("transparansi.kepala.dari_sepuluh", jumlah=tenth)


def _reported(page: Transparency) -> Tile:
    words, row, rate = page.desk.words, page.city("ppks-kecamatan", "K02"), page.city("ppks-kecamatan", "K03")
    note = _note(words, rate, "orang")
    return Tile(words("transparansi.ubin.orang"), _value(words, row), _unit(words, row, "orang"), note, None)


def _helped(page: Transparency) -> Tile:
    words, row = page.desk.words, page.city("layanan-kecamatan", "C06")
    known = _known(row)
    value = words.number(row["pembilang"]) if known else words(f"status.{row['status']}")
    note = _note(words, row, "dibantu", penyebut=words.number(row["penyebut"]))
    when = _when(page, "layanan-kecamatan")
    return Tile(words("transparansi.ubin.dibantu"), value, _unit(words, row, "orang"), note + when, _share(row))


def _speed(page: Transparency) -> Tile:
    words, row, median = page.desk.words, page.city("respons-kecamatan", "S01"), page.city("respons-kecamatan", "S02")
    half = words("transparansi.ubin.separuh", hari=words.number(median["nilai"])) if _known(median) else ""
    note = _note(words, row, "cepat") + half + _when(page, "respons-kecamatan")
    return Tile(words("transparansi.ubin.cepat"), _value(words, row), "", note, _share(row))


def _complete(page: Transparency) -> Tile:
    words, row = page.desk.words, page.city("kelengkapan-kecamatan", "R01")
    came, due = words.number(row["pembilang"]), words.number(row["penyebut"])
    told = words("transparansi.ubin.lengkap_catatan", masuk=came, harus=due)
    note = told if _known(row) else words("transparansi.tanpa_angka", sebab=words(f"status.{row['status']}"))
    return Tile(words("transparansi.ubin.lengkap"), _value(words, row), "", note, _share(row))


def _value(words: Words, row: dict[str, Any]) -> str:
    return short_value(words, row["nilai"], row["status"], indicator(row["indikator"]))


def _unit(words: Words, row: dict[str, Any], name: str) -> str:
    return words(f"transparansi.satuan.{name}") if _known(row) else ""


def _note(words: Words, row: dict[str, Any], name: str, **more: str) -> str:
    """A sentence with value and interval, or why there is none."""
    if not _known(row):
        return words("transparansi.tanpa_angka", sebab=words(f"status.{row['status']}"))
    item = indicator(row["indikator"])
    limits = interval_text(words, row["bawah_95"], row["atas_95"], item)
    return words(f"transparansi.ubin.{name}_catatan", nilai=_value(words, row), selang=limits, **more)


def _share(row: dict[str, Any]) -> float | None:
    return float(row["nilai"]) if _known(row) else None


def _when(page: Transparency, code: str) -> str:
    """Of which period a figure is where it is not published for the chosen one."""
    words, shown = page.desk.words, page.of(code)
    return "" if shown == page.period else words("transparansi.lain_masa", periode=words.window(shown.window))


def _other(page: Transparency, code: str) -> str:
    """The same in brackets, for a sentence."""
    shown = page.of(code)
    return "" if shown == page.period else f" ({page.desk.words.window(shown.window)})"


def _counts(page: Transparency, code: str, item: str, by: str) -> Chart:
    found = _parts(page, code, item)
    rows = [_row(page, row, by) for row in _ranked(found)]
    return _chart(page, code, item, by, strips.Strip(tuple(rows), "batang", max(found["nilai"].max(skipna=True), 1.0)), found)


def _shares(page: Transparency, code: str, item: str) -> Chart:
    found, city = _parts(page, code, item), page.city(code, item)
    rows = tuple(_row(page, row, "kecamatan") for row in _ranked(found))
    mean = page.desk.words("bagan.kota", nilai=_value(page.desk.words, city))
    drawn = strips.Strip(rows, "titik", 100.0, (float(city["nilai"]), mean) if _known(city) else None)
    return _chart(page, code, item, "kecamatan", drawn, found)


def _parts(page: Transparency, code: str, item: str) -> pd.DataFrame:
    """Rows below the city as a whole: kecamatan, or groups of the city."""
    found = page.data.rows(code, item, page.of(code))
    return found[(found["tingkat"] == "kecamatan") | (found["kelompok"] != ALL)]


def _ranked(found: pd.DataFrame) -> list[dict[str, Any]]:
    ordered = found.sort_values("nilai", ascending=False, na_position="last", kind="stable")
    return [{str(key): value for key, value in row.items()} for row in ordered.to_dict("records")]


def _row(page: Transparency, row: dict[str, Any], by: str) -> strips.Row:
    words, item = page.desk.words, indicator(row["indikator"])
    name = slice_name(words, row["kelompok"]) if by == "kelompok" else str(row["wilayah"])
    text = _value(words, row)
    if item.interval and _known(row):
        text += f" ({interval_text(words, row['bawah_95'], row['atas_95'], item)})"
    return strips.Row(name, float(row["nilai"]), float(row["bawah_95"]), float(row["atas_95"]), text)


def _chart(page: Transparency, code: str, item: str, by: str, drawn: strips.Strip, found: pd.DataFrame) -> Chart:
    words, known, when = page.desk.words, indicator(item), page.of(code).window
    title = words(f"transparansi.judul.{item}_{by}", periode=words.window(when))
    return Chart(
        key=f"transparansi_{item}_{by}",
        title=title,
        context=_context(page, known, when),
        reading=words(f"transparansi.cara.{item}"),
        alt=title,
        figure=drawn,
        table=lambda: _readable(words, found, by),
        export=lambda: found,
    )


def _context(page: Transparency, item: Indicator, when: Window) -> str:
    words = page.desk.words
    cutoff = words.day(page.data.cutoff)
    return words("bagan.konteks", satuan=item.unit, periode=words.window(when), sumber=item.source, cutoff=cutoff)


def _readable(words: Words, found: pd.DataFrame, by: str) -> pd.DataFrame:
    rows, item = _ranked(found), indicator(found["indikator"].iloc[0])
    names = [slice_name(words, row["kelompok"]) if by == "kelompok" else row["wilayah"] for row in rows]
    table = pd.DataFrame({words(f"pilahan.{by}"): names})
    table[f"{item.short} ({item.unit})"] = [value_text(words, row["nilai"], row["status"], item) for row in rows]
    if item.interval:
        table[words("tabel.selang")] = [interval_text(words, row["bawah_95"], row["atas_95"], item) for row in rows]
    return table.assign(**{words("tabel.status"): [words(f"status.{row['status']}") for row in rows]})


def _services(page: Transparency) -> Chart:
    words, found = page.desk.words, _newest_quarter(page)
    rows = [_service_row(words, {str(key): value for key, value in row.items()}) for row in found.to_dict("records")]
    when = Window(*(page.period.window if found.empty else _quarter(page, found)))
    title = words("transparansi.judul.spm", periode=words.window(when))
    top = max([100.0, *(row.upper for row in rows if not math.isnan(row.upper))])
    return Chart(
        key="transparansi_spm",
        title=title,
        context=_context(page, indicator("C01"), when),
        reading=words("transparansi.cara.spm"),
        alt=title,
        figure=strips.Strip(tuple(rows), "titik", top),
        table=lambda: _service_table(words, found),
        export=lambda: found,
    )


def _newest_quarter(page: Transparency) -> pd.DataFrame:
    """Rows of the five services in the newest quarter that ends in the period and of which a figure is told."""
    found, window = page.data.tables["spm-layanan"], page.period.window
    inside = [one for one in page.data.periods if one.kind is Kind.QUARTER and window.first <= one.window.last <= window.last]
    rows = [_of_quarter(found, one) for one in inside]
    return next((part for part in rows if part["status"].isin(TOLD).any()), rows[0] if rows else found.iloc[:0])


def _of_quarter(found: pd.DataFrame, period: Period) -> pd.DataFrame:
    last = period.window.last
    return found[(found["tahun"] == last.year) & (found["sampai"] == f"{last.year:04d}-{last.month:02d}")]


def _quarter(page: Transparency, found: pd.DataFrame) -> Window:
    ends = found["sampai"].iloc[0]
    return next(one.window for one in page.data.periods if one.kind is Kind.QUARTER and one.span.endswith(ends))


def _service_row(words: Words, row: dict[str, Any]) -> strips.Row:
    item = indicator(row["indikator"])
    text = _value(words, row)
    if _known(row):
        text += f" · {words.number(row['pembilang'])}/{words.number(row['penyebut'])}"
    return strips.Row(item.short, float(row["nilai"]), float(row["bawah_95"]), float(row["atas_95"]), text, item.title)


def _service_table(words: Words, found: pd.DataFrame) -> pd.DataFrame:
    rows = _ranked(found)
    items = [indicator(row["indikator"]) for row in rows]
    values = [value_text(words, row["nilai"], row["status"], item) for row, item in zip(rows, items, strict=True)]
    limits = [interval_text(words, row["bawah_95"], row["atas_95"], item) for row, item in zip(rows, items, strict=True)]
    return pd.DataFrame(
        {
            words("pilahan.layanan"): [item.short for item in items],
            words("transparansi.kolom_persen"): values,
            words("tabel.selang"): limits,
            words("tabel.status"): [words(f"status.{row['status']}") for row in rows],
        }
    )


def _states(page: Transparency) -> tuple[str, ...]:
    words, told = page.desk.words, []
    for status, key in ((Status.NOT_REPORTED, "belum_lapor"), (Status.SUPPRESSED, "disensor")):
        names = _in_state(page, status)
        if names:
            told.append(words(f"transparansi.keadaan.{key}", jumlah=len(names), daftar=words.listing(names)))
    return tuple(told)


def _in_state(page: Transparency, status: Status) -> list[str]:
    """Kecamatan of which some shown figure is in a state, in the order of their codes."""
    shown = (("ppks-kecamatan", "K02"), ("respons-kecamatan", "S01"), ("layanan-kecamatan", "C06"))
    rows: Sequence[pd.DataFrame] = [_parts(page, code, item) for code, item in shown]
    found = pd.concat(rows)
    found = found[found["status"] == status]
    return list(dict.fromkeys(found.sort_values("kode_wilayah")["wilayah"].astype(str)))


def _about(page: Transparency) -> list[tuple[str, str]]:
    words, data = page.desk.words, page.data
    office = offices()[OFFICE].title(words.language)
    facts = {
        "data": words("transparansi.tentang.data_isi", tanggal=words.day(data.cutoff), versi=data.version),
        "produsen": words("transparansi.tentang.produsen_isi", kantor=office),
        "lisensi": words("transparansi.tentang.lisensi_isi"),
        "tanya": words("transparansi.tentang.tanya_isi", kantor=office),
    }
    return [(words(f"transparansi.tentang.{name}"), text) for name, text in facts.items()]


def _offer(page: Transparency, item: DataSet) -> Offer:
    words, base = page.desk.words, f"api/v1/kumpulan/{item.id}"
    rows = words("transparansi.unduh.baris", jumlah=words.number(len(page.data.tables[item.id])))
    title, about = words(f"transparansi.kumpulan.{item.id}.judul"), words(f"transparansi.kumpulan.{item.id}.isi")
    return Offer(title, about, rows, f"{base}.csv", base, f"api/v1/metadata/{item.id}")
