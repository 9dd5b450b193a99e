"""Reads a YAML file that people write into a typed model; each mistake is named with its line."""

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from road.core.errors import UserError


class Loader(yaml.SafeLoader):
    """Reads YAML as YAML 1.2 does: `on`, `yes`, `no` and `off` are words, and only `true` and `false` are not."""


_BOOLEAN = "tag:yaml.org,2002:bool"
Loader.yaml_implicit_resolvers = {
    first: [(tag, words) for tag, words in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(_BOOLEAN, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


class Section(BaseModel):
    """A part of a document: no unknown keys, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Section)


def read_document(path: Path, model: type[Model]) -> Model:
    """Read and validate a document; `UserError` names file, line and key of each mistake."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader)
        content = yaml.load(text, Loader)  # noqa: S506 - a safe one, with fewer words that mean yes or no
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UserError(f"{path} can't be read: {error}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        wrong = sorted({_told(path, node, model, found) for found in error.errors() if _counts(found)})
        raise UserError("\n  ".join([f"{path} is not valid:", *wrong])) from error


def schema_text(model: type[Section]) -> str:
    """Give the JSON Schema of a document as the text of a file."""
    return json.dumps(model.model_json_schema(), indent=2) + "\n"


def nearest(name: str, known: Iterable[str]) -> str:
    """Give words that point to the known name nearest to a wrong one, or nothing."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def _counts(found: Any) -> bool:
    """Whether a mistake is meant: of a union, the branch for a text has nothing to say of anything else."""
    return not (found["type"] == "string_type" and isinstance(found["input"], dict | list))


def _told(path: Path, node: yaml.Node | None, model: type[Section], found: Any) -> str:
    place: Sequence[str | int] = _steps(node, found["loc"])
    key, message = ".".join(map(str, place)), str(found["msg"]).removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        siblings = _fields(model, place[:-1])
        message = f"there is no such key{nearest(str(place[-1]), siblings)}"
    if found["type"] == "union_tag_invalid":
        key = ".".join(map(str, place[:-1]))
        context = found["ctx"]
        tags = [tag.strip("' ") for tag in context["expected_tags"].split(",")]
        said = context["discriminator"].strip("'")
        message = f"{said} is {context['tag']!r}, wanted is one of {', '.join(tags)}{nearest(context['tag'], tags)}"
    return f"{path.name}:{_line(node, place)}: {key or 'the document'}: {message}"


def _steps(node: yaml.Node | None, loc: Sequence[str | int]) -> list[str | int]:
    """Keep the steps that the document itself has, and the last one: pydantic adds names of types."""
    steps: list[str | int] = []
    for step in loc:
        below = _below(node, step)
        if below is None and step is not loc[-1]:
            continue
        if below is None and steps and not isinstance(node, yaml.MappingNode):
            continue
        steps.append(step)
        node = below if below is not None else node
    return steps


def _line(node: yaml.Node | None, steps: Sequence[str | int]) -> int:
    line = 1
    for step in steps:
        key = _key_line(node, step)
        node = _below(node, step)
        if node is None:
            break
        line = key or node.start_mark.line + 1
    return line


def _key_line(node: yaml.Node | None, step: str | int) -> int | None:
    if isinstance(node, yaml.MappingNode):
        return next((k.start_mark.line + 1 for k, _ in node.value if k.value == str(step)), None)
    return None


def _below(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        found = (value for key, value in node.value if key.value == str(step))
        below: yaml.Node | None = next(found, None)
        return below
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item
    return None


def _fields(model: type[Section], steps: Sequence[str | int]) -> list[str]:
    """The keys that a section may have, as its JSON Schema says; none where that is open."""
    schema = model.model_json_schema()
    options = [schema]
    for step in steps:
        options = [below for option in options for below in _opened(option, schema, step)]
    return sorted({name for option in options for name in option.get("properties", {})})


def _opened(option: dict[str, Any], schema: dict[str, Any], step: str | int) -> list[dict[str, Any]]:
    below = option.get("properties", {}).get(str(step))
    below = below or option.get("additionalProperties") or option.get("items")
    found = below.get("anyOf", [below]) if isinstance(below, dict) else []
    defs = schema.get("$defs", {})
    return [defs[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in found]
