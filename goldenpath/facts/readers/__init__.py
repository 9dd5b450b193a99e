"""The readers: one file a format; a new one is a file here and a line in `READERS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.readers import dockerfile, github_workflows, goldenpath_yaml, pre_commit, provenance

if TYPE_CHECKING:
    from goldenpath.facts.base import Reader

READERS: dict[str, Reader] = {
    "dockerfile": dockerfile,
    "github_workflows": github_workflows,
    "goldenpath_yaml": goldenpath_yaml,
    "pre_commit": pre_commit,
    "provenance": provenance,
}
