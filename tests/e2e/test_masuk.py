"""Signing in and out with a real browser at a real provider of OpenID Connect, both on this machine."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ipsm_analytics.views.i18n import Words
from scripts.browser import await_settled
from scripts.live_server import free_port, live_server
from tests.e2e.conftest import _variables, _watch
from tests.visitors import claims, cookie, write_settings

WORDS = Words("id")
PEOPLE = {
    "korcam": {"email": "korcam@contoh.go.id", "email_verified": True},
    "operator": {"email": "operator@contoh.go.id", "email_verified": True},
    "asing": {"email": "asing@contoh.go.id", "email_verified": True},
    "palsu": {"email": "operator@contoh.go.id", "email_verified": False},
    "pengaku": {
        "email": "p@contoh.go.id",
        "email_verified": True,
        "groups": ["operator"],
        "peran": "operator",
        "role": "operator",
    },
    "anggota": {"email": "a@contoh.go.id", "email_verified": True, "groups": ["lain", "ipsm-pimpinan"]},
}
FOREIGN = "https://cdn.jsdelivr.net/"
"""The provider's own page asks it for its looks."""


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a provider that knows PEOPLE and asks for no password."""
    port = free_port()
    people = [part for name, held in PEOPLE.items() for part in ("--user-claims", json.dumps({"sub": name, **held}))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *people]
    with (
        (tmp_path_factory.mktemp("penyedia") / "log.txt").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        try:
            await_provider(f"http://127.0.0.1:{port}/.well-known/openid-configuration")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def await_provider(address: str) -> None:
    for _ in range(600):
        with suppress(OSError), urllib.request.urlopen(address) as answer:
            assert answer.status == 200
            return
        time.sleep(0.1)
    raise TimeoutError(address)


@pytest.fixture(scope="module")
def office(sample_store: Path, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that lets sign in at the provider."""
    folder, port = tmp_path_factory.mktemp("masuk"), free_port()
    options, variables = write_settings(folder, port, provider)
    with (
        (folder / "log.txt").open("wb") as log,
        live_server(port=port, options=options, env=_variables(sample_store) | variables, log=log) as running,
    ):
        yield running.url


@pytest.fixture
def person(browser: Browser, provider: str) -> Iterator[Callable[[], Page]]:
    """Opens tabs with cookies of their own; at the end no fault was met but the provider's own."""
    faults: list[str] = []
    with ExitStack() as contexts:

        def start() -> Page:
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID")
            contexts.callback(context.close)
            page = context.new_page()
            _watch(page, faults)
            return page

        yield start
    assert [fault for fault in faults if FOREIGN not in fault and f"({provider}/" not in fault] == []


def go(page: Page, address: str) -> None:
    page.goto(address)
    await_settled(page, timeout=90)


def sign_in(page: Page, office: str, name: str) -> None:
    go(page, f"{office}/kamus")
    page.get_by_role("button", name=WORDS("masuk.masuk")).click()
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(f"{office}/**")
    expect(page.get_by_role("button", name=WORDS("masuk.keluar"))).to_be_visible(timeout=90_000)
    await_settled(page, timeout=90)


def refusal(page: Page) -> str:
    """The reason on the page; '' where it was not refused."""
    return told(page, "Error")


def told(page: Page, kind: str) -> str:
    boxes = page.locator(f"[data-testid=stAlertContent{kind}] [data-testid=stMarkdownContainer]")
    return boxes.last.inner_text() if boxes.count() else ""


def test_in_by_the_provider_and_out_again(person: Callable[[], Page], office: str, provider: str):
    page = person()
    go(page, f"{office}/ringkasan")
    assert refusal(page) == WORDS("masuk.ditolak.belum_masuk")
    assert page.locator("[data-testid=stSidebarNavLink]").count() == 3
    sign_in(page, office, "korcam")
    assert page.url.split("?")[0] == f"{office}/ringkasan"
    shown = page.locator(".siapa").inner_text().split("\n")
    assert shown == ["korcam@contoh.go.id", "Koordinator kecamatan: Mariso dan Ujung Tanah"]
    assert refusal(page) == ""
    (held,) = [one for one in page.context.cookies() if one["name"] == "_streamlit_user"]
    assert (held["httpOnly"], held["sameSite"]) == (True, "Lax")
    assert 29 < (held["expires"] - time.time()) / 86400 < 31
    go(page, f"{office}/unggah")
    assert refusal(page).startswith("Halaman ini bukan untuk peran Anda (Koordinator kecamatan")
    page.get_by_role("button", name=WORDS("masuk.keluar")).click()
    page.wait_for_url(f"{provider}/oauth2/end_session**")
    page.get_by_role("button", name="End session").click()
    page.wait_for_url(f"{office}/**")
    await_settled(page, timeout=90)
    assert [one for one in page.context.cookies() if one["name"] == "_streamlit_user"] == []
    go(page, f"{office}/ringkasan")
    assert refusal(page) == WORDS("masuk.ditolak.belum_masuk")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("asing", "Anda masuk sebagai asing@contoh.go.id, tetapi akun itu belum diberi peran"),
        ("palsu", "Penyedia masuk tidak menyatakan bahwa alamat operator@contoh.go.id sudah dibuktikan milik Anda"),
        ("pengaku", "Anda masuk sebagai p@contoh.go.id, tetapi akun itu belum diberi peran"),
        ("anggota", ""),
    ],
)
def test_what_the_provider_signed_decides(person: Callable[[], Page], office: str, name: str, reason: str):
    page = person()
    sign_in(page, office, name)
    if reason:
        sentence = told(page, "Info")
        assert sentence.startswith(reason)
        assert sentence.endswith("Untuk diberi peran, hubungi Admin Uji, pesawat 123.")
    go(page, f"{office}/rakor?peran=operator&role=operator&groups=ipsm-pimpinan")
    assert refusal(page).startswith(reason)
    assert bool(refusal(page)) == bool(reason)


def test_cookies_that_are_worth_nothing(person: Callable[[], Page], office: str):
    good = cookie(office, claims("operator@contoh.go.id"))
    body, *rest = good.split(".")
    values = {
        "old": cookie(office, claims("operator@contoh.go.id"), age=32 * 24 * 3600),
        "forged": ".".join([body[:-4] + "AAAA", *rest]),
        "another secret": cookie(office, claims("operator@contoh.go.id"), secret="y" * 40),
    }
    page = person()
    for name, value in values.items():
        page.context.add_cookies([{"name": "_streamlit_user", "value": value, "url": office}])
        go(page, f"{office}/unggah")
        assert refusal(page) == WORDS("masuk.ditolak.belum_masuk"), name
    page.context.add_cookies([{"name": "_streamlit_user", "value": good, "url": office}])
    go(page, f"{office}/unggah")
    assert refusal(page) == ""
