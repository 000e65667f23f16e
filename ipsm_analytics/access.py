"""Who may see what: the list the office keeps, and the decision about one visitor, from what the sign-in provider signed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from ipsm_analytics.errors import UserError
from ipsm_analytics.privacy import ROLES, Role
from ipsm_analytics.reference import areas

DEFAULT = "default"
"""Name of the provider that stands in [auth] itself."""
HOURS, LONGEST_HOURS, SKEW = 12, 24 * 30, 300
"""Hours a sign-in holds unless said otherwise, the most that can be said (the life of the cookie), seconds clocks may differ."""
SELF_STATED = frozenset(
    [
        "address",
        "birthdate",
        "email",
        "email_verified",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "phone_number_verified",
        "picture",
        "preferred_username",
        "profile",
        "updated_at",
        "website",
        "zoneinfo",
    ]
)
"""Claims people fill in about themselves (OpenID Connect Core 1.0, 2014, section 5.1): none of them may give a role."""
BY_THE_SERVER = frozenset({"is_logged_in", "origin", "provider", "tokens"})
"""What is added to the claims after the provider signed them."""
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_SECTIONS = {
    "masuk": {"hubungi", "jam", "surel_tepercaya"},
    "peran": {"klaim", "penyedia", "nilai"},
    "orang": None,
}
_GRANT = {"peran", "kecamatan"}


class Reason(StrEnum):
    """Why a visitor has the role he has."""

    GRANTED = "diberi"
    LOCAL = "lokal"
    NO_SIGN_IN = "tanpa_masuk"
    SIGNED_OUT = "belum_masuk"
    EXPIRED = "berakhir"
    UNKNOWN = "tidak_terdaftar"
    UNVERIFIED = "surel_belum_sah"
    SEVERAL = "peran_berbeda"
    BROKEN = "rusak"


@dataclass(frozen=True)
class Viewer:
    """Who looks.

    Attributes:
        name: address the provider vouches for, else provider and number; '' for nobody.
        kecamatan: codes a korcam is in charge of, in code order; () for every other role.
        reason: why it is this role.
        detail: what is broken, as a sentence, or the address that is not vouched for.
    """

    name: str
    role: Role
    kecamatan: tuple[str, ...]
    signed_in: bool
    reason: Reason = Reason.GRANTED
    detail: str = ""


@dataclass(frozen=True)
class Grant:
    """What somebody is given: a role, and for a korcam his kecamatan."""

    role: Role
    kecamatan: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What data/access.toml says; without it nobody is given anything.

    Attributes:
        people: address in small letters -> what that person is given; goes before every claim.
        claim: name of the claim that carries groups, '' for none; dots lead into nested ones.
        values: value of that claim -> what it gives.
        providers: sign-in providers whose claim is listened to.
        trusted: providers whose addresses count as verified although they do not say so.
        hours: how long a sign-in holds.
        contact: who can be asked for a role.
    """

    people: Mapping[str, Grant] = field(default_factory=dict)
    claim: str = ""
    values: Mapping[str, Grant] = field(default_factory=dict)
    providers: tuple[str, ...] = (DEFAULT,)
    trusted: tuple[str, ...] = ()
    hours: int = HOURS
    contact: str = ""


