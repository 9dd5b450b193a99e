from __future__ import annotations

from pathlib import Path

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.facts.model import Action, Ci, Dependency, Facts, Hook, Image, Import, Lockfile, Project, Python
from goldenpath.facts.radar import Blip, Match, Radar, Ring, load_radar
from goldenpath.facts.technologies import technologies
from goldenpath.snapshot.memory import MemorySnapshot

SHIPPED = load_radar([Path(__file__).parents[2] / "policies" / "radar.yaml"])


def _seen(facts: Facts, radar: Radar = SHIPPED, *paths: str) -> list[tuple[str, str, str | None, str]]:
    return [(row.name, row.ring, row.version, row.evidence) for row in technologies(facts, radar, paths)]


def _import(module: str, path: str = "a.py", project: str = "") -> Import:
    return Import(module=module, source="python", path=path, line=1, project=project)


def _image(name: str, *, shipped: bool = True, origin: str = "from", resolved: bool = True) -> Image:
    return Image(
        image=name,
        tag="1",
        digest=None,
        origin=origin,
        stage=None,
        final=shipped,
        shipped=shipped,
        resolved=resolved,
        path="Dockerfile",
    )


def test_each_kind_of_evidence_shows_a_technology() -> None:
    facts = Facts(
        dependencies=(Dependency(name="torch", specifier=">=2", path="a/pyproject.toml", line=7),),
        images=(_image("docker.io/library/python"),),
        actions=(Action(uses="u", name="pre-commit/action", ref="v3", pinned=False, kind="action", path="c.yml"),),
        hooks=(Hook(repo="r", rev="v1", id="ruff-format", path="h.yaml"),),
        ci=(Ci(system="travis", path=".travis.yml"),),
        lockfiles=(Lockfile(path="uv.lock", tool="uv"),),
        projects=(
            Project(
                root="",
                name="x",
                build_backend="poetry.core.masonry.api",
                backend_line=3,
                path="pyproject.toml",
                line=6,
            ),
        ),
        python=(Python(specifier=">=3.8,<4", path="setup.py"),),
    )

    assert _seen(facts) == [
        ("travis", "hold", None, "ci travis"),
        ("python image", "adopt", "1", "image python"),
        ("pytorch", "adopt", ">=2", "dependency torch"),
        ("pre-commit", "adopt", "v3", "action pre-commit/action"),
        ("ruff", "adopt", "v1", "hook ruff-format"),
        ("poetry", "hold", None, "backend poetry"),
        ("python 3.8", "hold", ">=3.8,<4", "python 3.8"),
        ("uv", "adopt", None, "lockfile uv"),
    ]


@pytest.mark.parametrize(
    ("specifier", "name"),
    [
        (">=3.11", "python 3.11"),
        ("==3.12.*", "python 3.12"),
        ("~=3.9.2", "python 3.9"),
        (">3.10", "python 3.10"),
        (">=2.7,!=3.0.*", "python 3.7 or older"),
        (">=3.6.1", "python 3.7 or older"),
    ],
)
def test_the_language_version_is_the_lowest_that_is_promised(specifier: str, name: str) -> None:
    assert [row[0] for row in _seen(Facts(python=(Python(specifier=specifier, path="a"),)))] == [name]


@pytest.mark.parametrize("specifier", ["", "not a version", ">=99"])
def test_a_requirement_that_names_no_version_shows_none(specifier: str) -> None:
    assert _seen(Facts(python=(Python(specifier=specifier, path="a"),))) == []


def test_an_import_shows_what_no_dependency_of_its_project_shows_and_once() -> None:
    facts = Facts(
        dependencies=(Dependency(name="torch", specifier="", path="p/pyproject.toml", project="p"),),
        imports=(
            _import("torch", "p/a.py", "p"),
            _import("torch", "q/a.py", "q"),
            _import("torch", "q/b.py", "q"),
            _import("sklearn"),
        ),
    )

    assert [(row.name, row.path, row.evidence) for row in technologies(facts, SHIPPED)] == [
        ("scikit-learn", "a.py", "import sklearn"),
        ("pytorch", "p/pyproject.toml", "dependency torch"),
        ("pytorch", "q/a.py", "import torch"),
    ]


def test_a_system_of_ci_is_told_once_a_project_however_many_files_it_has() -> None:
    rows = ("cloudbuild/a.yaml", ""), ("cloudbuild/b.yaml", ""), ("x/cloudbuild.yaml", "x")
    facts = Facts(ci=tuple(Ci(system="cloudbuild", path=path, project=project) for path, project in rows))

    assert [row.path for row in technologies(facts, SHIPPED)] == ["cloudbuild/a.yaml", "x/cloudbuild.yaml"]


def test_a_base_image_that_the_radar_does_not_know_is_unlisted() -> None:
    images = (
        _image("acme/base"),
        _image("acme/builder", shipped=False),
        _image("acme/tool", origin="copy"),
        _image("ghcr.io/astral-sh/uv", origin="copy"),
        _image("${X}", resolved=False),
        _image("scratch"),
    )

    assert _seen(Facts(images=images)) == [("acme/base", "unlisted", "1", "image acme/base")]


def test_a_radar_that_governs_no_images_says_nothing_of_them() -> None:
    assert _seen(Facts(images=(_image("acme/base"),)), Radar()) == []


def test_a_technology_that_stands_on_no_ring_is_unlisted() -> None:
    facts = Facts(dependencies=(Dependency(name="zenml", specifier="", path="a"),))

    assert [row[:2] for row in _seen(facts)] == [("zenml", "unlisted")]


def test_a_path_shows_a_technology_by_name_or_wildcard() -> None:
    blips = (
        Blip(name="dvc", match=Match(file="dvc.yaml"), ring=Ring.TRIAL),
        Blip(name="helm", match=Match(file="charts/*/Chart.yaml"), ring=Ring.ADOPT),
    )
    radar = Radar(categories={"x": blips})

    assert [row[3] for row in _seen(Facts(), radar, "p/dvc.yaml", "q/dvc.yaml", "charts/a/Chart.yaml", "a.py")] == [
        "file charts/a/Chart.yaml",
        "file p/dvc.yaml",
    ]


def test_a_build_backend_stands_where_it_is_named() -> None:
    build = "[build-system]\nrequires = ['poetry-core']\nbuild-backend = 'poetry.core.masonry.api'\n"
    text = f"{build}\n[project]\nname = 'x'\n"
    facts = inventory(MemorySnapshot({"pyproject.toml": text}), radar=SHIPPED)

    assert [(row.evidence, row.line) for row in facts.technologies if row.evidence.startswith("backend")] == [
        ("backend poetry", 3)
    ]
