"""The making of a repo: its own word of where it comes from, and what that renders to, then and today."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.catalog.ownership import Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a repo says of where it comes from: its `.goldenpath.yaml`, and the URL and answers of its answers file.

    `commit` is the version that the answers file records, such as `v1.2.0`: Copier writes it, also when it updates a
    repo, and knows nothing of `.goldenpath.yaml`. `wrong` says why the answers file can't be used, "" where it can.
    """

    standard: str
    blueprint: str
    version: str
    tree: str
    url: str = ""
    commit: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What one version of a blueprint renders to with a repo's answers; paths are relative to the repo's root.

    `files` leave out what is seeded, which nobody asks again; `tree` is git's id of them all.
    """

    version: str
    files: Mapping[str, bytes]
    executable: frozenset[str] = frozenset()
    tree: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What a repo was made from, and what it would be made from today.

    `base` is what `version` rendered then, None where that isn't known, for the reason in `unknown`. `newest` is None
    where the recorded answers don't fit the newest version, for the reason in `unfit`; one of the two is there, unless
    `refused` says why the repo's own record is no good. `behind` is how many releases are newer than `version`.
    `owner` is whom the blueprint names as its owner, "" where it names none.
    """

    blueprint: str
    version: str
    claims: Claims
    base: Rendering | None = None
    newest: Rendering | None = None
    newest_version: str = ""
    behind: int = 0
    unknown: str = ""
    unfit: str = ""
    refused: str = ""
    refused_at: str = ""
    owner: str = ""


class Makings(Protocol):
    """What knows the blueprints of a standard."""

    def making(self, word: Word) -> Making | None:
        """Return what a repo was made from, None for one that isn't of this standard.

        Raise GoldenpathError for a blueprint that the standard hasn't got, or that can't be read or rendered.
        """
        ...
