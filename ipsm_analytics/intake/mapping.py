"""Layouts no format knows: guessed at, shown, declared by a person, and known again by their header."""

from __future__ import annotations

import hashlib
import secrets
from collections import abc
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import yaml
from rapidfuzz import fuzz
from scipy.optimize import linear_sum_assignment

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UnknownLayoutError, UserError
from ipsm_analytics.intake import formats
from ipsm_analytics.intake.declared import (
    PERSONAL,
    check_no_person,
    day,
    entries,
    load,
    refuse,
    texts,
)
from ipsm_analytics.intake.evidence import evidence_for
from ipsm_analytics.intake.formats import FORMATS, Format, by_kind, header_key, holds_long_number
from ipsm_analytics.intake.readers import RawTable

LIKELY = 55.0
"""Score from which a header is proposed for a field."""
PLAUSIBLE = 45.0
"""Score from which a format is called the closest one."""
SAMPLE_ROWS, PREVIEW_ROWS = 200, 10
MASK = "•"
_REQUIRED_SHARE = 0.75
_KEYS = ("jenis", "diperiksa_oleh", "tanggal", "kolom", "tetap", "kepala")
_DRAFT = """\
# Pemetaan kolom untuk {file}: bentuk terdekat {title} (kecocokan {score:.0f} dari 100).
# Isinya dugaan. Periksa setiap baris, isi diperiksa_oleh, lalu:
#   python -m ipsm_analytics ingest {file} --map BERKAS_INI
# Bentuk lain: {others}. Ganti dengan: python -m ipsm_analytics map {file} --kind JENIS --out BERKAS_BARU
jenis: {kind}
diperiksa_oleh: ""  # wajib: nama atau jabatan yang memeriksa; selama kosong, pemetaan ini tidak dipakai
tanggal: {today}
kolom:  # kolom kita: "judul kolom di berkas"; kosongkan yang tidak ada
{columns}
tetap:  # nilai yang sama untuk seluruh berkas, misalnya kecamatan: "Tallo"
kepala:  # judul kolom seperti dikirim; jangan diubah, dengan ini bentuknya dikenali lagi
{header}
"""


@dataclass(frozen=True)
class Mapping:
    """How one header is read.

    Attributes:
        kind: the format it is read as.
        header: the headers as sent; it is known again by the set of their keys, whatever their order.
        columns: our field -> header as sent.
        fixed: our field -> value of every row, for what the file does not say itself.
        author: who checked it; a mapping nobody checked is never applied.
    """

    kind: str
    header: tuple[str, ...]
    columns: abc.Mapping[str, str]
    fixed: abc.Mapping[str, str]
    author: str
    made: date

    @property
    def signature(self) -> str:
        """16 hex digits of the set of header keys."""
        return signature(self.header)

    def document(self) -> dict[str, object]:
        """The YAML document."""
        said = (self.kind, self.author, self.made.isoformat(), dict(self.columns), dict(self.fixed), list(self.header))
        return dict(zip(_KEYS, said, strict=True))


@dataclass(frozen=True)
class Candidate:
    """A header that may hold a field; scores 0 to 100, `by_content` None where no text could tell."""

    header: str
    score: float
    by_name: float
    by_content: float | None


@dataclass(frozen=True)
class Suggestion:
    """What a header looks like; only shown, never applied.

    Attributes:
        kind: the closest format, or the one asked about.
        formats: format -> score 0 to 100, best first.
        fields: field of `kind` -> headers, best first.
        columns: field -> header, each header once, those of at least LIKELY.
    """

    kind: str
    formats: abc.Mapping[str, float]
    fields: abc.Mapping[str, tuple[Candidate, ...]]
    columns: abc.Mapping[str, str]

    @property
    def score(self) -> float:
        """How well `kind` fits."""
        return self.formats[self.kind]


