from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from goldenpath.facts.model import Container, Facts

BASE = "FROM python:3.12.4-slim\n"
APP = "FROM base\nCMD x\n"
HCL = """# how it is built
variable "TAG" { default = "3.12" }
group "default" { targets = ["app"] }
target "_common" {
  args = { X = "1" }  // for all
}
target "base" {
  inherits   = ["_common"]
  dockerfile = "base.Dockerfile"
  tags       = ["acme/base:${TAG}", notequal("", TAG) ? "a" : "b"]
}
target "app" {
  inherits = ["_common"]
  contexts = {
    base = "target:base"
  }
}
"""
JSON = json.dumps({"target": {"base": {"dockerfile": "base.Dockerfile"}, "app": {"contexts": {"base": "target:base"}}}})
COMPOSE = """services:
  base:
    build: {context: ., dockerfile: base.Dockerfile}
  app:
    build:
      context: .
      additional_contexts:
        base: service:base
"""


def images(facts: Facts) -> list[tuple[str, str | None, str]]:
    return [(row.image, row.tag, row.path) for row in facts.images]


def container(facts: Facts, path: str = "Dockerfile") -> Container:
    (row,) = [row for row in facts.containers if row.path == path]
    return row


@pytest.mark.parametrize(
    ("name", "text"),
    [("docker-bake.hcl", HCL), ("docker-bake.json", JSON), ("compose.yaml", COMPOSE), ("docker-compose.yml", COMPOSE)],
)
def test_a_base_that_another_build_makes_is_no_image_of_a_registry(name: str, text: str) -> None:
    files = {"base.Dockerfile": BASE, "Dockerfile": APP, name: text}
    facts = inventory(MemorySnapshot(files))

    assert images(facts) == [("python", "3.12.4-slim", "base.Dockerfile")]
    assert container(facts).base == "python:3.12.4-slim"
    assert (container(facts).intermediate, container(facts, "base.Dockerfile").intermediate) == (False, True)


def test_the_user_of_the_base_is_the_containers() -> None:
    facts = inventory(
        MemorySnapshot({"base.Dockerfile": f"{BASE}USER app\n", "Dockerfile": APP, "docker-bake.hcl": HCL})
    )

    assert container(facts).user == "app"


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("docker-image://python:3.12", [("python", "3.12", "Dockerfile")]),
        ("docker-image://python", [("python", None, "Dockerfile")]),
        ("./folder", []),
        ("https://host/o/r.git", []),
        ("target:missing", []),
    ],
)
def test_a_context_is_what_it_names(where: str, found: list[tuple[str, str | None, str]]) -> None:
    hcl = f'target "app" {{\n  contexts = {{ base = "{where}" }}\n}}\n'

    assert images(inventory(MemorySnapshot({"Dockerfile": APP, "docker-bake.hcl": hcl}))) == found


def test_what_is_copied_from_a_context_is_no_image_either() -> None:
    dockerfile = "FROM python:3.12\nCOPY --from=assets /a /a\nCOPY --from=ghcr.io/acme/tool:1 /t /t\n"
    hcl = 'target "app" { contexts = { assets = "./assets" } }\n'

    assert images(inventory(MemorySnapshot({"Dockerfile": dockerfile, "docker-bake.hcl": hcl}))) == [
        ("python", "3.12", "Dockerfile"),
        ("ghcr.io/acme/tool", "1", "Dockerfile"),
    ]


def test_a_step_of_a_workflow_gives_contexts_too() -> None:
    workflow = """on: push
jobs:
  a:
    runs-on: x
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: docker/Dockerfile
          build-contexts: |
            base=docker-image://python:3.12
"""
    files = {"docker/Dockerfile": APP, ".github/workflows/ci.yml": workflow}

    assert images(inventory(MemorySnapshot(files))) == [("python", "3.12", "docker/Dockerfile")]


def test_places_count_from_the_build_files_folder_or_the_repos() -> None:
    hcl = 'target "app" {\n  context = "./app"\n  contexts = { base = "docker-image://python:3.12" }\n}\n'

    for path in ("docker-bake.hcl", "deploy/docker-bake.hcl"):
        for dockerfile in ("app/Dockerfile", f"{path.rpartition('/')[0]}/app/Dockerfile".lstrip("/")):
            assert images(inventory(MemorySnapshot({dockerfile: APP, path: hcl}))) == [("python", "3.12", dockerfile)]


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (['BASE = "python:3.12"'], [("python", "3.12", True)]),
        (['BASE = "python:3.12"', 'BASE = "python:3.13"'], [("${BASE}", None, False)]),
        (['OTHER = "x"'], [("${BASE}", None, False)]),
        (["BASE = lower(X)"], [("${BASE}", None, False)]),
    ],
)
def test_an_argument_that_all_builds_give_alike_names_the_image(
    args: list[str], found: list[tuple[str, str | None, bool]]
) -> None:
    hcl = "".join(f'target "t{n}" {{\n  args = {{ {arg} }}\n}}\n' for n, arg in enumerate(args))
    facts = inventory(MemorySnapshot({"Dockerfile": "ARG BASE\nFROM ${BASE}\n", "docker-bake.hcl": hcl}))

    assert [(row.image, row.tag, row.resolved) for row in facts.images] == found


def test_targets_that_name_each_other_come_to_an_end() -> None:
    hcl = 'target "a" {\n  inherits = ["a"]\n  contexts = { base = "target:b" }\n}\n'
    hcl += 'target "b" {\n  dockerfile = "b.Dockerfile"\n  contexts = { base = "target:a" }\n}\n'

    facts = inventory(MemorySnapshot({"Dockerfile": APP, "b.Dockerfile": APP, "docker-bake.hcl": hcl}))

    assert images(facts) == []


@pytest.mark.parametrize("text", ["", "{", 'target "a" {', "target a { x = [1, { } }", '"' * 99, "<<EOT\nx\n"])
def test_what_is_no_bake_file_says_nothing(text: str) -> None:
    facts = inventory(MemorySnapshot({"Dockerfile": APP, "docker-bake.hcl": text}))

    assert images(facts) == [("base", None, "Dockerfile")]
