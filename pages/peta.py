"""Peta: where, and how sure?"""

from dataclasses import replace

import streamlit as st

from ipsm_analytics.app import blocks, cache, state
from ipsm_analytics.app.page import open_page
from ipsm_analytics.cube.axes import slice_codes
from ipsm_analytics.reference.indicators import mapped
from ipsm_analytics.views.atlas import COMPARISONS, MODES, MapOptions, at, earlier_starts, map_size
from ipsm_analytics.views.chart import slice_name
from ipsm_analytics.views.maps import LAYOUTS

visit = open_page("peta")
words, scope = visit.words, visit.scope
with st.container(horizontal=True, gap="small"):
    code = state.pick(words("peta.indikator"), mapped(), lambda key: words(f"kartu.{key}"), "indikator", "K03", width=230)
    level = state.choose(words("peta.tingkat"), ("kelurahan", "kecamatan"), lambda name: words(f"pilahan.{name}"), "tingkat")
    layout = state.choose(words("peta.bentuk"), LAYOUTS, lambda name: words(f"peta.{name}"), "bentuk")
    comparison = state.choose(words("peta.banding"), COMPARISONS, lambda name: words(f"peta.banding_{name}"), "banding")
    scopes = [scope]
    if comparison == "periode":
        starts = earlier_starts(visit.desk, scope)
        usual = scope.before.first if scope.before.first in starts else None
        scopes.append(at(scope, state.pick(words("peta.mulai"), starts, words.month, "mulai", usual, width=150)))
    if comparison == "kategori":
        other = state.pick(words("peta.kategori_lain"), slice_codes(), lambda key: slice_name(words, key), "lawan", width=260)
        scopes.append(replace(scope, slice=other))
    mode = state.choose(words("tampilan_peta.pilih"), MODES, lambda name: words(f"tampilan_peta.{name}"), "tampilan")

options = MapOptions(code, level, layout, *map_size(visit.desk.narrow, len(scopes)), mode)
views = cache.map_views(visit.reader, tuple(scopes), options)
*places, side = st.columns([7 / len(scopes)] * len(scopes) + [3], gap="medium")
clicked = None
for number, (place, view) in enumerate(zip(places, views, strict=True)):
    with place:
        clicked = blocks.titled_map(view, str(number)) or clicked
        blocks.map_foot(words, view, str(number))
with side:
    blocks.legends(words, views)
    if clicked:
        blocks.area_panel(words, cache.area_panel(visit.reader, scope, clicked))
    else:
        st.info(words("peta.klik"), icon=":material/touch_app:")

blocks.apart(words, cache.spread_page(visit.reader, scope))
