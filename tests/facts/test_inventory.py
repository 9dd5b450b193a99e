from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.facts.radar import Blip, Match, Radar, Ring
from goldenpath.facts.readers import LOCKS
from goldenpath.snapshot.base import Limits
from goldenpath.snapshot.memory import MemorySnapshot
from goldenpath.snapshot.objects import ObjectsSnapshot
from tests.growth import LINEAR, growth

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldenpath.facts.model import Facts
    from tests.conftest import Git, MakeRepo

PROJECT = '[project]\nname = "demo"\ndependencies = ["numpy>=1"]\n'


def facts_of(
    files: dict[str, str | bytes], limits: Limits | None = None, *, packages: bool = False, radar: Radar | None = None
) -> Facts:
    return inventory(MemorySnapshot(files), limits or Limits(), packages=packages, radar=radar)


def test_files_that_requirements_name_are_read_once_whatever_their_name() -> None:
    facts = facts_of(
        {
            "requirements.txt": "-r deps/base.txt\n-r requirements-more.txt\n",
            "requirements-more.txt": "scipy\n-r requirements.txt\n",
            "deps/base.txt": "numpy\n-r deeper.txt\n-c pins.txt\n",
            "deps/deeper.txt": "pandas\n",
            "deps/pins.txt": "numpy==1.26\n",
        }
    )

    assert [(row.path, row.name) for row in facts.dependencies] == [
        ("deps/base.txt", "numpy"),
        ("deps/deeper.txt", "pandas"),
        ("requirements-more.txt", "scipy"),
    ]
    assert [(row.path, row.name) for row in facts.constraints] == [("deps/pins.txt", "numpy")]
    assert facts.unreadable == ()


def test_a_file_that_is_named_and_missing_is_told() -> None:
    facts = facts_of({"requirements.txt": "-r gone.txt\n-r ../../etc/passwd\n-r $HOME/x.txt\n"})

    assert [(row.line, row.reason) for row in facts.unreadable] == [
        (1, "names gone.txt, which isn't there"),
        (2, "names ../../etc/passwd, which is outside the repo"),
        (3, "names a file by a word that is computed"),
    ]
    assert all(row.partial for row in facts.unreadable)


def test_dynamic_dependencies_come_from_the_file_with_the_scope_of_the_manifest() -> None:
    facts = facts_of(
        {
            "pyproject.toml": '[project]\nname = "x"\ndynamic = ["dependencies", "optional-dependencies"]\n'
            "[tool.setuptools.dynamic]\ndependencies = {file = ['base.txt']}\n"
            "optional-dependencies.gpu = {file = ['requirements-gpu.txt']}\n",
            "base.txt": "numpy\n",
            "requirements-gpu.txt": "cupy\n",
        }
    )

    assert [(row.name, row.scope) for row in facts.dependencies] == [("numpy", "runtime"), ("cupy", "optional:gpu")]


def test_dependencies_that_nothing_says_are_said_to_be_computed() -> None:
    manifest = '[project]\nname = "x"\ndynamic = ["dependencies"]\n'

    assert [row.reason for row in facts_of({"pyproject.toml": manifest}).unreadable] == [
        "dependencies are computed when it is built"
    ]


def test_a_monorepo_has_a_project_per_manifest_and_each_record_its_deepest() -> None:
    facts = facts_of(
        {
            "pyproject.toml": PROJECT,
            "libs/a/pyproject.toml": PROJECT.replace("demo", "a"),
            "libs/a/docs/requirements.txt": "sphinx\n",
            "libs/b/requirements.txt": "torch\n",
            "libs/c/.copier-answers.yml": "_src_path: gh:o/t\n_commit: v1\n",
        }
    )

    assert [(row.root, row.name) for row in facts.projects] == [("", "demo"), ("libs/a", "a"), ("libs/c", None)]
    assert {row.path: row.project for row in facts.dependencies} == {
        "pyproject.toml": "",
        "libs/a/pyproject.toml": "libs/a",
        "libs/a/docs/requirements.txt": "libs/a",
        "libs/b/requirements.txt": "",
    }


def test_other_peoples_trees_say_nothing() -> None:
    facts = facts_of(
        {
            "node_modules/x/pyproject.toml": PROJECT,
            "third_party/y/requirements.txt": "numpy\n",
            "__MACOSX/._requirements.txt": b"\0\5\26\7",
        }
    )

    assert facts.projects == ()
    assert facts.dependencies == ()
    assert facts.unreadable == ()


def test_test_data_is_listed_and_gives_no_project_to_what_stands_beside_it() -> None:
    facts = facts_of(
        {
            "pyproject.toml": PROJECT,
            "tests/fixtures/z/pyproject.toml": PROJECT,
            "tests/fixtures/z/train.py": "import torch\n",
            "tests/data/broken/pyproject.toml": "[project",
        }
    )

    assert [row.root for row in facts.projects] == ["", "tests/fixtures/z"]
    assert {row.path for row in facts.dependencies} == {"pyproject.toml", "tests/fixtures/z/pyproject.toml"}
    assert {row.project for row in facts.dependencies} | {row.project for row in facts.imports} == {""}
    assert [row.path for row in facts.unreadable] == ["tests/data/broken/pyproject.toml"]


