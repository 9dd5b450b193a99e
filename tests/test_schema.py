from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath import _schema
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """An inner part, whose keys are not the outer one's."""

    colour: str
    width: int = 1

    __pydantic_config__ = _schema.STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A file."""

    name: str
    colours: tuple[str, ...] = ()
    front_door: Door | None = None
    doors: tuple[Door, ...] = ()
    by_room: dict[str, Door] = field(default_factory=dict)

    __pydantic_config__ = _schema.STRICT


def _refused(text: str) -> GoldenpathError:
    with pytest.raises(GoldenpathError) as raised:
        _schema.read_text(text, House, where="house.yaml")
    return raised.value


def test_a_good_file_becomes_the_value_and_hyphens_become_underscores() -> None:
    text = "name: a\nfront-door: {colour: red}\nby-room: {hall: {colour: blue, width: 2}}\n"

    house = _schema.read_text(text, House, where="house.yaml")

    assert house.front_door == Door(colour="red")
    assert house.by_room["hall"].width == 2


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("name: a\ncolour: red\n", "2:1", "Did you mean 'colours'?"),
        ("name: a\nfront-door:\n  colour: red\n  colours: [a]\n", "4:3", "Did you mean 'colour'?"),
        ("name: a\ndoors:\n  - {colour: red}\n  - {colour: red, naem: b}\n", "4:19", "Known: colour, width."),
        ("name: a\nby-room:\n  hall: {colour: red, widht: 2}\n", "3:23", "Did you mean 'width'?"),
    ],
)
def test_the_key_suggested_is_one_of_the_place_where_the_error_is(text: str, place: str, hint: str) -> None:
    error = _refused(text)

    assert error.message.startswith("unknown key")
    assert error.where == f"house.yaml:{place}"
    assert error.hint == hint


def test_several_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    error = _refused("doors: 3\nnmae: a\nfront-door: {colour: [red]}\n")

    assert str(error).splitlines() == [
        "3 mistakes in the file:",
        "  house.yaml:1:1: doors is 3, it should be a list",
        "  house.yaml:2:1: unknown key 'nmae'. Did you mean 'name'?",
        "  house.yaml:3:14: front-door.colour is a list, it should be a text",
    ]


def test_a_key_is_missing_unless_a_mistyped_one_means_it() -> None:
    door = "name: a\ndoors:\n  - {colr: red}\n  - {hue: red}\n"

    assert str(_refused(door)).splitlines()[1:] == [
        "  house.yaml:3:6: unknown key 'colr'. Did you mean 'colour'?",
        "  house.yaml:4:5: the key 'colour' is missing",
        "  house.yaml:4:6: unknown key 'hue'. Known: colour, width.",
    ]


def test_very_many_mistakes_are_counted() -> None:
    error = _refused("name: a\n" + "".join(f"k{number}: 1\n" for number in range(70)))

    assert str(error).endswith("\n  and 20 more")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "the file is a list, it should be a mapping of keys to values"),
        ("word\n", "the file is 'word', it should be a mapping of keys to values"),
        ("name:\n", "name is empty, it should be a text"),
        (f"name: a\ndoors: {'x' * 500}\n", f"doors is '{'x' * 59}..., it should be a list"),
    ],
)
def test_a_wrong_kind_of_value_is_told_in_plain_words(text: str, said: str) -> None:
    assert _refused(text).message == said


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_lacks_its_keys(tmp_path: Path, text: str) -> None:
    (tmp_path / "house.yaml").write_text(text)

    with pytest.raises(GoldenpathError, match="the key 'name' is missing"):
        _schema.read_file(tmp_path / "house.yaml", House, empty={})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name: \xff\n", "can't be read: it is no UTF-8 text"),
        (b"name: [a\n", "is no YAML"),
        (b"a: b: c\n", "is no YAML"),
    ],
)
def test_a_file_that_is_no_yaml_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "house.yaml").write_bytes(content)

    with pytest.raises(GoldenpathError, match=said):
        _schema.read_file(tmp_path / "house.yaml", House, empty={})


def test_a_file_that_isnt_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoldenpathError, match="can't be read: No such file"):
        _schema.read_file(tmp_path / "house.yaml", House)


def test_a_second_document_is_refused_where_it_starts() -> None:
    error = _refused("name: a\n---\nname: b\n")

    assert (error.where, error.message.partition(",")[0]) == ("house.yaml:3:1", "holds several YAML documents")


def test_any_mapping_can_be_read() -> None:
    assert _schema.read_text("a: 1\n", dict[str, Any], where="x") == {"a": 1}


def test_a_key_given_twice_is_refused_with_both_places() -> None:
    error = _refused("name: a\nby-room:\n  hall: {colour: red}\n  hall: {colour: blue}\nname: b\n")

    first, second = str(error).splitlines()[1:]
    assert first.strip() == (
        "house.yaml:4:3: the key 'hall' is given twice, first in line 3, column 3. Take one of the two out."
    )
    assert second.strip().startswith("house.yaml:5:1: the key 'name' is given twice, first in line 1, column 1")


def test_merge_keys_and_overridden_merges_are_no_repetition() -> None:
    merged = "name: a\nby-room:\n  hall: &h {colour: red, width: 3}\n  attic: {<<: *h, width: 2}\n"

    assert _schema.read_text(merged, House, where="house.yaml").by_room["attic"] == Door(colour="red", width=2)
