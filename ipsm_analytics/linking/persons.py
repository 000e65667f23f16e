"""Persons as they are compared: one row a person_key, the newest statement of each field."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from ipsm_analytics.store import Store, Version

_COMMON = ("person_key", "identity", "kode_kelurahan", "jk", "kategori", "tahun_lahir")
_TOKENS = ("name_keys", "sound_keys", "nik_keys", "birth_keys")
FIELDS = (*_COMMON, *_TOKENS, "year_exact", "sample")


def reported(store: Store, version: Version) -> pd.DataFrame:
    """(persons) FIELDS of everybody in the cases, by person_key; a birth year known only from an age is not exact."""
    rows = store.read("kasus", version, [*_COMMON, *_TOKENS, "case_id", "tgl_lapor", "usia", "sample"]).to_pandas()
    rows["year_exact"] = rows["tahun_lahir"].notna()
    guessed = pd.to_datetime(rows["tgl_lapor"]).dt.year - rows["usia"]
    rows["tahun_lahir"] = rows["tahun_lahir"].fillna(guessed)
    return _newest(rows.sort_values(["year_exact", "tgl_lapor", "case_id"]))


def registered(store: Store, version: Version) -> pd.DataFrame:
    """(persons) FIELDS of everybody in the registers, by person_key."""
    rows = store.read("register", version, [*_COMMON, *_TOKENS, "entry_id", "tahun_data", "sample"]).to_pandas()
    rows["year_exact"] = rows["tahun_lahir"].notna()
    return _newest(rows.sort_values(["tahun_data", "entry_id"], na_position="first"))


def _newest(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a person: the last known value of each field; exact birth years come last."""
    found = rows[list(FIELDS)].groupby("person_key", sort=True).last().reset_index()
    return found.astype({"tahun_lahir": "Int16", "year_exact": "bool", "sample": "bool"})


def as_table(persons: pd.DataFrame) -> pa.Table:
    """The persons with typed columns, also where there is none."""
    lists = {name: pa.list_(pa.string()) for name in (*_TOKENS, "kategori")}
    texts = {name: pa.string() for name in ("person_key", "identity", "kode_kelurahan", "jk")}
    types = {**texts, **lists, "tahun_lahir": pa.int16(), "year_exact": pa.bool_(), "sample": pa.bool_()}
    return pa.table({name: pa.array(persons[name], types[name], from_pandas=True) for name in FIELDS})
