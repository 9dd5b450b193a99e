from __future__ import annotations

from datetime import date

import pytest

from goldenpath.facts.known import known, names


@pytest.mark.parametrize("name", names())
def test_every_file_of_what_is_known_says_from_when_and_from_where_it_is(name: str) -> None:
    table = known(name)

    assert type(table["as_of"]) is date
    assert table["source"]


def test_there_is_such_a_file() -> None:
    assert "tokens" in names()
