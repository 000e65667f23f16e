"""A small meeting made by hand: every kind of figure, with numbers a reader can check."""

import math

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.rakor.passport import Passport
from ipsm_analytics.reference import areas
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.parts import (
    AreaMap,
    Bars,
    Card,
    Cards,
    Deck,
    Grid,
    Lines,
    Number,
    Series,
    Slide,
    Step,
    Waterfall,
)
from ipsm_analytics.views.classes import LegendEntry

WINDOW = Window(Month(2026, 10), Month(2026, 10))
NAN = float("nan")
KECAMATAN = areas.codes("kecamatan")
KELURAHAN = areas.codes("kelurahan")
CONTEXT = (
    "Kasus per 10.000 penduduk · Okt 2026 · Sumber: laporan PSM; penduduk: perkiraan 2025 · Data s.d. 31 Okt 2026 · 148/153"
    " kelurahan melapor"
)
LONG = (
    "Laju kasus di Kecamatan Kepulauan Sangkarrang dan Kecamatan Ujung Tanah jelas di atas kota pada Oktober 2026, sedangkan"
    " perubahan di kecamatan lain belum dapat disimpulkan"
)


def number(value: float, label: str, area: str = areas.CITY, low: float = NAN, high: float = NAN, code: str = "K03") -> Number:
    """A number of the meeting; NaN is one that was not reported."""
    known = not math.isnan(value)
    text = f"{value:.1f}".replace(".", ",") if known else "belum melapor"
    interval = f"{low:.1f}–{high:.1f}".replace(".", ",") if not math.isnan(low) else "–"
    question = Query(code, area=area, window=WINDOW)
    status = Status.OK if known else Status.NOT_REPORTED
    passport = Passport(question, 3).code
    return Number(passport, question, label, status, value, value * 10, 10.0, low, high, text, interval)


def cards() -> Cards:
    names = (
        "Kasus dilaporkan",
        "Orang unik",
        "Laju per 10.000 penduduk",
        "Kelengkapan laporan",
        "Cakupan layanan",
        "Respons ≤ 2×24 jam",
    )
    made = [
        Card(
            name,
            number(12.5 * place, "Kota Makassar", low=12.0 * place, high=13.0 * place),
            "kasus per 10.000",
            "naik 12% dari September, belum pasti",
        )
        for place, name in enumerate(names, 1)
    ]
    return Cards((*made[:-1], Card(names[-1], number(NAN, "Kota Makassar"), "persen", "")))


def bars(*, dots: bool) -> Bars:
    numbers = [
        number(4.0 + place, areas.label(code), code, 3.0 + place * 0.9, 6.0 + place * 1.2) for place, code in enumerate(KECAMATAN)
    ]
    numbers[3] = number(NAN, areas.label(KECAMATAN[3]), KECAMATAN[3])
    texts = [f"{one.text} ({one.interval})" if one.known else one.text for one in numbers]
    return Bars(tuple(one.label for one in numbers), tuple(numbers), tuple(texts), "per 10.000", (10.5, "Kota 10,5"), dots=dots)


def lines() -> Lines:
    months = tuple(
        f"{name} {year}"
        for year in (2025, 2026)
        for name in ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt")
    )
    made = []
    for place, (name, colour) in enumerate(list(style.GROUP_COLOURS.items())[:4]):
        numbers = tuple(number(900.0 + 300 * place + 17 * (month % 7), f"{name} {label}") for month, label in enumerate(months))
        estimates = (None,) * 18 + ((1000.0 + 300 * place, 950.0 + 300 * place, 1080.0 + 300 * place),) * 2
        made.append(Series(name, colour, numbers, estimates if place == 0 else ()))
    return Lines(months, tuple(made), "kasus", 2, ((4, "Pendataan"), (12, "Banjir")))