def test_technologies_are_those_of_the_repo_not_of_its_test_data_or_templates() -> None:
    radar = Radar(categories={"ml": (Blip(name="torch", ring=Ring.ADOPT, match=Match(dependency="torch")),)})
    files: dict[str, str | bytes] = {
        "tests/fixtures/requirements.txt": "torch\n",
        "{{ cookiecutter.slug }}/requirements.txt": "torch\n",
        "serving/requirements.txt": "torch\n",
    }

    facts = facts_of(files, radar=radar)

    assert {row.path for row in facts.dependencies} == set(files)
    assert [row.path for row in facts.technologies] == ["serving/requirements.txt"]


def test_what_cant_be_read_is_told_and_the_rest_is_read() -> None:
    facts = facts_of(
        {
            "requirements.txt": b"\x80\x00\x00\x01\x00\x00\x00\x02",
            "requirements-dev.txt": "numpy\n" * 100,
            "requirements-docs.txt": "sphinx\n".encode("utf-16"),
            "pyproject.toml": "a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> main\n",
        },
        Limits(file_bytes=200),
    )

    assert [(row.path, row.reason, row.line) for row in facts.unreadable] == [
        ("pyproject.toml", "has the markers of a merge conflict", 2),
        ("requirements-dev.txt", "is larger than 200 bytes", None),
        ("requirements.txt", "is binary", None),
    ]
    assert not any(row.partial for row in facts.unreadable)
    assert [row.name for row in facts.dependencies] == ["sphinx"]


def test_packages_come_when_asked_for() -> None:
    files: dict[str, str | bytes] = {"uv.lock": 'version = 1\n\n[[package]]\nname = "numpy"\nversion = "2.0"\n'}

    assert facts_of(files).packages == ()
    assert [(row.name, row.version, row.line) for row in facts_of(files, packages=True).packages] == [
        ("numpy", "2.0", 3)
    ]


def test_locks_of_other_languages_are_found_unread() -> None:
    facts = facts_of({"web/package-lock.json": b"\0not read", "yarn.lock": "", "pnpm-lock.yaml": "{"})

    assert [(row.path, row.tool) for row in facts.lockfiles] == [
        ("pnpm-lock.yaml", "pnpm"),
        ("web/package-lock.json", "npm"),
        ("yarn.lock", "yarn"),
    ]
    assert facts.unreadable == ()


def test_a_link_to_a_manifest_repeats_nothing(make_repo: MakeRepo, git: Git) -> None:
    repo = make_repo({"requirements.txt": "numpy\n", "caf\udce9 b/setup.cfg": "[options]\ninstall_requires = scipy\n"})
    (repo / "requirements-all.txt").symlink_to("requirements.txt")
    (repo / "docs").mkdir()
    (repo / "docs" / "requirements.txt").symlink_to("../requirements.txt")
    (repo / "pyproject.toml").symlink_to("../outside.toml")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "links")

    facts = inventory(ObjectsSnapshot(str(repo)))

    assert [(row.path, row.name) for row in facts.dependencies] == [
        ("caf\udce9 b/setup.cfg", "scipy"),
        ("requirements.txt", "numpy"),
    ]
    assert [row.path for row in facts.unreadable] == ["pyproject.toml"]


def test_a_link_is_a_second_thing_only_where_its_path_makes_it_one(make_repo: MakeRepo, git: Git) -> None:
    files = {
        "docker/Dockerfile": "FROM python:3.12\n",
        "conda.yml": "channels: [x]\ndependencies: [numpy]\n",
        "ci/tests.yml": "on: push\njobs: {a: {steps: [{uses: actions/checkout@v4}]}}\n",
        "a.py": "import torch\n",
    }
    repo = make_repo(files)
    (repo / ".github" / "workflows").mkdir(parents=True)
    links = {
        "Dockerfile.gpu": "docker/Dockerfile",
        "environment.yml": "conda.yml",
        ".github/workflows/tests.yml": "../../ci/tests.yml",
        "b.py": "a.py",
    }
    for name, target in links.items():
        (repo / name).symlink_to(target)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "links")

    facts = inventory(ObjectsSnapshot(str(repo)))

    assert [row.path for row in facts.images] == ["docker/Dockerfile"]
    assert [row.path for row in facts.dependencies] == ["conda.yml"]
    assert [row.path for row in facts.actions] == [".github/workflows/tests.yml"]
    assert [row.path for row in facts.imports] == ["a.py", "b.py"]


def test_a_dependency_on_a_folder_has_its_projects_name() -> None:
    facts = facts_of(
        {"requirements.txt": "-e ./sdk/python\n-e ./other\n", "sdk/python/pyproject.toml": '[project]\nname = "kit"\n'}
    )

    assert [(row.name, row.source) for row in facts.dependencies] == [("kit", "path"), ("other", "path")]


