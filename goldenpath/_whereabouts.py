"""Where a standard's name leads, and how far the word of a repo is followed.

A person may name any folder and any URL that git can fetch. A repo that is checked was perhaps written by somebody
else, so what its `.goldenpath.yaml` names is followed only where nothing on this machine can be read or run by it:
`builtin`, an https or ssh URL, or a name that a person has listed in `GOLDENPATH_ALLOWED_STANDARDS`. The same holds
for what such a standard extends. A standard that was fetched can extend no folder outside its own tree.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from goldenpath import __version__, _schema, _yaml
from goldenpath.errors import GoldenpathError, UnreadableError
from goldenpath.snapshot.base import Kind
from goldenpath.snapshot.layout import is_git_folder

FILE = "goldenpath.yaml"
BUILTIN = "builtin"
ALLOWED = "GOLDENPATH_ALLOWED_STANDARDS"
_STANDING = ".goldenpath.yaml"
_MOST = 65_536
_PACKAGE = Path(__file__).resolve().parent
_AUTHORITY = re.compile(r"(?:https?|ssh|git|file)://[^/]*/|[\w.-]+@[\w.-]+:")
_SAFE = re.compile(
    r"https://[\w.-]+(:\d+)?/\S+|ssh://(\w[\w.-]*@)?\w[\w.-]*(:\d+)?/\S+|\w[\w.-]*@\w[\w.-]*:[^\s:-][^\s:]*"
)
_PASSWORD = re.compile(r"(?<=://)[^/@]*:[^/@]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a standard is: its folder, what names it (without a password), its ref, and the tree it was fetched in."""

    folder: Path
    source: str
    ref: str | None
    tree: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The standard that a repo says it follows; `allowed` where a person has allowed that very name."""

    name: str
    ref: str | None
    allowed: bool


def builtin_folder() -> Path:
    """Return the folder of the standard that goldenpath carries: in the wheel, or in a checkout beside the package."""
    carried = _PACKAGE / "_standard"
    return carried if (carried / FILE).is_file() else _PACKAGE.parent


def cache_folder() -> Path:
    """Return the folder that holds what can be had again: `GOLDENPATH_CACHE`, else the platform's own place."""
    named = os.environ.get("GOLDENPATH_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "goldenpath"


def follows(repo: Path, at: str | None = None) -> Followed:
    """Return the standard that a repo's `.goldenpath.yaml` names, `builtin` where it names none.

    The file is read as it lies on disk, or in the commit that `at` names; of a bare repo at HEAD. Raise GoldenpathError
    where it can't be read, or names a place that a repo may not lead to.
    """
    where = f"{at}:{_STANDING}" if at else str(repo / _STANDING)
    data = _parsed(_written(repo, at, where), where)
    name, ref = data.get("standard") or BUILTIN, data.get("ref")
    if not isinstance(name, str) or isinstance(ref, (dict, list)):
        raise GoldenpathError("names no standard", where=where, hint="Write `standard:` and `ref:` as texts.")
    ref = None if ref is None else str(ref)
    allowed = any(fnmatchcase(name, listed) for listed in os.environ.get(ALLOWED, "").split())
    if name != BUILTIN and not allowed and not is_safe(name):
        raise GoldenpathError(
            f"the repo names a standard that isn't followed on its word: {name}",
            where=where,
            hint=f"Name it yourself with --standard, or list it in {ALLOWED}.",
        )
    return Followed(name=name if name == BUILTIN or not ref else f"{name}@{ref}", ref=ref, allowed=allowed)


def locate(name: str, base: Path, *, person: bool = True, inside: Path | None = None) -> Where:
    """Return where a standard is; fetch it where a URL or a ref names it.

    Raise GoldenpathError where it can't be had, or where `person` or `inside` forbid it (see above).
    """
    if name == BUILTIN:
        return Where(folder=builtin_folder(), source=BUILTIN, ref=f"v{__version__}")
    if _AUTHORITY.match(name):
        url, ref = split_ref(name)
        if not person and not is_safe(url):
            raise GoldenpathError(
                f"a repo's standard may extend no such place: {public(url)}",
                hint="Name the standard yourself with --standard.",
            )
        tree = _fetched(url, ref)
        return Where(folder=tree, source=public(url), ref=ref, tree=tree)
    return _folder(name, base, inside)


def split_ref(name: str) -> tuple[str, str | None]:
    """Split URL@REF or FOLDER@REF; an @ before the host, as in `git@host:path`, is none."""
    authority = _AUTHORITY.match(name)
    start = authority.end() if authority else 0
    head, at, ref = name[start:].rpartition("@")
    if not at or not head or not ref or ":" in ref:
        return name, None
    return name[:start] + head, ref


def is_safe(url: str) -> bool:
    """Tell whether a repo's own word is followed to a URL: https or ssh, and no password in it."""
    return _SAFE.fullmatch(url) is not None


def public(url: str) -> str:
    """Return a URL without the password in it: what is recorded and shown."""
    return _PASSWORD.sub("", url)


def _folder(name: str, base: Path, inside: Path | None) -> Where:
    path, ref = split_ref(name) if not (base / name).exists() else (name, None)
    folder = (base / Path(path).expanduser()).resolve()
    if inside and not folder.is_relative_to(inside.resolve()):
        raise GoldenpathError(
            f"extends leads out of the standard: {name}", where=str(base / FILE), hint="Name a git URL[@REF] instead."
        )
    if not folder.is_dir():
        raise GoldenpathError(
            f"there is no standard {name!r}", where=str(folder), hint="Name a folder, a git URL[@REF], or `builtin`."
        )
    if ref:
        tree = _fetched(str(folder), ref)
        return Where(folder=tree, source=str(folder), ref=ref, tree=tree)
    return Where(folder=folder, source=str(folder), ref=None, tree=inside)


def _fetched(url: str, ref: str | None) -> Path:
    """Return a folder with the standard's tree at a ref; fetched anew, kept by its commit in the cache."""
    from goldenpath.catalog.remote import fetch_tree  # noqa: PLC0415 - only for a standard in git

    return fetch_tree(url, ref or "HEAD", cache_folder() / "standards", shown=public(url))


def _written(repo: Path, at: str | None, where: str) -> bytes:
    """Return a file that somebody else may have written: no link is followed, and no more is read than it may hold."""
    if at or is_git_folder(repo):
        return _committed(repo, at or "HEAD", where)
    file = repo / _STANDING
    if file.is_symlink():
        raise GoldenpathError("is a link", where=where, hint="Write the file out, or name --standard.")
    if not file.is_file():
        return b""
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST)
    except OSError as error:
        raise GoldenpathError("can't be read", where=where, hint="Mend it, or name --standard.") from error


