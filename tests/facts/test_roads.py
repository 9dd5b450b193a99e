from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.facts.radar import Blip, Match, Radar, Ring
from goldenpath.facts.roads import enclosing
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts

ROAD = """\
[project]
name = "goldenpath-road"
version = "0+goldenpath"
requires-python = ">=3.9"
dependencies = ["pyyaml>=6"]

[project.optional-dependencies]
training = ["mlflow-skinny>=3"]
sklearn = ["scikit-learn>=1.5"]
serving = ["starlette>=1"]
all = ["goldenpath-road[training,Serving]"]

[dependency-groups]
dev = ["hypothesis"]

[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
"""


def source(folder: str = "road") -> str:
    return f'[tool.uv.sources]\ngoldenpath-road = {{ path = "{folder}", editable = true }}\n'


def manifest(*wishes: str, more: str = source()) -> str:
    return f"[project]\nname = 'forecast'\nversion = '1'\ndependencies = {list(wishes)!r}\n\n{more}"


def facts_of(files: dict[str, Any], radar: Radar | None = None) -> Facts:
    return inventory(MemorySnapshot(files), radar=radar)


def asked_for(facts: Facts) -> dict[str, str]:
    """Return what roads ask for, with its scope."""
    return {row.name: row.scope for row in facts.dependencies if row.path.endswith("road/pyproject.toml")}


def test_a_road_is_no_project_but_a_part_of_the_one_that_depends_on_it() -> None:
    facts = facts_of(
        {
            "pyproject.toml": manifest("goldenpath-road[training,sklearn]==0+goldenpath"),
            "road/pyproject.toml": ROAD,
            "road/src/road/tracking.py": "import mlflow\n",
        }
    )

    assert [row.root for row in facts.projects] == [""]
    assert [(row.root, row.name, row.extras, row.path, row.line) for row in facts.roads] == [
        ("road", "goldenpath-road", ("sklearn", "training"), "road/pyproject.toml", 2)
    ]
    assert [(row.module, row.project) for row in facts.imports] == [("mlflow", "")]


def test_what_a_road_asks_for_the_project_asks_for_and_the_place_stays_the_roads() -> None:
    facts = facts_of(
        {"pyproject.toml": manifest("goldenpath-road[training]==0+goldenpath"), "road/pyproject.toml": ROAD}
    )

    assert asked_for(facts) == {"pyyaml": "runtime", "mlflow-skinny": "runtime", "uv-build": "build"}
    assert [(row.path, row.line) for row in facts.dependencies if row.name == "mlflow-skinny"] == [
        ("road/pyproject.toml", 8)
    ]


def test_extras_that_nobody_asks_for_show_no_technology() -> None:
    radar = Radar(
        categories={
            "serving": (Blip(name="starlette", match=Match(dependency=("starlette",)), ring=Ring.ADOPT),),
            "tracking": (Blip(name="mlflow", match=Match(dependency=("mlflow-skinny",)), ring=Ring.ADOPT),),
        }
    )
    files = {"pyproject.toml": manifest("goldenpath-road[training]==0+goldenpath"), "road/pyproject.toml": ROAD}

    facts = facts_of(files, radar)

    assert [(row.name, row.path, row.project) for row in facts.technologies] == [("mlflow", "road/pyproject.toml", "")]


def test_an_extra_may_ask_for_others_of_the_same_road() -> None:
    facts = facts_of({"pyproject.toml": manifest("goldenpath-road[ALL]"), "road/pyproject.toml": ROAD})

    assert facts.roads[0].extras == ("all", "serving", "training")
    assert asked_for(facts).keys() == {"pyyaml", "mlflow-skinny", "starlette", "goldenpath-road", "uv-build"}


