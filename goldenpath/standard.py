"""A standard: what an organisation declares in a folder with `goldenpath.yaml` at its root.

The wheel carries one. Another is a folder or a git repo, named by `--standard PATH|URL[@REF]`, by
`GOLDENPATH_STANDARD`, or by a repo's own `.goldenpath.yaml`; it can extend the built-in one or any other.
Where each of these leads, and how far a repo's word is followed, is decided in `_whereabouts`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath import __version__, _schema
from goldenpath._whereabouts import BUILTIN, FILE, cache_folder, follows, is_safe, locate, public, split_ref
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from goldenpath.catalog.templates import Templates
    from goldenpath.facts.radar import Radar
    from goldenpath.policy.base import Policy
    from goldenpath.policy.waivers import Waiver

__all__ = ["BUILTIN", "FILE", "VARIABLE", "Standard", "StandardFile", "find_standard", "read_standard"]

VARIABLE = "GOLDENPATH_STANDARD"
_LOGICAL_URL = re.compile(r"(https|ssh)://[^{}\s]+/[^{}\s]*\{blueprint\}[^{}\s]*\.git")
_MAX_EXTENDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardFile:
    """The contents of a `goldenpath.yaml`."""

    name: str
    version: str
    requires_goldenpath: str = ""
    url: str | None = None
    extends: str | None = None
    blueprints: str | None = None
    policies: str | None = None
    radar: str | None = None
    waivers: str | None = None
    blueprint_url: str | None = None
    override: dict[str, dict[str, Any]] = field(default_factory=dict)

    __pydantic_config__ = _schema.STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A standard and all that it extends, the lowest first in every tuple.

    `source` and `ref` are where it was found, `url` and `url_ref` where it says that it is published. `roots` are the
    folders, `sources` the names that repos may know it and what it extends by, `blueprint_urls` the logical URLs of
    their templates.
    `overrides` are (file, policy id -> changes). `notes` are what a person should know of how it was found.
    """

    name: str
    version: str
    source: str
    ref: str | None
    folder: Path
    blueprints: tuple[Path, ...]
    policies: tuple[Path, ...]
    radar: tuple[Path, ...]
    waivers: tuple[Path, ...]
    overrides: tuple[tuple[Path, dict[str, dict[str, Any]]], ...]
    blueprint_url: str
    url: str | None = None
    url_ref: str | None = None
    roots: tuple[Path, ...] = ()
    sources: tuple[str, ...] = ()
    blueprint_urls: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def recorded(self) -> tuple[str, str | None]:
        """The source and ref that a repo's `.goldenpath.yaml` records: where a folder is published, if it says so."""
        if self.url and Path(self.source).is_absolute():
            return self.url, self.ref or self.url_ref
        return self.source, self.ref

    def url_of(self, blueprint: str) -> str:
        """Return the logical URL of a blueprint's template: stable, independent of the host, what Copier records."""
        return self.blueprint_url.format(blueprint=blueprint)

    def load_policies(self) -> tuple[Policy, ...]:
        """Return its policies with all overrides applied, sorted by id; raise GoldenpathError with every mistake."""
        from goldenpath.policy.load import load_policies  # noqa: PLC0415 - `new` needs no policies
        from goldenpath.policy.override import apply  # noqa: PLC0415 - as above

        found = {policy.id: policy for folder in self.policies for policy in load_policies(folder)}
        policies: tuple[Policy, ...] = tuple(found[name] for name in sorted(found))
        for file, overrides in self.overrides:
            policies = apply(policies, overrides, where=str(file), text=file.read_text(encoding="utf-8"))
        return policies

    def load_radar(self) -> Radar:
        """Return its radar, over those of what it extends; raise GoldenpathError for what is wrong in one."""
        from goldenpath.facts.radar import load_radar  # noqa: PLC0415 - only for technologies

        return load_radar(self.radar)

    def load_templates(self) -> Templates:
        """Return the templates of its blueprints, read when they are asked for."""
        from goldenpath.catalog.templates import Templates  # noqa: PLC0415 - only for drift

        return Templates(
            roots=self.roots,
            folders=self.blueprints,
            sources=self.sources,
            urls=self.blueprint_urls,
            cache=cache_folder(),
        )

    def load_waivers(self, policies: Iterable[Policy], today: date) -> tuple[Waiver, ...]:
        """Return its waivers; raise GoldenpathError for one that is wrong, too long, or of what nobody may waive."""
        from goldenpath.policy.waivers import load_waivers  # noqa: PLC0415 - as above

        known = tuple(policies)
        return tuple(w for folder in self.waivers for w in load_waivers(folder, policies=known, today=today))


