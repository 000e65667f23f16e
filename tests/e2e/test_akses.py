"""The table of docs/akses-matriks.md on live servers, and what could be forged; each session is a socket, not a browser."""

import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pytest
from websockets.exceptions import InvalidStatus

from ipsm_analytics.app.page import PAGES
from ipsm_analytics.privacy import ROLES
from ipsm_analytics.views.i18n import Words
from scripts import access_doc
from scripts.live_server import free_port, live_server
from tests.e2e.conftest import _variables
from tests.visitors import ACCESS, Drawn, Tab, claims, cookie, tab, write_settings

WORDS = Words("id")
TABLE = {
    match[1]: dict(zip(ROLES, match[2].split(" | "), strict=True))
    for match in re.finditer(r"^\| `/(\w+)` [^|]*\| (.*) \|$", access_doc.document(), re.MULTILINE)
}
EMAILS = {role: f"{role}@contoh.go.id" for role in ROLES} | {"publik": "umum@contoh.go.id"}
SHUT = [page.key for page in PAGES if "publik" not in page.roles]
SIGN_IN = WORDS("masuk.ditolak.belum_masuk")
Start = Callable[..., str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the secrets and the rules."""
    return tmp_path_factory.mktemp("akses")


@pytest.fixture(scope="module")
def office(sample_store: Path, home: Path) -> Iterator[str]:
    """A server with a sign-in, shared by the tests of this module."""
    port = free_port()
    options, variables = write_settings(home, port)
    with (
        (home / "log.txt").open("wb") as log,
        live_server(port=port, options=options, env=_variables(sample_store) | variables, log=log) as running,
    ):
        yield running.url


@pytest.fixture(autouse=True)
def rules(home: Path) -> Iterator[Path]:
    """The rules, put back as they were after each test."""
    path = home / "access.toml"
    yield path
    path.write_text(ACCESS)


@pytest.fixture
def sessions() -> Iterator[Callable[..., Tab]]:
    """Opens sessions that end with the test."""
    with ExitStack() as opened:
        yield lambda url, signed=None, **more: opened.enter_context(tab(url, signed, **more))


def refused(drawn: Drawn) -> bool:
    """Whether nothing but a refusal was shown: no figure, no table, no file, no choice."""
    if not drawn.errors:
        return False
    assert len(drawn.errors) == 1
    for kind in ("plotly_chart", "dataframe", "download_button", "selectbox", "file_uploader", "metric"):
        assert drawn.kinds(kind) == [], kind
    assert "kasus" not in drawn.text.lower()
    return True


def whole(url: str, email: str, **more: object) -> str:
    return cookie(url, claims(email, **more))


def test_the_document_is_current_and_speaks_of_every_page():
    assert access_doc.PAGE.read_text(encoding="utf-8") == access_doc.document()
    assert list(TABLE) == [page.key for page in PAGES]


@pytest.mark.parametrize("role", [*ROLES, None])
def test_each_page_by_its_address_opens_or_refuses_as_the_document_says(office: str, role: str | None):
    signed = whole(office, EMAILS[role]) if role else None
    said = {}
    for key in TABLE:
        with tab(office, signed) as one:
            drawn = one.open(key)
        said[key] = access_doc.NO if refused(drawn) else access_doc.YES
        assert drawn.menu == [name for name in TABLE if TABLE[name][role or "publik"] == access_doc.YES]
    assert said == {key: TABLE[key][role or "publik"] for key in TABLE}


FIRST = ("ringkasan", "unggah", "audit")
"""Pages of three sections; the others are asked for by `make test-long`."""


@pytest.mark.slow
@pytest.mark.parametrize("key", [*FIRST, *(pytest.param(key, marks=pytest.mark.long) for key in SHUT if key not in FIRST)])
def test_a_server_nobody_visited_refuses_too(key: str, sample_store: Path, tmp_path: Path):
    """Streamlit runs a page of a fresh server without dashboard.py."""
    port = free_port()
    options, variables = write_settings(tmp_path, port)
    least = [role for role in ROLES if TABLE[key][role] == access_doc.NO][-2:]
    with (
        (tmp_path / "log.txt").open("wb") as log,
        live_server(port=port, options=options, env=_variables(sample_store) | variables, log=log) as running,
        tab(running.url) as nobody,
        tab(running.url, whole(running.url, EMAILS[least[0]])) as somebody,
    ):
        assert refused(nobody.open(key))
        assert refused(somebody.open(key))


@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_write_is_offered_to(office: str, role: str):
    with tab(office, whole(office, EMAILS[role])) as one:
        labels = [button.label for button in one.open("rakor").kinds("button")]
        text = one.open("keputusan").text
    assert (WORDS("rakor.siapkan") in labels) == (WORDS("keputusan.tulis") in text) == (role == "operator")


class TestForged:
    @pytest.mark.parametrize(
        "change",
        [
            {"email_verified": False},
            {"email_verified": "true"},
            {"email_verified": None},
            {"is_logged_in": False},
            {"iat": 0},
            {"iat": time.time() + 3600},
            {"email": "x@contoh.go.id", "groups": ["operator", "ipsm-operator"], "peran": "operator", "roles": ["operator"]},
            {"email": "x@contoh.go.id", "groups": ["ipsm-pimpinan"], "provider": "lain"},
        ],
    )
    def test_a_token_that_gives_no_role(self, office: str, sessions: Callable[..., Tab], change: dict):
        one = sessions(office, cookie(office, claims(EMAILS["operator"]) | change))
        assert all(refused(one.open(key)) for key in ("ringkasan", "unggah"))

    def test_a_cookie_nobody_signed(self, office: str, sessions: Callable[..., Tab]):
        good = whole(office, EMAILS["operator"])
        body, *rest = good.split(".")
        cookies = {
            "another secret": cookie(office, claims(EMAILS["operator"]), secret="x" * 40),
            "a changed body": ".".join([body[:-4] + "AAAA", *rest]),
            "no signature": body,
            "another server": cookie("http://127.0.0.1:1", claims(EMAILS["operator"])),
            "too old": cookie(office, claims(EMAILS["operator"]), age=32 * 24 * 3600),
        }
        assert not refused(sessions(office, good).open("kamus"))
        for name, signed in cookies.items():
            assert sessions(office, signed).open("ringkasan").errors == [SIGN_IN], name

    def test_what_a_browser_can_write_itself(self, office: str, sessions: Callable[..., Tab]):
        asked = "peran=operator&role=operator&email=operator@contoh.go.id&groups=ipsm-pimpinan&is_logged_in=true"
        headers = [(name, EMAILS["operator"]) for name in ("X-Forwarded-Email", "X-Forwarded-User", "Remote-User", "X-User")]
        one = sessions(office, headers=headers, cookies="peran=operator; role=operator; email=operator@contoh.go.id")
        assert one.open("ringkasan", asked).errors == [SIGN_IN]

    def test_a_sign_in_that_ran_out(self, office: str, sessions: Callable[..., Tab]):
        one = sessions(office, whole(office, EMAILS["operator"], iat=int(time.time()) - 12 * 3600 - 1))
        assert one.open("ringkasan").errors == [WORDS("masuk.ditolak.berakhir")]

    def test_a_group_that_gives_a_role_and_one_that_does_not(self, office: str, sessions: Callable[..., Tab]):
        leader = sessions(office, whole(office, "x@contoh.go.id", groups=["lain", "ipsm-pimpinan"]))
        assert not refused(leader.open("rakor"))
        assert refused(leader.open("unggah"))
        assert refused(sessions(office, whole(office, "x@contoh.go.id", groups=["lain"])).open("rakor"))


class TestSession:
    def test_signing_out_ends_every_tab_and_every_copy_of_the_cookie(self, office: str, sessions: Callable[..., Tab]):
        signed = whole(office, EMAILS["operator"], nonce="keluar")
        here, there = sessions(office, signed), sessions(office, signed)
        drawn = here.open("kamus")
        assert not refused(there.open("ringkasan"))
        assert here.press(drawn, WORDS("masuk.keluar")).redirect == "/auth/logout"
        assert refused(here.open("ringkasan"))
        assert there.open("ringkasan").errors == [SIGN_IN]
        assert sessions(office, signed).open("ringkasan").errors == [SIGN_IN]

    def test_the_rules_hold_from_the_next_click(self, office: str, sessions: Callable[..., Tab], rules: Path):
        one = sessions(office, whole(office, EMAILS["operator"]))
        assert not refused(one.open("unggah"))
        rules.write_text(ACCESS.replace('"operator@contoh.go.id" = "operator"', '"operator@contoh.go.id" = "pimpinan"'))
        assert refused(one.open("unggah"))
        assert not refused(one.open("rakor"))

    def test_broken_rules_shut_everything_without_naming_anybody(self, office: str, sessions: Callable[..., Tab], rules: Path):
        one = sessions(office, whole(office, EMAILS["operator"]), headers=[("X-Forwarded-For", "203.0.113.7")])
        rules.write_text('[orang]\n"rahasia@contoh.go.id" = "raja"')
        (error,) = one.open("ringkasan").errors
        assert error.startswith("Halaman ini ditutup karena pengaturan akses tidak dapat dipakai.")
        assert "rahasia" not in error
        assert not refused(one.open("kamus"))

    def test_a_file_is_not_handed_out_after_the_sign_in_ended(self, office: str, sessions: Callable[..., Tab], rules: Path):
        signed = whole(office, EMAILS["operator"], nonce="berkas")
        one = sessions(office, signed)
        drawn = one.open("templat")
        file = drawn.kinds("download_button")[0].deferred_file_id
        address, error = one.fetch(file)
        assert (bool(address), error) == (True, "")
        with urllib.request.urlopen(office + address) as answer:
            assert answer.status == 200
        rules.write_text(ACCESS.replace('"operator@contoh.go.id" = "operator"', '"operator@contoh.go.id" = "pimpinan"'))
        assert one.fetch(file) == ("", "Failed to generate file for download")
        rules.write_text(ACCESS)
        other = sessions(office, signed)
        other.press(other.open("kamus"), WORDS("masuk.keluar"))
        assert one.fetch(file) == ("", "Failed to generate file for download")

    def test_each_korcam_sees_rows_of_his_own_kecamatan(self, office: str, sessions: Callable[..., Tab]):
        seen = {}
        for name, signed in {
            "operator": whole(office, EMAILS["operator"]),
            "korcam": whole(office, EMAILS["korcam"]),
            "tallo": whole(office, "t@contoh.go.id", groups=["ipsm-tallo"]),
            "pimpinan": whole(office, EMAILS["pimpinan"]),
        }.items():
            seen[name] = districts(sessions(office, signed).open("respons"))
        assert seen["korcam"] == {"Mariso", "Ujung Tanah"}
        assert seen["tallo"] == {"Tallo"}
        assert seen["pimpinan"] == set()
        assert len(seen["operator"]) > 3


def districts(drawn: Drawn) -> set[str]:
    """Kecamatan in the list of single cases; nothing where there is no such list."""
    for part in drawn.kinds("dataframe"):
        frame = pa.ipc.open_stream(part.arrow_data.data).read_all()
        if WORDS("respons.baris.id") in frame.column_names:
            return set(frame["Kecamatan"].to_pylist())
    return set()


class TestWithoutSignIn:
    def test_only_a_request_from_this_machine_to_this_machine_is_the_operators(self, server: str, sessions: Callable[..., Tab]):
        assert not refused(sessions(server).open("unggah"))
        for headers in ([("X-Forwarded-For", "203.0.113.7")], [("Forwarded", "for=203.0.113.7")], [("X-Real-IP", "127.0.0.1")]):
            assert refused(sessions(server, headers=headers).open("unggah")), headers

    def test_a_name_that_was_made_to_lead_here_is_not_this_machine(self, server: str, sessions: Callable[..., Tab]):
        assert refused(sessions(server, name="jahat.contoh.id").open("unggah"))
        assert not refused(sessions(server, name="localhost").open("kamus"))

    def test_a_page_of_another_site_gets_no_session(self, server: str, sessions: Callable[..., Tab]):
        with pytest.raises(InvalidStatus, match="403"):
            sessions(server, origin="http://jahat.contoh.id")

    def test_a_cookie_gives_nothing_where_no_sign_in_is_configured(self, server: str, sessions: Callable[..., Tab]):
        one = sessions(server, whole(server, EMAILS["operator"]), headers=[("X-Forwarded-For", "203.0.113.7")])
        assert refused(one.open("ringkasan"))

    def test_the_way_in_leads_nowhere(self, server: str):
        with urllib.request.urlopen(f"{server}/auth/login?provider=default") as answer:
            assert answer.url == f"{server}/"
            assert answer.headers.get("Set-Cookie", "").count("_streamlit_user") == 0
