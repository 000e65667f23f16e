"""The least page that can hold a map: the figures of our page, drawn by Streamlit and nothing else."""

from pathlib import Path

import plotly.graph_objects as go
import plotly.io
import streamlit as st

st.set_page_config(layout="wide")


@st.cache_resource
def figures(page: str) -> dict[str, go.Figure]:
    """Choice -> figure, read once."""
    files = sorted(Path(__file__).parent.glob(f"{page}-*.json"))
    return {file.stem.split("-")[1]: plotly.io.read_json(file) for file in files}


page = st.query_params.get("halaman", "peta")
known = figures(page)
choice = st.selectbox("Pilihan", list(known)) if "pilih" in st.query_params else next(iter(known))
st.plotly_chart(known[choice], theme=None, width="content", config={"scrollZoom": True, "displayModeBar": False})