def _committed(repo: Path, at: str, where: str) -> bytes:
    from goldenpath.snapshot.objects import ObjectsSnapshot  # noqa: PLC0415 - only for a commit

    try:
        snapshot = ObjectsSnapshot(repo, at)
        entry = snapshot.entries().get(_STANDING)
        if entry is None:
            return b""
        if entry.kind is not Kind.FILE:
            raise GoldenpathError("is no plain file", where=where, hint="Write the file out, or name --standard.")
        return snapshot.read(_STANDING)[:_MOST]
    except UnreadableError:
        return b""  # the repo can't be read: that is told, with the reason, when it is judged


def _parsed(data: bytes, where: str) -> dict[str, Any]:
    try:
        documents = _yaml.compose(data.decode())
        value = documents[0].plain() if documents else None
    except _yaml.YamlError as error:
        place = f"{where}:{error.line}:{error.column}" if error.line else where
        raise GoldenpathError(
            f"is no YAML: {error.reason}", where=place, hint="Mend it, or name --standard."
        ) from error
    except UnicodeDecodeError as error:
        raise GoldenpathError("can't be read", where=where, hint="Mend it, or name --standard.") from error
    twice = list(_schema.repeated(documents[0], where)) if documents else []
    if twice:
        raise _schema.as_error(twice, "file")
    return value if isinstance(value, dict) else {}
