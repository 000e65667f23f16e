"""The least pages that can hold a map: the figures of our pages, drawn by Streamlit and nothing else.

Each stands at an address of its own, as ours do, because Streamlit itself is slower there than at the bare
address; the box offers the same options as ours, because a list of thirty is slower to open than one of two.
"""

import json
from functools import partial
from pathlib import Path

import plotly.graph_objects as go
import plotly.io
import streamlit as st

HERE = Path(__file__).parent
PAGES = ("ringkasan", "peta")


@st.cache_resource
def figures(page: str) -> dict[str, go.Figure]:
    """Option -> figure, read once."""
    return {file.stem.partition("-")[2]: plotly.io.read_json(file) for file in sorted(HERE.glob(f"{page}-*.json"))}


@st.cache_resource
def options() -> list[str]:
    """What the box offers."""
    return list(json.loads((HERE / "pilihan.json").read_text(encoding="utf-8")))


def show(page: str) -> None:
    """The map, below the box where the address asks for one."""
    known = figures(page)
    usual = next(iter(known))
    choice = st.selectbox("Pilihan", options(), options().index(usual)) if "pilih" in st.query_params else usual
    st.plotly_chart(known[choice], theme=None, width="content", config={"scrollZoom": True, "displayModeBar": False})


st.set_page_config(layout="wide")
pages = [st.Page(partial(show, page), title=page, url_path=page) for page in PAGES]
st.navigation([st.Page(lambda: None, title="-", default=True), *pages], position="hidden").run()
