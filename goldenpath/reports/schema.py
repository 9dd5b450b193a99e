"""The JSON Schema of the JSON report: published by `goldenpath drift --schema`, versioned by its `schema_version`.

Within a version, keys are only added; a reader ignores those it doesn't know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from goldenpath.finding import Capability, Result, Severity, Stage
from goldenpath.policy.waivers import State
from goldenpath.reports.formats.json import SCHEMA_VERSION
from goldenpath.survey.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_DATE: dict[str, Any] = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_LINE: dict[str, Any] = {"type": ["integer", "null"], "minimum": 1}
_LEVEL: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 3}
_RESULTS = tuple(str(result).replace(" ", "_") for result in Result)


def schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12)."""
    top = _object(
        {
            "schema_version": {"const": SCHEMA_VERSION},
            "tool": _object({"name": {"const": "goldenpath"}, "version": _TEXT}),
            "standard": _object({"name": _TEXT, "version": _TEXT, "ref": _MAYBE_TEXT}),
            "as_of": _DATE | {"description": "the date that was judged for"},
            "summary": {"$ref": "#/$defs/summary"},
            "repos": _list({"$ref": "#/$defs/repo"}),
            "problems": _list(_object({"path": _TEXT, "reason": _TEXT})) | {"description": "places without a repo"},
            "waivers": _list({"$ref": "#/$defs/waiver"}) | {"description": "waivers that somebody must look at"},
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A goldenpath survey, version {SCHEMA_VERSION}",
        **top,
        "$defs": {
            "finding_counts": _counts((*(str(stage) for stage in Stage), "waived", "blueprint")),
            "result_counts": _counts(_RESULTS),
            "summary": _summary(),
            "repo": _repo(),
            "finding": _finding(),
            "waiver": _waiver(),
        },
    }


def _summary() -> dict[str, Any]:
    policy = _object(
        {
            "id": _TEXT,
            "title": _TEXT,
            "capability": _one_of(Capability),
            "level": _LEVEL,
            "severity": _one_of(Severity),
            "stage": _one_of(Stage),
            "repos": {"$ref": "#/$defs/result_counts", "description": "repos by their worst result"},
            "findings": _COUNT | {"description": "open findings of their teams"},
        }
    )
    return _object(
        {
            "repos": _COUNT,
            "unreadable": _COUNT,
            "levels": _counts(("3", "2", "1", "0", "unknown")),
            "findings": {"$ref": "#/$defs/finding_counts"},
            "blueprints": _list(_blueprint()) | {"description": "what blueprints must mend: no team can"},
            "policies": _list(policy),
        }
    )


def _blueprint() -> dict[str, Any]:
    return _object(
        {
            "blueprint": _TEXT | {"description": "with its version"},
            "owner": _MAYBE_TEXT | {"description": "whom the blueprint names as its owner"},
            "policy": _TEXT,
            "path": _TEXT | {"description": "relative to the project"},
            "line": _LINE,
            "found": _TEXT,
            "wanted": _TEXT,
            "repos": _list(_TEXT),
        }
    )


def _repo() -> dict[str, Any]:
    unreadable = _object({"path": _TEXT, "line": _LINE, "reason": _TEXT})
    asked = ("policy", "path", "owner", "reason", "ticket", "expires", "problem")
    request = _object(dict.fromkeys(asked, _MAYBE_TEXT))
    error = _object({"policy": _TEXT, "project": _TEXT, "reason": _TEXT})
    level = {"type": ["integer", "null"], "minimum": 0, "maximum": 3, "description": "null where it is unknown"}
    return _object(
        {
            "id": _TEXT | {"description": "host/owner/name, else the path below the scanned folder"},
            "name": _TEXT,
            "path": _TEXT,
            "commit": _MAYBE_TEXT | {"description": "null for the files on disk"},
            "owners": _list(_TEXT) | {"description": "whom the repo names as its owners"},
            "status": _one_of(Status),
            "reason": _MAYBE_TEXT | {"description": "why it is unreadable"},
            "level": level,
            "counts": _object(
                {"results": {"$ref": "#/$defs/result_counts"}, "findings": {"$ref": "#/$defs/finding_counts"}}
            ),
            "findings": _list({"$ref": "#/$defs/finding"}),
            "errors": _list(error) | {"description": "policies that couldn't be decided: no passes"},
            "unreadable": _list(unreadable),
            "waiver_requests": _list(request) | {"description": "what the repo asks for; never honoured"},
        }
    )


def _finding() -> dict[str, Any]:
    finding = _object(
        {
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "survives line moves"},
            "policy": _TEXT,
            "title": _TEXT,
            "capability": _one_of(Capability),
            "level": _LEVEL,
            "severity": _one_of(Severity),
            "stage": _one_of(Stage),
            "result": {"enum": ["fail", "waived", "blueprint"]},
            "project": _TEXT | {"description": "the project's root in the repo, empty for the repo's own"},
            "path": _TEXT,
            "line": _LINE,
            "subject": _TEXT,
            "found": _TEXT,
            "wanted": _TEXT,
            "remediation": _MAYBE_TEXT,
            "waiver": _MAYBE_TEXT | {"description": "the ticket of the waiver that covers it"},
            "blueprint": _MAYBE_TEXT | {"description": "the blueprint, with its version, whose it is: not the team's"},
            "owner": _MAYBE_TEXT | {"description": "whom that blueprint names as its owner"},
        }
    )
    known = {"type": "boolean", "description": "whether the baseline has it; given where there is a baseline"}
    finding["properties"]["known"] = known
    return finding


def _waiver() -> dict[str, Any]:
    return _object(
        {
            "state": _one_of(State),
            "days": {"type": "integer", "description": "days left, negative once it has expired"},
            "policy": _TEXT,
            "repo": _TEXT,
            "path": _TEXT,
            "owner": _TEXT,
            "ticket": _TEXT,
            "expires": _DATE,
            "origin": _TEXT,
        }
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _counts(names: Iterable[str]) -> dict[str, Any]:
    return _object(dict.fromkeys(names, _COUNT))


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _one_of(words: Iterable[str]) -> dict[str, Any]:
    return {"enum": [str(word) for word in words]}
