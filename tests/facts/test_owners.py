from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.inventory import inventory
from goldenpath.facts.owners import is_owner, owners
from goldenpath.facts.readers import catalog_info
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

STANDING = {".goldenpath.yaml": "standard: builtin\nowner: team-a\n"}
CATALOG = {"catalog-info.yaml": "kind: Component\nspec:\n  owner: group:default/team-b\n"}
CODEOWNERS = {"CODEOWNERS": "* @acme/team-c @ann\n/docs @acme/writers\n"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({**STANDING, **CATALOG, **CODEOWNERS}, ("team-a",)),
        ({**CATALOG, **CODEOWNERS}, ("group:default/team-b",)),
        (CODEOWNERS, ("@acme/team-c", "@ann")),
        ({".goldenpath.yaml": "standard: builtin\n", **CODEOWNERS}, ("@acme/team-c", "@ann")),
        ({"README.md": "x"}, ()),
    ],
)
def test_the_nearest_word_decides_who_owns_a_repo(files: Mapping[str, str], said: tuple[str, ...]) -> None:
    assert owners(inventory(MemorySnapshot(dict(files)))) == said


@pytest.mark.parametrize(
    ("name", "owner", "is_it"),
    [
        ("team-c", "@acme/team-c", True),
        ("@Acme/Team-C", "@acme/team-c", True),
        ("team-b", "group:default/team-b", True),
        ("team-c", "@acme/other-team-c", False),
        ("acme/team-c", "@other/team-c", False),
        ("c", "@acme/team-c", False),
    ],
)
def test_an_owner_is_known_by_name_with_or_without_organisation(name: str, owner: str, *, is_it: bool) -> None:
    assert is_owner(name, owner) is is_it


@pytest.mark.parametrize(
    ("text", "detail", "line"),
    [
        ("kind: Location\n---\nkind: Component\nspec:\n  owner: a\n", "a", 5),
        ("kind: Component\nspec: [owner]\n", None, None),
        ("kind: Component\nspec: {owner: [a, b]}\n", None, None),
        ("- 1\n", None, None),
        ("", None, None),
    ],
)
def test_the_first_entity_that_names_an_owner_counts(text: str, detail: str | None, line: int | None) -> None:
    (row,) = catalog_info.read(File(path="catalog-info.yaml", data=text.encode())).governance

    assert (row.kind, row.detail, row.line) == ("catalog-info", detail, line)


def test_a_file_that_is_no_yaml_is_told() -> None:
    with pytest.raises(ReadError, match="is no YAML"):
        catalog_info.read(File(path="catalog-info.yaml", data=b"a: [\n"))


def test_lifecycle_and_tags_are_read_from_all_entities() -> None:
    text = """
metadata: {tags: [a, b]}
spec: {owner: x}
---
metadata: {tags: [b, c]}
spec: {lifecycle: production}
---
- 1
"""

    (row,) = catalog_info.read(File(path="catalog-info.yaml", data=text.encode())).governance

    assert (row.detail, row.lifecycle, row.tags) == ("x", "production", ("a", "b", "c"))


@pytest.mark.parametrize("text", ["metadata: [1]\nspec: x\n", "metadata: {tags: {a: b}}\nspec: {lifecycle: [x]}\n"])
def test_a_catalog_of_another_shape_says_nothing(text: str) -> None:
    (row,) = catalog_info.read(File(path="catalog-info.yaml", data=text.encode())).governance

    assert (row.detail, row.lifecycle, row.tags) == (None, None, ())
