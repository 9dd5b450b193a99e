"""JSON of a scanned file as an object, or why it is none."""

from __future__ import annotations

import json
from typing import Any

from goldenpath.facts.base import ReadError


def document(text: str, what: str) -> dict[str, Any]:
    """Return the object that a text is; raise ReadError where it is no JSON, or nothing that is called `what`."""
    try:
        said = json.loads(text)
    except ValueError as error:
        raise ReadError("is no JSON", getattr(error, "lineno", None)) from error
    except RecursionError as error:
        raise ReadError("is nested too deep") from error
    if not isinstance(said, dict):
        raise ReadError(f"is no {what}")
    return said
