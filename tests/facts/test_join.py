from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts import models
from goldenpath.facts.base import File
from goldenpath.facts.join import join
from goldenpath.facts.listing import listed
from goldenpath.facts.model import Facts, Governance, Hook, Import, Project, Quality, Road, merge
from goldenpath.facts.readers import gitattributes
from goldenpath.snapshot.base import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_a_small_file_that_the_large_storage_filters_is_a_pointer() -> None:
    sizes = {"m/a.onnx": 130, "m/b.pkl": 130, "data/x/c.csv": 130, "d.onnx": 9_000, "other/c.csv": 130}
    entries = {path: Entry(path=path, kind=Kind.FILE, size=size) for path, size in sizes.items()}
    text = "*.onnx filter=lfs diff=lfs merge=lfs -text\n# *.pkl filter=lfs\n/data/** filter=lfs -text\n"
    attributes = gitattributes.read(File(path=".gitattributes", data=text.encode()))

    facts = join(merge([listed(entries), _called(entries), attributes]), entries)

    assert {row.path: row.lfs for row in facts.models} == {"m/a.onnx": True, "m/b.pkl": False, "d.onnx": False}
    assert {(row.kind, row.path): row.lfs for row in facts.data} == {
        ("lfs", ".gitattributes"): False,
        ("csv", "data/x/c.csv"): True,
        ("csv", "other/c.csv"): False,
    }


def test_in_a_work_tree_the_large_storage_has_put_the_content_in_the_pointers_place() -> None:
    entries = {"m/a.onnx": Entry(path="m/a.onnx", kind=Kind.FILE, size=60_000_000)}
    attributes = gitattributes.read(File(path=".gitattributes", data=b"*.onnx filter=lfs\n"))
    facts = merge([_called(entries), attributes])

    assert [row.lfs for row in join(facts, entries, committed=False).models] == [True]
    assert [row.lfs for row in join(facts, entries).models] == [False]


def test_how_a_road_is_checked_says_nothing_of_its_project() -> None:
    road = Road(root="road", name="road-of-acme", path="road/pyproject.toml")
    ruff = Quality(kind="linter", tool="ruff", evidence="config", path="road/pyproject.toml", line=9)

    facts = join(Facts(roads=(road,), quality=(ruff,)), ["road/pyproject.toml", "road/tests/test_core.py", "mypy.ini"])

    assert [row.tool for row in facts.quality] == ["mypy"]


def test_own_modules_are_dropped_and_tools_found() -> None:
    imports = tuple(Import(module=name, source="python", path="tests/test_x.py", line=1) for name in ("torch", "fraud"))

    facts = join(Facts(imports=imports), ["src/fraud/__init__.py", "tests/test_x.py"])

    assert [row.module for row in facts.imports] == ["torch"]
    assert [row.tool for row in facts.quality] == ["files"]


def test_of_several_codeowners_the_first_that_is_read_counts() -> None:
    rows = tuple(Governance(kind="codeowners", path=path) for path in ("CODEOWNERS", ".github/CODEOWNERS"))

    assert [row.path for row in join(Facts(governance=rows), []).governance] == [".github/CODEOWNERS"]


def test_a_licence_of_copied_code_is_not_the_repos() -> None:
    paths = ["LICENSE", "libs/a/LICENSE", "src/copied/LICENSE"]
    rows = tuple(Governance(kind="license", path=path) for path in paths)
    project = Project(root="libs/a", name="a", build_backend=None, path="libs/a/pyproject.toml")

    facts = join(Facts(governance=rows, projects=(project,)), paths)

    assert [row.path for row in facts.governance] == ["LICENSE", "libs/a/LICENSE"]


def test_a_hook_configuration_beside_the_one_that_is_read_says_nothing() -> None:
    hooks = tuple(Hook(repo="local", rev=None, id=path, path=path) for path in ("a/.pre-commit-config.yml", "b/x.yml"))

    facts = join(Facts(hooks=hooks), ["a/.pre-commit-config.yml", "a/.pre-commit-config.yaml", "b/x.yml"])

    assert [hook.path for hook in facts.hooks] == ["b/x.yml"]


def _called(entries: Mapping[str, Entry]) -> Facts:
    """Return what the names of models alone tell, as where their contents can't be had."""
    return Facts(models=tuple(models.told(entries.values(), {})))
