"""`deck` as it is typed: which file comes out, and what a wrong wish is told."""

from datetime import date
from pathlib import Path

import pptx
import pytest

from ipsm_analytics.cli import main
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.errors import UserError
from ipsm_analytics.materials import making
from ipsm_analytics.rakor import passport
from ipsm_analytics.rakor.snapshot import Wish, freeze
from ipsm_analytics.store import Store
from tests.conftest import KEY, TODAY
from tests.cubes import BONTORANNU, PANNAMPU
from tests.tables import monthly, take, template

SEPTEMBER = Window(Month(2026, 9), Month(2026, 9))


def person(name: str, place: str, month: str) -> dict[str, str]:
    row = {"nama": name, "tgl_lahir": "01/02/1950", "kode_kelurahan": place, "tgl_lapor": f"{month}-15", "kategori": "PPKS-08"}
    return row | {"id_kasus": f"{name}-{month}"}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Six old people of Bontorannu in September; frozen as 'Rakor September' and as a meeting on a month long ago."""
    folder = tmp_path_factory.mktemp("bahan")
    found = Settings(folder / "store", KEY, date.fromisoformat(TODAY))
    names = ("Ani", "Budi", "Cici", "Dodi", "Eka", "Fatma")
    rows = template(folder / "a.csv", *(person(name, BONTORANNU, "2026-09") for name in names))
    take(rows, monthly(folder / "b.csv", {"kode_kelurahan": PANNAMPU, "bulan": "2026-09"}), config=found)
    store = Store(found)
    freeze(store, found, Wish("Rakor September", date(2026, 10, 5), SEPTEMBER), "uji")
    freeze(store, found, Wish("Rakor lama", date(2026, 10, 6), Window(Month(2019, 1), Month(2019, 1))), "uji")
    return found


@pytest.fixture
def used(config: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("IPSM_STORE", str(config.store))
    return settings()


def texts(path: Path) -> str:
    pages = pptx.Presentation(str(path)).slides
    return "\n".join(shape.text_frame.text for page in pages for shape in page.shapes if shape.has_text_frame)


class TestMake:
    def test_a_snapshot_by_its_name(self, used: Settings, tmp_path: Path):
        made = making.make("rakor september", tmp_path / "rakor.pptx", used)
        assert (made.title, made.code) == ("Rakor September", "RK-1")
        assert "Bekuan RK-1" in texts(tmp_path / "rakor.pptx")
        assert {passport.decode(one.passport).snapshot for one in made.numbers} == {1}

    def test_without_a_name_the_last_full_month_of_the_newest_data(self, used: Settings, tmp_path: Path):
        made = making.make(None, tmp_path / "rakor.pptx", used)
        assert made.code == f"v{Store(used).latest_number()}"
        assert made.period == "Sep 2026"
        assert f"Data {made.code}, tidak dibekukan" in texts(tmp_path / "rakor.pptx")

    def test_what_leaves_obeys_the_export_rule(self, used: Settings, tmp_path: Path):
        made = making.make("RK-1", tmp_path / "rakor.pptx", used)
        small = [one for one in made.numbers if one.known and one.question.indicator in ("K01", "K02") and 0 < one.value < 5]
        assert small == []

    def test_the_links_lead_to_the_address_of_the_settings(self, config: Settings, tmp_path: Path, monkeypatch):
        monkeypatch.setenv("IPSM_STORE", str(config.store))
        monkeypatch.setenv("IPSM_ADDRESS", "https://rakor.contoh.go.id")
        making.make("RK-1", tmp_path / "rakor.pptx", settings())
        page = list(pptx.Presentation(str(tmp_path / "rakor.pptx")).slides)[1]
        links = [one.click_action.hyperlink.address for one in page.shapes if one._element.tag.endswith("}pic")]
        assert links[0].startswith("https://rakor.contoh.go.id/paspor?kode=R01-")

    @pytest.mark.parametrize(
        ("name", "out", "message"),
        [
            (None, "rakor.docx", r"akhiran '\.docx'.*\.pptx"),
            (None, "rakor", "akhiran ''"),
            (None, "mana/rakor.pptx", "Folder tujuan tidak ada"),
            ("RK-9", "rakor.pptx", "Bekuan rakor tidak ada.*RK-1"),
            ("Rakor lama", "rakor.pptx", "Tidak ada data pada periode itu.*Jan 2019"),
        ],
    )
    def test_a_wrong_wish_is_told_and_leaves_nothing(self, used: Settings, tmp_path: Path, name: str, out: str, message: str):
        with pytest.raises(UserError, match=message):
            making.make(name, tmp_path / out, used)
        assert list(tmp_path.iterdir()) == []

    def test_an_empty_store_has_nothing_to_show(self, tmp_path: Path):
        with pytest.raises(UserError, match="Belum ada data"):
            making.make(None, tmp_path / "rakor.pptx", settings())

    def test_a_template_is_for_slides_only(self, used: Settings, tmp_path: Path, monkeypatch):
        monkeypatch.setattr(making, "WRITERS", {**making.WRITERS, ".pdf": making.WRITERS[making.SLIDES]})
        with pytest.raises(UserError, match="hanya dipakai untuk paparan"):
            making.make(None, tmp_path / "rakor.pdf", used, tmp_path / "templat.pptx")


class TestCommand:
    @pytest.mark.usefixtures("used")
    def test_writes_and_says_what(self, tmp_path: Path, capsys):
        out = tmp_path / "rakor.pptx"
        assert main(["deck", "--snapshot", "RK-1", "--out", str(out)]) == 0
        assert f"{out}: Rakor September, " in capsys.readouterr().out
        assert out.is_file()

    @pytest.mark.usefixtures("used")
    def test_draws_on_another_template(self, tmp_path: Path):
        template_file, out = tmp_path / "dinas.pptx", tmp_path / "rakor.pptx"
        pptx.Presentation().save(str(template_file))
        assert main(["deck", "--snapshot", "RK-1", "--template", str(template_file), "--out", str(out)]) == 0
        assert list(pptx.Presentation(str(out)).slides)[1].slide_layout.name == "Title and Content"

    def test_says_in_one_line_what_is_wrong(self, tmp_path: Path, capsys):
        assert main(["deck", "--out", str(tmp_path / "rakor.txt")]) == 2
        assert "Jenis berkas itu tidak dapat dibuat." in capsys.readouterr().err
        with pytest.raises(SystemExit):
            main(["deck"])
        assert "belum diisi: --out" in capsys.readouterr().err