@dataclass(frozen=True)
class Layout:
    """How a file is read: its format, header as sent -> field, field -> value of every row, and who mapped it, if one did."""

    form: Format
    fields: abc.Mapping[str, str]
    fixed: abc.Mapping[str, str]
    author: str = ""

    def cells(self, raw: pa.Table) -> pa.Table:
        """The known columns under our field names."""
        table = raw.select(list(self.fields)).rename_columns(list(self.fields.values()))
        for name, value in self.fixed.items():
            table = table.append_column(name, pa.repeat(value, len(raw)))
        return table

    @property
    def headers(self) -> dict[str, str]:
        """Field -> header as sent."""
        return {name: header for header, name in self.fields.items()} | {name: f"{name} (nilai tetap)" for name in self.fixed}


def signature(header: Sequence[str]) -> str:
    """16 hex digits of the set of header keys; order, case and punctuation do not matter."""
    return hashlib.sha256("\n".join(sorted(map(header_key, header))).encode()).hexdigest()[:16]


def suggest(header: Sequence[str], sample_rows: Sequence[Sequence[str]], kind: str | None = None) -> Suggestion:
    """Formats and headers by likeness of names and by what the cells hold; raises UserError for an unknown kind.

    sample_rows: cells in the order of the header; SAMPLE_ROWS of them are looked at.
    """
    columns = [sorted({cell.strip() for cell in cells} - {""}) for cells in zip(*sample_rows[:SAMPLE_ROWS], strict=True)]
    columns = columns or [[] for _ in header]
    shares: dict[tuple[str, str, int], float | None] = {}
    judged = {form.kind: _judged(form, header, columns, shares) for form in FORMATS}
    scores = {name: _format_score(by_kind(name), header, found[1]) for name, found in judged.items()}
    ranked = dict(sorted(scores.items(), key=lambda item: -item[1]))
    chosen = by_kind(kind).kind if kind else next(iter(ranked))
    fields, best = judged[chosen]
    return Suggestion(chosen, ranked, fields, {name: candidate.header for name, candidate in best.items()})


def _judged(
    form: Format, header: Sequence[str], columns: Sequence[Sequence[str]], shares: dict[tuple[str, str, int], float | None]
) -> tuple[dict[str, tuple[Candidate, ...]], dict[str, Candidate]]:
    """Field -> candidates, best first; and field -> its header, so chosen that the sum of scores is highest."""
    table: list[list[Candidate]] = []
    for name in form.columns:
        row = []
        for place, text in enumerate(header):
            asked = (name, form.table, place)
            if asked not in shares:
                shares[asked] = _share(name, form.table, columns[place])
            row.append(_candidate(name, text, shares[asked]))
        table.append(row)
    scores = np.array([[item.score if item.score >= LIKELY else 0.0 for item in row] for row in table])
    rows, places = linear_sum_assignment(scores, maximize=True)
    names = list(form.columns)
    best = {names[row]: table[row][place] for row, place in zip(rows, places, strict=True) if scores[row, place]}
    ranked = [tuple(sorted(row, key=lambda item: -item.score)) for row in table]
    return dict(zip(names, ranked, strict=True)), best


def _share(field: str, table: str, cells: Sequence[str]) -> float | None:
    """Percentage of the different cells that read as the field; None where that says nothing."""
    test = evidence_for(field, table)
    return 100.0 * sum(map(test, cells)) / len(cells) if test and cells else None


def _candidate(field: str, header: str, share: float | None) -> Candidate:
    by_name = max(_likeness(header, alias) for alias in _aliases()[field])
    return Candidate(header, by_name if share is None else (by_name + share) / 2, by_name, share)


@cache
def _aliases() -> dict[str, frozenset[str]]:
    """Field -> every header any format has for it."""
    known: dict[str, set[str]] = {}
    for form in FORMATS:
        for field, texts_ in form.columns.items():
            known.setdefault(field, {field}).update(texts_)
    return {field: frozenset(texts_) for field, texts_ in known.items()}


def _likeness(one: str, other: str) -> float:
    """0 to 100 for two headers, words in any order."""
    words = (" ".join(formats.header_words(text)) for text in (one, other))
    return max(fuzz.token_sort_ratio(*words), fuzz.ratio(header_key(one), header_key(other)))


