from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath._yaml import Budget, YamlError, compose, dump, load, place_of
from tests.growth import calls_at_most


def test_words_keep_their_text_where_a_value_would_lose_it() -> None:
    text = "on: push\nversion: 3.10\nyes: no\nport: 8080\nratio: 0.5\nflag: true\nnothing:\nday: 2026-01-02\n"

    assert load(text) == {
        "on": "push",
        "version": "3.10",
        "yes": "no",
        "port": 8080,
        "ratio": 0.5,
        "flag": True,
        "nothing": None,
        "day": "2026-01-02",
    }


def test_quoted_scalars_are_texts() -> None:
    assert load("a: '1'\nb: \"true\"\nc: 'null'\n") == {"a": "1", "b": "true", "c": "null"}


def test_several_documents_are_told_apart_and_empty_ones_left_out() -> None:
    documents = compose("---\na: 1\n---\n---\nb: 2\n...\n")

    assert [document.plain() for document in documents if document.is_mapping] == [{"a": 1}, {"b": 2}]


def test_nodes_know_their_places() -> None:
    (root,) = compose("a:\n  - x\n  -   {b: 1}\n")

    node = root.get("a")
    assert node
    second = list(node.elements())[1]
    assert (second.line, second.column, second.end_line) == (3, 7, 3)


def test_the_last_of_duplicate_keys_wins() -> None:
    assert load("a: 1\na: 2\n") == {"a": 2}


def test_aliases_and_merge_keys_are_resolved_and_own_keys_win() -> None:
    text = "x: &x {a: 1, b: 2}\ny: &y {b: 3}\nz:\n  <<: [*x, *y]\n  a: 9\nw: *x\n"

    assert load(text)["z"] == {"a": 9, "b": 2}
    assert load(text)["w"] == {"a": 1, "b": 2}


def test_tags_build_nothing() -> None:
    assert load("a: !!python/object/apply:os.system ['true']\n") == {"a": ["true"]}


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [\n", 2), ("a: 1\n b: 2: 3\n", 2), ("{% if x %}\na: 1\n", 1), ("a:\n\t- b\n", 2), ("a: *x\n", 1)],
)
def test_what_is_no_yaml_is_told_with_its_line(text: str, line: int) -> None:
    with pytest.raises(YamlError) as caught:
        compose(text)

    assert caught.value.line == line


def test_an_alias_bomb_costs_its_limit_and_no_more() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))

    with calls_at_most(10 * 5000), pytest.raises(YamlError, match="expands to more"):
        compose(text, Budget(nodes=5000))


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 50_000, " " * 5000 + "a: 1"])
def test_deep_nesting_is_refused_before_the_parser_sees_it(text: str) -> None:
    with pytest.raises(YamlError):
        compose(text)


def test_a_document_deeper_than_the_budget_is_refused() -> None:
    with pytest.raises(YamlError, match="deeper than 5"):
        compose("a: {b: {c: {d: {e: {f: 1}}}}}\n", Budget(depth=5))


def test_a_merge_that_names_itself_ends() -> None:
    with pytest.raises(YamlError):
        compose("a: &a\n  <<: *a\n  b: 1\n")


def test_places_of_keys_and_items_are_found() -> None:
    text = "a:\n  b:\n    - x\n    - y: 1\n"

    assert place_of(text, ("a", "b", 1, "y")) == (4, 7)
    assert place_of(text, ("a", "missing")) == (1, 1)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text("abc :#-'\"\n\u00e9", max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
        max_leaves=8,
    )
)
def test_what_is_dumped_is_loaded_again(value: object) -> None:
    document = {"value": value}

    assert load(dump(document)) == document


@given(st.text("ab:-[]{}&*!|>'\"#%@,? \n\t", max_size=60))
def test_any_text_is_composed_or_refused(text: str) -> None:
    with contextlib.suppress(YamlError):
        for document in compose(text):
            document.plain()


@pytest.mark.parametrize("text", ["a: \ud800", "\x00", "a: \x07", "\ufffe"])
def test_letters_that_no_file_can_hold_are_no_yaml(text: str) -> None:
    with pytest.raises(YamlError):
        compose(text)
