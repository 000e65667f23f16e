"""A number on paper leads back to its passport."""

import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.materials.codes import link, qr_png, qr_svg

CODE = "K03-00601-8DJ3C-14000-WPB"


def test_the_link_opens_the_passport_page(monkeypatch: pytest.MonkeyPatch):
    assert link(CODE, settings()) == f"http://localhost:8501/paspor?kode={CODE}"
    monkeypatch.setenv("IPSM_ADDRESS", "https://ipsm.contoh.go.id/dasbor/")
    assert link(CODE, settings()) == f"https://ipsm.contoh.go.id/dasbor/paspor?kode={CODE}"


def test_codes_that_are_no_plain_text_are_escaped():
    assert link("a b&c", replace(settings(), address="http://x")) == "http://x/paspor?kode=a+b%26c"


@pytest.mark.parametrize("text", ["ipsm.contoh.go.id", "ftp://x", "http://", "https://x/?a=1", "javascript:alert(1)"])
def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("IPSM_ADDRESS", text)
    with pytest.raises(UserError, match=r"IPSM_ADDRESS bukan alamat dasbor\. Ditemukan: "):
        settings()


def modules(text: str) -> list[list[bool]]:
    """The dark modules of the drawn PNG, at one pixel a module."""
    image = Image.open(io.BytesIO(qr_png(text, scale=1))).convert("L")
    return [[image.getpixel((x, y)) == 0 for x in range(image.width)] for y in range(image.height)]


def test_the_picture_is_a_qr_code_with_its_three_corners():
    drawn = modules(f"http://localhost:8501/paspor?kode={CODE}")
    size = len(drawn)
    assert (size - 4 - 17) % 4 == 0
    corner = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    for top, left in ((2, 2), (2, size - 9), (size - 9, 2)):
        found = ["".join(str(int(drawn[top + y][left + x])) for x in range(7)) for y in range(7)]
        assert found == corner


def test_other_texts_give_other_pictures_and_the_same_text_the_same():
    assert qr_svg("a") == qr_svg("a") != qr_svg("b")
    assert re.search(r'<svg [^>]*width="25"', qr_svg("a"))
    assert 'stroke="#0B3C5D"' in qr_svg("a", "#0B3C5D") or "#0b3c5d" in qr_svg("a", "#0B3C5D").lower()