def waterfall() -> Waterfall:
    parts = (("Okt 2025", 1200.0, True), ("Terlambat", 140.0, False), ("Kejadian baru", 310.0, False), ("Dicabut", -90.0, False),
             ("Pindah wilayah", -40.0, False), ("Okt 2026", 1520.0, True))  # fmt: skip
    steps = [
        Step(
            name,
            value,
            f"{value:+.0f}" if not total else f"{value:.0f}",
            Passport(Query("K01", window=WINDOW), 3, kind="bagian", part=place).code,
            total,
        )
        for place, (name, value, total) in enumerate(parts)
    ]
    return Waterfall(tuple(steps), "kasus")


def area_map(level: str = "kelurahan") -> AreaMap:
    codes = KELURAHAN if level == "kelurahan" else KECAMATAN
    colours = {code: style.SEQUENTIAL[place % 5] for place, code in enumerate(codes)}
    silent = frozenset(codes[::31])
    colours |= dict.fromkeys(silent, style.NOT_REPORTED)
    legend = [LegendEntry(colour, f"{place * 10} – <{place * 10 + 10}", 30) for place, colour in enumerate(style.SEQUENTIAL)]
    legend.append(LegendEntry(style.NOT_REPORTED, "belum melapor", len(silent), marked=True))
    numbers = {code: number(NAN if code in silent else 5.0 + place, areas.label(code), code) for place, code in enumerate(codes)}
    return AreaMap(level, areas.CITY, colours, numbers, tuple(legend), "Kasus per 10.000 penduduk", silent)


def grid(rows: int = 6, columns: int = 4) -> Grid:
    heads = ("Kecamatan", *(f"TW{place} 2026" for place in range(1, columns)))
    made = [(areas.label(KECAMATAN[row % 15]), *(f"{row * 10 + place},0%" for place in range(1, columns))) for row in range(rows)]
    return Grid(heads, tuple(made), frozenset(range(1, columns)))


BULLETS = (
    "148 dari 153 kelurahan melapor; lima belum, sehingga angka kecamatannya lebih rendah daripada kenyataan.",
    "Kenaikan di Tallo nyata: 12,5 menjadi 18,0 per 10.000 (95%: 15,2–21,3).",
    "Angka September dan Oktober belum final; penurunan tidak disimpulkan.",
)


def slide(key: str, **parts: object) -> Slide:
    """One slide with source, notes and a question."""
    held = {
        "title": LONG,
        "context": CONTEXT,
        "notes": "K03 Laju. Kasus dibagi penduduk kali 10.000.",
        "question": Query("K03", window=WINDOW),
    }
    return Slide(item="ringkasan", key=key, **{**held, **parts})


def deck() -> Deck:
    """One slide of every kind."""
    dots, plain, area = bars(dots=True), bars(dots=False), area_map()
    slides = (
        slide(
            "kartu",
            title="Keadaan kota dalam enam angka",
            figure=cards(),
            bullets=BULLETS,
            numbers=tuple(c.number for c in cards().cards),
        ),
        slide("titik", figure=dots, bullets=BULLETS, numbers=dots.numbers),
        slide("batang", figure=plain, numbers=plain.numbers),
        slide(
            "bulan", figure=lines(), bullets=BULLETS, numbers=tuple(one for series in lines().series for one in series.numbers)
        ),
        slide("tangga", figure=waterfall(), bullets=BULLETS),
        slide("peta", figure=area, bullets=BULLETS, numbers=tuple(area.numbers.values())),
        slide(
            "peta_kecamatan",
            figure=area_map("kecamatan"),
            beside=lines(),
            bullets=BULLETS[:2],
            numbers=tuple(area_map("kecamatan").numbers.values()),
        ),
        slide("tabel", figure=grid(), bullets=BULLETS),
        slide("tabel_lebar", figure=grid(8, 8), bullets=BULLETS),
        slide("tabel_panjang", figure=grid(40)),
        slide("dua", figure=bars(dots=False), beside=grid(6, 3)),
        slide("kata", bullets=BULLETS * 3, question=None),
    )
    return Deck(
        "Rakor Sosial November 2026",
        "Kota Makassar",
        "Oktober 2026",
        "Data s.d. 31 Okt 2026 · v26",
        "DATA CONTOH",
        "RK-3",
        slides,
    )
