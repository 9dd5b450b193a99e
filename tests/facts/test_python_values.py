from __future__ import annotations

import pytest

from goldenpath.facts.python_tokens import tokenize
from goldenpath.facts.python_values import Value, Values
from goldenpath.facts.requirement import UNKNOWN


def value_of(source: str) -> Value:
    return Values(tokenize(source)).name("x")


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("x = ['a', 'b']", ["a", "b"]),
        ("x = ('a' 'b', 'c')", ["ab", "c"]),
        ("x = {'a', 'b'}", ["a", "b"]),
        ("x = 'a b'.split()", ["a", "b"]),
        ("x = '''\na\nb\n'''.strip().splitlines()", ["a", "b"]),
        ("x = list(set(['a'] + ['b']))", ["a", "b"]),
        ("x = sorted(y)\ny = ['a']", ["a"]),
        ("x: list[str] = ['a']", ["a"]),
        ("x = ['a'] if y else ['b']", ["a", "b"]),
        ("x = [*y, 'b']\ny = ['a']", ["a", "b"]),
        ("x = None\nif y: x = ['a']", ["a"]),
        ("x = ['a']\nx.append('b')\nx.extend(['c'])\nx += ['d']", ["a", "b", "c", "d"]),
        ("def x():\n    if y:\n        return ['a']\n    return ['b']\nz = 1\n", ["a", "b"]),
        ("y = 'v1'\nx = [f'p=={y}', f'{{{y}}}']", ["p==v1", "{v1}"]),
        ("x = ['p' + '==' + '1']", ["p==1"]),
        (
            "x = ['p==%s' % v, 'q=={}'.format(v), f'r=={v}', 's' + v]",
            [f"p=={UNKNOWN}", f"q=={UNKNOWN}", f"r=={UNKNOWN}", f"s{UNKNOWN}"],
        ),
    ],
)
def test_what_is_written_out_is_known(source: str, texts: list[str]) -> None:
    value = value_of(source)

    assert [text for text, _ in value.texts] == texts
    assert not value.computed


@pytest.mark.parametrize(
    "source",
    [
        "x = read('a.txt')",
        "x = [y for y in z]",
        "x = ['a'].copy().sort(key=f)",
        "x = y",
        "x = z.w",
        "x = y['k']",
        "x = 1",
        "x = not y",
        "x = lambda: 1",
        "x = 'a'.upper()",
    ],
)
def test_what_only_running_tells_is_computed(source: str) -> None:
    assert value_of(source).computed


def test_entries_come_from_dicts_calls_and_keys() -> None:
    value = value_of("x = {'a': ['1'], **y}\ny = dict(b=['2'])\nx['c'] = x['a'] + ['3']\nx.update({'d': '4'})\n")

    assert {key: [text for text, _ in entry.texts] for key, entry in value.entries.items()} == {
        "a": ["1"],
        "b": ["2"],
        "c": ["1", "3"],
        "d": ["4"],
    }


def test_every_text_has_the_line_that_it_stands_in() -> None:
    value = value_of('x = [\n  "a",\n\n  "b"]\nx.append("c")\nx += ["""\nd\n"""]\n')

    assert list(value.texts) == [("a", 2), ("b", 4), ("c", 5), ("d", 7)]


def test_names_that_name_each_other_end() -> None:
    assert value_of("x = y + ['a']\ny = x + ['b']\n").texts


def test_the_files_of_an_expression_are_those_of_what_it_is_made_of() -> None:
    source = (
        "def read(name):\n    return open(os.path.join('base', name)).read()\n"
        "with open('reqs.txt') as handle:\n    lines = handle.readlines()\n"
        "x = [l for l in lines]\nother = open('other.txt')\n"
    )
    tokens = tokenize(source)
    start = next(index for index, token in enumerate(tokens.items) if token.text == "x") + 2

    assert Values(tokens).files(start, tokens.statement_end(start)) == ["reqs.txt"]