def _format_score(form: Format, header: Sequence[str], best: abc.Mapping[str, Candidate]) -> float:
    """Mostly how well the required fields are found, then how much of the header is explained."""
    needed = sum(best[name].score for name in form.required if name in best) / len(form.required)
    return _REQUIRED_SHARE * needed + (1 - _REQUIRED_SHARE) * 100 * len(best) / len(header)


def build(
    kind: str,
    header: Sequence[str],
    columns: abc.Mapping[str, str],
    fixed: abc.Mapping[str, str],
    author: str,
    made: date,
    where: str = "pemetaan",
) -> Mapping:
    """A checked mapping.

    Raises UserError for an unknown kind or field, a header that is not there or used twice, a field both mapped and
    fixed, a fixed value about one person or that its field cannot hold, required fields left out, and no author.
    """
    form = by_kind(kind)
    if unknown := [name for name in (*columns, *fixed) if name not in form.columns]:
        refuse(where, "kolom " + ", ".join(unknown), ", ".join(form.columns))
    if both := sorted(columns.keys() & fixed.keys()):
        refuse(where, ", ".join(both) + " ada di 'kolom' dan di 'tetap'", "salah satunya saja")
    placed = {name: _place(text, header, where) for name, text in columns.items()}
    if twice := sorted({text for text in placed.values() if list(placed.values()).count(text) > 1}):
        refuse(where, "judul yang dipakai dua kali: " + ", ".join(twice), "satu judul untuk satu kolom kita")
    for name, value in fixed.items():
        _check_fixed(name, value, form, where)
    if missing := sorted(form.required - columns.keys() - fixed.keys()):
        refuse(where, "kolom wajib belum dipetakan: " + ", ".join(missing), f"semua kolom wajib {form.title}")
    if not author.strip():
        action = "periksa setiap baris, isi diperiksa_oleh, lalu ulangi"
        refuse(where, "belum diperiksa siapa pun", "nama atau jabatan pada diperiksa_oleh", action)
    return Mapping(form.kind, tuple(header), placed, dict(fixed), author.strip(), made)


def _place(text: str, header: Sequence[str], where: str) -> str:
    """The header as sent that is meant; case and punctuation matter only where they tell two apart."""
    if text in header:
        return text
    alike = [one for one in header if header_key(one) == header_key(text)]
    if len(alike) != 1:
        refuse(where, f"judul '{text}'", ("salah satu dari " if alike else "") + ", ".join(alike or header))
    return alike[0]


def _check_fixed(field: str, value: str, form: Format, where: str) -> None:
    check_no_person(field, value, where)
    test = evidence_for(field, form.table)
    if test and not test(value.strip()):
        refuse(where, f"nilai tetap {field}: '{value}'", f"nilai yang terbaca sebagai {field}")


def read(path: Path) -> Mapping:
    """A mapping from its YAML file; raises UserError for whatever is wrong in it."""
    said = entries(load(path), path.name, _KEYS, ("jenis", "tanggal", "kolom", "kepala"))
    header = said["kepala"]
    if not isinstance(header, list) or not all(isinstance(text, str) for text in header):
        refuse(path.name, "kepala bukan daftar judul", "daftar judul kolom seperti dikirim")
    columns, fixed = (texts(said.get(key), f"{path.name}, {key}") for key in ("kolom", "tetap"))
    made = day(said["tanggal"], f"{path.name}, tanggal")
    return build(str(said["jenis"]), header, columns, fixed, str(said.get("diperiksa_oleh", "")), made, path.name)


def write(mapping: Mapping) -> str:
    """The mapping as YAML; `read` gives the same again."""
    return yaml.safe_dump(mapping.document(), allow_unicode=True, sort_keys=False, width=1000)


