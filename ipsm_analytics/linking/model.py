"""The comparison itself: Splink on DuckDB. Imported only when pairs are computed, since both take time to load."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI
from splink.blocking_rule_library import CustomRule
from splink.comparison_level_library import CustomLevel, ElseLevel
from splink.comparison_library import CustomComparison

from ipsm_analytics.linking.parameters import Parameters
from ipsm_analytics.linking.persons import as_table

BITS_DIGITS = 3
STRONG, MIDDLE, WEAK = 130, 100, 45
"""Rarity (tenths of a bit) that the shared words of two names must reach for each partial level."""
RAREST = 1e-7

_PREPARE = """
create table kata as
with persons as (select * from semua),
words as (select unnest(sound_keys) as word from persons),
total as (select count(*) + $others as size from persons where sound_keys is not null)
select word, (count(*) + 1) / any_value(size) as share,
    lpad(cast(least(999, round(-10 * log2((count(*) + 1) / any_value(size)))) as varchar), 3, '0') || word as coded
from words, total group by word
"""

_PERSONS = """
select
    person_key as unique_id,
    dataset,
    identity = 'nik' as nik_valid,
    jk,
    kode_kelurahan,
    left(kode_kelurahan, 8) as kode_kecamatan,
    kategori,
    tahun_lahir,
    year_exact,
    case when tahun_lahir is not null then [tahun_lahir, tahun_lahir + 1] end as years,
    birth_keys[1] as birth_day,
    birth_keys[2] as birth_swapped,
    nullif(nik_keys[1], '') as nik_1,
    nullif(nik_keys[2], '') as nik_2,
    nullif(nik_keys[3], '') as nik_3,
    array_to_string(name_keys, '') as name_all,
    array_to_string(sound_keys, '') as sound_all,
    named.coded as words,
    named.rarest as rarest,
    greatest(named.share, $rarest) as share
