"""Reads policy files: YAML to policies, every mistake told with its file, line and column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import field, fields, make_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath import _schema
from goldenpath._schema import Mistake
from goldenpath.errors import GoldenpathError, did_you_mean, nearest
from goldenpath.finding import Capability, Severity  # noqa: F401 - pydantic resolves the annotations by name
from goldenpath.policy.base import STRICT, Cases, Enforcement, Policy, Remediation, Scope, SpecError  # noqa: F401 - as above
from goldenpath.policy.rules import kinds
from goldenpath.policy.when import When  # noqa: F401 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from goldenpath import _yaml

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LEVELS = (1, 2, 3)
_OTHER_FILES = re.compile(r"radar|.*-lock")


_MADE = ("kind", "rule", "origin", "disabled")
_WRITTEN = tuple(f for f in fields(Policy) if f.name not in _MADE)
KEYS = tuple(f.name for f in _WRITTEN)


def _check(self: Any) -> None:
    if not _ID.fullmatch(self.id):
        raise SpecError(f"{self.id!r} is no id: small letters, digits and single hyphens", "id")
    if self.level not in _LEVELS:
        raise SpecError("a level is 1, 2 or 3", "level")


# The fields of a policy stand once, in `Policy`; pydantic resolves their types by the names in this module.
PolicyText: type[Any] = make_dataclass(
    "PolicyText",
    [(f.name, f.type, field(default=f.default, default_factory=f.default_factory)) for f in _WRITTEN],
    namespace={
        "__doc__": "What a policy's YAML says beside its rule, which stands under the name of its kind.",
        "__module__": __name__,
        "__post_init__": _check,
        "__pydantic_config__": STRICT,
    },
    frozen=True,
    kw_only=True,
)


def is_id(text: str) -> bool:
    """Tell whether a text can be the id of a policy."""
    return _ID.fullmatch(text) is not None


def load_policies(folder: Path) -> tuple[Policy, ...]:
    """Return the policies of a folder's YAML files, sorted by id.

    `radar.yaml` and `*-lock.yaml`, which stand beside them, are no policy files. Raise GoldenpathError with every
    mistake of every file.
    """
    if not folder.is_dir():
        raise GoldenpathError("there is no such folder of policies", where=str(folder))
    policies: list[Policy] = []
    mistakes: list[Mistake] = []
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        if not _OTHER_FILES.fullmatch(path.stem):
            text, unread = _schema.text_of(path)
            found, wrong = read_policies(text, str(path))
            policies.extend(found)
            mistakes.extend((*unread, *wrong))
    mistakes.extend(_repeated(policies))
    if mistakes:
        raise _schema.as_error(mistakes, "policies")
    return tuple(sorted(policies, key=lambda policy: policy.id))


def read_policies(text: str, where: str) -> tuple[list[Policy], list[Mistake]]:
    """Return the policies of one file's text, and its mistakes; `where` names the file."""
    nodes, mistakes = _schema.items_of(text, where, "policies")
    source = _schema.Source(where=where, text=text)
    policies: list[Policy] = []
    for index, node in enumerate(nodes):
        found = _read(node, source, index)
        if isinstance(found, Policy):
            policies.append(found)
        else:
            mistakes.extend(found)
    return policies, mistakes


def written(policy: Policy) -> dict[str, Any]:
    """Return what a policy's file says of it, as plain values; nothing where the file has changed since."""
    where, line, column = policy.origin.rsplit(":", 2)
    text, _ = _schema.text_of(Path(where))
    nodes, _ = _schema.items_of(text, where, "policies")
    place = (int(line), int(column))
    found: Any = next((node.plain() for node in nodes if (node.line, node.column) == place), None)
    return found if isinstance(found, dict) else {}


def _read(node: _yaml.Node, source: _schema.Source, index: int) -> Policy | list[Mistake]:
    data = node.plain()
    if not isinstance(data, dict):
        return [source.mistake((index,), "a policy is a mapping")]
    known = kinds(data.keys() - set(KEYS))
    here = [key for key in data if key in known]
    mistakes = list(_wrong_keys(data, here, known, source, index))
    body = {key: value for key, value in data.items() if _meant(key, known) in KEYS}
    text, wrong = _schema.build(PolicyText, body, source, (index,))
    mistakes.extend(wrong)
    rule, wrong = _schema.build(known[here[0]], data[here[0]], source, (index, here[0])) if here else (None, [])
    mistakes.extend(wrong)
    if mistakes or text is None or rule is None:
        return mistakes
    said = {key: getattr(text, key) for key in KEYS}
    return Policy(**said, kind=here[0], rule=rule, origin=f"{source.where}:{node.line}:{node.column}")


def _wrong_keys(
    data: dict[str, Any], here: list[str], known: Mapping[str, object], source: _schema.Source, index: int
) -> Iterator[Mistake]:
    unknown = [key for key in data if key not in known and _meant(key, known) not in KEYS]
    for key in unknown:
        package = " Or does a package add that kind of rule, which isn't installed here?"
        hint = did_you_mean(key, (*KEYS, *known)) + ("" if nearest(key, (*KEYS, *known)) or here else package)
        yield source.mistake((index, key), f"unknown key {key!r}", hint)
    if len(here) > 1:
        yield source.mistake((index, here[1]), f"a policy has one rule, this one has {' and '.join(here)}")
    if not here and not unknown:
        yield source.mistake((index,), "a policy needs a rule", f"Known kinds: {', '.join(sorted(known))}.")


def _meant(key: str, known: Mapping[str, object]) -> str:
    """Return the key itself, or the one that it is a mistyped form of."""
    return key if key in KEYS or key in known else nearest(key, (*KEYS, *known))


def _repeated(policies: list[Policy]) -> Iterator[Mistake]:
    times = Counter(policy.id for policy in policies)
    seen: dict[str, str] = {}
    for policy in policies:
        if times[policy.id] > 1 and policy.id in seen:
            where, line, column = policy.origin.rsplit(":", 2)
            message = f"the id {policy.id!r} is taken by {seen[policy.id]}"
            yield Mistake(where=where, line=int(line), column=int(column), message=message)
        seen.setdefault(policy.id, policy.origin)
