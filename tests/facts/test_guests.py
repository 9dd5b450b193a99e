"""Third parties' readers: what they say joins ours, what they get wrong is told of the file and ends nothing."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.facts import guests
from goldenpath.facts.base import File, ReadError
from goldenpath.facts.inventory import inventory
from goldenpath.facts.model import Dependency, Extra, Facts, Unreadable
from goldenpath.finding import Result
from goldenpath.snapshot.base import Limits
from goldenpath.snapshot.memory import MemorySnapshot
from goldenpath.testing import check, facts_of, installed, policies_of

Read = Callable[[File], Any]

POLICY = """\
- id: owned
  title: Owned
  capability: ownership
  level: 1
  severity: low
  enforcement: {audit: 2026-01-01}
  rationale: Because.
  fact: {table: acme_features, none: {owner: {absent: true}}}
"""


def guest(read: Read, **changes: Any) -> Any:
    """Make a reader of *.acme files."""
    said = {"PATTERNS": ("*.acme",), "VERSION": 1, "TABLES": {"acme_features": ("name", "owner")}, "read": read}
    return SimpleNamespace(**{**said, **changes})


def row(file: File, **values: Any) -> Extra:
    return Extra.of("acme_features", path=file.path, line=1, **values)


def words(file: File) -> Facts:
    """Read a word a line: a feature without an owner."""
    lines = file.data.decode().splitlines()
    rows = (Extra.of("acme_features", path=file.path, line=n, name=word) for n, word in enumerate(lines, start=1))
    return Facts(extra=tuple(rows))


def test_rows_of_its_own_table_are_sorted_and_placed_in_their_project() -> None:
    files = {"svc/pyproject.toml": '[project]\nname = "x"\n', "svc/b.acme": "two\nthree", "a.acme": "one"}

    found = facts_of(files, readers={"acme": guest(words)}).table("acme_features")

    assert [(r.path, r.line, r.project, r.name, r.owner) for r in found if isinstance(r, Extra)] == [
        ("a.acme", 1, "", "one", None),
        ("svc/b.acme", 1, "svc", "two", None),
        ("svc/b.acme", 2, "svc", "three", None),
    ]


def test_rows_of_our_tables_count_as_ours_do() -> None:
    reader = guest(lambda file: Facts(dependencies=(Dependency(name="six", specifier="", path=file.path, line=1),)))

    found = facts_of({"x.acme": "", "pyproject.toml": '[project]\nname = "x"\n'}, readers={"acme": reader})

    assert [(r.name, r.path) for r in found.dependencies] == [("six", "x.acme")]


def test_facts_with_rows_of_others_travel_between_processes() -> None:
    facts = facts_of({"a.acme": "one"}, readers={"acme": guest(words)})

    assert pickle.loads(pickle.dumps(facts)) == facts  # noqa: S301 - our own bytes
    assert facts == facts_of({"a.acme": "one"}, readers={"acme": guest(words)})


def test_without_a_guest_facts_are_as_before() -> None:
    assert facts_of({"a.acme": "one"}).extra == ()
    assert guests.tables() == {}


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (lambda _: 1 / 0, "the reader 'acme' failed: ZeroDivisionError: division by zero"),
        (lambda _: exit(0), "the reader 'acme' failed: SystemExit: 0"),  # noqa: PLR1722 - what a plugin may do
        (lambda _: None, "the reader 'acme' is wrong: it answers with NoneType, no Facts"),
        (lambda _: Facts(extra=None), "the reader 'acme' failed: TypeError: 'NoneType' object is not iterable"),  # type: ignore[arg-type]
        (lambda f: Facts(extra=(row(f, name=b"x"),)), "extra: values is (('name', b'x'),), which"),
        (lambda f: Facts(extra=(row(f, name=float("nan")),)), "extra: values is (('name', nan),), which"),
        (lambda f: Facts(extra=(row(f, nmae="x"),)), "it declares no field 'nmae' of acme_features in TABLES"),
        (lambda f: Facts(extra=(Extra.of("acme_x", path=f.path),)), "it declares no table 'acme_x' in TABLES"),
        (lambda _: Facts(extra=(Extra.of("acme_features", path="other"),)), "a row is of 'other', another file"),
        (lambda f: Facts(extra=(Extra.of("acme_features", path=f.path, line=0),)), "the line 0 is none"),
        (lambda f: Facts(dependencies=(row(f, name="x"),)), "dependencies: a row is Extra, no Dependency"),  # type: ignore[arg-type]
        (
            lambda f: Facts(dependencies=(Dependency(name=None, specifier="", path=f.path),)),  # type: ignore[arg-type]
            "dependencies: name is None, which the table doesn't take",
        ),
    ],
)
def test_a_crash_or_misuse_is_told_of_the_file_and_the_rest_is_read(read: Read, told: str) -> None:
    found = facts_of({"x.acme": "", "requirements.txt": "six\n"}, readers={"acme": guest(read)})

    (gap,) = found.unreadable
    assert (gap.path, gap.tables, found.extra) == ("x.acme", ("acme_features",), ())
    assert told in gap.reason
    assert [r.path for r in found.dependencies] == ["requirements.txt"]


def test_what_it_cant_read_is_told_with_its_line() -> None:
    def refuse(_: File) -> Facts:
        raise ReadError("is odd", 3)

    found = facts_of({"x.acme": ""}, readers={"acme": guest(refuse)})

    assert found.unreadable == (Unreadable(path="x.acme", reason="is odd", line=3, tables=("acme_features",)),)


def test_a_file_that_is_too_large_for_it_is_told() -> None:
    with installed(readers={"acme": guest(words)}):
        found = inventory(MemorySnapshot({"x.acme": "y" * 30}), Limits(file_bytes=20))

    assert [gap.reason for gap in found.unreadable] == ["is larger than 20 bytes, so the reader 'acme' says nothing"]


def test_a_reader_that_never_ends_is_told_of_the_file_and_the_rest_is_read() -> None:
    def hang(_: File) -> Facts:
        while True:
            pass

    with installed(readers={"acme": guest(hang)}):
        found = inventory(MemorySnapshot({"x.acme": "", "requirements.txt": "six\n"}), Limits(seconds_per_file=0.1))

    assert [gap.reason for gap in found.unreadable] == ["the reader 'acme' takes more than 0.1 s of computing"]
    assert [r.path for r in found.dependencies] == ["requirements.txt"]


def test_a_policy_asks_its_table_and_a_gap_in_it_decides_nothing() -> None:
    with installed(readers={"acme": guest(words)}):
        (policy,) = policies_of(POLICY)
        assert check(policy.rule, {"README.md": ""}).result is Result.PASS
        assert check(policy.rule, {"x.acme": "age"}).result is Result.FAIL
        with pytest.raises(GoldenpathError, match=r"acme_features isn't known: x\.acme can't be read"):
            check(policy.rule, {"x.acme": b"\xff"})


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("owner:", "ownr:", "acme_features has no field 'ownr'. Did you mean 'owner'?"),
        ("acme_features", "acme_featurs", "there is no table 'acme_featurs'. Did you mean 'acme_features'?"),
    ],
)
def test_a_mistyped_table_or_field_is_told_like_one_of_ours(wrong: str, right: str, told: str) -> None:
    with installed(readers={"acme": guest(words)}), pytest.raises(GoldenpathError) as caught:
        policies_of(POLICY.replace(wrong, right))

    assert told in str(caught.value)


def test_when_asks_its_table() -> None:
    with installed(readers={"acme": guest(words)}):
        (policy,) = policies_of(POLICY + "  when: {fact: {table: acme_features, where: {name: age}}}\n")

    assert policy.when is not None


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        (SimpleNamespace(PATTERNS=("x",)), "lacks VERSION and read"),
        (guest(words, PATTERNS="*.acme"), "has PATTERNS that are no list of texts"),
        (guest(words, TABLES={"acme": "name"}), "has TABLES that are no mapping of names to lists of names"),
        (guest(words, TABLES=["acme"]), "has TABLES that are no mapping of names to lists of names"),
        (guest(words, TABLES={"dependencies": ("name",)}), "names 'dependencies' in TABLES, which is taken"),
        (guest(words, TABLES={"acme": ("path",)}), "names 'path' in TABLES, which is taken"),
        (guest(words, TABLES={"Acme": ("x",)}), "names 'Acme' in TABLES: a name is small letters"),
    ],
)
def test_a_reader_that_cant_be_used_is_refused_by_name(reader: Any, told: str) -> None:
    with installed(readers={"acme": reader}), pytest.raises(GoldenpathError) as caught:
        guests.tables()

    assert str(caught.value).startswith(f"the plugin 'acme' of goldenpath.readers {told}")


def test_two_that_declare_one_table_differently_are_refused() -> None:
    other = guest(words, TABLES={"acme_features": ("name",)})

    with installed(readers={"a": guest(words), "b": other}), pytest.raises(GoldenpathError, match="the plugin 'b'"):
        guests.tables()
