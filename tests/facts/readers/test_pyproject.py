from __future__ import annotations

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.model import Facts
from goldenpath.facts.readers import pyproject
from tests.growth import calls_at_most

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def read(text: str, path: str = "pyproject.toml") -> Facts:
    return pyproject.read(File(path=path, data=text.encode()))


def rows(facts: Facts) -> set[tuple[str, str, str, str, bool]]:
    return {(row.name, row.specifier, row.scope, row.source, row.pinned) for row in facts.dependencies}


def test_a_project_is_read_with_every_scope_and_line() -> None:
    facts = read(
        """[build-system]
requires = ["hatchling>=1"]
build-backend = "hatchling.build"

[project]
name = "Demo"
requires-python = ">=3.11"
dependencies = [
  # the data frames
  "pandas>=2",
  "Scikit.Learn[alldeps]==1.5 ; python_version >= '3.11'",
]

[project.optional-dependencies]
gpu = ["torch"]
"""
    )

    assert [(row.name, row.build_backend, row.root, row.line) for row in facts.projects] == [
        ("Demo", "hatchling.build", "", 6)
    ]
    assert [(row.specifier, row.line) for row in facts.python] == [(">=3.11", 7)]
    assert [(row.name, row.scope, row.line) for row in facts.dependencies] == [
        ("hatchling", "build", 2),
        ("pandas", "runtime", 10),
        ("scikit-learn", "runtime", 11),
        ("torch", "optional:gpu", 15),
    ]
    assert facts.dependencies[2].extras == ("alldeps",)
    assert facts.dependencies[2].pinned


def test_groups_hold_what_they_include_once() -> None:
    facts = read(
        """[dependency-groups]
Test = ["pytest"]
all = [{include-group = "test"}, {include-group = "lint"}, {include-group = "all"}, {include-group = "gone"}]
lint = ["ruff==0.9", {include-group = "test"}]
"""
    )

    assert sorted((row.scope, row.name) for row in facts.dependencies) == [
        ("group:Test", "pytest"),
        ("group:all", "pytest"),
        ("group:all", "ruff"),
        ("group:lint", "pytest"),
        ("group:lint", "ruff"),
    ]
    assert [row.line for row in facts.unreadable] == [3]


def test_groups_that_include_each_other_many_times_are_read_once() -> None:
    text = "".join(
        f'g{n} = ["p{n}", {{include-group = "g{n + 1}"}}, {{include-group = "g{n + 1}"}}]\n' for n in range(40)
    )

    with calls_at_most(200_000):
        facts = read(f"[dependency-groups]\n{text}g40 = []\n")

    assert len(facts.dependencies) == sum(range(1, 41))


def test_poetry_is_read_with_groups_extras_and_sources() -> None:
    facts = read(
        f"""[tool.poetry]
name = "demo"
[tool.poetry.dependencies]
python = "^3.9"
requests = "2.31.0"
pandas = "^2.0"
any = "*"
torch = {{version = "2.1.0", optional = true, extras = ["b", "a"], source = "pytorch"}}
mine = {{git = "https://host/o/mine.git", rev = "{COMMIT}"}}
yours = {{git = "https://host/o/yours.git", branch = "main"}}
local = {{path = "../local", develop = true}}
numpy = [{{version = "<2", python = "<3.12"}}, {{version = ">=2", markers = "python_version >= '3.12'"}}]
[tool.poetry.extras]
gpu = ["torch"]
[tool.poetry.dev-dependencies]
pytest = "~7.1"
[tool.poetry.group.docs.dependencies]
mkdocs = "1.*"
"""
    )

    assert [(row.specifier, row.written, row.line) for row in facts.python] == [("<4.0,>=3.9", "^3.9", 4)]
    assert rows(facts) == {
        ("requests", "==2.31.0", "runtime", "index", True),
        ("pandas", "<3.0,>=2.0", "runtime", "index", False),
        ("any", "", "runtime", "index", False),
        ("torch", "==2.1.0", "optional:gpu", "index", True),
        ("mine", "", "runtime", "vcs", True),
        ("yours", "", "runtime", "vcs", False),
        ("local", "", "runtime", "path", False),
        ("numpy", "<2", "runtime", "index", False),
        ("numpy", ">=2", "runtime", "index", False),
        ("pytest", "<7.2,>=7.1", "dev", "index", False),
        ("mkdocs", "==1.*", "group:docs", "index", False),
    }
    markers = {row.marker for row in facts.dependencies if row.name == "numpy"}
    assert markers == {'python_version < "3.12"', 'python_version >= "3.12"'}


