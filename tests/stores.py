"""Stores of tests: made once, worked on as copies."""

import shutil

from ipsm_analytics.config import Settings, settings


def in_place(made: Settings) -> Settings:
    """A copy of a store, with the key and the mappings beside it, in the place that IPSM_STORE names."""
    config = settings()
    shutil.copytree(made.store, config.store)
    if made.mappings.is_dir():
        shutil.copytree(made.mappings, config.mappings)
    if made.key_file.is_file():
        shutil.copy2(made.key_file, config.key_file)
    return config