def read_rules(path: Path) -> Rules:
    """The rules of a file, read anew when it changed; those of nobody where there is none. Raises UserError for a bad entry."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return Rules()
    except OSError as error:
        raise _unreadable(path, error) from error
    return _rules(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=4)
def _rules(path: Path, _changed: int, _size: int) -> Rules:
    try:
        return parse(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> UserError:
    return UserError(
        f"{path.name} tidak dapat dibaca.", found=" ".join(str(error).split())[:160], allowed="TOML", action="perbaiki berkasnya"
    )


def parse(text: Mapping[str, Any]) -> Rules:
    """Rules out of the tables of a file; raises UserError for a section, name, role, address or kecamatan that is none."""
    _only(text, _SECTIONS, "bagian")
    sections = {name: _table(text.get(name, {}), name) for name in _SECTIONS}
    for name, known in _SECTIONS.items():
        if known is not None:
            _only(sections[name], known, f"isian [{name}]")
    sign_in, roles = sections["masuk"], sections["peran"]
    values = {name: _grant(given, f"peran.nilai.{name}") for name, given in _table(roles.get("nilai", {}), "peran.nilai").items()}
    return Rules(
        people=_people(sections["orang"]),
        claim=_claim(_text(roles.get("klaim", ""), "peran.klaim"), values),
        values=values,
        providers=_texts(roles.get("penyedia", [DEFAULT]), "peran.penyedia"),
        trusted=_texts(sign_in.get("surel_tepercaya", []), "masuk.surel_tepercaya"),
        hours=_hours(sign_in.get("jam", HOURS)),
        contact=_text(sign_in.get("hubungi", ""), "masuk.hubungi"),
    )


def _bad(where: str, found: object, allowed: str) -> UserError:
    return UserError(
        f"Isian '{where}' di access.toml tidak berlaku.", found=str(found), allowed=allowed, action="perbaiki berkasnya"
    )


def _only(given: Iterable[str], known: Iterable[str], what: str) -> None:
    """A misspelt name must not go unheard: a rule that is not read is a right given or withheld by mistake."""
    if unknown := sorted(set(given) - set(known)):
        raise _bad(what, ", ".join(unknown), ", ".join(sorted(known)))


def _table(given: object, where: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise _bad(where, given, "tabel TOML")
    return given


def _text(given: object, where: str) -> str:
    if not isinstance(given, str):
        raise _bad(where, given, "teks")
    return given.strip()


def _texts(given: object, where: str) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise _bad(where, given, "daftar teks")
    return tuple(_text(one, where) for one in given)


def _hours(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= LONGEST_HOURS:
        raise _bad("masuk.jam", given, f"bilangan bulat 1 sampai {LONGEST_HOURS}")
    return given


def _claim(name: str, values: Mapping[str, Grant]) -> str:
    if name in SELF_STATED | BY_THE_SERVER:
        raise _bad("peran.klaim", name, "klaim yang hanya diisi pengelola penyedia masuk, misalnya groups atau roles")
    if bool(name) != bool(values):
        raise _bad("peran", "hanya satu dari klaim dan nilai", "klaim dan [peran.nilai], atau tidak keduanya")
    return name


def _people(given: Mapping[str, Any]) -> dict[str, Grant]:
    people: dict[str, Grant] = {}
    for written, grant in given.items():
        email = address(written)
        if email is None:
            raise _bad("orang", written, "alamat surel, misalnya nama@dinsos.contoh.go.id")
        if email in people:
            raise _bad("orang", written, "setiap alamat satu kali")
        people[email] = _grant(grant, f"orang.{written}")
    return people


def _grant(given: object, where: str) -> Grant:
    """'operator', or a table with a role and kecamatan."""
    table = {"peran": given} if isinstance(given, str) else _table(given, where)
    _only(table, _GRANT, where)
    role = table.get("peran")
    if role not in ROLES:
        raise _bad(f"{where}.peran", role, ", ".join(get_args(Role)))
    districts = _districts(table.get("kecamatan", []), where)
    if (role == "korcam") != bool(districts):
        raise _bad(
            where, f"{role} dengan {len(districts)} kecamatan", "korcam dengan satu kecamatan atau lebih, peran lain tanpa"
        )
    return Grant(role, districts)


def _districts(given: object, where: str) -> tuple[str, ...]:
    found: set[str] = set()
    for text in _texts([given] if isinstance(given, str) else given, f"{where}.kecamatan"):
        code = areas.kecamatan_code(text)
        if code is None:
            raise _bad(f"{where}.kecamatan", text, ", ".join(areas.kecamatan().values()))
        found.add(code)
    return tuple(sorted(found))


def address(written: object) -> str | None:
    """An e-mail address in small letters; None for what is none or holds other letters than ASCII, which can look alike."""
    if not isinstance(written, str):
        return None
    text = written.strip()
    return text.lower() if text.isascii() and text.isprintable() and _EMAIL.fullmatch(text) else None


def decide(claims: Mapping[str, object], rules: Rules, now: datetime) -> Viewer:
    """Who somebody is by the claims his provider signed, {} for nobody, and what he may see.

    Args:
        claims: those of the ID token, with 'is_logged_in' and 'provider' as the server noted them; nothing a browser can set.
        rules: what the office decided.
        now: the present moment, aware of its zone.
    """
    if claims.get("is_logged_in") is not True:
        return Viewer("", "publik", (), signed_in=False, reason=Reason.SIGNED_OUT)
    if not _fresh(claims.get("iat"), rules.hours, now):
        return Viewer("", "publik", (), signed_in=False, reason=Reason.EXPIRED)
    email = _vouched(claims, rules)
    name = email or f"{claims.get('provider')}:{claims.get('sub')}"
    if email and email in rules.people:
        return _given(name, [rules.people[email]])
    grants = [rules.values[value] for value in _groups(claims, rules) if value in rules.values]
    if grants:
        return _given(name, grants)
    stated = address(claims.get("email"))
    if stated and stated in rules.people:
        return Viewer(name, "publik", (), signed_in=True, reason=Reason.UNVERIFIED, detail=stated)
    return Viewer(name, "publik", (), signed_in=True, reason=Reason.UNKNOWN)


def _given(name: str, grants: list[Grant]) -> Viewer:
    """Kecamatan of several groups add up; different roles are no role until the office says which."""
    roles = {grant.role for grant in grants}
    if len(roles) > 1:
        return Viewer(name, "publik", (), signed_in=True, reason=Reason.SEVERAL, detail=", ".join(sorted(roles)))
    districts = tuple(sorted({code for grant in grants for code in grant.kecamatan}))
    return Viewer(name, roles.pop(), districts, signed_in=True)


def _fresh(issued: object, hours: int, now: datetime) -> bool:
    """Whether the token was made in the last hours, in seconds since 1970; one without its time is not."""
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return False
    return -SKEW <= now.timestamp() - issued < hours * 3600


def _vouched(claims: Mapping[str, object], rules: Rules) -> str | None:
    """The address, if the provider says it belongs to who signed in, or is trusted to give no other."""
    said = claims.get("email_verified")
    if said is True or (said is None and claims.get("provider") in rules.trusted):
        return address(claims.get("email"))
    return None


def _groups(claims: Mapping[str, object], rules: Rules) -> frozenset[str]:
    """Values of the claim that gives roles, if this provider may give any."""
    if not rules.claim or claims.get("provider") not in rules.providers:
        return frozenset()
    held = _nested(claims, rules.claim)
    return frozenset(one for one in (held if isinstance(held, list) else [held]) if isinstance(one, str))


def _nested(claims: Mapping[str, object], name: str) -> object:
    if name in claims:
        return claims[name]
    first, dot, rest = name.partition(".")
    inner = claims.get(first)
    return _nested(inner, rest) if dot and isinstance(inner, dict) else None
