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
_SETTING = r"""^{}[ \t]*=[ \t]*(?P<value>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A bundle that this repository uses now."""

    bundle: Bundle
    brief: str
    """The text of the brief as it stands now."""
    kept: bool
    """Whether the brief asks for something else still, since people had written it."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add what `begin` takes in each repository that uses a model."""
    command.add_argument(
        "--bundle", required=True, help="a folder, an alias as ../training/artifacts/registry#champion, or an address"
    )
    command.add_argument("--force", action="store_true", help="write over what people wrote in the brief")


def take_bundle(
    location: str, *, force: bool, bundle: Bundle | None = None, settings: Mapping[str, str] | None = None
) -> Begun:
    """Write which bundle is used, and in the brief what it was held to; show each change.

    `UserError` where the bundle can't be trusted or a file can't be changed; nothing is written then. A value of the
    brief that people agreed on is shown and kept, unless `force`. `bundle` is the one of the location, where it is
    loaded already, and `settings` are further ones to write.
    """
    bundle = bundle or find_release(location).load()
    named = location if _is_alias(location) else f"{location.partition('#')[0]}#sha256={bundle.digest}"
    text = read_text(SETTINGS)
    named_now = text
    for name, value in {"model": named, **(settings or {})}.items():
        named_now = with_setting(named_now, name, value)
    brief = Path(str(tomllib.loads(named_now).get("brief", "brief.yaml")))
    asked = read_text(brief)
    taken = with_requirement(asked, bundle.manifest.evaluation)
    kept = taken != asked and not force and not is_open(asked)
    write_text(SETTINGS, text, named_now)
    if kept:
        print(f"{brief} is kept, since people agreed on it; with --force it becomes:\n")
        print(diff(brief, asked, taken))
    else:
        write_text(brief, asked, taken)
    return Begun(bundle=bundle, brief=asked if kept else taken, kept=kept)


def with_model(text: str, location: str) -> str:
    """Give the text of `settings.toml` with another model; `UserError` where that can't be done without harm."""
    return with_setting(text, "model", location)


def with_setting(text: str, name: str, location: str) -> str:
    """Give the text of `settings.toml` with another setting; `UserError` where that can't be done without harm."""
    table = _TABLE.search(text)
    end = table.start() if table else len(text)
    top, rest = text[:end], text[end:]
    value = json.dumps(location, ensure_ascii=False)
    found = re.search(_SETTING.format(re.escape(name)), top, re.MULTILINE)
    if found:
        changed = top[: found.start("value")] + value + top[found.end("value") :] + rest
    else:
        gap = "" if not top or top.endswith("\n") else "\n"
        changed = f"{top}{gap}{name} = {value}\n{rest}"
    try:
        is_right = tomllib.loads(changed) == {**tomllib.loads(text), name: location}
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise UserError(f"{SETTINGS} can't be changed: write {name} = {value} there yourself")
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


def open_places(brief: str) -> list[str]:
    """Name each place of a brief that a person has to fill in still, with its line."""
    found = []
    for path, node in _scalars(yaml.compose(brief, Loader), ()):
        key = ".".join(path)
        if any(_OPEN.match(line.strip()) for line in node.value.splitlines()):
            found.append(f"brief.yaml:{node.start_mark.line + 1}: {key}")
        elif (*path[:-1],) == _OBJECTIVE and path[-1] == "proposed" and node.value == "true":
            found.append(f"brief.yaml:{node.start_mark.line + 1}: {key}: agree on the threshold, then take this out")
    return found


def _scalars(node: yaml.Node | None, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield path, node
    elif isinstance(node, yaml.MappingNode):
        for key, below in node.value:
            yield from _scalars(below, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for at, below in enumerate(node.value):
            yield from _scalars(below, (*path, str(at)))


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


def read_text(path: Path) -> str:
    """Read a file that people write; `UserError` where that can't be done."""
    try:
        return path.read_bytes().decode()  # line ends stay as they are
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} can't be read: {error}") from error


def write_text(path: Path, old: str, new: str) -> None:
    """Write another text into a file, and show the change."""
    if new == old:
        print(f"{path} says so already")
        return
    path.write_bytes(new.encode())
    print(f"{path} is changed:\n\n{diff(path, old, new)}")


def diff(path: Path, old: str, new: str) -> str:
    """Show a change of a file."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), str(path), str(path), lineterm="")
    return "\n".join(lines) + "\n"
