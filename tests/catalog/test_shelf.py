from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.catalog import shelf
from goldenpath.catalog.making import Rendering

if TYPE_CHECKING:
    from pathlib import Path

    from tests.catalog.conftest import Road

MADE = Rendering(
    version="1.0.0",
    files={"a b/ü.txt": b"x\0y", "run.sh": b"#!/bin/sh\n"},
    executable=frozenset({"run.sh"}),
    tree="0a1b",
)


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    shelf.keep(tmp_path / "shelf", "k", MADE)

    assert shelf.take(tmp_path / "shelf", "k", "1.0.0") == MADE
    assert shelf.take(tmp_path / "shelf", "other", "1.0.0") is None
    assert [path.name for path in (tmp_path / "shelf").iterdir()] == ["k.zip"]


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all"])
def test_what_is_damaged_is_as_if_it_were_not_there(tmp_path: Path, data: bytes) -> None:
    shelf.keep(tmp_path, "k", MADE)
    (tmp_path / "k.zip").write_bytes(data)

    assert shelf.take(tmp_path, "k", "1.0.0") is None


def test_a_changed_byte_is_found_out(tmp_path: Path) -> None:
    shelf.keep(tmp_path, "k", Rendering(version="1", files={"a": b"0123456789" * 20}))
    data = bytearray((tmp_path / "k.zip").read_bytes())
    data[35] ^= 1
    (tmp_path / "k.zip").write_bytes(data)

    assert shelf.take(tmp_path, "k", "1") is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    shelf.keep(tmp_path / "file/shelf", "k", MADE)

    assert shelf.take(tmp_path / "file/shelf", "k", "1.0.0") is None


def test_a_name_that_no_archive_takes_is_rendered_each_time(tmp_path: Path) -> None:
    shelf.keep(tmp_path, "k", Rendering(version="1", files={"a\udcff": b"x"}))

    assert list(tmp_path.iterdir()) == []


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_MOST", 4)
    monkeypatch.setattr(shelf, "_LEFT", 2)

    for number in range(5):
        shelf.keep(tmp_path, f"k{number}", MADE)
        (tmp_path / f"k{number}.zip").touch()

    assert len(list(tmp_path.iterdir())) == 2


def test_a_key_tells_templates_answers_and_versions_apart() -> None:
    keys = {
        shelf.key_of("t", {"a": 1}, "1.0.0"),
        shelf.key_of("u", {"a": 1}, "1.0.0"),
        shelf.key_of("t", {"a": "1"}, "1.0.0"),
        shelf.key_of("t", {"a": 1}, "1.1.0"),
    }

    assert len(keys) == 4
    assert shelf.key_of("t", {"a": 1, "b": 2}) == shelf.key_of("t", {"b": 2, "a": 1})
    assert shelf.key_of("t", {"a": {"x": 1, "y": 2}}) != shelf.key_of("t", {"a": {"y": 2, "x": 1}})


def test_the_next_run_renders_nothing_that_an_earlier_one_has(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = road.make("repo", "1.2.0.dev")
    before = road.states(repo)
    monkeypatch.setattr("goldenpath.catalog.templates.render", lambda *_: pytest.fail("rendered again"))

    assert road.states(repo) == before == {}


def test_a_damaged_shelf_changes_no_answer(road: Road, tmp_path: Path) -> None:
    repo = road.make("repo", "1.2.0.dev")
    road.states(repo)
    for path in (tmp_path / "cache/renderings").iterdir():
        path.write_bytes(b"PK")

    assert road.states(repo) == {}
