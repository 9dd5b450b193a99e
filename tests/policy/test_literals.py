"""What a text must hold is read off an expression, and never keeps the expression from a text that it matches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.policy import literals
from goldenpath.standard import BUILTIN, read_standard

if TYPE_CHECKING:
    from collections.abc import Iterator


def shipped() -> tuple[str, ...]:
    """Return every expression of the shipped policies, found by walking their rules."""
    standard = read_standard(BUILTIN)
    rules = (part for policy in standard.load_policies() for part in (policy.rule, policy.when))
    return tuple(sorted({text for rule in rules for text in expressions(rule)}))


def expressions(part: object) -> Iterator[str]:
    """Yield the texts of `contains` and `matches` in a rule or condition."""
    if isinstance(part, dict):
        for value in part.values():
            yield from expressions(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from expressions(value)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            value = getattr(part, name)
            if name in {"contains", "matches", "not_matches"} and isinstance(value, str):
                yield value
            elif name not in {"operators", "tests", "key", "selection"}:
                yield from expressions(value)


SHIPPED = shipped()


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("cyclonedx", [{"cyclonedx"}]),
        ("(?i)^(?!#)[^\\n]*(?:SBOM|cyclonedx)", [{"sbom", "cyclonedx"}]),
        ("permissions:\\s*write-all", [{"permissions:"}, {"write-all"}]),
        ("(?=.*curl)(?:sh|bash)?x", [{"curl"}]),
        ("(?:curl)*wget{2}", [{"wge"}]),
        ("(?:curl)+", [{"curl"}]),
        ("(?>curl)++", [{"curl"}]),
    ],
)
def test_what_any_match_holds_is_known(pattern: str, wanted: list[set[str]]) -> None:
    found = literals.choices(pattern)

    assert sorted(found, key=sorted) == sorted(map(frozenset, wanted), key=sorted)


@pytest.mark.parametrize(
    "pattern", [r"\w+", "ab", "curl|[0-9]", "(?!curl)x", "(?<!curl)x", "(?:curl)?", "(curl)?(?(1)wget|x)", "größe"[2:4]]
)
def test_of_what_a_match_can_do_without_nothing_is_wanted(pattern: str) -> None:
    found = literals.choices(pattern)

    assert found == ()


@pytest.mark.parametrize("text", ["p\u0130p", "p\u0131p", "pip \u017f", "pip \u212a"])
def test_a_text_with_a_letter_that_stands_for_another_without_case_is_left_to_the_expression(text: str) -> None:
    assert re.search("(?i)pip|pip s|pip k", text)

    found = literals.lowered(text)

    assert found is None


def test_shipped_expressions_are_there_and_most_of_the_slow_ones_want_something() -> None:
    slow = [pattern for pattern in SHIPPED if "[^\\n]*(?:" in pattern]

    found = [literals.choices(pattern) for pattern in slow]

    assert len(slow) > 3
    assert all(found)


_WORDS = st.sampled_from(
    sorted({word for pattern in SHIPPED for choice in literals.choices(pattern) for word in choice})
)
_GLUE = st.sampled_from(
    ["\n", " ", ": ", "  - ", "run: ", "$", "${{ ", " }}", '"', "|", " sh", "=", "é", "İ", "#", "/", ".", "1"]
)
_TEXTS = st.lists(st.one_of(_WORDS, _WORDS.map(str.upper), _GLUE), max_size=24).map("".join)


@given(st.sampled_from(SHIPPED), _TEXTS)
def test_no_text_that_a_shipped_expression_matches_is_kept_from_it(pattern: str, text: str) -> None:
    lowered = literals.lowered(text)

    kept = lowered is not None and not literals.may_match(pattern, lowered)

    assert not (kept and re.search(pattern, text, re.MULTILINE))


_PARTS = st.recursive(
    st.sampled_from(["abc", "ABC", "xyz", "a", ".", "[ab]", r"\b", "s", "k", "^", "é"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "?", "+", "{2}", "*?", "++"])).map(lambda two: f"(?:{two[0]}){two[1]}"),
        st.tuples(st.sampled_from(["(?=", "(?!", "(", "(?i:", "(?>"]), inner).map(lambda two: f"{two[0]}{two[1]})"),
    ),
    max_leaves=6,
)


@given(st.sampled_from(["", "(?i)"]), _PARTS, st.text("abcxyzABCXYZsSkK\u017f\u212aéÉ\n", max_size=12))
def test_no_text_that_any_expression_matches_is_kept_from_it(flags: str, part: str, text: str) -> None:
    pattern = flags + part
    lowered = literals.lowered(text)

    kept = lowered is not None and not literals.may_match(pattern, lowered)

    assert not (kept and re.search(pattern, text, re.MULTILINE))
