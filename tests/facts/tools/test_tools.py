from __future__ import annotations

import pytest

from goldenpath.facts.base import File
from goldenpath.facts.model import Facts
from goldenpath.facts.readers.hatch_toml import read as read_hatch
from goldenpath.facts.toml import parse
from goldenpath.facts.tools import TOOLS, poetry, uv


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    "value", ["1", '"x"', "[1, {}]", "{dependencies = 3}", "{dev-dependencies = {a = 1}, envs = [1]}"]
)
def test_a_table_of_the_wrong_shape_breaks_no_tool(tool: str, value: str) -> None:
    document = parse(f"[tool]\n{tool} = {value}\n")

    assert isinstance(TOOLS[tool](document, "pyproject.toml", ("tool", tool)), Facts)


def test_hatchs_own_file_is_read_like_its_table() -> None:
    text = '[envs.test]\ndependencies = ["pytest"]\n[envs.docs]\nextra-dependencies = ["mkdocs==1.6"]\n'

    facts = read_hatch(File(path="hatch.toml", data=text.encode()))

    assert [(row.name, row.scope, row.pinned, row.line) for row in facts.dependencies] == [
        ("pytest", "env:test", False, 2),
        ("mkdocs", "env:docs", True, 4),
    ]


def test_a_hook_of_hatch_names_its_files() -> None:
    document = parse(
        "[tool.hatch.metadata.hooks.requirements_txt]\nfilename = 'a.txt'\nfiles = ['b.txt']\n"
        "[tool.hatch.metadata.hooks.requirements_txt.optional-dependencies]\ndev = ['c.txt']\n"
    )

    facts = TOOLS["hatch"](document, "pyproject.toml", ("tool", "hatch"))

    assert [(row.target, row.scope, row.line) for row in facts.includes] == [
        ("a.txt", "runtime", 2),
        ("b.txt", "runtime", 3),
        ("c.txt", "optional:dev", 5),
    ]


def test_a_poetry_manifest_has_a_digest_for_each_way_that_poetry_had() -> None:
    plain = poetry.fingerprints(parse('[tool.poetry.dependencies]\na = "1"\n'))
    grouped = poetry.fingerprints(parse('[tool.poetry.dependencies]\na = "1"\n[tool.poetry.group.x]\n'))
    project = poetry.fingerprints(
        parse('[project]\ndependencies = ["a"]\n[tool.poetry]\n[dependency-groups]\nd = []\n')
    )

    assert (len(plain), len(grouped), len(project)) == (1, 2, 3)
    assert plain[0] in grouped
    assert all(print_.startswith("poetry:") for print_ in project)


def test_a_date_in_a_manifest_breaks_no_digest() -> None:
    assert poetry.fingerprints(parse("[tool.poetry.dependencies]\na = {version = 2020-01-01}\n"))


def test_without_sources_dependencies_stay_as_they_are() -> None:
    assert uv.resolve((), parse("a = 1\n")) == ()
