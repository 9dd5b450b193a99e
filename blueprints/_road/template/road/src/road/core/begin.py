"""Begins a repository that uses a model: names the bundle in `settings.toml`, and takes over what it was held to.

Both files are changed as texts, place by place, so that comments and order stay as people wrote them.
"""

import argparse
import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from road.core.bundle import Bundle
from road.core.documents import Loader
from road.core.errors import UserError
from road.core.location import find_release
from road.core.manifest import Evaluation

SETTINGS = Path("settings.toml")
_OBJECTIVE = ("objective", "requirement")
_OPEN = re.compile(r"<[A-Za-z]|\?\?|(TODO|TBD|TBA|FIXME|XXX+)\b")
_PLAIN = re.compile(r"[A-Za-z][\w-]*")
_MODEL = re.compile(r"""^(?P<key>model[ \t]*=[ \t]*)(?P<value>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')""", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A bundle that this repository uses now."""

    bundle: Bundle
    kept: bool
    """Whether the brief asks for something else still, since people had written it."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add what `begin` takes in each repository that uses a model."""
    command.add_argument(
        "--bundle", required=True, help="a folder, an alias as ../training/artifacts/registry#champion, or an address"
    )
    command.add_argument("--force", action="store_true", help="write over what people wrote in the brief")


def take_bundle(location: str, *, force: bool) -> Begun:
    """Write which bundle is used, and in the brief what it was held to; show each change.

    `UserError` where the bundle can't be trusted or a file can't be changed; nothing is written then. A value of the
    brief that people agreed on is shown and kept, unless `force`.
    """
    release = find_release(location)
    bundle = release.load()
    named = location if _is_alias(location) else f"{location.partition('#')[0]}#sha256={bundle.digest}"
    settings = _read(SETTINGS)
    named_now = with_model(settings, named)
    brief = Path(str(tomllib.loads(named_now).get("brief", "brief.yaml")))
    asked = _read(brief)
    taken = with_requirement(asked, bundle.manifest.evaluation)
    kept = taken != asked and not force and not is_open(asked)
    _write(SETTINGS, settings, named_now)
    if kept:
        print(f"{brief} is kept, since people agreed on it; with --force it becomes:\n")
        print(_diff(brief, asked, taken))
    else:
        _write(brief, asked, taken)
    return Begun(bundle=bundle, kept=kept)


def with_model(text: str, location: str) -> str:
    """Give the text of `settings.toml` with another model; `UserError` where that can't be done without harm."""
    table = _TABLE.search(text)
    end = table.start() if table else len(text)
    top, rest = text[:end], text[end:]
    value = json.dumps(location, ensure_ascii=False)
    found = _MODEL.search(top)
    if found:
        changed = top[: found.start("value")] + value + top[found.end("value") :] + rest
    else:
        gap = "" if not top or top.endswith("\n") else "\n"
        changed = f"{top}{gap}model = {value}\n{rest}"
    try:
        is_right = tomllib.loads(changed) == {**tomllib.loads(text), "model": location}
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise UserError(f"{SETTINGS} can't be changed: write model = {value} there yourself")
    return changed


def with_requirement(text: str, evaluation: Evaluation) -> str:
    """Give the text of a brief that asks for what a model was held to; `UserError` where it has no requirement."""
    wanted: dict[str, str | float] = {
        "metric": evaluation.metric,
        "direction": evaluation.direction,
        "threshold": evaluation.threshold,
        "baseline": evaluation.baseline,
    }
    edits = sorted(_edits(text, wanted), reverse=True)
    for start, end, value in edits:
        text = text[:start] + value + text[end:]
    return text


def is_open(text: str) -> bool:
    """Whether nobody agreed on the requirement yet: it is proposed by a machine, or a place in it is open."""
    values = {name: node.value for name, node in _requirement(text).items() if isinstance(node, yaml.ScalarNode)}
    return values.get("proposed") == "true" or any(
        _OPEN.match(values.get(name, "")) for name in ("metric", "direction", "threshold", "baseline")
    )


def _edits(text: str, wanted: Mapping[str, str | float]) -> Iterator[tuple[int, int, str]]:
    """Where which text has to stand; nothing of a value that is as wanted already."""
    found = _requirement(text)
    for name, value in wanted.items():
        node = found.get(name)
        if not isinstance(node, yaml.ScalarNode):
            raise UserError(f"brief.yaml: objective.requirement.{name} isn't there: write {value}")
        if _is(node.value, value):
            continue
        yield node.start_mark.index, node.end_mark.index, _yaml(value)


def _requirement(text: str) -> dict[str, yaml.Node]:
    try:
        node = yaml.compose(text, Loader)
    except yaml.YAMLError as error:
        raise UserError(f"brief.yaml can't be read: {error}") from error
    for step in _OBJECTIVE:
        node = _fields(node).get(step)
    return _fields(node)


def _fields(node: yaml.Node | None) -> dict[str, yaml.Node]:
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _is(written: str, wanted: str | float) -> bool:
    if isinstance(wanted, str):
        return written == wanted
    try:
        return float(written) == wanted
    except ValueError:
        return False


def _yaml(value: str | float) -> str:
    if isinstance(value, float) or _PLAIN.fullmatch(value):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _is_alias(location: str) -> bool:
    """Whether it names what is followed: a digest would end that."""
    fragment = location.partition("#")[2]
    return bool(fragment) and not fragment.startswith("sha256=")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()  # line ends stay as they are
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} can't be read: {error}") from error


def _write(path: Path, old: str, new: str) -> None:
    if new == old:
        print(f"{path} says so already")
        return
    path.write_bytes(new.encode())
    print(f"{path} is changed:\n\n{_diff(path, old, new)}")


def _diff(path: Path, old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), str(path), str(path), lineterm="")
    return "\n".join(lines) + "\n"
