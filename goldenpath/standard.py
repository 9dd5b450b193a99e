"""A standard: what an organisation declares in a folder with `goldenpath.yaml` at its root.

The wheel carries one. Another is a folder or a git repo, named by `--standard PATH|URL[@REF]`, by
`GOLDENPATH_STANDARD`, or by a repo's own `.goldenpath.yaml`; it can extend the built-in one or any other.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath import __version__, _schema
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from goldenpath.policy.base import Policy
    from goldenpath.policy.waivers import Waiver

FILE = "goldenpath.yaml"
BUILTIN = "builtin"
VARIABLE = "GOLDENPATH_STANDARD"
_PACKAGE = Path(__file__).resolve().parent
_URL = re.compile(r"(https?|ssh|git|file)://|[\w.-]+@[\w.-]+:")
_MAX_EXTENDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardFile:
    """The contents of a `goldenpath.yaml`."""

    name: str
    version: str
    requires_goldenpath: str = ""
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

    `source` and `ref` are what a repo's `.goldenpath.yaml` records. `overrides` are (file, policy id -> changes).
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

    def load_waivers(self, policies: Iterable[Policy], today: date) -> tuple[Waiver, ...]:
        """Return its waivers; raise GoldenpathError for one that is wrong, too long, or of what nobody may waive."""
        from goldenpath.policy.waivers import load_waivers  # noqa: PLC0415 - as above

        known = tuple(policies)
        return tuple(w for folder in self.waivers for w in load_waivers(folder, policies=known, today=today))


def builtin_folder() -> Path:
    """Return the folder of the standard that goldenpath carries: in the wheel, or in a checkout beside the package."""
    carried = _PACKAGE / "_standard"
    return carried if (carried / FILE).is_file() else _PACKAGE.parent


def find_standard(named: str | None = None, repo: Path | None = None) -> Standard:
    """Return the standard that is asked for: by name, by environment, by the repo's own word, else the built-in one.

    Raise GoldenpathError where it can't be had or read.
    """
    name = named or os.environ.get(VARIABLE) or (_named_by(repo) if repo else None) or BUILTIN
    return read_standard(name)


def read_standard(name: str) -> Standard:
    """Return the standard that a folder, URL[@REF] or `builtin` names, with all that it extends."""
    return _read(name, Path.cwd(), ())


def _read(name: str, base: Path, above: tuple[str, ...]) -> Standard:
    folder, source, ref = _locate(name, base)
    if source in above or len(above) >= _MAX_EXTENDS:
        raise GoldenpathError(
            f"the standard extends itself: {' -> '.join((*above, source))}", hint="Break the circle in `extends`."
        )
    file = folder / FILE
    if not file.is_file():
        raise GoldenpathError(f"there is no {FILE}", where=str(folder), hint="A standard has one at its root.")
    read = _schema.read_file(file, StandardFile, empty={})
    _check_requirement(read, file)
    lower = _read(read.extends, folder, (*above, source)) if read.extends else None
    return Standard(
        name=read.name,
        version=read.version,
        source=source,
        ref=ref,
        folder=folder,
        blueprints=_folders(lower.blueprints if lower else (), file, read.blueprints, "blueprints"),
        policies=_folders(lower.policies if lower else (), file, read.policies, "policies"),
        radar=_folders(lower.radar if lower else (), file, read.radar, "radar"),
        waivers=_folders(lower.waivers if lower else (), file, read.waivers, "waivers"),
        overrides=(*(lower.overrides if lower else ()), *(((file, read.override),) if read.override else ())),
        blueprint_url=read.blueprint_url or f"https://goldenpath.invalid/{read.name}/{{blueprint}}.git",
    )


def _folders(lower: tuple[Path, ...], file: Path, named: str | None, key: str) -> tuple[Path, ...]:
    if named is None:
        return lower
    path = (file.parent / named).resolve()
    if not path.is_relative_to(file.parent.resolve()):
        raise GoldenpathError(f"{key} leads out of the standard: {named}", where=str(file), hint="Keep it inside.")
    if not path.exists():
        raise GoldenpathError(
            f"{key} names {named}, which isn't there", where=str(file), hint="Make it, or mend the name."
        )
    return (*lower, path)


def _locate(name: str, base: Path) -> tuple[Path, str, str | None]:
    """Return the folder of a standard, what names it, and its ref."""
    if name == BUILTIN:
        return builtin_folder(), BUILTIN, f"v{__version__}"
    if _URL.match(name):
        url, ref = _split_ref(name)
        return _fetched(url, ref), url, ref
    path, ref = _split_ref(name) if not (base / name).exists() else (name, None)
    folder = (base / Path(path).expanduser()).resolve()
    if not folder.is_dir():
        raise GoldenpathError(
            f"there is no standard {name!r}", where=str(folder), hint="Name a folder, a git URL[@REF], or `builtin`."
        )
    if ref:
        return _fetched(str(folder), ref), str(folder), ref
    return folder, str(folder), None


def _split_ref(name: str) -> tuple[str, str | None]:
    """Split URL@REF; an @ before the host or in a user's name is none."""
    head, at, ref = name.rpartition("@")
    if not at or "/" not in head or ":" in ref:
        return name, None
    return head, ref


def _fetched(url: str, ref: str | None) -> Path:
    """Return a folder with the standard's tree at a ref; fetched anew, kept by its commit in the cache."""
    from goldenpath.catalog.remote import fetch_tree  # noqa: PLC0415 - only for a standard in git

    return fetch_tree(url, ref or "HEAD", cache_folder() / "standards")


def cache_folder() -> Path:
    """Return the folder that holds what can be had again: `GOLDENPATH_CACHE`, else the platform's own place."""
    named = os.environ.get("GOLDENPATH_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "goldenpath"


def _named_by(repo: Path) -> str | None:
    """Return the standard that a repo's own `.goldenpath.yaml` names, with its ref."""
    from goldenpath import _yaml  # noqa: PLC0415 - only here

    file = repo / ".goldenpath.yaml"
    if not file.is_file():
        return None
    try:
        data = _yaml.load(file.read_text(encoding="utf-8"))
    except (_yaml.YamlError, UnicodeDecodeError) as error:
        raise GoldenpathError(f"is no YAML: {error}", where=str(file), hint="Mend it, or name --standard.") from error
    named = data.get("standard") if isinstance(data, dict) else None
    if not isinstance(named, str):
        return None
    ref = data.get("ref")
    return named if named == BUILTIN or not ref else f"{named}@{ref}"


def _check_requirement(read: StandardFile, file: Path) -> None:
    if not read.requires_goldenpath:
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - only where it is asked

    try:
        wanted = SpecifierSet(read.requires_goldenpath)
    except InvalidSpecifier as error:
        raise GoldenpathError(
            f"requires-goldenpath is no version range: {read.requires_goldenpath!r}",
            where=str(file),
            hint='Write it as in PEP 440, such as ">=1.2,<2".',
        ) from error
    if not wanted.contains(__version__, prereleases=True):
        raise GoldenpathError(
            f"the standard {read.name!r} wants goldenpath {read.requires_goldenpath}, this is {__version__}",
            where=str(file),
            hint=f"Install one that fits: pip install 'goldenpath{read.requires_goldenpath}'",
        )
