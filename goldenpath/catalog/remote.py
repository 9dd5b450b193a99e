"""A git tree from a URL that the person names: fetched into a scratch repo of ours, kept by the URL and its commit.

The releases of its blueprints come with it: their tags stand in a `.git` beside the tree's files.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tarfile
import tempfile
from pathlib import Path

from goldenpath import _git
from goldenpath.errors import GoldenpathError

_BLUEPRINT = re.compile(r"(?:.*/)?([A-Za-z0-9][A-Za-z0-9_-]*)/blueprint\.yaml")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def fetch_tree(url: str, ref: str, cache: Path, *, shown: str = "") -> Path:
    """Return a folder that holds the tree of `url` at `ref` (a branch, tag or full commit id).

    A branch or tag is asked anew each time; a commit that is in the cache is not fetched again. `shown` is the URL as
    errors show it. Raise GoldenpathError where it can't be had.
    """
    if url.startswith("-") or ref.startswith("-"):
        raise GoldenpathError(f"{shown or url}@{ref} is no place of a standard", hint="Name it as URL@REF.")
    if _COMMIT.fullmatch(ref) and _kept(cache, shown or url, ref).is_dir():
        return _kept(cache, shown or url, ref)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".fetch-", dir=cache))
    except OSError as error:
        raise GoldenpathError(
            f"the cache can't be written to: {error.strerror}", where=str(cache), hint="Set GOLDENPATH_CACHE."
        ) from error
    try:
        _git.run(["init", "--quiet", "--bare", "--template=", str(scratch)])
        commit = _fetch(url, ref, scratch, shown or url)
        target = _kept(cache, shown or url, commit)
        if not target.is_dir():
            _fetch_releases(url, commit, scratch, shown or url)
            _unpack(scratch, commit, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _kept(cache: Path, shown: str, commit: str) -> Path:
    """Return where a commit is kept: a commit says what its tree is, and its URL alone which tags are releases of it.

    Else a copy of a standard that a scanned repo names could bring releases into the standard that it is a copy of.
    """
    return cache / f"{commit}-{hashlib.sha256(shown.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def _fetch(url: str, ref: str, scratch: Path, shown: str) -> str:
    command = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", url, ref]
    try:
        _git.run_as_user(command, cwd=scratch)
    except _git.GitError as error:
        raise GoldenpathError(
            f"the standard can't be fetched: {(error.stderr or error.message).replace(url, shown)}",
            where=f"{shown}@{ref}",
            hint="Look at the URL and the ref, and whether `git ls-remote URL` works for you.",
        ) from error
    return _git.run(["rev-parse", "--verify", "FETCH_HEAD^{commit}"], cwd=scratch).decode().strip()


def _fetch_releases(url: str, commit: str, scratch: Path, shown: str) -> None:
    """Fetch the releases of the blueprints in a tree, without their history: what one renders is its own tree alone."""
    paths = _git.run(["ls-tree", "-r", "-z", "--name-only", commit], cwd=scratch).decode("utf-8", "replace")
    names = sorted({found[1] for found in map(_BLUEPRINT.fullmatch, paths.split("\0")) if found})
    if not names:
        return
    asked = ["ls-remote", "--quiet", "--tags", "--refs", "--", url, *(f"refs/tags/{name}-v*" for name in names)]
    command = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", url]
    try:
        tags = [
            line.partition("\t")[2]
            for line in _git.run_as_user(asked, cwd=scratch).decode("utf-8", "surrogateescape").splitlines()
        ]
        if tags:  # a shallow fetch of nothing is an error to git
            _git.run_as_user([*command, *(f"{tag}:{tag}" for tag in tags)], cwd=scratch)
    except _git.GitError as error:
        raise GoldenpathError(
            f"the standard's releases can't be fetched: {(error.stderr or error.message).replace(url, shown)}",
            where=shown,
            hint="Look whether `git ls-remote --tags URL` works for you.",
        ) from error


def _unpack(scratch: Path, commit: str, target: Path) -> None:
    packed = _git.run(["archive", "--format=tar", commit], cwd=scratch)
    aside = Path(tempfile.mkdtemp(prefix=".tree-", dir=target.parent))
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(aside, filter="data")
        scratch.rename(aside / ".git")
    except (tarfile.TarError, OSError) as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise GoldenpathError(f"the standard can't be unpacked: {error}", hint="Look for links in it.") from error
    try:
        aside.rename(target)
    except OSError:
        # Another run was faster; its tree is the same one.
        shutil.rmtree(aside, ignore_errors=True)
