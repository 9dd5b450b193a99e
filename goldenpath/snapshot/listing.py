"""The paths of a work tree: by git's own rules of what is tracked and ignored, or by a walk of a plain folder."""

from __future__ import annotations

import os
import re
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath import _git
from goldenpath.errors import UnreadableError
from goldenpath.snapshot.layout import locate, read_pointer, work_tree_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from goldenpath.snapshot.base import Limits
    from goldenpath.snapshot.layout import Layout

_SECONDS = 30.0
_SOON = 3.0
"""Seconds after which it is worth a look why git hasn't answered."""

_LIST = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
_SHA256 = re.compile(rb"^\s*objectformat\s*=\s*sha256", re.MULTILINE | re.IGNORECASE)
_NO_NAMES = frozenset(("", ".", "..", ".git"))
Listed = tuple[set[str], list[tuple[str, str]]]

_FILLED_BY_TOOLS = frozenset((
    ".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", ".pixi",
))  # fmt: skip


def list_tracked(root: Path, limits: Limits, within: Iterable[Path | str]) -> Listed | None:
    """Return the tracked paths and the untracked ones that aren't ignored; None where the folder isn't git's.

    git is asked in a git folder of our own with the repo's index, so that nothing which the repo configures is read:
    `.gitignore` files and `info/exclude` count, a configured excludes file doesn't.
    """
    if work_tree_root(root) is None:
        return None
    layout = locate(root, within=within)
    paths, problems = _ask(layout, root)
    if not paths and _ignored(layout, root):
        return None
    _check(len(paths), limits, root)
    deep = [path for path in paths if path.count("/") > limits.depth]
    problems += [(path, f"more than {limits.depth} folders deep") for path in deep]
    return paths.difference(deep), problems


def list_plain(root: Path, limits: Limits) -> Listed:
    """Return every path below a folder but for what tools fill; a repo inside is one path."""
    paths: set[str] = set()
    problems: list[tuple[str, str]] = []
    waiting = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        if depth > limits.depth:
            problems.append((folder.rstrip("/"), f"more than {limits.depth} folders deep"))
            continue
        try:
            found = list(os.scandir(root / folder))
        except OSError as error:
            if not folder:
                raise UnreadableError(f"it can't be listed: {error.strerror}", where=str(root)) from error
            problems.append((folder.rstrip("/"), f"it can't be listed: {error.strerror}"))
            continue
        for item in found:
            path = folder + item.name
            if not item.is_dir(follow_symlinks=False):
                paths.add(path)
            elif item.name in _FILLED_BY_TOOLS:
                continue
            elif os.path.lexists(os.path.join(item.path, ".git")):  # noqa: PTH118 - a Path per folder is slow
                paths.add(path)
            else:
                waiting.append((f"{path}/", depth + 1))
        _check(len(paths), limits, root)
    return paths, problems


def _check(count: int, limits: Limits, root: Path) -> None:
    if count > limits.entries:
        hint = "Raise the limit, or scan a part."
        raise UnreadableError(f"more than {limits.entries} paths", where=str(root), hint=hint)


def _ask(layout: Layout, root: Path) -> tuple[set[str], list[tuple[str, str]]]:
    """Return what git lists of the folder, and the names that no file can have."""
    with _asking(layout) as env:
        try:
            out = _run(_LIST, root, env, seconds=_SOON)
        except UnreadableError:
            _refuse_blocking(root)
            out = _run(_LIST, root, env)
    paths = {os.fsdecode(line.rstrip(b"/")) for line in out.split(b"\0") if line}
    odd = [path for path in paths if not _NO_NAMES.isdisjoint(path.split("/"))]
    return paths.difference(odd), [(path, "no file can have this name") for path in odd]


def _ignored(layout: Layout, root: Path) -> bool:
    """Tell whether the repo ignores the whole folder."""
    if not layout.prefix:
        return False
    with _asking(layout) as env:
        return bool(_run(["check-ignore", "--no-index", "."], root, env, codes=(0, 1)))


@contextmanager
def _asking(layout: Layout) -> Iterator[dict[str, str]]:
    """Give the environment in which git sees the repo's index, work tree and excludes, and nothing else of it."""
    config = read_pointer(layout.common / "config") or b""
    with _git.borrowed(layout.stores[0], sha256=bool(_SHA256.search(config))) as env:
        ours = Path(env["GIT_DIR"])
        (ours / "info").mkdir()
        (ours / "info" / "exclude").write_bytes(read_pointer(layout.common / "info" / "exclude") or b"")
        for shared in layout.git.glob("sharedindex.*"):
            (ours / shared.name).symlink_to(shared)
        index = layout.git / "index"
        usable = _is_plain(index)
        yield env | {
            "GIT_WORK_TREE": str(layout.top),
            "GIT_INDEX_FILE": str(index if usable else ours / "index"),
        }


def _refuse_blocking(root: Path) -> None:
    """Raise UnreadableError where git waits for ever: it opens a `.gitignore` whatever that is."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _FILLED_BY_TOOLS]
        path = Path(folder, ".gitignore")
        if ".gitignore" in names and not _is_plain(path) and not path.is_symlink():
            raise UnreadableError(
                f"{path.relative_to(root)} is no file, so what it ignores can't be known", where=str(root)
            )


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _run(
    arguments: list[str], root: Path, env: dict[str, str], codes: tuple[int, ...] = (0,), *, seconds: float = _SECONDS
) -> bytes:
    try:
        return _git.run(arguments, cwd=root, env=env, seconds=seconds, codes=codes)
    except _git.GitError as error:
        raise UnreadableError(error.message, hint=error.hint, where=str(root)) from error
