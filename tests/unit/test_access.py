"""Who is given which role: exactly what the file says, by a verified address or a signed group, and nothing else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics.access import (
    BY_THE_SERVER,
    DEFAULT,
    SELF_STATED,
    Grant,
    Reason,
    Rules,
    Viewer,
    address,
    decide,
    parse,
    read_rules,
)
from ipsm_analytics.cli import main
from ipsm_analytics.config import ROOT
from ipsm_analytics.config import settings as configured
from ipsm_analytics.errors import UserError
from ipsm_analytics.privacy import ROLES
from ipsm_analytics.reference import areas

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TALLO, MARISO = (areas.kecamatan_code(name) or "" for name in ("Tallo", "Mariso"))
RULES = Rules(
    people={"ani@a.id": Grant("operator"), "budi@a.id": Grant("korcam", (TALLO,)), "cici@a.id": Grant("publik")},
    claim="groups",
    values={"pimpin": Grant("pimpinan"), "tallo": Grant("korcam", (TALLO,)), "mariso": Grant("korcam", (MARISO,))},
)


def signed(email: str = "ani@a.id", **more: object) -> dict[str, object]:
    made = {"is_logged_in": True, "provider": DEFAULT, "sub": "7", "iat": NOW.timestamp() - 60, "email": email}
    return {**made, "email_verified": True, **more}


def role(claims: dict[str, object], rules: Rules = RULES) -> tuple[str, Reason]:
    who = decide(claims, rules, NOW)
    return who.role, who.reason


class TestDecision:
    def test_a_verified_address_of_the_list(self):
        assert decide(signed(), RULES, NOW) == Viewer("ani@a.id", "operator", (), signed_in=True)
        assert decide(signed("Budi@A.ID "), RULES, NOW) == Viewer("budi@a.id", "korcam", (TALLO,), signed_in=True)

    def test_nobody_has_signed_in(self):
        for claims in ({}, signed(is_logged_in=False), signed(is_logged_in="true"), signed(is_logged_in=1)):
            assert decide(claims, RULES, NOW) == Viewer("", "publik", (), signed_in=False, reason=Reason.SIGNED_OUT)

    @pytest.mark.parametrize("said", [False, None, "true", 1, "True", [True]])
    def test_an_address_that_is_not_verified_gives_nothing(self, said: object):
        who = decide(signed(email_verified=said), RULES, NOW)
        assert (who.role, who.reason, who.detail, who.name) == ("publik", Reason.UNVERIFIED, "ani@a.id", "default:7")

    def test_a_provider_can_be_trusted_to_give_no_other_address_but_not_against_its_word(self):
        rules = Rules(people=RULES.people, trusted=("entra",))
        silent = {name: value for name, value in signed(provider="entra").items() if name != "email_verified"}
        assert role(silent, rules) == ("operator", Reason.GRANTED)
        assert role({**silent, "provider": "lain"}, rules) == ("publik", Reason.UNVERIFIED)
        assert role({**silent, "email_verified": False}, rules) == ("publik", Reason.UNVERIFIED)

    def test_somebody_unknown(self):
        assert decide(signed("x@a.id"), RULES, NOW) == Viewer("x@a.id", "publik", (), signed_in=True, reason=Reason.UNKNOWN)

    def test_a_group_gives_a_role_without_an_address(self):
        assert decide(signed("x@a.id", groups=["lain", "pimpin"]), RULES, NOW).role == "pimpinan"
        assert decide(signed("", groups="pimpin", email_verified=False), RULES, NOW) == Viewer(
            "default:7", "pimpinan", (), signed_in=True
        )

    def test_kecamatan_of_groups_add_up_and_different_roles_are_none(self):
        both = decide(signed("x@a.id", groups=["tallo", "mariso"]), RULES, NOW)
        assert (both.role, both.kecamatan) == ("korcam", tuple(sorted((TALLO, MARISO))))
        mixed = decide(signed("x@a.id", groups=["tallo", "pimpin"]), RULES, NOW)
        assert (mixed.role, mixed.kecamatan, mixed.reason, mixed.detail) == ("publik", (), Reason.SEVERAL, "korcam, pimpinan")

    def test_the_list_goes_before_the_groups(self):
        assert role(signed("cici@a.id", groups=["pimpin"])) == ("publik", Reason.GRANTED)
        assert role(signed("ani@a.id", groups=["pimpin"])) == ("operator", Reason.GRANTED)

    def test_only_named_providers_give_groups(self):
        assert role(signed("x@a.id", groups=["pimpin"], provider="lain")) == ("publik", Reason.UNKNOWN)

    def test_a_nested_claim_and_one_whose_name_has_dots(self):
        rules = Rules(claim="realm_access.roles", values={"p": Grant("pimpinan")})
        assert role(signed("x@a.id", realm_access={"roles": ["p"]}), rules)[0] == "pimpinan"
        assert role(signed("x@a.id", **{"realm_access.roles": "p"}), rules)[0] == "pimpinan"
        assert role(signed("x@a.id", realm_access="p"), rules)[0] == "publik"
        assert role(signed("x@a.id", realm_access={"roles": {"p": True}}), rules)[0] == "publik"

    @pytest.mark.parametrize(
        ("minutes", "expected"),
        [(0, Reason.GRANTED), (719, Reason.GRANTED), (720, Reason.EXPIRED), (-4, Reason.GRANTED), (-6, Reason.EXPIRED)],
    )
    def test_a_sign_in_holds_for_so_many_hours(self, minutes: int, expected: Reason):
        assert role(signed(iat=NOW.timestamp() - minutes * 60))[1] == expected

    @pytest.mark.parametrize("issued", [None, "1", True, float("nan"), float("inf"), [1]])
    def test_a_token_without_its_time_is_worth_nothing(self, issued: object):
        assert decide(signed(iat=issued), RULES, NOW) == Viewer("", "publik", (), signed_in=False, reason=Reason.EXPIRED)

    def test_letters_that_look_alike_are_no_address(self):
        assert address("\u212aani@a.id") is None  # the sign for kelvin becomes 'k' in small letters
        assert address("аni@a.id") is None  # a Cyrillic letter
        for text in ("", "ani", "@a.id", "a@b", "a b@c.id", "a@b.id,c@d.id", "ani@a.id\n", None, 7, ["ani@a.id"]):
            assert address(text) in (None, "ani@a.id")
        assert role(signed("\u212aani@a.id"), Rules(people={"kani@a.id": Grant("operator")}))[0] == "publik"


VALUES = st.recursive(
    st.sampled_from(["ani@a.id", "budi@a.id", "pimpin", "tallo", "operator", True, False, None, 1, "true", DEFAULT])
    | st.text(max_size=5)
    | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["roles", "groups"]), inner, max_size=2),
    max_leaves=5,
)
NAMES = st.sampled_from(
    ["email", "email_verified", "groups", "roles", "role", "peran", "kecamatan", "provider", "sub", "iat", "is_logged_in", "name"]
)


@settings(max_examples=500)
@given(claims=st.dictionaries(NAMES, VALUES), logged_in=st.booleans(), fresh=st.booleans())
def test_no_claims_give_what_neither_the_list_nor_the_groups_give(claims: dict[str, object], logged_in: bool, fresh: bool):
    claims |= {"is_logged_in": True} if logged_in else {}
    claims |= {"iat": NOW.timestamp()} if fresh else {}
    who = decide(claims, RULES, NOW)
    held = claims.get("groups")
    groups = [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, str)]
    allowed = [RULES.values[one] for one in groups if one in RULES.values] if claims.get("provider") == DEFAULT else []
    if claims.get("email_verified") is True and isinstance(claims.get("email"), str):
        allowed += [grant for email, grant in RULES.people.items() if email == claims["email"]]
    if who.role != "publik":
        assert who.signed_in
        assert who.role in {grant.role for grant in allowed}
    assert set(who.kecamatan) <= {code for grant in allowed for code in grant.kecamatan}
    assert bool(who.kecamatan) == (who.role == "korcam")


class TestFile:
    def test_without_a_file_nobody_is_given_anything(self, tmp_path: Path):
        assert read_rules(tmp_path / "access.toml") == Rules()
        assert role(signed(groups=["operator"]), Rules()) == ("publik", Reason.UNKNOWN)

    def test_the_example_can_be_used_as_it_is(self):
        rules = read_rules(ROOT / "data" / "access.toml.contoh")
        assert rules.people["korcam.tallo@dinsos.contoh.go.id"] == Grant("korcam", (TALLO,))
        assert {grant.role for grant in (*rules.people.values(), *rules.values.values())} == set(ROLES) - {"publik"}
        assert (rules.claim, rules.providers, rules.trusted, rules.hours) == ("groups", (DEFAULT,), (), 12)

    def test_it_is_read_anew_when_it_changes(self, tmp_path: Path):
        path = tmp_path / "access.toml"
        path.write_text('[orang]\n"ani@a.id" = "operator"')
        assert read_rules(path).people == {"ani@a.id": Grant("operator")}
        path.write_text('[orang]\n"ani@a.id" = "pimpinan"\n')
        assert read_rules(path).people == {"ani@a.id": Grant("pimpinan")}

    @pytest.mark.parametrize("spelling", ["Tallo", "kec. tallo", TALLO, TALLO.replace(".", "")])
    def test_a_kecamatan_by_name_or_code(self, spelling: str):
        rules = parse({"orang": {"a@b.id": {"peran": "korcam", "kecamatan": [spelling, "Mariso", "Tallo"]}}})
        assert rules.people["a@b.id"].kecamatan == tuple(sorted((TALLO, MARISO)))

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ({"oang": {}}, "oang"),
            ({"masuk": {"jamm": 3}}, "jamm"),
            ({"masuk": {"jam": 0}}, "0"),
            ({"masuk": {"jam": 721}}, "721"),
            ({"masuk": {"jam": True}}, "True"),
            ({"masuk": {"hubungi": 3}}, "3"),
            ({"masuk": {"surel_tepercaya": "default"}}, "default"),
            ({"masuk": 3}, "3"),
            ({"orang": {"ani": "operator"}}, "ani"),
            ({"orang": {"ani@a.id": "admin"}}, "admin"),
            ({"orang": {"ani@a.id": 3}}, "3"),
            ({"orang": {"ani@a.id": {"peran": "operator", "hak": 1}}}, "hak"),
            ({"orang": {"ani@a.id": "operator", "ANI@a.id": "pimpinan"}}, "ANI@a.id"),
            ({"orang": {"ani@a.id": "korcam"}}, "korcam dengan 0 kecamatan"),
            ({"orang": {"ani@a.id": {"peran": "pimpinan", "kecamatan": ["Tallo"]}}}, "pimpinan dengan 1 kecamatan"),
            ({"orang": {"ani@a.id": {"peran": "korcam", "kecamatan": ["Talo"]}}}, "Talo"),
            ({"peran": {"klaim": "groups"}}, "hanya satu"),
            ({"peran": {"nilai": {"a": "operator"}}}, "hanya satu"),
            ({"peran": {"klaim": "groups", "nilai": {"a": "raja"}}}, "raja"),
            *(({"peran": {"klaim": name, "nilai": {"a": "operator"}}}, name) for name in ("email", "name", "provider")),
        ],
    )
    def test_a_bad_entry_is_named(self, text: dict, found: str):
        with pytest.raises(UserError) as caught:
            parse(text)
        assert found in caught.value.found
        assert caught.value.allowed

    def test_no_claim_people_write_themselves_gives_a_role(self):
        for name in SELF_STATED | BY_THE_SERVER:
            with pytest.raises(UserError):
                parse({"peran": {"klaim": name, "nilai": {"a": "operator"}}})

    @pytest.mark.parametrize("content", [b"[orang", b"\xff\xfe", b"[orang]\n[orang]"])
    def test_a_file_that_is_no_toml(self, tmp_path: Path, content: bytes):
        path = tmp_path / "access.toml"
        path.write_bytes(content)
        with pytest.raises(UserError, match=r"access\.toml tidak dapat dibaca"):
            read_rules(path)

    def test_a_folder_in_its_place(self, tmp_path: Path):
        (tmp_path / "access.toml").mkdir()
        with pytest.raises(UserError, match=r"access\.toml tidak dapat dibaca"):
            read_rules(tmp_path / "access.toml")


class TestCommand:
    def test_says_who_is_given_what(self, capsys: pytest.CaptureFixture[str]):
        configured().access.write_text('[orang]\n"budi@a.id" = { peran = "korcam", kecamatan = "Tallo" }')
        assert main(["access"]) == 0
        assert {"budi@a.id", "korcam", "Tallo"} <= set(capsys.readouterr().out.split())

    def test_says_what_is_wrong(self, capsys: pytest.CaptureFixture[str]):
        configured().access.write_text('[orang]\n"budi@a.id" = "raja"')
        assert main(["access"]) != 0
        assert "raja" in capsys.readouterr().err
