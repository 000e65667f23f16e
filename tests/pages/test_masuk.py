"""Pages, files and changes by role: whoever looks is asked at each of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit import config
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest

from ipsm_analytics.access import Reason, Viewer
from ipsm_analytics.app import auth, guard
from ipsm_analytics.app.auth import Session
from ipsm_analytics.app.page import PAGES
from ipsm_analytics.config import ROOT
from ipsm_analytics.errors import UserError
from ipsm_analytics.privacy import ROLES, row_areas
from ipsm_analytics.rakor.decisions import decisions, history
from ipsm_analytics.reference import areas
from ipsm_analytics.store import Store, current_user
from ipsm_analytics.views.i18n import Words
from tests.pages.screens import clean, said
from tests.pages.test_keputusan import meeting, store, two  # noqa: F401 - fixtures
from tests.pages.test_pages import city, filled  # noqa: F401 - fixtures
from tests.visitors import ACCESS, SECRET, claims

AUTH = {
    "redirect_uri": "http://127.0.0.1:8501/oauth2callback",
    "cookie_secret": SECRET,
    "client_id": "ipsm",
    "client_secret": "rahasia",
    "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration",
}
KEYS = [page.key for page in PAGES]
ADDRESSES = {"publik": "umum@contoh.go.id", **{role: f"{role}@contoh.go.id" for role in ROLES if role != "publik"}}
Visit = Callable[..., AppTest]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "access.toml"
    path.write_text(ACCESS)
    return path


@pytest.fixture
def visit(rules: Path) -> Visit:
    """Opens a page with a sign-in configured, as nobody or with the claims of somebody."""

    def start(key: str, held: dict[str, object] | None = None, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
        app.secrets["auth"] = AUTH
        app.user = held or {}
        app.query_params.update(address)
        return clean(app.switch_page(f"pages/{key}.py").run())

    return start


def refusals(app: AppTest) -> list[str]:
    return [error.value.replace("\\", "") for error in app.error]


@pytest.mark.usefixtures("city")
class TestRoles:
    @pytest.mark.parametrize("role", ROLES)
    def test_each_opens_its_own_pages_and_no_other(self, visit: Visit, role: str):
        app = visit("kamus", claims(ADDRESSES[role]))
        for page in PAGES:
            shown = clean(app.switch_page(f"pages/{page.key}.py").run())
            assert bool(refusals(shown)) == (role not in page.roles), page.key
            assert [one.key for one in shown.button if one.key and "akun" in one.key] == ["keluar_akun"]

    @pytest.mark.parametrize("key", KEYS)
    def test_nobody_sees_what_is_not_public(self, visit: Visit, key: str):
        app = visit(key)
        public = next("publik" in page.roles for page in PAGES if page.key == key)
        assert refusals(app) == ([] if public else [Words()("masuk.ditolak.belum_masuk")])
        assert len([one for one in app.button if one.key == "masuk_bingkai_default"]) == 1

    def test_who_is_signed_in_stands_in_the_frame(self, visit: Visit):
        assert "korcam@contoh.go.id Koordinator kecamatan: Mariso dan Ujung Tanah" in said(
            visit("kamus", claims("korcam@contoh.go.id"))
        )

    def test_somebody_unknown_is_told_whom_to_ask(self, visit: Visit):
        sentence = (
            "Anda masuk sebagai asing@contoh.go.id, tetapi akun itu belum diberi peran, jadi hanya halaman umum yang dibuka. "
            "Untuk diberi peran, hubungi Admin Uji, pesawat 123."
        )
        assert refusals(visit("ringkasan", claims("asing@contoh.go.id"))) == [sentence]
        app = visit("kamus", claims("asing@contoh.go.id"))
        assert [item.value.replace("\\", "") for item in app.info] == [sentence]

    def test_a_name_is_no_markdown(self, visit: Visit):
        (error,) = visit("ringkasan", claims("", sub="**x** [a](http://b.id)")).error
        assert "\\*\\*x\\*\\* \\[a\\]\\(http" in error.value

    def test_in_english(self, visit: Visit):
        app = visit("ringkasan", claims("auditor@contoh.go.id"), bahasa="EN")
        assert refusals(app) == ["This page is not for your role (Audit only). Choose another page in the menu."]


@pytest.mark.usefixtures("city")
class TestForged:
    @pytest.mark.parametrize(
        "held",
        [
            claims("operator@contoh.go.id", email_verified=False),
            claims("operator@contoh.go.id", email_verified="true"),
            claims("operator@contoh.go.id", is_logged_in=False),
            claims("operator@contoh.go.id", iat=0),
            claims("x@contoh.go.id", peran="operator", role="operator", roles=["operator"], groups=["operator"]),
            claims("x@contoh.go.id", groups=["ipsm-pimpinan"], provider="lain"),
            claims("x@contoh.go.id", groups={"ipsm-pimpinan": True}),
        ],
    )
    def test_claims_that_give_nothing(self, visit: Visit, held: dict[str, object]):
        for key in ("ringkasan", "unggah"):
            assert len(refusals(visit(key, held))) == 1

    def test_the_address_of_the_page_gives_nothing(self, visit: Visit):
        asked = {"peran": "operator", "role": "operator", "groups": "ipsm-pimpinan", "email": "operator@contoh.go.id"}
        assert len(refusals(visit("ringkasan", None, **asked))) == 1


class TestServer:
    """Without a sign-in only this machine is trusted, and anything broken opens nothing."""

    def here(self, *, local: bool = True, held: dict[str, object] | None = None) -> Viewer:
        return Session(held or {}, local).viewer()

    def test_at_this_machine_whoever_sits_there_is_the_operator(self):
        assert self.here() == Viewer(current_user(), "operator", (), signed_in=False, reason=Reason.LOCAL)

    def test_a_request_that_came_from_elsewhere_is_not(self):
        assert self.here(local=False) == Viewer("", "publik", (), signed_in=False, reason=Reason.NO_SIGN_IN)

    def test_claims_without_a_sign_in_are_worth_nothing(self):
        assert self.here(local=False, held=claims("operator@contoh.go.id")).role == "publik"

    @pytest.mark.usefixtures("public")
    def test_a_server_open_to_others_is_not_either(self):
        assert self.here().reason is Reason.NO_SIGN_IN

    @pytest.mark.parametrize("broken", ["[auth", "[auth]\n", "auth = 3", "[auth]\nclient_id = 'a'"])
    def test_secrets_that_cannot_be_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str):
        (tmp_path / "secrets.toml").write_text(broken)
        self.with_secrets(tmp_path, monkeypatch)
        who = self.here(held=claims("operator@contoh.go.id"))
        assert (who.role, who.reason) == ("publik", Reason.BROKEN)
        assert who.detail.startswith("Pengaturan masuk tidak lengkap.")
        assert self.here(local=False).detail == ""

    def with_secrets(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fresh = Secrets()
        fresh._file_watchers_installed = True
        monkeypatch.setattr(auth.st, "secrets", fresh)
        before = config.get_option
        files = [str(folder / "secrets.toml")]
        monkeypatch.setattr(config, "get_option", lambda name: files if name == "secrets.files" else before(name))
        monkeypatch.setattr(auth.st, "get_option", config.get_option)

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ({"cookie_secret": "pendek"}, "cookie_secret"),
            ({"client_secret": ""}, "default tanpa client_secret"),
            ({"redirect_uri": "http://ipsm.contoh.go.id/oauth2callback"}, "redirect_uri"),
            ({"redirect_uri": "https://ipsm.contoh.go.id/"}, "redirect_uri"),
            ({"entra": {"client_id": "a"}}, "entra tanpa client_secret, server_metadata_url"),
            ({"en_tra": dict.fromkeys(("client_id", "client_secret", "server_metadata_url"), "a")}, "[auth.en_tra]"),
        ],
    )
    def test_a_sign_in_that_must_not_be_relied_on(self, change: dict, found: str, monkeypatch: pytest.MonkeyPatch):
        self.with_section({**AUTH, **change}, monkeypatch)
        who = self.here(held=claims("operator@contoh.go.id"))
        assert (who.role, who.reason) == ("publik", Reason.BROKEN)
        assert found in who.detail
        assert SECRET not in who.detail

    def with_section(self, section: dict, monkeypatch: pytest.MonkeyPatch) -> None:
        held = Secrets()
        held._secrets = {"auth": section}
        monkeypatch.setattr(auth.st, "secrets", held)

    def test_several_providers(self, monkeypatch: pytest.MonkeyPatch):
        one = {name: AUTH[name] for name in ("client_id", "client_secret", "server_metadata_url")}
        self.with_section({**AUTH, "entra": one}, monkeypatch)
        assert auth.providers() == ("default", "entra")
        self.with_section({name: AUTH[name] for name in ("redirect_uri", "cookie_secret")} | {"entra": one}, monkeypatch)
        assert auth.providers() == ("entra",)

    def test_headers_of_the_client_are_never_trusted(self):
        before = config.get_option("server.trustedUserHeaders")
        config.set_option("server.trustedUserHeaders", {"X-User": "email"})
        try:
            assert self.here(held=claims("operator@contoh.go.id")).reason is Reason.BROKEN
        finally:
            config.set_option("server.trustedUserHeaders", before)

    def test_broken_rules_open_nothing_and_are_named_at_this_machine_only(self, rules: Path, monkeypatch: pytest.MonkeyPatch):
        self.with_section(AUTH, monkeypatch)
        assert self.here(held=claims("operator@contoh.go.id")).role == "operator"
        rules.write_text('[orang]\n"operator@contoh.go.id" = "raja"')
        who = self.here(held=claims("operator@contoh.go.id"))
        assert (who.role, who.reason) == ("publik", Reason.BROKEN)
        assert "raja" in who.detail
        assert self.here(local=False, held=claims("operator@contoh.go.id")).detail == ""

    @pytest.mark.usefixtures("rules")
    def test_a_sign_in_that_was_ended_is_worth_nothing_in_another_tab(self, monkeypatch: pytest.MonkeyPatch):
        self.with_section(AUTH, monkeypatch)
        held = claims("operator@contoh.go.id", nonce="satu")
        assert self.here(held=held).role == "operator"
        monkeypatch.setattr(auth, "_ended", {auth._sign_in(held)})
        assert self.here(held=held) == Viewer("", "publik", (), signed_in=False, reason=Reason.SIGNED_OUT)
        assert self.here(held={**held, "nonce": "dua"}).role == "operator"


@pytest.fixture
def signed(rules: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The claims of the running session, an operator's; what is changed in them is changed for the session."""
    held = claims("operator@contoh.go.id")
    TestServer().with_section(AUTH, monkeypatch)
    monkeypatch.setattr(auth, "session", lambda: Session(held, local=False))
    return held


