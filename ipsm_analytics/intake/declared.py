"""Declarations that people write in YAML: read as text, every mistake named with what would have been right."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from datetime import date
from pathlib import Path
from typing import NoReturn

import yaml

from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.formats import holds_long_number

PERSONAL = frozenset(
    {"nik", "nama", "nomor_kk", "tgl_lahir", "tempat_lahir", "nama_ibu_kandung", "alamat", "id_kasus", "id_psm", "iddtks"}
)
"""Fields about one person: no declaration may hold a value of them."""


class _Texts(yaml.BaseLoader):
    """Every scalar stays text (a header 'No' is no false); a key said twice is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = [key.value for key, _ in node.value]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise yaml.MarkedYAMLError(problem=f"'{twice}' tertulis dua kali", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def load(path: Path) -> object:
    """The document in a YAML file, all scalars as text; raises UserError when it is none."""
    try:
        loader = _Texts(path.read_text(encoding="utf-8"))
        return loader.get_single_data()
    except OSError as error:
        found = f"{path.name} ({error.strerror})"
        raise UserError("Berkas tidak dapat dibuka.", found=found, action="periksa nama dan izinnya") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "bukan teks UTF-8"
        line = f", baris {mark.line + 1}" if mark else ""
        refuse(path.name, f"{what}{line}", "YAML: satu 'kunci: nilai' tiap baris, tiap kunci satu kali")


def entries(value: object, where: str, known: Collection[str], needed: Collection[str]) -> dict[str, object]:
    """A mapping with these keys only; raises UserError naming one that is unknown, missing or empty."""
    if not isinstance(value, dict):
        refuse(where, "bukan pasangan kunci dan nilai", ", ".join(known))
    if unknown := [key for key in value if key not in known]:
        refuse(where, f"kunci {_quoted(unknown)}", ", ".join(known))
    if missing := [key for key in needed if not value.get(key)]:
        refuse(where, "belum diisi: " + ", ".join(missing), "isian pada " + ", ".join(needed))
    return value


def texts(value: object, where: str) -> dict[str, str]:
    """A mapping of texts; those left empty are left out."""
    if value in ("", None):
        return {}
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        refuse(where, "bukan pasangan kunci dan teks", "satu teks tiap kunci")
    return {key: text for key, text in value.items() if text.strip()}


def day(value: object, where: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        refuse(where, f"'{value}'", "tanggal YYYY-MM-DD")


def check_no_person(field: str, value: str, where: str) -> None:
    """Raises UserError for a value of a personal field, and for one that could be a NIK; neither is quoted."""
    if field in PERSONAL:
        refuse(where, f"kolom {field}", "kolom yang tidak menyangkut satu orang tertentu")
    if holds_long_number(value):
        refuse(where, f"angka panjang pada {field}", "nilai tanpa NIK atau nomor kartu keluarga")


def refuse(where: str, found: str, allowed: str, action: str = "betulkan berkas itu, lalu ulangi") -> NoReturn:
    """Raises the UserError of a declaration."""
    raise UserError(f"Isi {where} tidak dapat dipakai.", found=found, allowed=allowed, action=action)


def _quoted(items: Iterable[object]) -> str:
    return ", ".join(f"'{item}'" for item in items)
