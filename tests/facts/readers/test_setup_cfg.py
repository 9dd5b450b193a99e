from __future__ import annotations

from goldenpath.facts.base import File
from goldenpath.facts.model import Facts
from goldenpath.facts.readers import setup_cfg

TEXT = """[metadata]
name = demo
; a comment
[options]
python_requires = >=3.8
install_requires =
    numpy>=1
    # why
    pandas ; python_version < "3.12"
    rich; typer
setup-requires = setuptools_scm
[options.extras_require]
Test = pytest
all =
    %(test)s
    sphinx
docs = file: docs/requirements.txt, docs/more.txt
[flake8]
install_requires = not-a-dependency
"""


def read(text: str) -> Facts:
    return setup_cfg.read(File(path="setup.cfg", data=text.encode()))


def test_metadata_and_options_are_read_with_lines() -> None:
    facts = read(TEXT)

    assert [(row.name, row.scope, row.line) for row in facts.dependencies] == [
        ("numpy", "runtime", 7),
        ("pandas", "runtime", 9),
        ("rich", "runtime", 10),
        ("typer", "runtime", 10),
        ("setuptools-scm", "build", 11),
        ("pytest", "optional:test", 13),
        ("pytest", "optional:all", 13),
        ("sphinx", "optional:all", 16),
    ]
    assert facts.dependencies[1].marker == 'python_version < "3.12"'
    assert [(row.specifier, row.line) for row in facts.python] == [(">=3.8", 5)]
    assert [(row.name, row.build_backend) for row in facts.projects] == [("demo", "setuptools")]


def test_files_are_pointed_at() -> None:
    assert [(row.target, row.scope) for row in read(TEXT).includes] == [
        ("docs/requirements.txt", "optional:docs"),
        ("docs/more.txt", "optional:docs"),
    ]


def test_a_file_that_only_configures_tools_is_no_project() -> None:
    assert read("[flake8]\nmax-line-length = 100\n") == Facts()


def test_options_before_any_section_break_nothing() -> None:
    assert read("a = 1\n  b\n[x\n]\n= 3\n") == Facts()