class TestFiles:
    @pytest.mark.usefixtures("signed")
    def test_is_given_to_whom_it_was_drawn_for(self):
        assert guard.released(b"isi", "ipsm_bulan.csv")() == guard.released(lambda: b"isi", "ipsm_bulan.csv")() == b"isi"

    @pytest.mark.parametrize(
        "change",
        [
            lambda held, rules: held.clear(),
            lambda held, rules: held.update(email="pimpinan@contoh.go.id"),
            lambda held, rules: held.update(email_verified=False),
            lambda held, rules: held.update(iat=datetime.now(UTC).timestamp() - 13 * 3600),
            lambda held, rules: rules.write_text('[orang]\n"operator@contoh.go.id" = "pimpinan"'),
            lambda held, rules: rules.write_text("[orang"),
            lambda held, rules: rules.unlink(),
        ],
    )
    def test_is_refused_when_anything_changed_before_the_click(self, signed: dict, rules: Path, change: Callable):
        give = guard.released(lambda: pytest.fail("the file was made"), "ipsm_bulan.csv")
        change(signed, rules)
        with pytest.raises(UserError, match="Berkas tidak diberikan"):
            give()

    def test_a_korcam_who_is_given_another_kecamatan_is_another_reader(self, signed: dict, rules: Path):
        signed["email"] = "korcam@contoh.go.id"
        give = guard.released(b"isi", "ipsm_bulan.csv")
        rules.write_text('[orang]\n"korcam@contoh.go.id" = { peran = "korcam", kecamatan = "Tallo" }')
        with pytest.raises(UserError):
            give()

    @pytest.mark.usefixtures("city")
    def test_every_file_of_every_page_is_made_only_when_it_is_asked_for(self, visit: Visit):
        for key in ("ringkasan", "respons", "terbit", "templat", "rakor", "keputusan"):
            for button in visit(key, claims("operator@contoh.go.id")).get("download_button"):
                assert button.proto.deferred_file_id
                assert not button.proto.url


