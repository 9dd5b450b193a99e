"""What a repo of a fleet is called and where it is found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Repo:
    """One repo as its fleet source names it.

    `id` is `host/owner/name` from the source that listed it, else the normalised origin URL, else the path relative to
    the scanned folder; waivers, history and campaigns hang on it. `path` is the absolute folder that holds the work
    tree or the bare repo. `ref` is what to read; `None` is HEAD. `topics`, `owner`, `lifecycle` and `tier` are what the
    source says of it: they count for more than what the repo says of itself. `within` is the scanned folder that it was
    found under, "" where none is known: what it borrows from another repo is read only below that folder.
    """

    id: str
    name: str
    path: str
    ref: str | None = None
    topics: tuple[str, ...] = ()
    owner: str | None = None
    lifecycle: str | None = None
    tier: str | None = None
    within: str = ""
