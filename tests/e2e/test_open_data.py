"""The open interface on a live server: its answers, marks, refusals, limit, many at once, and generated requests."""

import csv
import http.client
import io
import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from ipsm_analytics.answers.facts import load
from ipsm_analytics.config import ROOT, Settings
from ipsm_analytics.opendata import OpenData, data_sets, published
from ipsm_analytics.opendata.files import BASE, archive, csv_file
from ipsm_analytics.opendata.published import NUMBERS
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.store import Store
from ipsm_analytics.views.i18n import Words
from scripts.browser import await_map, await_settled
from scripts.live_server import live_server
from scripts.shots import PHONE
from tests.conftest import KEY, TODAY

TALLO = "73.71.07"
LIMIT = 20


def variables(store: Path, limit: str) -> dict[str, str]:
    return {"IPSM_STORE": str(store), "IPSM_KEY": KEY, "IPSM_TODAY": TODAY, "IPSM_API_LIMIT": limit}


@pytest.fixture(scope="module")
def open_server(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose limit generated requests do not meet."""
    path = tmp_path_factory.mktemp("terbuka") / "log.txt"
    with path.open("wb") as log, live_server(env=variables(sample_store, "1000000/minute"), log=log) as running:
        yield running.url


@pytest.fixture(scope="module")
def data(sample_store: Path) -> OpenData:
    config = Settings(store=sample_store, key=KEY, today=date.fromisoformat(TODAY))
    store = Store(config)
    return published(load(store, store.version(store.latest_number()), config), 5)


class Got:
    """An answer: status, headers by lower-case name, body."""

    def __init__(self, url: str, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        connection.request(method, path, headers=dict(headers or {}))
        answer = connection.getresponse()
        self.status, self.body = answer.status, answer.read()
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        connection.close()

    @property
    def told(self) -> dict:
        return json.loads(self.body)


def test_every_number_of_csv_and_json_is_the_published_one(open_server: str, data: OpenData):
    for code, table in data.tables.items():
        rows = table.to_dict("records")
        told = Got(open_server, f"{BASE}/kumpulan/{code}").told["baris"]
        written = Got(open_server, f"{BASE}/kumpulan/{code}.csv").body
        assert written == csv_file(data, code, {})
        assert len(told) == len(rows) == len(list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))) - 1
        for mine, theirs in zip(rows, told, strict=True):
            assert all(theirs[name] == (None if math.isnan(mine[name]) else mine[name]) for name in NUMBERS)
            assert theirs["status"] == mine["status"]


def test_nothing_below_kecamatan_leaves_and_the_archive_is_the_published_one(open_server: str, data: OpenData):
    bodies = [Got(open_server, f"{BASE}/kumpulan/{code}{form}").body.decode() for code in data_sets() for form in ("", ".csv")]
    for text in bodies:
        assert [code for code in (*areas.codes("kelurahan"), *categories.categories()) if code in text] == []
    assert Got(open_server, f"{BASE}/paket.zip").body == archive(data)


def test_marks_spare_the_reader_what_is_held(open_server: str):
    path = f"{BASE}/kumpulan/spm-layanan"
    first = Got(open_server, path)
    mark = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=300"
    again = Got(open_server, path, headers={"If-None-Match": mark})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", mark)
    assert Got(open_server, path, headers={"If-None-Match": 'W/"lain"'}).status == 200
    assert Got(open_server, f"{path}?tahun=2025").headers["etag"] != mark
    head = Got(open_server, path, "HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", mark)


def test_open_to_every_page_and_without_cookies(open_server: str):
    for path in (f"{BASE}/", f"{BASE}/kumpulan/spm-layanan", f"{BASE}/tidak-ada"):
        headers = Got(open_server, path, headers={"Origin": "https://contoh.id", "Cookie": "a=b"}).headers
        assert headers["access-control-allow-origin"] == "*"
        assert {"set-cookie", "access-control-allow-credentials"} & set(headers) == set()


@pytest.mark.parametrize(
    ("path", "method", "status", "detail"),
    [
        ("/kumpulan/spm-layanan?kecamatan=73.71.07", "GET", 400, "Parameter 'kecamatan' tidak dikenal. Yang diterima: tahun."),
        ("/kumpulan/ppks-kecamatan?tahun=dua", "GET", 400, "Yang diterima: 2000 sampai 2100."),
        ("/kumpulan/ppks-kecamatan?tahun=2026&tahun=2025", "GET", 400, "diisi sekali saja"),
        ("/kumpulan/ppks-kecamatan?kecamatan=73.71.07.1001", "GET", 400, "73.71.01"),
        ("/kumpulan/ppks-kecamatan-kelompok?kelompok=PPKS-16", "GET", 400, "KEMISKINAN"),
        ("/kumpulan/kelurahan", "GET", 404, "tidak ada"),
        ("/kumpulan/..%2f..%2fkasus", "GET", 404, "tidak ada"),
        ("/kumpulan", "POST", 405, "GET atau HEAD"),
    ],
)
def test_refusals_are_problem_details(open_server: str, path: str, method: str, status: int, detail: str):
    got = Got(open_server, f"{BASE}{path}", method)
    assert (got.status, got.headers["content-type"]) == (status, "application/problem+json")
    assert detail in got.told["detail"]
    assert got.told["status"] == status
    assert ("allow" in got.headers) == (status == 405)


def test_a_hundred_at_once_get_the_same(open_server: str):
    with ThreadPoolExecutor(100) as readers:
        got = list(readers.map(lambda _: Got(open_server, f"{BASE}/kumpulan/ppks-kelompok?tahun=2025"), range(100)))
    assert {(one.status, one.headers["etag"]) for one in got} == {(200, got[0].headers["etag"])}
    assert len({one.body for one in got}) == 1


def test_the_pages_are_served_beside_it(open_server: str):
    assert Got(open_server, "/_stcore/health").body == b"ok"
    assert b"<title>" in Got(open_server, "/transparansi").body


def test_who_asks_too_often_waits_and_cannot_pretend_to_be_another(sample_store: Path, tmp_path: Path):
    with (tmp_path / "log.txt").open("wb") as log, live_server(env=variables(sample_store, f"{LIMIT}/hour"), log=log) as running:
        found = [Got(running.url, f"{BASE}/", headers={"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(LIMIT + 1)]
        assert [one.status for one in found] == [200] * LIMIT + [429]
        assert 1 <= int(found[-1].headers["retry-after"]) <= 3600
        assert found[-1].headers["content-type"] == "application/problem+json"
        assert Got(running.url, "/_stcore/health").status == 200


def test_generated_requests_find_nothing_undeclared(open_server: str, tmp_path: Path):
    """Every kind of address; of the data sets two with all filters between them, the others are built the same way."""
    chosen = "(/v1/|openapi.json|kumpulan|paket.zip|ppks-kecamatan-kelompok|spm-layanan.csv|metadata/spm-layanan)$"
    command = [Path(sys.executable).with_name("schemathesis"), "run", ROOT / "docs" / "openapi.json", "--url", open_server]
    bounded = ["--phases", "coverage,fuzzing", "-n", "10", "--seed", "7", "--no-color", "--workers", "2"]
    checked = ["--checks", "all", "--mode", "all", "--include-path-regex", chosen]
    found = subprocess.run([*command, *bounded, *checked], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert found.returncode == 0, found.stdout[-4000:]
    assert "Selected: 8/" in found.stdout


def test_a_citizen_reads_and_takes_along(new_page, open_server: str, data: OpenData):
    for options in ({}, {"viewport": {"width": 390, "height": 844}, "user_agent": PHONE}):
        page = new_page(accept_downloads=True, **options)
        page.goto(f"{open_server}/transparansi")
        await_settled(page)
        await_map(page)
        running = data.periods[0]
        persons = data.rows("ppks-kecamatan", "K02", running).iloc[0]["nilai"]
        expect(page.locator(".ubin .jawab").first).to_contain_text(Words("id").number(persons))
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= page.viewport_size["width"]
        with page.expect_download() as got:
            page.get_by_label("CSV, Kasus dan orang menurut kecamatan", exact=True).click()
        assert Path(got.value.path()).read_bytes() == csv_file(data, "ppks-kecamatan", {})
