"""Whether a folder would be a member of a uv workspace around it: such a one has no lock of its own."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from goldenpath.facts.match import regex

if TYPE_CHECKING:
    from pathlib import Path

_MANIFEST = "pyproject.toml"
_MOST_BYTES = 1024 * 1024


def enclosing_workspace(destination: Path) -> Path | None:
    """Return the root of the uv workspace that would take the folder as a member, None where none would.

    As uv finds it: the nearest pyproject.toml above decides, by its `members` and `exclude`.
    """
    place = destination.parent.resolve() / destination.name
    root = next((parent for parent in place.parents if (parent / _MANIFEST).is_file()), None)
    workspace = _workspace(root / _MANIFEST) if root else {}
    if root is None or not workspace:
        return None
    path = place.relative_to(root).as_posix()
    inside = _any(workspace.get("members"), path) and not _any(workspace.get("exclude"), path)
    return root if inside else None


def _workspace(manifest: Path) -> dict[str, Any]:
    """Return the table of a manifest's workspace, an empty one where it has none or can't be read."""
    try:
        with manifest.open("rb") as file:
            said: Any = tomllib.loads(file.read(_MOST_BYTES).decode())
    except (OSError, ValueError):
        return {}
    for key in ("tool", "uv", "workspace"):
        said = said.get(key) if isinstance(said, dict) else None
    return said if isinstance(said, dict) else {}


def _any(globs: Any, path: str) -> bool:
    patterns = [glob for glob in globs if isinstance(glob, str)] if isinstance(globs, list) else []
    return any(re.match(regex(glob.removeprefix("./").rstrip("/")), path) for glob in patterns)
