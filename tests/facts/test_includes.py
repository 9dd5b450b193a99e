from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts


def facts_of(files: dict[str, str | bytes]) -> Facts:
    return inventory(MemorySnapshot(files))


def test_a_setup_script_that_computes_a_folder_is_followed_to_the_one_file_of_that_name() -> None:
    files: dict[str, str | bytes] = {
        "setup.py": "setup(install_requires=read(FOLDER, 'base.txt'))\n",
        "needs/base.txt": "numpy\n",
    }

    assert [(row.name, row.path) for row in facts_of(files).dependencies] == [("numpy", "needs/base.txt")]
    files["other/base.txt"] = "scipy\n"
    assert [row.reason for row in facts_of(files).unreadable] == ["takes dependencies from a file that it computes"]


def test_a_setup_script_says_what_a_dynamic_manifest_doesnt() -> None:
    manifest = '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
    script = "setup(install_requires=['numpy'])\n"

    assert facts_of({"pyproject.toml": manifest, "setup.py": script}).unreadable == ()
    assert len(facts_of({"pyproject.toml": manifest, "libs/setup.py": script}).unreadable) == 1


def test_a_file_for_an_extra_and_for_the_rest_keeps_its_own_scope() -> None:
    manifest = (
        "[metadata]\nname = x\n[options]\ninstall_requires = file: a.txt\n"
        "[options.extras_require]\nall = file: a.txt, b.txt\n"
    )
    facts = facts_of({"setup.cfg": manifest, "a.txt": "numpy\n", "b.txt": "scipy\n"})

    assert [(row.name, row.scope) for row in facts.dependencies] == [("numpy", "runtime"), ("scipy", "optional:all")]


@pytest.mark.parametrize("target", ["a.txt", "./a.txt", "sub/../a.txt", ".\\a.txt"])
def test_a_target_is_the_same_however_it_is_written(target: str) -> None:
    facts = facts_of({"requirements.txt": f"-r {target}\n", "a.txt": "numpy\n"})

    assert [row.path for row in facts.dependencies] == ["a.txt"]
    assert facts.unreadable == ()


def test_a_named_file_that_cant_be_read_is_told() -> None:
    facts = facts_of({"requirements.txt": "-r a.txt\n", "a.txt": b"\0\1\2\3"})

    assert [(row.path, row.reason, row.partial) for row in facts.unreadable] == [("a.txt", "is binary", False)]
