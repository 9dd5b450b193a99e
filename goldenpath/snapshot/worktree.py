"""A snapshot of the files as they lie on disk: those of a git repo that it doesn't ignore, or of a plain folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.base import Entry, Kind, Limits
from goldenpath.snapshot.layout import is_folder, is_git_folder
from goldenpath.snapshot.links import follow
from goldenpath.snapshot.listing import list_plain, list_tracked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BY_TYPE = {stat.S_IFREG: Kind.FILE, stat.S_IFLNK: Kind.SYMLINK, stat.S_IFDIR: Kind.SUBMODULE}
_OTHERS = {stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class WorktreeSnapshot:
    """The files below a folder as they are now.

    In a git repo: what is tracked, and what is untracked and not ignored; deleted files aren't there. A folder inside
    a repo shows only that folder. Elsewhere: every file, without `.git` and the folders that tools fill (virtual
    environments, node_modules, caches). Submodules and repos inside are entries, not descended into. Nothing blocks:
    FIFOs, sockets and devices are never opened.

    Making one raises UnreadableError when there is no such folder.
    """

    def __init__(self, path: Path | str, limits: Limits | None = None, *, within: Iterable[Path | str] = ()) -> None:
        self._root = Path(os.path.realpath(path))
        self._limits = limits or Limits()
        self._within = tuple(within)
        self._listed: tuple[dict[str, Entry], tuple[tuple[str, str], ...]] | None = None
        if not is_folder(self._root):
            raise UnreadableError("there is no such folder", where=str(path), hint="Name a folder.")
        if is_git_folder(self._root):
            raise UnreadableError(
                "a bare repo has no work tree", where=str(path), hint="Name a commit with --ref HEAD."
            )

    @property
    def commit(self) -> str:
        """A work tree is no commit."""
        return ""

    @property
    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """Tracked paths where something stands that is no file, and folders that can't be opened."""
        return self._list()[1]

    def entries(self) -> Mapping[str, Entry]:
        """Return every path, sorted, with its size."""
        return self._list()[0]

    def sizes(self, paths: Iterable[str]) -> Mapping[str, int]:
        """Return how many bytes files have, as they were when they were listed."""
        known = {path: entry.size for path, entry in self.entries().items() if entry.size is not None}
        return {path: known[path] for path in paths if path in known}

    def heads(self, paths: Iterable[str], length: int, *, plain: bool = False) -> Mapping[str, bytes]:  # noqa: ARG002 - git alone keeps differences
        """Return the first bytes of files as they are now."""
        entries = self.entries()
        files = [path for path in paths if path in entries and entries[path].kind is Kind.FILE]
        found = {path: _head(self._root, path, length) for path in files}
        return {path: head for path, head in found.items() if head is not None}

    def read(self, path: str) -> bytes:
        """Return a file's bytes, through links to listed files."""
        entry = follow(path, self.entries(), self._target)
        limit = self._limits.bytes_for(entry.path)
        try:
            return _read(self._root, entry.path, limit)
        except OSError as error:
            raise UnreadableError(f"it can't be read: {error.strerror}", where=path) from error
        except UnreadableError as error:
            raise UnreadableError(error.message, where=path) from error

    def _target(self, path: str) -> str:
        try:
            return os.fspath((self._root / path).readlink())
        except OSError as error:
            raise UnreadableError(f"the link can't be read: {error.strerror}", where=path) from error

    def _list(self) -> tuple[dict[str, Entry], tuple[tuple[str, str], ...]]:
        if self._listed is None:
            paths, problems = list_tracked(self._root, self._limits, self._within) or list_plain(
                self._root, self._limits
            )
            entries, strange = _look(self._root, paths)
            self._listed = entries, tuple(sorted([*problems, *strange]))
        return self._listed


def _look(root: Path, paths: Iterable[str]) -> tuple[dict[str, Entry], list[tuple[str, str]]]:
    """Return what stands at each path; a path below a link isn't there, since the link is."""
    entries: dict[str, Entry] = {}
    strange: list[tuple[str, str]] = []
    folders = {"": True}
    for path in sorted(paths):
        if not _real_folder(root, path.rpartition("/")[0], folders):
            continue
        try:
            status = os.lstat(f"{root}/{path}")  # a Path for each of ten thousand files takes longer than the call
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            strange.append((path, f"it can't be read: {error.strerror}"))
            continue
        kind = _BY_TYPE.get(stat.S_IFMT(status.st_mode))
        if kind is None:
            strange.append((path, f"it is {_OTHERS.get(stat.S_IFMT(status.st_mode), 'no file')}"))
            continue
        is_file = kind is Kind.FILE
        executable = is_file and bool(status.st_mode & stat.S_IXUSR)
        entries[path] = Entry(path=path, kind=kind, size=status.st_size if is_file else None, executable=executable)
    return entries, strange


def _real_folder(root: Path, folder: str, known: dict[str, bool]) -> bool:
    """Tell whether no part of a folder's path is a link."""
    if folder not in known:
        above = _real_folder(root, folder.rpartition("/")[0], known)
        known[folder] = above and not os.path.islink(f"{root}/{folder}")  # noqa: PTH114 - raises nothing
    return known[folder]


def _head(root: Path, path: str, length: int) -> bytes | None:
    try:
        with os.fdopen(_opened(root, path), "rb", buffering=0) as file:
            return file.read(length) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None


def _opened(root: Path, path: str) -> int:
    """Open a file folder by folder without following any link; never blocks on what is no file."""
    *folders, name = path.split("/")
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            below = os.open(folder, _OPEN | os.O_DIRECTORY, dir_fd=here)
            os.close(here)
            here = below
        return os.open(name, _OPEN, dir_fd=here)
    finally:
        os.close(here)


def _read(root: Path, path: str, limit: int) -> bytes:
    handle = _opened(root, path)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("it is no file any more")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise UnreadableError(f"it has {max(status.st_size, len(data))} bytes, more than the limit of {limit}")
    return data
