"""What a ref of a repo names: read from its files, so that no configuration is read for the usual ones."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from goldenpath import _git
from goldenpath.errors import UnreadableError
from goldenpath.snapshot.layout import read_pointer

if TYPE_CHECKING:
    from pathlib import Path

    from goldenpath.snapshot.layout import Layout

_HEX = re.compile(rb"[0-9a-f]{40}([0-9a-f]{24})?")
_PLAIN = re.compile(
    r"(?!.*(\.\.|//|/\.|@\{|\.lock(/|$)))[^\x00-\x20\x7f~^:?*\[\\/.-][^\x00-\x20\x7f~^:?*\[\\]*(?<![/.])"
)
_PLACES = ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
_HOPS = 5
_SECONDS = 20.0
_PACKED_BYTES = 256 * 1024 * 1024
_HINT = "Name a branch, tag or commit that exists with --ref."


def resolve(layout: Layout, ref: str = "HEAD") -> str:
    """Return the id in hex that a ref names: HEAD, a branch, a tag, a full id, or any expression that git knows.

    It may be the id of a tag. Raise UnreadableError where the ref doesn't exist or has no commit yet.
    """
    if _HEX.fullmatch(os.fsencode(ref)):
        return ref
    if (layout.common / "reftable").is_dir() or not _PLAIN.fullmatch(ref):
        return _ask_git(layout, ref)
    for place in _PLACES:
        found = _follow(layout, place.format(ref))
        if found:
            return found
    if ref == "HEAD":
        raise _no_head(layout)
    return _ask_git(layout, ref)


def _follow(layout: Layout, name: str) -> str:
    """Return the id behind a full ref name through symbolic refs, "" where it has none."""
    for _ in range(_HOPS):
        text = _value(layout, name)
        if _HEX.fullmatch(text):
            return text.decode()
        if not text.startswith(b"ref:"):
            return ""
        name = os.fsdecode(text[len(b"ref:") :].strip())
        if not name.startswith("refs/") or not _PLAIN.fullmatch(name):
            return ""
    return ""


def _value(layout: Layout, name: str) -> bytes:
    for folder in dict.fromkeys((layout.git, layout.common)):
        text = _loose(folder / name)
        if text:
            return text
    packed = read_pointer(layout.common / "packed-refs", limit=_PACKED_BYTES) or b""
    found = re.search(rb"^([0-9a-f]{40,64}) " + re.escape(os.fsencode(name)) + rb"$", packed, re.MULTILINE)
    return found.group(1) if found else b""


def _loose(place: Path) -> bytes:
    """Return what a ref's file says; a link is a symbolic ref, as git wrote them long ago."""
    if place.is_symlink():
        target = os.fsencode(place.readlink())
        return b"ref: " + target if target.startswith(b"refs/") else b""
    return (read_pointer(place) or b"").strip()


def _ask_git(layout: Layout, ref: str) -> str:
    """Let git name the commit of an expression (`main~3`, a short id) or of a ref kept in another way."""
    question = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"]
    # The folder is named outright: then git has no owner to doubt, and `core.worktree` no say.
    env = {"GIT_DIR": str(layout.git), "GIT_WORK_TREE": str(layout.top or layout.git), "GIT_ALLOW_PROTOCOL": "none"}
    try:
        found = _git.run(question, cwd="/", env=env, seconds=_SECONDS).strip()
    except _git.GitError as error:
        reason = f": {error.stderr}" if error.stderr else ""
        message = f"there is no commit {ref!r}{reason}" if error.code > 0 else error.message
        raise UnreadableError(message, where=str(layout.git), hint=error.hint or _HINT) from error
    return found.decode("ascii")


def _no_head(layout: Layout) -> UnreadableError:
    target = _loose(layout.git / "HEAD").removeprefix(b"ref:").strip()
    name = os.fsdecode(target).removeprefix("refs/heads/")
    if not name:
        return UnreadableError(
            "its HEAD is damaged", where=str(layout.git), hint="Look with `git fsck`, or clone it anew."
        )
    return UnreadableError(
        f"there is no commit on {name!r}, which HEAD names", where=str(layout.git), hint=f"Commit first. {_HINT}"
    )