def test_an_extra_has_the_scope_in_which_it_is_asked_for_and_runtime_before_any_other() -> None:
    extras = "[project.optional-dependencies]\ngpu = ['goldenpath-road[sklearn]']\n[dependency-groups]\n"
    groups = "dev = ['goldenpath-road[training,serving]']\n"
    files = {
        "pyproject.toml": manifest("goldenpath-road[training]", more=extras + groups + source()),
        "road/pyproject.toml": ROAD,
    }

    assert asked_for(facts_of(files)) == {
        "pyyaml": "runtime",
        "mlflow-skinny": "runtime",
        "scikit-learn": "optional:gpu",
        "starlette": "group:dev",
        "uv-build": "build",
    }


def test_which_python_the_project_needs_says_the_project() -> None:
    facts = facts_of({"pyproject.toml": manifest("goldenpath-road"), "road/pyproject.toml": ROAD})

    assert facts.python == ()


def test_each_project_of_a_monorepo_has_its_own_road() -> None:
    files = {}
    for name, extra in (("a", "training"), ("b", "serving")):
        files[f"services/{name}/pyproject.toml"] = manifest(f"goldenpath-road[{extra}]")
        files[f"services/{name}/road/pyproject.toml"] = ROAD
        files[f"services/{name}/road/src/road/__init__.py"] = ""
        files[f"services/{name}/road/src/road/{extra}.py"] = f"import {extra}_library\n"
        files[f"services/{name}/src/{name}/main.py"] = "from road import brief\nimport polars\n"

    facts = facts_of(files)

    assert [row.root for row in facts.projects] == ["services/a", "services/b"]
    assert [(row.root, row.project) for row in facts.roads] == [
        ("services/a/road", "services/a"),
        ("services/b/road", "services/b"),
    ]
    assert {(row.module, row.project) for row in facts.imports} == {
        ("training_library", "services/a"),
        ("polars", "services/a"),
        ("serving_library", "services/b"),
        ("polars", "services/b"),
    }
    assert {row.name for row in facts.dependencies if row.project == "services/a"} == {
        "goldenpath-road",
        "pyyaml",
        "mlflow-skinny",
        "uv-build",
    }


def test_the_package_of_a_road_is_the_projects_own_also_under_a_name_of_the_field() -> None:
    files = {
        "pyproject.toml": manifest("goldenpath-road", "torch"),
        "road/pyproject.toml": ROAD,
        "road/src/torch/__init__.py": "",
        "src/forecast/model.py": "import torch\n",
    }

    assert facts_of(files).imports == ()
    assert [row.module for row in facts_of({**files, "road/pyproject.toml": ""}).imports] == ["torch"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", manifest("goldenpath-road[training]==0+goldenpath")),
        ("pyproject.toml", manifest("goldenpath-road[training]", more=source("./road/"))),
        ("pyproject.toml", manifest("goldenpath-road[training] @ file:///${PROJECT_ROOT}/road", more="")),
        ("pyproject.toml", manifest("goldenpath-road[training] @ {root:uri}/road", more="")),
        (
            "pyproject.toml",
            (
                "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\n"
                "goldenpath-road = {path = 'road', develop = true, extras = ['training']}\n"
            ),
        ),
        (
            "pyproject.toml",
            (
                "[project]\nname = 'x'\n[tool.pdm.dev-dependencies]\n"
                "road = ['-e file:///${PROJECT_ROOT}/road#egg=goldenpath-road[training]']\n"
            ),
        ),
        (
            "pixi.toml",
            (
                "[workspace]\nname = 'x'\n[pypi-dependencies]\n"
                "goldenpath-road = {path = './road', extras = ['training']}\n"
            ),
        ),
        ("Pipfile", "[packages]\ngoldenpath-road = {path = './road', editable = true, extras = ['training']}\n"),
        ("requirements.txt", "-e ./road[training]\n"),
        ("requirements.txt", "./road[training]\n"),
        ("requirements.txt", "goldenpath-road[training] @ file:./road\n"),
        ("requirements.txt", "file:./road[training]\n"),
        ("requirements.txt", "-e .\\road[training]\n"),
    ],
)
def test_a_path_is_known_however_a_tool_writes_it(path: str, text: str) -> None:
    facts = facts_of({path: text, "road/pyproject.toml": ROAD})

    assert [(row.root, row.extras) for row in facts.roads] == [("road", ("training",))]
    assert "mlflow-skinny" in asked_for(facts)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"pyproject.toml": manifest("polars")}, id="nobody depends on it"),
        pytest.param({"pyproject.toml": manifest("goldenpath-road", more="")}, id="by name alone"),
        pytest.param({"road/pyproject.toml": ROAD.replace("+goldenpath", "")}, id="it is not private"),
        pytest.param({"road/pyproject.toml": ROAD.replace("+goldenpath", "+acme")}, id="another label"),
        pytest.param(
            {"road/pyproject.toml": ROAD.replace('version = "0+goldenpath"', "dynamic = ['version']")}, id="computed"
        ),
        pytest.param({"pyproject.toml": manifest("goldenpath-road", more=source("../road"))}, id="up"),
        pytest.param({"pyproject.toml": manifest("goldenpath-road", more=source("/road"))}, id="absolute"),
        pytest.param(
            {"pyproject.toml": "", "app/pyproject.toml": manifest("goldenpath-road", more=source("../road"))},
            id="it stands beside the project",
        ),
        pytest.param(
            {"pyproject.toml": manifest("goldenpath-road", more="[tool.uv.workspace]\nmembers = ['r*']\n" + source())},
            id="a member of the workspace",
        ),
        pytest.param(
            {"pyproject.toml": "", "tests/data/pyproject.toml": manifest("goldenpath-road", more=source("../../road"))},
            id="test data depends on it",
        ),
    ],
)
def test_a_package_that_is_no_road_stays_a_project(files: dict[str, str]) -> None:
    facts = facts_of({"pyproject.toml": manifest("goldenpath-road"), "road/pyproject.toml": ROAD, **files})

    assert facts.roads == ()
    assert "road" in [row.root for row in facts.projects]
    assert {row.project for row in facts.dependencies if row.path == "road/pyproject.toml"} == {"road"}
    assert asked_for(facts)["starlette"] == "optional:serving"