def find_standard(named: str | None = None, repo: Path | None = None, at: str | None = None) -> Standard:
    """Return the standard that is asked for: by name, by environment, by the repo's own word, else the built-in one.

    A repo's word is read in the commit that `at` names, else as it lies on disk, and counts for less than a person's
    (`_whereabouts`). Raise GoldenpathError where the standard
    can't be had or read.
    """
    name = named or os.environ.get(VARIABLE)
    if name or repo is None:
        return read_standard(name or BUILTIN)
    said = follows(repo, at)
    found = _read(said.name, Path.cwd(), (), person=said.allowed)
    if found.source == BUILTIN and said.ref and said.ref != found.ref:
        note = f"the repo follows the built-in standard {said.ref}, and is held against {found.ref}: goldenpath's own"
        found = replace(found, notes=(*found.notes, note))
    return found


def read_standard(name: str) -> Standard:
    """Return the standard that a folder, URL[@REF] or `builtin` names, with all that it extends."""
    return _read(name, Path.cwd(), (), person=True)


def _read(name: str, base: Path, above: tuple[str, ...], *, person: bool, inside: Path | None = None) -> Standard:
    """Read a standard; `person` says whether a person has named it (or the one that extends it) and not a repo.

    `inside` is the fetched tree that a folder may not lead out of.
    """
    where = locate(name, base, person=person, inside=inside)
    if where.source in above or len(above) >= _MAX_EXTENDS:
        raise GoldenpathError(
            f"the standard extends itself: {' -> '.join((*above, where.source))}", hint="Break the circle in `extends`."
        )
    file = where.folder / FILE
    if not file.is_file():
        raise GoldenpathError(f"there is no {FILE}", where=str(where.folder), hint="A standard has one at its root.")
    read = _schema.read_file(file, StandardFile, empty={})
    _check_requirement(read, file)
    lower = None
    if read.extends:
        lower = _read(read.extends, where.folder, (*above, where.source), person=person, inside=where.tree)
    url, url_ref = _published(read, file)
    blueprint_url = _blueprint_url(read, file)
    return Standard(
        name=read.name,
        version=read.version,
        source=where.source,
        ref=where.ref,
        folder=where.folder,
        blueprints=_folders(lower.blueprints if lower else (), file, read.blueprints, "blueprints"),
        policies=_folders(lower.policies if lower else (), file, read.policies, "policies"),
        radar=_folders(lower.radar if lower else (), file, read.radar, "radar"),
        waivers=_folders(lower.waivers if lower else (), file, read.waivers, "waivers"),
        overrides=(*(lower.overrides if lower else ()), *(((file, read.override),) if read.override else ())),
        blueprint_url=blueprint_url,
        url=url,
        url_ref=url_ref,
        roots=(*(lower.roots if lower else ()), where.folder),
        sources=(*(lower.sources if lower else ()), where.source, *([url] if url else ())),
        blueprint_urls=(*(lower.blueprint_urls if lower else ()), blueprint_url),
    )


def _published(read: StandardFile, file: Path) -> tuple[str | None, str | None]:
    """Return the URL and ref that a standard says it is published at; refuse one that a repo isn't followed to."""
    if read.url is None:
        return None, None
    url, ref = split_ref(read.url)
    if not is_safe(url):
        raise GoldenpathError(
            f"url is no place that a repo is followed to: {public(read.url)}",
            where=_schema.place(file, ("url",)),
            hint="Write an https or ssh URL without a password, with @REF behind it where repos follow a ref.",
        )
    return url, ref


def _blueprint_url(read: StandardFile, file: Path) -> str:
    url = read.blueprint_url or f"https://goldenpath.invalid/{read.name}/{{blueprint}}.git"
    if not _LOGICAL_URL.fullmatch(url):
        raise GoldenpathError(
            f"blueprint-url is no URL that Copier takes for a repo: {url}",
            where=_schema.place(file, ("blueprint-url",)),
            hint="Write it as https://HOST/PATH/{blueprint}.git",
        )
    return url


def _folders(lower: tuple[Path, ...], file: Path, named: str | None, key: str) -> tuple[Path, ...]:
    if named is None:
        return lower
    path = (file.parent / named).resolve()
    if not path.is_relative_to(file.parent.resolve()):
        raise GoldenpathError(
            f"{key} leads out of the standard: {named}", where=_schema.place(file, (key,)), hint="Keep it inside."
        )
    if not path.exists():
        raise GoldenpathError(
            f"{key} names {named}, which isn't there",
            where=_schema.place(file, (key,)),
            hint="Make it, or mend the name.",
        )
    return (*lower, path)


def _check_requirement(read: StandardFile, file: Path) -> None:
    if not read.requires_goldenpath:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - only where it is asked

    try:
        wanted = SpecifierSet(read.requires_goldenpath)
    except InvalidSpecifier as error:
        raise GoldenpathError(
            f"requires-goldenpath is no version range: {read.requires_goldenpath!r}",
            where=_schema.place(file, ("requires-goldenpath",)),
            hint='Write it as in PEP 440, such as ">=1.2,<2".',
        ) from error
    if not wanted.contains(__version__, prereleases=True):
        raise GoldenpathError(
            f"the standard {read.name!r} wants goldenpath {read.requires_goldenpath}, this is {__version__}",
            where=_schema.place(file, ("requires-goldenpath",)),
            hint=f"Install one that fits: pip install 'goldenpath{read.requires_goldenpath}'",
        )