def test_what_poetry_adds_to_a_project_is_one_record() -> None:
    facts = read(
        """[project]
name = "demo"
dependencies = ["mine>=1", "requests"]
[tool.poetry.dependencies]
mine = {path = "../mine"}
"""
    )

    assert rows(facts) == {
        ("mine", ">=1", "runtime", "path", False),
        ("requests", "", "runtime", "index", False),
    }


def test_uv_says_where_a_dependency_really_comes_from() -> None:
    facts = read(
        f"""[project]
name = "demo"
dependencies = ["a", "B_b==1", "c", "d", "e", "f==0+acme"]
[tool.uv]
dev-dependencies = ["pytest"]
constraint-dependencies = ["urllib3<2"]
[tool.uv.sources]
a = {{git = "https://host/o/a", rev = "{COMMIT}"}}
b-b = {{workspace = true}}
c = {{url = "https://host/c.whl"}}
d = [{{index = "x", marker = "sys_platform == 'darwin'"}}, {{git = "https://host/o/d", branch = "main"}}]
e = {{index = "x"}}
f = {{path = "libs/f", editable = true}}
"""
    )

    assert rows(facts) == {
        ("a", "", "runtime", "vcs", True),
        ("b-b", "==1", "runtime", "path", True),
        ("c", "", "runtime", "url", False),
        ("d", "", "runtime", "vcs", False),
        ("e", "", "runtime", "index", False),
        ("f", "==0+acme", "runtime", "path", True),
        ("pytest", "", "dev", "index", False),
    }
    assert {row.name: row.written for row in facts.dependencies if row.source == "path"} == {
        "b-b": "==1",
        "f": "libs/f",
    }
    assert [(row.name, row.scope) for row in facts.constraints] == [("urllib3", "constraint")]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("[project]\nversion = '0+goldenpath'\n", "0+goldenpath"),
        ("[tool.poetry]\nname = 'x'\nversion = '1.2'\n", "1.2"),
        ("[project]\nname = 'x'\ndynamic = ['version']\n[tool.hatch.version]\npath = 'x.py'\n", None),
        ("[project]\nversion = 1\n", None),
    ],
)
def test_a_version_is_told_where_the_manifest_states_it(text: str, version: str | None) -> None:
    assert read(text).projects[0].version == version


def test_a_workspace_tells_its_members_and_whom_it_leaves_out() -> None:
    facts = read("[project]\nname = 'x'\n[tool.uv.workspace]\nmembers = ['libs/*', 'app']\nexclude = ['libs/old']\n")

    assert facts.projects[0].members == ("libs/*", "app", "!libs/old")


def test_the_older_tables_are_read() -> None:
    facts = read(
        """[tool.pdm.dev-dependencies]
test = ["pytest", "-e file:///${PROJECT_ROOT}/libs/mine#egg=mine"]
[tool.hatch.envs.default]
dependencies = ["coverage"]
[tool.hatch.envs.lint]
extra-dependencies = ["ruff"]
[tool.rye]
dev-dependencies = ["black"]
[tool.flit.metadata]
module = "demo"
requires = ["requests"]
requires-python = ">=3.6"
[tool.flit.metadata.requires-extra]
doc = ["sphinx"]
"""
    )

    assert rows(facts) == {
        ("pytest", "", "group:test", "index", False),
        ("mine", "", "group:test", "path", False),
        ("coverage", "", "env:default", "index", False),
        ("ruff", "", "env:lint", "index", False),
        ("black", "", "dev", "index", False),
        ("requests", "", "runtime", "index", False),
        ("sphinx", "", "optional:doc", "index", False),
    }
    assert [row.specifier for row in facts.python] == [">=3.6"]