def save(mapping: Mapping, settings: Settings) -> Path:
    """Keeps a mapping beside the store; the file appears whole or not at all. Returns its path."""
    settings.mappings.mkdir(parents=True, exist_ok=True)
    path = _saved_path(mapping.header, settings)
    draft = path.with_name(f"{path.stem}.{secrets.token_hex(4)}.tmp")
    draft.write_text(write(mapping), encoding="utf-8")
    draft.replace(path)
    return path


def saved(header: Sequence[str], settings: Settings) -> Mapping | None:
    """The kept mapping of exactly this header; raises UserError when its file was damaged."""
    path = _saved_path(header, settings)
    if not path.exists():
        return None
    mapping = read(path)
    if mapping.signature != path.stem:
        refuse(
            path.name, "kepala lain daripada nama berkasnya", "pemetaan yang tidak diubah", "hapus berkas itu, lalu petakan lagi"
        )
    return mapping


def forget(header: Sequence[str], settings: Settings) -> None:
    """Takes the kept mapping of a header away; the next file with it is asked about again."""
    _saved_path(header, settings).unlink(missing_ok=True)


def _saved_path(header: Sequence[str], settings: Settings) -> Path:
    return settings.mappings / f"{signature(header)}.yml"


def layout(raw: RawTable, settings: Settings, kind: str = "auto", chosen: Mapping | None = None) -> Layout:
    """How a file is read: by the mapping given, else the one kept for its header, else the format that fits.

    A kept mapping goes before the formats because a person declared it for exactly this header: it alone can say that
    a header means something else than usual, and it keeps its meaning when a format learns new headers. A kind that is
    named goes before a kept mapping of another kind. Raises UserError when nothing fits.
    """
    header = raw.cells.column_names
    if chosen is not None:
        _check_chosen(chosen, raw.name, header, kind)
    mapping = chosen or saved(header, settings)
    if mapping is not None and kind in ("auto", mapping.kind):
        fields = {_place(text, header, raw.name): name for name, text in mapping.columns.items()}
        return Layout(
            by_kind(mapping.kind), {text: fields[text] for text in header if text in fields}, mapping.fixed, mapping.author
        )
    if kind == "auto" and not any(form.fits(header) for form in FORMATS):
        _refuse_unknown(raw)
    form = formats.recognise(header, raw.name, kind)
    return Layout(form, form.rename(header), {})


def _check_chosen(mapping: Mapping, name: str, header: Sequence[str], kind: str) -> None:
    if kind not in ("auto", mapping.kind):
        raise UserError(
            "Jenis dan pemetaan tidak cocok.", found=f"{kind}, {mapping.kind}", allowed=mapping.kind, action="hapus --kind"
        )
    ours, theirs = (set(map(header_key, texts_)) for texts_ in (mapping.header, header))
    if ours == theirs:
        return
    absent = [text for text in mapping.header if header_key(text) not in theirs]
    extra = [text for text in header if header_key(text) not in ours]
    found = [f"tidak ada {', '.join(absent)}"] * bool(absent) + [f"lebih: {formats.shown(extra)}"] * bool(extra)
    raise UserError(
        f"Pemetaan ini dibuat untuk kepala tabel lain daripada {name}.",
        found="; ".join(found),
        allowed="kepala yang sama, urutan bebas",
        action=f"buat pemetaan baru: python -m ipsm_analytics map {name} --out map.yml",
    )


def _refuse_unknown(raw: RawTable) -> None:
    """Raises UserError with the closest format and its guesses; nothing where no format is close."""
    header = raw.cells.column_names
    found = suggest(header, sample(raw))
    form = by_kind(found.kind)
    if found.score < PLAUSIBLE or any(map(holds_long_number, header)):
        return
    missing = sorted(form.required - set(form.rename(header).values()))
    guesses = [f"{form.columns[name][0]} = '{found.columns[name]}'" for name in missing if name in found.columns]
    raise UnknownLayoutError(
        f"Berkas {raw.name} tidak dikenali; bentuk terdekat {form.title} (kecocokan {found.score:.0f} dari 100).",
        found=formats.shown(header),
        allowed="kolom wajib yang belum ada: "
        + ", ".join(form.columns[name][0] for name in missing)
        + ("; dugaan: " + ", ".join(guesses) if guesses else ""),
        action=f"buat pemetaan dengan python -m ipsm_analytics map {raw.name} --out map.yml, periksa isinya, lalu"
        f" python -m ipsm_analytics ingest {raw.name} --map map.yml",
    )


