"""Writes what `begin` found into `project.yaml`: in place, with the comments and all other keys that stand there."""

import io
import json
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from road.core.errors import UserError
from road.core.project import Project
from road.training.begin_profile import Profile

MANAGED = ("version", "task", "keys", "time", "target", "columns", "features", "split")
_OF_OTHER_DATA = ("inputs", "baselines", "checks", "source")  # they name columns, or read them
_WIDTH = 4096  # lines stay as they are
_FEW = 4  # names that stand on one line
_PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*( [A-Za-z0-9_-]+)*")
_SAID_OTHERWISE = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
_ABOVE = {
    "columns": "What the data must hold; ranges are wider than what was seen.",
    "features": "Made of a row's own values, in training, batch and serving alike.",
    "split": "The rows that training never sees, and that judge the model.",
}


def proposed_project(found: Profile) -> dict[str, Any]:
    """What `project.yaml` is to declare, by key."""
    columns = {name: seen.declared() for name, seen in found.columns.items()}
    content: dict[str, Any] = {"version": 1, "task": found.task}
    if found.keys:
        content["keys"] = list(found.keys)
    if found.time:
        content["time"] = found.time
    content |= {"target": found.target, "columns": columns}
    if found.transforms:
        content["features"] = [dict(each) for each in found.transforms]
    return content | {"split": found.split}


def managed(content: Mapping[str, Any]) -> str:
    """The keys that `begin` writes, as one text to compare."""
    return json.dumps({key: content[key] for key in MANAGED if key in content}, sort_keys=True, default=str)


def only_adds(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether all that stood there stands there still; another version or task is no loss."""
    kept = {key: value for key, value in before.items() if key in MANAGED and key not in ("version", "task")}
    return all(_holds(after.get(key), value) for key, value in kept.items())


def project_text(text: str, found: Profile) -> tuple[str, list[str]]:
    """Give the new text of `project.yaml`, and the keys that were taken out since they are about other data."""
    yaml = _yaml(text)
    document = _load(yaml, text)
    is_bare = not {*document} & {*MANAGED, "inputs"} - {"version", "task"}
    if is_bare:
        document = _load(yaml, _without_end(text))
    gone = _forget_other_data(document, found)
    for key, value in proposed_project(found).items():
        if key == "columns" and isinstance(document.get(key), CommentedMap):
            _update_columns(document[key], value, found)
        elif _plain(document.get(key)) != value:
            _put(document, key, value, found)
    for key in MANAGED:
        if key in document and key not in proposed_project(found) and not (key == "features" and "inputs" in document):
            del document[key]
    if is_bare:
        _explain(document)
    out = io.StringIO()
    yaml.dump(document, out)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n", gone


def _yaml(text: str) -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    offset = 0 if re.search(r"(?m)^- ", text) else 2  # as lists are written there
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    return yaml


def _load(yaml: YAML, text: str) -> CommentedMap:
    try:
        document = yaml.load(text)
    except YAMLError as error:
        raise UserError(f"project.yaml can't be read: {error}") from error
    if not isinstance(document, CommentedMap):
        raise UserError("project.yaml is no mapping of keys to values")
    return document


def _without_end(text: str) -> str:
    """Leave out the comments behind the last key: they say that the rest is still to come."""
    lines = text.rstrip().splitlines()
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    return "\n".join(lines) + "\n"


def _forget_other_data(document: CommentedMap, found: Profile) -> list[str]:
    """Take out what is about the data of another target; a model of another kind of task goes, too."""
    before = document.get("target")
    if before is None or before.get("column") == found.target["column"]:
        return []
    gone = [key for key in _OF_OTHER_DATA if key in document]
    if isinstance(document.get("features"), str):
        gone.append("features")
    if "model" in document and _gives_class(document.get("task")) != _gives_class(found.task):
        gone.append("model")
    for key in gone:
        del document[key]
    for key in MANAGED:
        document.ca.items.pop(key, None)  # what is said there of a value that goes
    return gone


def _gives_class(task: object) -> bool:
    return task in ("binary", "multiclass")


def _update_columns(columns: CommentedMap, wanted: Mapping[str, Any], found: Profile) -> None:
    for name in [name for name in columns if name not in wanted]:
        del columns[name]
    for name, value in wanted.items():
        if name in columns and _plain(columns[name]) in (value, {"type": value}):
            continue
        _put_column(columns, name, value, found)


def _put_column(columns: CommentedMap, name: str, value: Any, found: Profile) -> None:
    columns[_word(name)] = _flow(value)
    reason = found.columns[name].reason
    if reason and name not in columns.ca.items:
        columns.yaml_add_eol_comment(reason, name, column=0)


def _put(document: CommentedMap, key: str, value: Any, found: Profile) -> None:
    if key == "columns":
        document[key] = CommentedMap()
        for name, declared in value.items():
            _put_column(document[key], name, declared, found)
    elif key == "features":
        document[key] = CommentedSeq(_flow(each) for each in value)
    elif key == "split" and len(value.get("on", ())) > _FEW:
        names = CommentedSeq(_word(name) for name in value["on"])
        document[key] = CommentedMap(value | {"on": names})
    else:
        document[key] = _flow(value)


def _explain(document: CommentedMap) -> None:
    if "keys" in document:
        document.yaml_add_eol_comment("name a row", "keys", column=0)
    for key, said in _ABOVE.items():
        if key in document:
            document.yaml_set_comment_before_after_key(key, before=f"\n{said}")


def _flow(value: Any) -> Any:
    """Write on one line what is no table of its own, and in quotes what YAML would read otherwise."""
    if isinstance(value, Mapping):
        made = CommentedMap((key, _flow(each)) for key, each in value.items())
        made.fa.set_flow_style()
        return made
    if isinstance(value, list | tuple):
        listed = CommentedSeq(_flow(each) for each in value)
        listed.fa.set_flow_style()
        return listed
    return _word(value) if isinstance(value, str) else value


def _word(text: str) -> str:
    is_plain = _PLAIN_WORD.fullmatch(text) and text.lower() not in _SAID_OTHERWISE
    is_duration = re.fullmatch(r"[1-9][0-9]*[wdhms]", text)
    return text if is_plain or is_duration else DoubleQuotedScalarString(text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, str) else value


def _holds(after: Any, before: Any) -> bool:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return all(key in after and _holds(after[key], value) for key, value in before.items())
    return bool(_plain(after) == _plain(before))


def check_project(content: Mapping[str, Any]) -> Project:
    """What the road reads of it; what is refused here is a mistake of `begin` or of a key that it doesn't write."""
    return Project.model_validate(dict(content))
