"""Reads what builds containers and how: bake files, compose files, and steps of workflows that give named contexts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from goldenpath._yaml import YamlError, load
from goldenpath.facts.base import ReadError
from goldenpath.facts.hcl import blocks
from goldenpath.facts.model import Build, Facts
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (
    "*bake*.hcl",
    "*bake*.json",
    "*compose*.yml",
    "*compose*.yaml",
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
)
VERSION = 1

_BUILDER = re.compile(r"docker/(?:build-push-action|bake-action)@")
_DEEP = 20


def read(file: File) -> Facts:
    """Return the builds that the file describes; none of a text that can't be read: its own reader tells why."""
    workflow = file.path.startswith(".github/")
    if workflow and b"build-contexts" not in file.data:
        return Facts()
    try:
        text = decode(file.data)
        if workflow:
            found = list(_steps(load(text), file.path))
        elif file.name.lower().endswith((".yml", ".yaml")):
            found = list(_services(load(text), file.path))
        else:
            found = list(_targets(_baked(text, file.name), file.path))
    except (ReadError, YamlError, ValueError, RecursionError):
        return Facts()
    return Facts(builds=tuple(found))


def _baked(text: str, name: str) -> dict[str, tuple[dict[str, Any], int | None]]:
    """Return the targets of a bake file by name, each with its line."""
    if name.lower().endswith(".hcl"):
        return {block.label: (block.attributes, block.line) for block in blocks(text) if block.kind == "target"}
    said = _mapping(json.loads(text)).get("target")
    return {str(label): (_mapping(target), None) for label, target in _mapping(said).items()}


def _targets(targets: Mapping[str, tuple[dict[str, Any], int | None]], path: str) -> Iterator[Build]:
    for name, (_, line) in targets.items():
        said = _inherited(name, targets, 0)
        yield _build(name, said, said.get("contexts"), path, line)


def _inherited(name: str, targets: Mapping[str, tuple[dict[str, Any], int | None]], depth: int) -> dict[str, Any]:
    """Return what a target says with what it inherits: its own word wins, maps are joined."""
    own = targets.get(name, ({}, None))[0]
    found: dict[str, Any] = {}
    parents = own.get("inherits")
    for parent in parents if isinstance(parents, list) and depth < _DEEP else []:
        found = _joined(found, _inherited(str(parent), targets, depth + 1))
    return _joined(found, own)


def _joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    maps = {key: {**_mapping(first.get(key)), **_mapping(second.get(key))} for key in ("args", "contexts")}
    return {**first, **second, **{key: value for key, value in maps.items() if value}}


def _services(document: Any, path: str) -> Iterator[Build]:
    for name, service in _mapping(_mapping(document).get("services")).items():
        said = _mapping(service).get("build")
        if said is not None:
            build = {"context": said} if isinstance(said, str) else _mapping(said)
            yield _build(str(name), build, build.get("additional_contexts"), path, None)


def _steps(document: Any, path: str) -> Iterator[Build]:
    for job in _mapping(_mapping(document).get("jobs")).values():
        steps = _mapping(job).get("steps")
        for step in steps if isinstance(steps, list) else []:
            said = _mapping(_mapping(step).get("with"))
            if _BUILDER.match(str(_mapping(step).get("uses", ""))) and said.get("build-contexts"):
                context = str(said.get("context", "."))
                file = said.get("file")
                build = {"context": "." if file else context, "dockerfile": file, "target": said.get("target")}
                yield _build("", build, str(said["build-contexts"]).split("\n"), path, None)


def _build(name: str, said: Mapping[str, Any], contexts: Any, path: str, line: int | None) -> Build:
    context = said.get("context")
    dockerfile = said.get("dockerfile")
    target = said.get("target")
    return Build(
        name=name,
        context=context if isinstance(context, str) else ".",
        dockerfile=dockerfile if isinstance(dockerfile, str) else "Dockerfile",
        target=target if isinstance(target, str) else None,
        contexts=_pairs(contexts),
        args=_pairs(said.get("args")),
        path=path,
        line=line,
    )


def _pairs(said: Any) -> tuple[str, ...]:
    """Return `NAME=VALUE` words of a map, or of a list of such words; what isn't written out is left out."""
    if isinstance(said, list):
        return tuple(word.strip() for word in said if isinstance(word, str) and "=" in word)
    return tuple(f"{key}={value}" for key, value in _mapping(said).items() if isinstance(value, str | int))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