def test_pixi_tables_hold_conda_and_index_packages() -> None:
    facts = read(
        """[tool.pixi.dependencies]
python = "3.11.*"
cuda = ">=12,<13"
numpy = "==1.26.4"
[tool.pixi.pypi-dependencies]
demo = {path = ".", editable = true}
rich = "*"
torch = {version = "==2.1.0", extras = ["opt"]}
[tool.pixi.feature.test.dependencies]
pytest = "*"
[tool.pixi.target.linux-64.dependencies]
gcc = {version = "12.*"}
"""
    )

    assert rows(facts) == {
        ("cuda", "<13,>=12", "runtime", "conda", False),
        ("numpy", "==1.26.4", "runtime", "conda", True),
        ("demo", "", "runtime", "path", False),
        ("rich", "", "runtime", "index", False),
        ("torch", "==2.1.0", "runtime", "index", True),
        ("pytest", "", "group:test", "conda", False),
        ("gcc", "==12.*", "runtime", "conda", False),
    }
    assert [row.specifier for row in facts.python] == ["==3.11.*"]


def test_dynamic_dependencies_name_their_files() -> None:
    facts = read(
        """[project]
name = "demo"
dynamic = ["dependencies", "optional-dependencies"]
[tool.setuptools.dynamic]
dependencies = {file = ["requirements.txt"]}
optional-dependencies.dev = {file = "requirements-dev.txt"}
"""
    )

    assert [(row.target, row.kind, row.scope, row.line) for row in facts.includes] == [
        ("requirements.txt", "dynamic", "runtime", 5),
        ("requirements-dev.txt", "dynamic", "optional:dev", 6),
    ]


def test_a_project_that_names_its_own_extras_installs_itself() -> None:
    facts = read('[project]\nname = "Demo"\n[project.optional-dependencies]\nall = ["demo[a,b]"]\n')

    assert rows(facts) == {("demo", "", "optional:all", "path", False)}


def test_a_file_that_only_configures_tools_is_no_project() -> None:
    assert read("[tool.black]\nline-length = 100\n") == Facts()


def test_a_wrong_requirement_is_told_and_the_others_are_read() -> None:
    facts = read('[project]\nname = "x"\ndependencies = [\n"good",\n"not good at all",\n]\n')

    assert [row.name for row in facts.dependencies] == ["good"]
    assert [row.line for row in facts.unreadable] == [5]


def test_tables_of_the_wrong_type_break_nothing() -> None:
    facts = read(
        """dependency-groups = 3
[project]
name = 1
dependencies = "numpy"
requires-python = 3.11
dynamic = "dependencies"
optional-dependencies = ["a"]
[tool]
uv = {workspace = {members = 1, exclude = "a"}, sources = {numpy = {path = 1}}}
poetry = {dependencies = ["a"], group = {x = 1}, extras = {y = 1}}
hatch = {envs = {z = 1}}
pixi = {dependencies = {q = [1]}}
"""
    )

    assert facts.dependencies == ()


@pytest.mark.parametrize(
    "text", ['[project\nname = "x"\n', "{% if x %}\n[project]\n", "<<<<<<< a\n=======\n>>>>>>> b\n"]
)
def test_what_is_no_toml_is_told(text: str) -> None:
    with pytest.raises(ReadError):
        read(text)


@pytest.mark.parametrize(
    ("text", "specifier"),
    [
        ("[project]\nname = 'x'\nrequires-python = 3.10\n", "3.10"),
        ("[tool.poetry.dependencies]\npython = 3.10\n", "==3.10"),
        ("[tool.poetry.dependencies]\npython = {version = 3.10}\n", "==3.10"),
        ("[tool.pixi.dependencies]\npython = 3.10\n", "==3.10"),
        ("[tool.flit.metadata]\nmodule = 'x'\nrequires-python = 3.10\n", "3.10"),
    ],
)
def test_a_version_without_quotes_keeps_its_zero(text: str, specifier: str) -> None:
    assert [row.specifier for row in read(text).python] == [specifier]


def test_what_should_be_a_list_and_is_none_is_told() -> None:
    facts = read("[project]\nname = 'x'\ndependencies = 'numpy'\n[project.optional-dependencies]\ngpu = {a = 1}\n")

    assert [(row.line, row.reason) for row in facts.unreadable] == [
        (3, "dependencies is no list of requirements"),
        (5, "gpu is no list of requirements"),
    ]
