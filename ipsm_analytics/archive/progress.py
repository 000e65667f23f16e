"""How far a long piece of work is."""

from __future__ import annotations

from collections.abc import Callable

Step = Callable[[int, int], None]
"""Called with the bytes done and all bytes."""


def quiet(done: int, whole: int) -> None:
    """A Step that tells nobody."""
