"""A header nobody has seen yet, field by field: what each field means, and which headers may hold it."""

from __future__ import annotations

from dataclasses import dataclass

from ipsm_analytics.export.templates import descriptions
from ipsm_analytics.intake.formats import Format, by_kind
from ipsm_analytics.intake.mapping import Suggestion
from ipsm_analytics.views.i18n import Words

NONE = ""
"""Stands for no header."""


@dataclass(frozen=True)
class FieldChoice:
    """One of our fields, the headers it may be read from (NONE first), and the one suggested."""

    name: str
    label: str
    required: bool
    options: tuple[str, ...]
    suggested: str


def field_choices(words: Words, found: Suggestion, header: tuple[str, ...]) -> list[FieldChoice]:
    """Required fields first, then those a header was found for, then the others."""
    form = by_kind(found.kind)
    fields = sorted(form.columns, key=lambda name: (name not in form.required, name not in found.columns))
    return [
        FieldChoice(
            name=name,
            label=_label(words, form, name),
            required=name in form.required,
            options=(NONE, *_ranked(found, name, header)),
            suggested=found.columns.get(name, NONE),
        )
        for name in fields
    ]


def _ranked(found: Suggestion, name: str, header: tuple[str, ...]) -> tuple[str, ...]:
    likely = [candidate.header for candidate in found.fields.get(name, ())]
    return tuple(dict.fromkeys([*likely, *header]))


def _label(words: Words, form: Format, name: str) -> str:
    title = form.columns[name][0]
    return words("petakan.wajib", nama=title) if name in form.required else title


def meaning(kind: str, name: str) -> str:
    """What a field means, where a template explains it."""
    return descriptions().get(kind, {}).get(name, {}).get("arti", "")


def kind_name(words: Words, found: Suggestion, kind: str) -> str:
    """A format with how well the header fits it."""
    return words("petakan.kecocokan", nama=by_kind(kind).title, nilai=words.number(found.formats[kind]))
