"""The JSON Schema of a policy file, so that editors complete and check it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from goldenpath import _schema
from goldenpath.policy.load import PolicyText
from goldenpath.policy.rules import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.policy.base import Rule

ID = "https://goldenpath.invalid/schemas/policies-1.json"


def schema(kinds: Mapping[str, type[Rule]] = KINDS) -> dict[str, Any]:
    """Return the JSON Schema of a policy file with these kinds of rules."""
    definitions: dict[str, Any] = {}
    policy = _inlined(PolicyText, definitions)
    for name, kind in sorted(kinds.items()):
        policy["properties"][name] = _inlined(kind, definitions)
    policy["oneOf"] = [{"required": [name]} for name in sorted(kinds)]
    definitions["Policy"] = policy
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Policies of a goldenpath standard",
        "type": "array",
        "items": {"$ref": "#/$defs/Policy"},
        "$defs": dict(sorted(definitions.items())),
    }


def _inlined(kind: type[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = _schema.adapter(kind).json_schema()
    definitions.update(made.pop("$defs", {}))
    if "$ref" in made:
        made = definitions.pop(made["$ref"].rpartition("/")[2])
    return made
