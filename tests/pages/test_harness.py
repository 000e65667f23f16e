"""AppTest runs every page through the script that holds the navigation, on the first run and on all after it."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

FRAME = """
import streamlit as st

chosen = st.navigation([st.Page("pages/satu.py"), st.Page("pages/dua.py")])
st.caption("bingkai")
chosen.run()
"""


def test_navigation_frames_the_second_run_too(tmp_path: Path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "frame.py").write_text(FRAME)
    (tmp_path / "pages" / "satu.py").write_text("import streamlit as st\nst.text('satu')\nst.button('lagi')\n")
    (tmp_path / "pages" / "dua.py").write_text("import streamlit as st\nst.text('dua')\n")
    app = AppTest.from_file(str(tmp_path / "frame.py")).run()
    assert ([one.value for one in app.caption], [one.value for one in app.text]) == (["bingkai"], ["satu"])
    app.button[0].click().run()
    assert ([one.value for one in app.caption], [one.value for one in app.text]) == (["bingkai"], ["satu"])
    app.switch_page("pages/dua.py").run()
    assert ([one.value for one in app.caption], [one.value for one in app.text]) == (["bingkai"], ["dua"])
