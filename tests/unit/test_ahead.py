"""Portions made ahead: the same ones, in order, one at most waiting; what making one raises reaches whoever uses them."""

from collections.abc import Iterator

import pytest

from ipsm_analytics.intake.ahead import ahead


def counted(made: list[int], last: int) -> Iterator[int]:
    for number in range(1, last + 1):
        made.append(number)
        yield number


def test_every_one_comes_in_its_order():
    assert list(ahead(counted([], 5))) == [1, 2, 3, 4, 5]
    assert list(ahead(counted([], 0))) == []


def test_no_more_than_one_is_made_ahead():
    made: list[int] = []
    coming = ahead(counted(made, 9))
    assert (next(coming), next(coming)) == (1, 2)
    coming.close()
    assert len(made) <= 3


def test_an_error_comes_after_what_was_made_before_it():
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("dua")

    coming = ahead(broken())
    assert next(coming) == 1
    with pytest.raises(ValueError, match="dua"):
        next(coming)