from semua left join (
    select person_key as named_key, dataset as named_dataset, list_sort(list(coded)) as coded, product(share) as share,
        list_sort(list(coded), 'DESC')[1:2] as rarest
    from (select person_key, dataset, unnest(sound_keys) as word from semua) join kata using (word)
    group by person_key, dataset
) named on named_key = person_key and named_dataset = dataset
where sound_all is not null or nik_2 is not null
order by dataset, unique_id
"""

_SHARED = "list_sum(list_transform(list_intersect(words_l, words_r), lambda x: cast(left(x, 3) as integer)))"
_EQUAL = " + ".join(f"coalesce(cast(nik_{part}_l = nik_{part}_r as integer), 0)" for part in (1, 2, 3))
_OTHER = " + ".join(f"coalesce(cast(nik_{part}_l <> nik_{part}_r as integer), 0)" for part in (1, 2, 3))
_GAP = "abs(tahun_lahir_l - tahun_lahir_r)"
_SURE = "(year_exact_l and year_exact_r)"
_BOTH_DAYS = "(birth_day_l is not null and birth_day_r is not null)"

_UNKNOWN = {
    "nama": "sound_all_l is null or sound_all_r is null",
    "lahir": "tahun_lahir_l is null or tahun_lahir_r is null",
    "nik": f"{_EQUAL} + {_OTHER} < 2",
    "jk": "jk_l is null or jk_r is null",
    "tempat": "kode_kelurahan_l is null or kode_kelurahan_r is null",
    "kategori": "kategori_l is null or kategori_r is null",
}
_LEVELS = {
    "nama": {
        "sama": "name_all_l = name_all_r",
        "bunyi_sama": "sound_all_l = sound_all_r",
        "sebagian_kuat": f"{_SHARED} >= {STRONG}",
        "sebagian": f"{_SHARED} >= {MIDDLE}",
        "sebagian_lemah": f"{_SHARED} >= {WEAK}",
    },
    "lahir": {
        "sama": f"{_SURE} and {_GAP} = 0 and birth_day_l = birth_day_r",
        "hampir_sama": f"{_SURE} and (({_GAP} <= 3 and birth_day_l = birth_day_r)"
        f" or ({_GAP} = 0 and birth_day_l = birth_swapped_r))",
        "tahun_sama": f"{_SURE} and {_GAP} = 0",
        "tahun_dekat": f"{_GAP} <= 1 and not ({_SURE} and {_BOTH_DAYS})",
    },
    "nik": {
        "bagian_sama": f"{_OTHER} = 0 and not (nik_valid_l and nik_valid_r)",
        "bagian_beda": "not (nik_valid_l and nik_valid_r)",
        "sah_hampir_sama": f"{_EQUAL} >= 2",
    },
    "jk": {"sama": "jk_l = jk_r"},
    "tempat": {
        "kelurahan_sama": "kode_kelurahan_l = kode_kelurahan_r",
        "kecamatan_sama": "kode_kecamatan_l = kode_kecamatan_r",
    },
    "kategori": {"sama": "list_has_any(kategori_l, kategori_r)"},
}
_RULES = (
    ("birth_day", "tahun_lahir"),
    ("sound_all", "kode_kecamatan"),
    ("sound_all", "tahun_lahir"),
    ("rarest", "kode_kecamatan"),
    ("rarest", "tahun_lahir"),
    ("birth_day", "kode_kelurahan"),
)
"""Pairs are looked for among those who agree on one of these; `rarest` are the two rarest words of a name."""
_WORD_RULE = ("words", "kode_kelurahan", "years")
"""… or who share any word of the name, the kelurahan and the birth year within one."""
_NAME_RULE = "l.sound_all = r.sound_all and len(l.words) >= 3"
"""… or whose whole name of three words or more sounds the same, wherever they live."""


def score(persons: Sequence[pd.DataFrame], prior: float, parameters: Parameters, threshold: float) -> pd.DataFrame:
    """Candidate pairs within one list of persons, or between two, from a probability up.

    Args:
        persons: one or two lists, rows as of linking.persons.
        prior: chance that two persons taken at random are the same one.

    Returns:
        left_key, right_key, probability and one column a field with its level (see padanan.yml), sorted by the keys.
    """
    with duckdb.connect(":memory:") as connection:
        tables = _prepared(connection, [as_table(one) for one in persons], parameters)
        if min(len(table) for table in tables) + len(tables) < 3:
            return _shaped(pd.DataFrame(), parameters)
        return _shaped(_predicted(connection, tables, _settings(len(tables), prior, parameters), threshold), parameters)


def _prepared(connection: duckdb.DuckDBPyConnection, tables: list[pa.Table], parameters: Parameters) -> list[pa.Table]:
    numbered = [table.append_column("dataset", pa.repeat(number, len(table))) for number, table in enumerate(tables)]
    connection.register("semua", pa.concat_tables(numbered))
    connection.execute(_PREPARE, {"others": parameters.others})
    rows = connection.sql(_PERSONS, params={"rarest": RAREST}).to_arrow_table()
    connection.unregister("semua")
    return [rows.filter(pa.compute.equal(rows["dataset"], number)).drop_columns("dataset") for number in range(len(tables))]


def _predicted(
    connection: duckdb.DuckDBPyConnection, persons: list[pa.Table], settings: SettingsCreator, threshold: float
) -> pd.DataFrame:
    database = DuckDBAPI(connection)
    names = ("a_kasus", "b_register")[: len(persons)]
    inputs = [database.register(table, dataset_display_name=name) for table, name in zip(persons, names, strict=True)]
    logging.getLogger("splink").setLevel(logging.ERROR)
    linker = Linker(inputs, settings, log_level=None)
    shares = pa.concat_tables([table.select(["sound_all", "share"]) for table in persons])
    shares = shares.group_by("sound_all").aggregate([("share", "max")]).rename_columns(["sound_all", "tf_sound_all"])
    lookup = database.register(shares.filter(pa.compute.is_valid(shares["sound_all"])), dataset_display_name="kelangkaan")
    linker.table_management.register_term_frequency_lookup(lookup, "sound_all")
    found = linker.inference.predict(threshold_match_probability=threshold, warning_mode="never")
    pairs: pd.DataFrame = found.as_duckdbpyrelation().to_df()
    return pairs


def _settings(lists: int, prior: float, parameters: Parameters) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only" if lists == 1 else "link_only",
        probability_two_random_records_match=prior,
        comparisons=[_comparison(field, parameters) for field in parameters.fields],
        blocking_rules_to_generate_predictions=[
            *(block_on(*columns) for columns in _RULES),
            CustomRule(_NAME_RULE, "duckdb"),
            block_on(*_WORD_RULE, arrays_to_explode=["words", "years"]),
        ],
    )


def _comparison(field: str, parameters: Parameters) -> CustomComparison:
    weights = parameters.fields[field]
    levels: list[Any] = [CustomLevel(_UNKNOWN[field], base_dialect_str="duckdb").configure(is_null_level=True)]
    for name, weight in weights.items():
        condition = _LEVELS[field].get(name)
        level = CustomLevel(condition, name, "duckdb") if condition else ElseLevel()
        level.configure(m_probability=weight.m, u_probability=weight.u)
        if name in ("sama", "bunyi_sama") and field == "nama":
            level.configure(tf_adjustment_column="sound_all", tf_adjustment_weight=1.0, disable_tf_exact_match_detection=True)
        levels.append(level)
    return CustomComparison(levels, output_column_name=field)


def _shaped(found: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Levels by name instead of Splink's numbers, rows by key."""
    names = {"unique_id_l": "left_key", "unique_id_r": "right_key", "match_probability": "probability"}
    fields = {f"gamma_{field}": field for field in parameters.fields}
    pairs = found.rename(columns=names | fields).reindex(columns=[*names.values(), *fields.values()])
    for field in parameters.fields:
        pairs[field] = [parameters.level(field, int(gamma)) for gamma in pairs[field]]
    return pairs.sort_values(["left_key", "right_key"], ignore_index=True)