class TestChanges:
    @pytest.mark.parametrize("action", guard.ACTIONS)
    def test_each_asks_for_the_role(self, signed: dict, action: str):
        shown = AppTest.from_function(_change)
        for role in ROLES:
            signed["email"] = ADDRESSES[role]
            shown.session_state["action"] = action
            app = clean(shown.run())
            done = [item.value for item in app.text]
            assert done == ([f"{ADDRESSES[role]} {ADDRESSES[role]}"] if role == "operator" else [])
            assert len(app.error) == (role != "operator")

    @pytest.mark.usefixtures("two")
    def test_what_is_written_bears_the_name_of_who_is_signed_in(self, visit: Visit):
        app = visit("keputusan", claims("operator@contoh.go.id"))
        clean(app.button(key="tarik").click().run())
        written = Store(auth.settings())
        (gone,) = [one for one in decisions(written, withdrawn=True) if one.withdrawn]
        assert history(written, gone.number)[-1].user == "operator@contoh.go.id"

    @pytest.mark.usefixtures("two")
    def test_who_signed_out_meanwhile_writes_nothing(self, visit: Visit):
        app = visit("keputusan", claims("operator@contoh.go.id"))
        app.user = {}
        clean(app.button(key="tarik").click().run())
        assert not any(one.withdrawn for one in decisions(Store(auth.settings()), withdrawn=True))


