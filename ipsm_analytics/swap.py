"""A folder that was written anew takes the place of the store, and its key that of the old one, whatever dies between.

What was written anew lies in `<store>.baru`, its key in `<store>.key.baru`. The step that decides is one rename: once the
store is called `<store>.lama`, whoever opens the store next finishes what is left; before it, nothing has happened.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

_SECONDS = 120


def draft(store: Path) -> Path:
    """Folder in which the store is written anew."""
    return store.with_name(store.name + ".baru")


def draft_key(store: Path) -> Path:
    """Key file that goes with the draft."""
    return store.with_name(store.name + ".key.baru")


def _former(store: Path) -> Path:
    return store.with_name(store.name + ".lama")


def _lock(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def begin(store: Path) -> Path:
    """An empty draft in the place of one that was left behind; to be called under the store's lock."""
    discard(store)
    draft(store).mkdir()
    return draft(store)


def discard(store: Path) -> None:
    """Throws a draft away; its key goes first, since a key without a draft means that the draft is in place."""
    draft_key(store).unlink(missing_ok=True)
    shutil.rmtree(draft(store), ignore_errors=True)
    _lock(draft(store)).unlink(missing_ok=True)


def commit(store: Path, told: Callable[[str], None] = lambda step: None) -> None:
    """Puts the draft, which is complete, in place; to be called under the store's lock. `told` hears each step done."""
    _lock(draft(store)).unlink(missing_ok=True)
    if hasattr(os, "sync"):
        os.sync()
    store.rename(_former(store))
    told("lama")
    _complete(store, told)


def _complete(store: Path, told: Callable[[str], None] = lambda step: None) -> None:
    if draft(store).exists() and not store.exists():
        draft(store).rename(store)
    told("baru")
    if draft_key(store).exists():
        draft_key(store).replace(store.with_name(store.name + ".key"))
    told("kunci")
    shutil.rmtree(_former(store))


def finish(store: Path) -> bool:
    """Finishes a swap that died half way, or waits for one that is going on; whether there was one.

    Costs one look where there is none.
    """
    if not _former(store).exists():
        return False
    with FileLock(_lock(store), timeout=_SECONDS):
        if _former(store).exists():
            _complete(store)
    return True
