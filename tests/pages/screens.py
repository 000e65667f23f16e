"""What a page shows, read off an AppTest."""

import re
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens here
Open = Callable[..., AppTest]


def clean(app: AppTest) -> AppTest:
    """The page after it is known that it did not fail."""
    assert [item.value for item in app.exception] == []
    return app


def said(app: AppTest) -> str:
    """All text of the page's own blocks, tags removed."""
    bodies = [item.proto.body for item in app.html if "<style>" not in item.proto.body]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join(bodies)))


def headline(app: AppTest) -> str:
    (found,) = re.findall(r'<p class="judul">(.*?)</p>', " ".join(item.proto.body for item in app.html))
    return found
