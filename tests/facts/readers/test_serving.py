"""The manifests of serving and project tools: MLflow, BentoML, Cog, Pixi, and the files that name a Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts


def facts_of(files: dict[str, str | bytes]) -> Facts:
    return inventory(MemorySnapshot(files))


def test_an_mlflow_project_and_its_environment_are_read() -> None:
    facts = facts_of(
        {
            "MLproject": "name: demo\npython_env: python_env.yaml\nentry_points:\n  main:\n    command: x\n",
            "python_env.yaml": 'python: "3.10.4"\nbuild_dependencies: [pip==23.0]\n'
            "dependencies:\n  - mlflow==2.9\n  - -r reqs.in\n",
            "reqs.in": "scipy\n",
        }
    )

    assert [(row.root, row.name, row.path) for row in facts.projects] == [("", "demo", "MLproject")]
    assert [(row.name, row.scope, row.pinned) for row in facts.dependencies] == [
        ("pip", "build", True),
        ("mlflow", "runtime", True),
        ("scipy", "runtime", False),
    ]
    assert [row.specifier for row in facts.python] == ["==3.10.4"]
    assert facts.unreadable == ()


def test_an_mlflow_project_whose_environment_is_gone_says_so() -> None:
    facts = facts_of({"MLproject": "name: demo\nconda_env: conda.yaml\n"})

    assert [(row.path, row.line, row.reason) for row in facts.unreadable] == [
        ("MLproject", 2, "names conda.yaml, which isn't there")
    ]


def test_a_bento_is_read() -> None:
    facts = facts_of(
        {
            "bentofile.yaml": "service: a:b\npython:\n  packages:\n    - torch==2.1\n  requirements_txt: ./r.txt\n"
            'docker:\n  python_version: "3.11"\nconda:\n  dependencies:\n    - ffmpeg=4\n',
            "r.txt": "numpy\n",
        }
    )

    assert [(row.name, row.source, row.path) for row in facts.dependencies] == [
        ("torch", "index", "bentofile.yaml"),
        ("ffmpeg", "conda", "bentofile.yaml"),
        ("numpy", "index", "r.txt"),
    ]
    assert [row.specifier for row in facts.python] == ["==3.11.*"]


def test_cog_is_read_with_a_version_that_looks_like_a_number() -> None:
    facts = facts_of(
        {
            "cog.yaml": "build:\n  python_version: 3.10\n  python_packages:\n    - torch==2.1\n"
            "  python_requirements: requirements.txt\npredict: predict.py:P\n",
            "requirements.txt": "numpy\n",
        }
    )

    assert [row.specifier for row in facts.python] == ["==3.10.*"]
    assert [(row.name, row.path) for row in facts.dependencies] == [
        ("torch", "cog.yaml"),
        ("numpy", "requirements.txt"),
    ]


def test_a_pixi_workspace_is_read() -> None:
    facts = facts_of(
        {
            "pixi.toml": '[workspace]\nname = "demo"\n[dependencies]\npython = ">=3.11"\nnumpy = "1.26.*"\n'
            '[pypi-dependencies]\nrich = ">=13"\n[feature.gpu.dependencies]\ncuda = "==12.4"\n',
            "pixi.lock": "version: 6\n",
        }
    )

    assert [(row.name, row.scope, row.source, row.pinned) for row in facts.dependencies] == [
        ("numpy", "runtime", "conda", False),
        ("rich", "runtime", "index", False),
        ("cuda", "group:gpu", "conda", True),
    ]
    assert [row.name for row in facts.projects] == ["demo"]
    assert [row.tool for row in facts.lockfiles] == ["pixi"]


@pytest.mark.parametrize(
    ("path", "text", "specifiers"),
    [
        (".python-version", "3.11\n", ["==3.11.*"]),
        (".python-version", "# x\n3.11.4\ncpython-3.12\n", ["==3.11.4", "==3.12.*"]),
        (".python-version", "3.13t\n", ["==3.13.*"]),
        (".python-version", "3.13.1t\n3.14t-dev\n3.13-dev\n", ["==3.13.1", "==3.14.*", "==3.13.*"]),
        (".python-version", "3.13.0b4t\n3.14.0rc1\n", ["==3.13.0", "==3.14.0"]),
        (".python-version", "3.13+freethreaded\n3.13td\n", ["==3.13.*", "==3.13.*"]),
        (".python-version", "cpython@3.13t\npython3.12\ncp313t\n", ["==3.13.*", "==3.12.*", "==3.13.*"]),
        (".python-version", "cpython-3.12.7-linux-x86_64-gnu\n", ["==3.12.7"]),
        (".python-version", "312\n39t\n3\n", ["==3.12.*", "==3.9.*", "==3.*"]),
        (".python-version", "3.12.*\n3.12.x\n3.11.4/envs/demo\n", ["==3.12.*", "==3.12.*", "==3.11.4"]),
        (".python-version", ">=3.11,<3.14\n", ["<3.14,>=3.11"]),
        (".python-version", "cpython>=3.12\n", [">=3.12"]),
        (".python-version", "miniforge3-25.1\ngraalpy-24.1\nproject-3.11\n>=nonsense\n", []),
        (".python-version", "pypy3.9-7.3\nmy-env\nsystem\n", []),
        ("runtime.txt", "python-3.10.1\n", ["==3.10.1"]),
        ("runtime.txt", "the runtime is 3.4\n", []),
        (".tool-versions", "nodejs 20\npython 3.12.1\n", ["==3.12.1"]),
        (".tool-versions", "python 3.13.0t 3.12 system\n", ["==3.13.0", "==3.12.*"]),
        ("runtime.txt", "python-3.13.0rc2\n", ["==3.13.0"]),
    ],
)
def test_files_that_name_a_python_are_read(path: str, text: str, specifiers: list[str]) -> None:
    assert [row.specifier for row in facts_of({path: text}).python] == specifiers


def test_pixis_conditions_are_no_packages() -> None:
    facts = facts_of(
        {
            "pixi.toml": "[package.host-dependencies.\"if(host_platform == 'win-64')\"]\nwinpack = '*'\n"
            "[package]\nname='x'\n"
        }
    )

    assert [(row.name, row.scope, row.source, row.line) for row in facts.dependencies] == [
        ("winpack", "build", "conda", 2)
    ]


def test_a_service_is_packed_with_wheels_and_with_what_pip_adds_to_conda() -> None:
    facts = facts_of(
        {"bentofile.yaml": "python:\n  wheels: [./dist/kit-1.0-py3-none-any.whl]\nconda:\n  pip:\n    - rich==13.0\n"}
    )

    assert [(row.name, row.source, row.line) for row in facts.dependencies] == [
        ("kit", "path", 2),
        ("rich", "index", 5),
    ]
