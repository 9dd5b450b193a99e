from __future__ import annotations

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.model import Facts
from goldenpath.facts.readers import conda_env

TEXT = """name: demo
channels: [conda-forge, defaults]
dependencies:
  - python=3.10
  - numpy=1.26
  - conda-forge::pandas==2.1
  - pip
  - pip:
      - -r requirements.txt
      - torch==2.1.0 # pinned
      - git+https://host/o/r.git@main#egg=mine
      - -e .
"""


def read(text: str | bytes, path: str = "environment.yml") -> Facts:
    return conda_env.read(File(path=path, data=text if isinstance(text, bytes) else text.encode()))


def test_conda_and_pip_packages_and_the_python_are_read() -> None:
    facts = read(TEXT)

    assert [(row.name, row.specifier, row.source, row.pinned, row.line) for row in facts.dependencies] == [
        ("numpy", "==1.26.*", "conda", False, 5),
        ("pandas", "==2.1", "conda", True, 6),
        ("pip", "", "conda", False, 7),
        ("torch", "==2.1.0", "index", True, 10),
        ("mine", "", "vcs", False, 11),
    ]
    assert [(row.specifier, row.written, row.line) for row in facts.python] == [("==3.10.*", "=3.10", 4)]
    assert [(row.target, row.kind) for row in facts.includes] == [("requirements.txt", "requirement"), (".", "project")]


@pytest.mark.parametrize("path", ["conf/base.yaml", "azure/train-conda.yml", "x.yml"])
def test_an_environment_is_known_by_what_it_holds(path: str) -> None:
    assert len(read(TEXT, path).dependencies) == 5


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v2\nname: chart\ndependencies:\n  - name: redis\n    version: 1.0\n",
        "dependencies:\n  - role: common\n",
        "name: x\nversion: 1\ndependencies:\n  - task-one\n  - task-two\n",
        "dependencies:\n  numpy: ^1\n",
        "dependencies: []\n",
        "dependencies:\n{{- range .Values.x }}\n  - {{ . }}\n{{- end }}\n",
        "a: 1\n",
    ],
)
def test_other_yaml_is_no_environment(text: str) -> None:
    assert read(text, "deploy/values.yaml") == Facts()


def test_one_without_channels_is_known_by_its_name() -> None:
    text = "dependencies:\n  - numpy\n  - scipy\n"

    assert len(read(text, "environment.yml").dependencies) == 2
    assert read(text, "list.yml") == Facts()


def test_an_empty_item_is_a_slip() -> None:
    text = "channels: [a]\ndependencies:\n  - numpy\n  -\n  - pip:\n"

    assert [row.name for row in read(text).dependencies] == ["numpy"]


def test_an_item_that_is_none_hides_no_others() -> None:
    facts = read("channels: [x]\ndependencies:\n  - numpy\n  - python: 3.10\n  - 3.10\n")

    assert [row.name for row in facts.dependencies] == ["numpy"]
    assert [row.line for row in facts.unreadable] == [4, 5]


def test_one_that_is_no_yaml_is_told() -> None:
    with pytest.raises(ReadError, match="is no YAML") as caught:
        read("name: x\nchannels:\n\t- a\ndependencies:\n  - b\n")

    assert caught.value.line == 3


def test_utf_16_and_anchors_are_read() -> None:
    text = "x: &more\n  - numpy\nchannels: [a]\ndependencies: *more\n"

    assert [row.name for row in read(text.encode("utf-16")).dependencies] == ["numpy"]
