from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts import pip
from goldenpath.facts.requirement import Requirement


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb\n", [("a", 1), ("b", 2)]),
        ("a \\\n  ==1\nb", [("a    ==1", 1), ("b", 3)]),
        ("# a \\\nb", [("b", 2)]),
        ("a # b\n#c\n  \nd#e", [("a", 1), ("d#e", 4)]),
        ("a \\", [("a", 1)]),
        ("\\\n\\\na", [("a", 1)]),
    ],
)
def test_logical_lines_start_where_they_are_written(text: str, lines: list[tuple[str, int]]) -> None:
    assert [(line.text, line.line) for line in pip.lines(text)] == lines


@pytest.mark.parametrize(
    "text", ["--pre", "-i https://host", "--index-url=https://host", "-f x", "--no-binary :all:", "--require-hashes"]
)
def test_an_option_asks_for_nothing(text: str) -> None:
    assert pip.meaning(text) is True


@pytest.mark.parametrize(
    "text", ["pip install numpy", "numpy, scipy", "Package Version", "------- -----", "=1", "- a", "0.2.1", "a" * 5000]
)
def test_what_pip_would_refuse_has_no_meaning(text: str) -> None:
    assert pip.meaning(text) is None


def test_the_address_of_a_page_names_no_package() -> None:
    assert pip.meaning("https://host/org/repo/tree/v3/requirements.txt") is None


@pytest.mark.parametrize(
    ("text", "name", "written"),
    [
        ("kedro~={{ cookiecutter.version }}", "kedro", "~={}"),
        ("kedro[x]=={version}", "kedro", "=={}"),
        ("kedro==${VERSION}", "kedro", "=={}"),
    ],
)
def test_a_template_leaves_the_name(text: str, name: str, written: str) -> None:
    said = pip.meaning(text)

    assert isinstance(said, Requirement)
    assert (said.name, said.specifier, said.written, said.pinned) == (name, "", written, False)


@pytest.mark.parametrize(
    ("text", "source", "written", "pinned"),
    [
        ("flwr[simulation] @ {root:parent:parent:uri}", "path", "{root:parent:parent:uri}", False),
        ("own @ {root:uri}/libs/own", "path", "{root:uri}/libs/own", False),
        ("x @ file://{here}/x", "path", "file://{}/x", False),
        ("x @ git+https://host/{{ org }}/x@main", "vcs", "git+https://host/{}/x@main", False),
        (f"x @ git+https://host/{{{{ org }}}}/x@{'a' * 40}", "vcs", f"git+https://host/{{}}/x@{'a' * 40}", True),
        ("x @ git+${SERVER}/${REPO}.git@${REF}", "vcs", "git+{}/{}.git@{}", False),
        ("x @ {{ url }} ; python_version < '3'", "url", "{}", False),
    ],
)
def test_a_location_that_is_computed_in_part_leaves_what_kind_it_is(
    text: str,
    source: str,
    written: str,
    pinned: bool,  # noqa: FBT001 - a table
) -> None:
    said = pip.meaning(text)

    assert isinstance(said, Requirement)
    assert (said.source, said.written, said.pinned) == (source, written, pinned)


def test_options_after_a_requirement_are_cut() -> None:
    said = pip.meaning("numpy==1 ; python_version < '3' --hash=sha256:aa --no-binary numpy")

    assert isinstance(said, Requirement)
    assert (said.name, said.specifier, said.marker) == ("numpy", "==1", 'python_version < "3"')


@given(st.text(max_size=80))
def test_no_line_breaks_it(text: str) -> None:
    said = pip.meaning(text)

    assert said is None or isinstance(said, bool | pip.Pointer) or said.name
