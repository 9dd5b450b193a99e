"""What only the facts of several files say together: whose imports, which tools, what is stored elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from goldenpath.facts.known import known
from goldenpath.facts.match import regex
from goldenpath.facts.own import without_own
from goldenpath.facts.quality import quality
from goldenpath.facts.roads import enclosing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from goldenpath.facts.model import Artifact, Facts, Governance

_POINTER = 1024
"""A pointer of the large file storage is at most this long, by its specification."""


_HOMES = ("", "docs", ".github", "LICENSES")
"""Folders whose licence or README is the repo's, besides the roots of its projects."""


def join(facts: Facts, paths: Collection[str], *, committed: bool = True) -> Facts:
    """Return the merged facts of all files with what follows from them together.

    `paths` are all paths in force; `projects` must be known, `project` of each record needn't. `inventory` calls this
    once, after the merge and before it assigns projects. `committed` says that the files are a commit's: in a work
    tree the large file storage has put the content in the pointer's place.
    """
    filters = [(row, re.compile(_lfs_regex(row), re.DOTALL)) for row in facts.data if row.kind == "lfs" and row.detail]
    largest = _POINTER if committed else None
    facts = without_own(facts, paths)
    roads = {road.root for road in facts.roads}
    models = {row.path for row in facts.models}
    return replace(
        facts,
        hooks=tuple(hook for hook in facts.hooks if not _outranked(hook.path, paths)),
        # How a road is checked says nothing of how its project is.
        quality=tuple(row for row in quality(facts, paths) if enclosing(row.path, roads) is None),
        models=tuple(_stored(facts.models, filters, largest)),
        data=tuple(_stored((row for row in facts.data if row.path not in models), filters, largest)),
        governance=tuple(_governing(facts)),
    )


def _outranked(path: str, paths: Collection[str]) -> bool:
    """Tell whether a hook configuration stands beside one that is read in its place."""
    return path.endswith(".yml") and f"{path[:-4]}.yaml" in paths


def _governing(facts: Facts) -> Iterable[Governance]:
    """Yield the documents that speak for the repo or one of its projects: a licence of copied code is not theirs."""
    places = known("owners")["places"]
    owners = [row for row in facts.governance if row.kind == "codeowners"]
    effective = min(owners, key=lambda row: places.index(row.path), default=None)
    homes = {*_HOMES, *(project.root for project in facts.projects)}
    for row in facts.governance:
        if row.kind in {"license", "readme"}:
            if row.path.rpartition("/")[0] in homes:
                yield row
        elif row.kind != "codeowners" or row is effective:
            yield row


def _lfs_regex(row: Artifact) -> str:
    """Return the expression of an attribute pattern: one without a slash holds at any depth below its file."""
    folder = row.path.rpartition("/")[0]
    pattern = row.detail or ""
    deep = "" if "/" in pattern.rstrip("/") else "**/"
    base = re.escape(f"{folder}/") if folder else ""
    return base + regex(deep + pattern.removeprefix("/"))


def _stored(
    rows: Iterable[Artifact], filters: list[tuple[Artifact, re.Pattern[str]]], largest: int | None
) -> Iterable[Artifact]:
    """Yield the rows, those that the storage filters marked; `largest` is the size of a pointer, None for any."""
    for row in rows:
        pointer = row.kind != "lfs" and row.size is not None and (largest is None or row.size <= largest)
        stored = not row.lfs and pointer and any(pattern.match(row.path) for _, pattern in filters)
        yield replace(row, lfs=True) if stored else row