def _change() -> None:
    import streamlit as st

    from ipsm_analytics.app import guard
    from ipsm_analytics.store import current_user
    from ipsm_analytics.views.i18n import Words

    if said := guard.written(Words(), st.session_state["action"], lambda user: f"{user} {current_user()}"):
        st.text(said)


@pytest.mark.usefixtures("city")
class TestRows:
    @pytest.mark.parametrize("role", ROLES)
    def test_only_an_operator_and_a_korcam_see_rows_and_each_only_his(self, visit: Visit, role: str):
        app = visit("respons", claims(ADDRESSES[role]))
        title = Words()("respons.baris.judul")
        lists = [part.dataframe[0].value for part in app.expander if part.label == title]
        mine = row_areas(role, tuple(filter(None, map(areas.kecamatan_code, ("Mariso", "Ujung Tanah")))))
        assert len(lists) == bool(mine)
        if lists:
            assert set(lists[0]["Kecamatan"]) <= {areas.name(areas.parent(code)) for held in mine for code in areas.members(held)}

    def test_another_kecamatan_shows_a_korcam_none(self, visit: Visit):
        app = visit("respons", claims("korcam@contoh.go.id"), wilayah="Kec. Tallo")
        (rows,) = [part.dataframe[0].value for part in app.expander if part.label == Words()("respons.baris.judul")]
        assert len(rows) == 0
        assert "Hanya kasus di Kec. Mariso dan Kec. Ujung Tanah." in " ".join(item.value for item in app.caption)

    def test_readers_of_different_kecamatan_share_no_cache(self):
        from ipsm_analytics.app.cache import Reader

        one, other = (Reader("korcam", "id", narrow=False, kecamatan=(code,)) for code in areas.codes("kecamatan")[:2])
        assert one != other
        assert hash(one) != hash(other)