def test_manifests_of_one_root_are_one_project() -> None:
    facts = facts_of(
        {
            "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
            "setup.cfg": "[metadata]\nname = demo\n",
            "setup.py": "from setuptools import setup\nsetup()\n",
            ".copier-answers.yml": "_src_path: gh:o/t\n_commit: v1\n",
        }
    )

    assert [(row.root, row.name, row.build_backend, row.path) for row in facts.projects] == [
        ("", "demo", "setuptools.build_meta", "pyproject.toml")
    ]


@pytest.mark.parametrize(
    ("path", "size", "text_of"),
    [
        ("requirements.txt", 2_000_000, lambda n: "a" + " " * n + "b"),
        ("requirements.txt", 2_000_000, lambda n: "#" * n),
        ("requirements.txt", 300_000, lambda n: "a \\\n" * n),
        ("requirements.txt", 100_000, lambda n: "a==1 -x " * n),
        ("requirements.txt", 100_000, lambda n: "# generated " * n),
        ("pyproject.toml", 300_000, lambda n: "[" + "a." * n + "b]"),
        ("pyproject.toml", 900_000, lambda n: "[tool.poetry.dependencies]\nx = '" + "a" * n + "<'\n"),
        ("pyproject.toml", 60, lambda n: "[tool.poetry.dependencies]\nx = '" + "a" * n + "<'\n"),
        ("pyproject.toml", 200_000, lambda n: "x = [" + "[], " * n + "]"),
        ("setup.cfg", 2_000_000, lambda n: "a" + " " * n),
        ("setup.cfg", 300_000, lambda n: "[options]\ninstall_requires =\n  " + "a ;" * n),
        ("environment.yml", 200_000, lambda n: "channels: [a]\ndependencies:\n  - " + "a=" * n),
        ("spec-file.txt", 1_000_000, lambda n: "@EXPLICIT\n" + "a-" * n),
        ("uv.lock", 200_000, lambda n: "[[package]]\n" * n),
        ("poetry.lock", 200_000, lambda n: "[[package]]\nname" * n),
        ("Pipfile.lock", 1_000_000, lambda n: "{" * n),
        ("job.py", 100_000, lambda n: "# /// script\n" * n),
        ("pylock.conda-lock.txt", 240, lambda n: "@EXPLICIT\n" + ("-a" * n + "\n") * 1000),
    ],
)
def test_a_hostile_file_costs_no_more_than_its_length(path: str, size: int, text_of: Callable[[int], str]) -> None:
    assert growth(lambda text: facts_of({path: text}), text_of, size) <= LINEAR


@pytest.mark.parametrize(
    ("path", "size", "text_of"),
    [
        ("yarn.lock", 1_000_000, lambda n: "# yarn lockfile v1\na@" + "x" * n),
        ("pixi.lock", 500_000, lambda n: "version: 6\npackages:\n- conda: https://" + "a-" * n),
        ("pixi.lock", 5000, lambda n: "version: " + "9" * n + "\npackages: []\n"),
        (
            "package-lock.json",
            100_000,
            lambda n: (
                '{"packages":{'
                + ",".join(f'"node_modules/a{number}":{{"version":"1.0.0"}}' for number in range(n))
                + "}}"
            ),
        ),
    ],
)
def test_a_hostile_lock_costs_no_more_than_its_length_when_its_packages_are_asked_for(
    path: str, size: int, text_of: Callable[[int], str]
) -> None:
    assert growth(lambda text: facts_of({path: text}, packages=True), text_of, size) <= LINEAR


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": f'[project]\nname = "a"\nrequires-python = ">={"9" * 5000}"\n'},
        {".python-version": "9" * 5000},
        {"Pipfile": f'[packages]\n[requires]\npython_version = "{"9" * 5000}"\n'},
        {
            "pyproject.toml": f'[project]\nname = "a"\ndependencies = ["numpy=={"9" * 5000}"]\n',
            "uv.lock": f'version = 1\n[[package]]\nname = "numpy"\nversion = "{"9" * 5000}"\n',
        },
        {
            "pyproject.toml": f'[tool.poetry.dependencies]\nnumpy = "{"9" * 5000}"\n',
            "poetry.lock": f'[[package]]\nname = "numpy"\nversion = "{"9" * 5000}"\n[metadata]\ncontent-hash = "x"\n',
        },
    ],
)
def test_a_number_longer_than_python_takes_ends_nothing(files: dict[str, str | bytes]) -> None:
    radar = Radar(categories={"language": (Blip(name="python", match=Match(python="3.*"), ring=Ring.ADOPT),)})

    facts = facts_of(files, packages=True, radar=radar)

    assert {row.path for name in ("projects", "python", "lockfiles") for row in facts.table(name)} == {*files}
    assert all(row.partial for row in facts.unreadable)


def test_a_lock_that_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: object) -> tuple[()]:
        while True:
            pass

    monkeypatch.setattr(LOCKS["npm_lock"], "packages", endless)

    facts = inventory(MemorySnapshot({"package-lock.json": "{}"}), Limits(seconds_per_file=0.05), packages=True)

    assert [(row.path, row.reason) for row in facts.unreadable] == [
        ("package-lock.json", "takes more than 0.05 s of computing")
    ]