def test_a_folder_that_the_workspace_leaves_out_may_be_a_road() -> None:
    workspace = "[tool.uv.workspace]\nmembers = ['*', './lib/']\nexclude = ['road']\n"
    files = {
        "pyproject.toml": manifest("goldenpath-road", more=workspace + source()),
        "road/pyproject.toml": ROAD,
        "lib/pyproject.toml": "[project]\nname = 'lib'\n",
    }

    assert [row.root for row in facts_of(files).roads] == ["road"]


def test_a_project_between_the_two_keeps_the_road_for_itself() -> None:
    files = {
        "pyproject.toml": manifest("goldenpath-road", more=source("services/a/road")),
        "services/a/pyproject.toml": "[project]\nname = 'a'\n",
        "services/a/road/pyproject.toml": ROAD,
    }

    facts = facts_of(files)

    assert facts.roads == ()
    assert [row.root for row in facts.projects] == ["", "services/a", "services/a/road"]


def test_a_road_has_no_road_of_its_own() -> None:
    inner = ROAD.replace("goldenpath-road", "inner").replace("serving", "batch")
    files = {
        "pyproject.toml": manifest("goldenpath-road"),
        "road/pyproject.toml": ROAD.replace("pyyaml>=6", "inner") + "[tool.uv.sources]\ninner = { path = 'inner' }\n",
        "road/inner/pyproject.toml": inner,
    }

    facts = facts_of(files)

    assert [row.root for row in facts.roads] == ["road"]
    assert [row.root for row in facts.projects] == ["", "road/inner"]


def test_a_member_of_a_workspace_may_have_a_road() -> None:
    member = ROAD.replace("goldenpath-road", "app").replace("pyyaml>=6", "goldenpath-road") + source()
    files = {
        "pyproject.toml": manifest("polars", more="[tool.uv.workspace]\nmembers = ['app']\n"),
        "app/pyproject.toml": member,
        "app/road/pyproject.toml": ROAD,
    }

    facts = facts_of(files)

    assert [(row.root, row.project) for row in facts.roads] == [("app/road", "app")]
    assert [row.root for row in facts.projects] == ["", "app"]


