"""The JSON Schema of policy files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from goldenpath import _yaml
from goldenpath.policy.rules import KINDS
from goldenpath.policy.schema import schema

_FOLDER = Path(__file__).parents[2] / "policies"
_CAPABILITIES = ("framing", "integration", "observability", "ownership", "reproducibility", "scalability", "security")

_START = """\
- {id: a, title: b, capability: security, level: 1, severity: low, enforcement: {audit: 2026-01-01}, rationale: c, """


def _wrong(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema())
    return [error.message for error in validator.iter_errors(_yaml.load(text))]


def test_it_is_a_schema_that_knows_every_kind() -> None:
    made: dict[str, Any] = schema()

    jsonschema.Draft202012Validator.check_schema(made)
    assert set(KINDS) <= set(made["$defs"]["Policy"]["properties"])


@pytest.mark.parametrize("name", _CAPABILITIES)
def test_the_shipped_policies_are_valid(name: str) -> None:
    assert _wrong((_FOLDER / f"{name}.yaml").read_text()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "- id: a\n",
        "- {titel: x}\n",
        _START + "fact: {table: ci, eech: {}}}\n",
        _START + "file: {exists: a}, image: {digest: true}}\n",
    ],
)
def test_mistakes_are_invalid(wrong: str) -> None:
    assert _wrong(wrong)
