"""Where a git repo keeps its parts, found without reading its configuration and without leaving what may be read."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable

_POINTER_BYTES = 64 * 1024
_WORKTREE_LINE = re.compile(rb'^\s*worktree\s*=\s*"?([^"\r\n]*?)"?\s*$', re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The folders of one repo, all of them real paths.

    `git` holds HEAD, `common` the refs (another folder in a linked work tree), `stores` the objects: the repo's own
    first, then those that it borrows from (alternates). `refused` are borrowed stores that lie outside of what may be
    read. `top` is the root of the work tree, None for a bare repo; `prefix` is the folder below it that was asked
    for, "" or with a slash at its end.
    """

    git: Path
    common: Path
    stores: tuple[Path, ...]
    refused: tuple[Path, ...] = ()
    top: Path | None = None
    prefix: str = ""


def locate(path: Path | str, *, within: Iterable[Path | str] = ()) -> Layout:
    """Find the parts of the repo at `path`, or of the nearest repo above it.

    A file named `.git`, `commondir`, `alternates` or a symbolic link can name any folder of the machine, so that a
    hostile repo could show another one's files in a report. Followed is what lies below the repo or below a folder of
    `within` (the scanned folder), and a git folder that names this work tree in turn (linked work trees, submodules).
    Raise UnreadableError for anything else and where there is no repo.
    """
    asked = Path(os.path.realpath(path))
    top = work_tree_root(asked)
    if top is None and not is_git_folder(asked):
        raise UnreadableError("this is no git repo", where=str(path), hint="Name a folder that holds a git repo.")
    root = top or asked
    roots = [root, *(Path(os.path.realpath(folder)) for folder in within)]
    git = _git_folder(root) if top else asked
    if not _below(git, roots) and not _names_back(git, root):
        raise UnreadableError(
            f"its git folder {git} lies elsewhere and doesn't name this work tree",
            where=str(path),
            hint="Scan a folder that holds both, or the git folder itself.",
        )
    roots.append(git)
    common = _common_folder(git, roots)
    stores, refused = _stores(common / "objects", [*roots, common])
    prefix = "" if asked == root else f"{asked.relative_to(root).as_posix()}/"
    return Layout(git=git, common=common, stores=stores, refused=refused, top=top, prefix=prefix)


def work_tree_root(path: Path) -> Path | None:
    """Return the folder at or above `path` that has a `.git`; None where there is none or `path` is a git folder."""
    for folder in (path, *path.parents):
        if is_git_folder(folder):
            return None
        if os.path.lexists(folder / ".git"):
            return folder
    return None


def is_git_folder(path: Path) -> bool:
    """Tell whether `path` is a bare repo or a repo's git folder, by what it holds; one with a `.git` is a work tree."""
    if not os.path.lexists(path / "HEAD") or os.path.lexists(path / ".git"):
        return False
    return os.path.lexists(path / "commondir") or (is_folder(path / "objects") and is_folder(path / "refs"))


def is_folder(path: Path) -> bool:
    """Tell whether a folder is there; False too where it can't be known (no permission, a name too long)."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def read_pointer(path: Path, *, limit: int = _POINTER_BYTES) -> bytes | None:
    """Return a small file's bytes; None where there is none, it isn't a plain file or is too large. Never blocks."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            return None
        return file.read(limit)


def _gitfile(place: Path) -> Path | None:
    text = read_pointer(place)
    if text is None or not text.startswith(b"gitdir:"):
        return None
    return _named(place.parent, text.removeprefix(b"gitdir:"))


def _git_folder(root: Path) -> Path:
    place = root / ".git"
    git = Path(os.path.realpath(place)) if is_folder(place) else _gitfile(place)
    if git is None or not is_git_folder(git):
        raise UnreadableError(
            f"its git folder {git} isn't there",
            where=str(root),
            hint="Mend it with `git worktree repair`, or clone anew.",
        )
    return git


def _below(path: Path, roots: Iterable[Path]) -> bool:
    return any(path == root or root in path.parents for root in roots)


def _names_back(git: Path, root: Path) -> bool:
    """Tell whether the git folder names this work tree: `gitdir` in a linked one, core.worktree in a submodule."""
    pointer = read_pointer(git / "gitdir")
    if pointer is not None and _named(git, pointer) == root / ".git":
        return True
    config = read_pointer(git / "config") or b""
    trees = _WORKTREE_LINE.findall(config)
    return any(_named(git, tree) == root for tree in trees)


def _common_folder(git: Path, roots: Iterable[Path]) -> Path:
    pointer = read_pointer(git / "commondir")
    if pointer is None:
        return git
    common = _named(git, pointer)
    if git.parent == common / "worktrees" or _below(common, roots):
        return common
    raise UnreadableError(
        f"its git folder borrows from {common}, which lies elsewhere", where=str(git), hint="Scan that repo itself."
    )


def _stores(objects: Path, roots: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    stores: list[Path] = []
    refused: list[Path] = []
    waiting = [Path(os.path.realpath(objects))]
    while waiting:
        store = waiting.pop(0)
        if store in stores or store in refused:
            continue
        if not _below(store, roots):
            refused.append(store)
            continue
        stores.append(store)
        waiting += _alternates(store)
    if not stores:
        raise UnreadableError(f"its objects lie elsewhere, in {refused[0]}", where=str(objects.parent))
    return tuple(stores), tuple(refused)


def _alternates(store: Path) -> list[Path]:
    text = read_pointer(store / "info" / "alternates") or b""
    lines = (line.strip() for line in text.splitlines())
    return [_named(store, line) for line in lines if line and not line.startswith(b"#")]


def _named(folder: Path, text: bytes) -> Path:
    """Return the real path that a file of the repo names, relative to a folder."""
    return Path(os.path.realpath(folder / os.fsdecode(text.strip().replace(b"\0", b"?"))))