def test_test_data_is_no_road() -> None:
    files = {
        "pyproject.toml": manifest("goldenpath-road", more=source("tests/data/road")),
        "tests/data/road/pyproject.toml": ROAD,
    }

    facts = facts_of(files)

    assert facts.roads == ()
    assert "tests/data/road" in [row.root for row in facts.projects]


LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "forecast"
version = "1"
source = { virtual = "." }
dependencies = [
    { name = "goldenpath-road", extra = ["training"] },
]

[package.metadata]
requires-dist = [{ name = "goldenpath-road", extras = ["training"], editable = "road" }]

[[package]]
name = "goldenpath-road"
version = "0+goldenpath"
source = { editable = "road" }
dependencies = [
    { name = "pyyaml" },
]

[package.optional-dependencies]
training = [
    { name = "mlflow-skinny" },
]

[package.metadata]
requires-dist = [
    { name = "goldenpath-road", extras = ["training", "serving"], marker = "extra == 'all'" },
    { name = "mlflow-skinny", marker = "extra == 'training'", specifier = ">=3" },
    { name = "pyyaml", specifier = ">=6" },
    { name = "scikit-learn", marker = "extra == 'sklearn'", specifier = ">=1.5" },
    { name = "starlette", marker = "extra == 'serving'", specifier = ">=1" },
]
provides-extras = ["training", "sklearn", "serving", "all"]

[package.metadata.requires-dev]
dev = [{ name = "hypothesis" }]
"""


def test_a_lock_fits_the_manifests_of_project_and_road_also_in_what_nobody_asks_for() -> None:
    files = {
        "pyproject.toml": manifest("goldenpath-road[training]==0+goldenpath"),
        "road/pyproject.toml": ROAD,
        "uv.lock": LOCK,
    }
    changed = {**files, "road/pyproject.toml": ROAD.replace("starlette>=1", "starlette>=2")}

    lock, stale = facts_of(files).lockfiles[0], facts_of(changed).lockfiles[0]

    assert (lock.in_step, lock.manifest, lock.project) == (True, "pyproject.toml", "")
    assert (stale.in_step, stale.reason) == (False, "road/pyproject.toml and the lock differ on starlette")


@pytest.mark.parametrize(
    ("glob", "member"),
    [
        ("road", True),
        ("./apps/../road/", True),
        ("*", True),
        ("r?a[c-e]", True),
        ("**", True),
        ("**/road", True),
        ("*/road", False),
        ("road/*", False),
        ("**/" * 60 + "*a*a*a*a*b", False),
    ],
)
def test_a_workspace_says_by_globs_whom_it_takes_in(glob: str, *, member: bool) -> None:
    workspace = f"[tool.uv.workspace]\nmembers = ['{glob}']\n"
    files = {"pyproject.toml": manifest("goldenpath-road", more=workspace + source()), "road/pyproject.toml": ROAD}

    assert bool(facts_of(files).roads) is not member


def test_a_workspace_between_takes_in_what_lies_below_it() -> None:
    files = {
        "services/pyproject.toml": "[project]\nname = 'all'\n[tool.uv.workspace]\nmembers = ['a']\n",
        "services/a/pyproject.toml": manifest("goldenpath-road"),
        "services/a/road/pyproject.toml": ROAD,
    }
    within = files["services/pyproject.toml"].replace("'a'", "'a', 'a/**/road'")

    assert [row.root for row in facts_of(files).roads] == ["services/a/road"]
    assert facts_of({**files, "services/pyproject.toml": within}).roads == ()


def test_a_file_is_held_by_the_road_above_it_alone() -> None:
    roads = {"a/road", "b/road"}

    assert enclosing("b/road/src/x.py", roads) == "b/road"
    assert enclosing("a/roadside/x.py", roads) is None
    assert enclosing("road/x.py", roads) is None