def sample(raw: RawTable) -> list[list[str]]:
    """The first SAMPLE_ROWS rows, as `suggest` takes them."""
    return [list(row.values()) for row in raw.cells.slice(0, SAMPLE_ROWS).to_pylist()]


def draft(raw: RawTable, today: date, kind: str | None = None) -> str:
    """YAML to be checked and signed by a person: suggestions and headers, no cell of any row.

    Raises UserError when the header itself looks like a row of data.
    """
    header = raw.cells.column_names
    if any(map(holds_long_number, header)):
        raise UserError(
            f"Berkas {raw.name} tidak berkepala tabel.",
            found=formats.shown(header),
            allowed="judul kolom di atas data",
            action="tambahkan baris judul kolom, lalu ulangi",
        )
    found = suggest(header, sample(raw), kind)
    form = by_kind(found.kind)
    others = [f"{name} ({score:.0f})" for name, score in found.formats.items() if name != found.kind]
    return _DRAFT.format(
        file=raw.name,
        title=form.title,
        score=found.score,
        others=", ".join(others[:3]),
        kind=form.kind,
        today=today.isoformat(),
        columns="\n".join(_draft_line(name, found, form) for name in _required_first(form)),
        header="\n".join(f"  - {_quoted(text)}" for text in header),
    )


def _required_first(form: Format) -> list[str]:
    return sorted(form.columns, key=lambda name: name not in form.required)


def _draft_line(field: str, found: Suggestion, form: Format) -> str:
    """One field with its guess, and beside it what else it could be."""
    taken = found.columns.get(field, "")
    scores = {item.header: item.score for item in found.fields[field]}
    others = [f"{_quoted(text)} ({score:.0f})" for text, score in scores.items() if text != taken and score >= LIKELY]
    notes = ["wajib"] * (field in form.required) + [f"kecocokan {scores[text]:.0f}" for text in scores if text == taken]
    notes += ["atau " + ", ".join(others[:3])] * bool(others)
    return f"  {field}: {_quoted(taken)}" + f"  # {'; '.join(notes)}" * bool(notes)


def _quoted(text: str) -> str:
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6)).strip()


def preview(raw: RawTable, mapping: Mapping, rows: int = PREVIEW_ROWS) -> pd.DataFrame:
    """The first rows under our field names, as text, index row_number.

    A cell is shown whole only when it reads as what its field holds and the field is not about one person; of any
    other at most the first letter, and of a NIK its first and last four digits. So a wrong mapping shows no name either.
    """
    header = raw.cells.column_names
    form = by_kind(mapping.kind)
    fields = {_place(text, header, raw.name): name for name, text in mapping.columns.items()}
    table = Layout(form, fields, mapping.fixed).cells(raw.cells.slice(0, rows))
    shown = {
        name: [_masked(text.strip(), name, form.table, mapping.fixed) for text in table[name].to_pylist()]
        for name in form.columns
        if name in table.column_names
    }
    return pd.DataFrame(shown, index=pd.Index(raw.row_numbers[:rows], name="row_number"), dtype=str)


def _masked(text: str, field: str, table: str, fixed: abc.Mapping[str, str]) -> str:
    if holds_long_number(text):
        digits = "".join(char for char in text if char.isdigit())
        return digits[:4] + MASK * max(len(digits) - 8, 4) + digits[-4:] if len(digits) == 16 else MASK * 8
    test = evidence_for(field, table)
    if not text or field in fixed or (field not in PERSONAL and test and test(text)):
        return text
    return (text[0] if text[0].isalpha() else "") + MASK * 4
