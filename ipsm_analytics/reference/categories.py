"""The 26 PPKS types with local additions, the groups shown to leaders, and spoken labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from ipsm_analytics.reference.tables import rows

KNOWN_LABELS = 1 << 16
GROUPS = ("KEMISKINAN", "ANAK", "LANSIA", "DISABILITAS", "LAINNYA")


@dataclass(frozen=True)
class Category:
    """One type of problem; ages in completed years, None where there is no limit."""

    code: str
    short: str
    name: str
    groups: tuple[str, ...]
    age_min: int | None
    age_max: int | None
    sexes: str
    sensitive: bool
    version: str
    spm: str
    definition: str
    source: str

    def fits_age(self, age: int) -> bool:
        """Whether an age in completed years lies within the limits, both included."""
        return (self.age_min or 0) <= age and (self.age_max is None or age <= self.age_max)

    @property
    def age_rule(self) -> str:
        """The limits as written: '≥ 60', '6–18'; '–' without any."""
        if self.age_max is None:
            return "–" if self.age_min is None else f"≥ {self.age_min}"
        return f"{self.age_min or 0}–{self.age_max}"


@dataclass(frozen=True)
class CategoryMatch:
    """Outcome of a look-up: kind is 'baik', 'perbaikan', 'abaikan' or 'tidak dikenal'."""

    kind: str
    code: str | None = None


@cache
def categories() -> Mapping[str, Category]:
    """All categories by code, in the order of the file."""
    return {
        row["kode"]: Category(
            code=row["kode"],
            short=row["singkatan"],
            name=row["nama"],
            groups=tuple(filter(None, (row["kelompok"], row["kelompok_kedua"]))),
            age_min=int(row["usia_min"]) if row["usia_min"] else None,
            age_max=int(row["usia_maks"]) if row["usia_maks"] else None,
            sexes=row["jk"],
            sensitive=row["sensitif"] == "ya",
            version=row["versi"],
            spm=row["layanan_spm"],
            definition=row["definisi"],
            source=row["sumber"],
        )
        for row in rows("kategori")
    }


def in_group(group: str) -> tuple[str, ...]:
    """Category codes counted in a group; PPKS-05 is in two."""
    return tuple(code for code, item in categories().items() if group in item.groups)


def label_key(text: str) -> str:
    """Label without case, doubled spaces and outer punctuation."""
    return re.sub(r"\s+", " ", text.strip(" .;:-\t")).casefold()


@cache
def _labels() -> Mapping[str, CategoryMatch]:
    found = {label_key(row["sebutan"]): CategoryMatch(row["tipe"], row["kode"] or None) for row in rows("kategori_alias")}
    for code, item in categories().items():
        for text in (code, item.name, item.short):
            found[label_key(text)] = CategoryMatch("baik", code)
    return found


@lru_cache(KNOWN_LABELS)
def match(text: str) -> CategoryMatch:
    """Looks a written label up; an unknown one is never guessed."""
    return _labels().get(label_key(text), CategoryMatch("tidak dikenal"))
