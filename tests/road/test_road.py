"""The road stands by itself: it knows no data set and no project, and its parts keep apart."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
from road import __version__

from goldenpath import _yaml

TOP = Path(__file__).resolve().parents[2]
ROAD = TOP / "blueprints/_road/template/road"
SOURCES = sorted((ROAD / "src").rglob("*.py"))
# Of the worked example; a metric's name is no word of a data set.
EXAMPLE = re.compile(r"airport|departure|flights|lag_\d|hour_of_day|\bEWR\b|\bJFK\b|weather", re.IGNORECASE)
MODULES = {
    "mlflow": "mlflow-skinny",
    "opentelemetry": "opentelemetry-sdk",
    "ruamel": "ruamel.yaml",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
PARTS = ("training", "batch", "serving")


def imported(path: Path) -> set[str]:
    """Give the modules that a file imports, dotted, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


@pytest.mark.parametrize("path", sorted(p for p in ROAD.rglob("*") if p.suffix in (".py", ".md", ".toml", ".json")))
def test_no_file_of_the_road_speaks_of_the_example_or_is_a_template(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert EXAMPLE.findall(text) == []
    assert "{%" not in text


def test_the_road_imports_itself_and_what_it_declares() -> None:
    project = tomllib.loads((ROAD / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    declared = {re.split(r"[<>=\[ ]", line)[0] for line in lines}

    modules = {name.partition(".")[0] for path in SOURCES for name in imported(path)}

    foreign = {name for name in modules if name not in {*sys.stdlib_module_names, "road"}}
    assert {name for name in foreign if MODULES.get(name, name.replace("_", "-")) not in declared} == set()
    assert "" not in modules, "a relative import"


@pytest.mark.parametrize("part", ["core", *PARTS])
def test_a_part_imports_the_core_and_no_other_part(part: str) -> None:
    others = [f"road.{name}" for name in PARTS if name != part]

    for path in (ROAD / "src/road" / part).rglob("*.py"):
        assert [name for name in imported(path) if name.startswith(tuple(others))] == [], path.name


def test_the_layer_says_the_roads_version() -> None:
    layer = _yaml.load((TOP / "blueprints/_road/layer.yaml").read_text(encoding="utf-8"))

    assert layer["road"] == __version__
