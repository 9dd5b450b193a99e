"""The released versions of a blueprint: tags of the standard's own repo, and bundles that lie beside its blueprints.

A release `NAME-vX.Y.Z` is a commit whose tree is the composed template, so that a later change of the composer can't
alter it. Tags count only where the standard's folder is itself the top of a git repo: one that lies inside another
repo (an environment of Python in a scanned repo, say) would have its history told by somebody else's tags.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from goldenpath import _git
from goldenpath.catalog.ask import QUESTIONS
from goldenpath.catalog.compose import SETTINGS, Template
from goldenpath.catalog.questions import read_questions
from goldenpath.errors import GoldenpathError
from goldenpath.snapshot.base import Kind, Limits
from goldenpath.snapshot.layout import locate
from goldenpath.snapshot.objects import ObjectsSnapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = "_releases"
_TAG = re.compile(r"(?P<name>.+)-v(?P<version>[0-9]+\.[0-9]+\.[0-9]+)")
_MOST = Limits(file_bytes=64 * 1024 * 1024, lock_bytes=64 * 1024 * 1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One released version of a blueprint, and the repo that holds its commit under its tag."""

    blueprint: str
    version: str
    repo: Path

    @property
    def tag(self) -> str:
        """The tag's name."""
        return f"{self.blueprint}-v{self.version}"

    def template(self) -> Template:
        """Return the template as it was released; raise GoldenpathError for one that can't be had or runs code."""
        snapshot = ObjectsSnapshot(self.repo, f"refs/tags/{self.tag}", _MOST)
        entries = snapshot.entries()
        for path, entry in entries.items():
            if entry.kind is not Kind.FILE:
                raise GoldenpathError(f"holds a {entry.kind}: {path}", where=self.tag, hint="A template holds files.")
        files = {path: snapshot.read(path) for path in entries}
        text = files.get(QUESTIONS, b"").decode("utf-8", "replace")
        return Template(
            files=files,
            executable=frozenset(path for path, entry in entries.items() if entry.executable),
            questions=read_questions(text, where=f"{self.tag}:{QUESTIONS}", settings=SETTINGS),
        )


def find_releases(name: str, roots: Iterable[Path], folders: Iterable[Path], cache: Path) -> tuple[Release, ...]:
    """Return the releases of a blueprint, the oldest first.

    `roots` are the folders of the standards, `folders` those of their blueprints; a later one's release takes the place
    of an earlier one's of the same version, and a tag that of a bundle. Bundles are unpacked below `cache`.
    """
    found: dict[str, Release] = {}
    for folder in folders:
        found |= {release.version: release for release in _bundled(name, folder / FOLDER, cache)}
    for root in roots:
        found |= {release.version: release for release in _tagged(name, root)}
    return tuple(sorted(found.values(), key=lambda release: Version(release.version)))


def _tagged(name: str, root: Path) -> list[Release]:
    return _tags_of(name, root) if (root / ".git").exists() else []


def _tags_of(name: str, repo: Path) -> list[Release]:
    layout = locate(repo)
    command = ["for-each-ref", "--format=%(refname:strip=2)", f"refs/tags/{name}-v*"]
    # The folder is named outright: then git has no owner to doubt, and `core.worktree` no say.
    env = {"GIT_DIR": str(layout.git), "GIT_WORK_TREE": str(layout.top or layout.git), "GIT_ALLOW_PROTOCOL": "none"}
    tags = _git.run(command, cwd="/", env=env).decode("utf-8", "replace").splitlines()
    parsed = (_TAG.fullmatch(tag) for tag in tags)
    return [Release(blueprint=name, version=tag["version"], repo=repo) for tag in parsed if tag and tag["name"] == name]


def _bundled(name: str, folder: Path, cache: Path) -> list[Release]:
    """Return the releases of a folder's bundles, each of which may stand on those before it."""
    tags = ((path, _TAG.fullmatch(path.stem)) for path in folder.glob(f"{name}-v*.bundle"))
    mine = [(Version(tag["version"]), path) for path, tag in tags if tag and tag["name"] == name]
    bundles = [path for _, path in sorted(mine)]
    return _tags_of(name, _unpacked(bundles, cache / "releases")) if bundles else []


def _unpacked(bundles: list[Path], cache: Path) -> Path:
    """Return a bare repo that holds what the bundles do, kept in the cache by their names and contents."""
    digest = hashlib.sha256()
    for path in bundles:
        # The name too: it says which tag of a bundle is taken.
        digest.update(hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).digest())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    target = cache / f"{digest.hexdigest()[:32]}.git"
    if target.is_dir():
        return target
    try:
        cache.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".bundles-", dir=cache))
    except OSError as error:
        raise GoldenpathError(
            f"the cache can't be written to: {error.strerror}", where=str(cache), hint="Set GOLDENPATH_CACHE."
        ) from error
    try:
        _git.run(["init", "--quiet", "--bare", "--template=", str(aside)])
        for path in bundles:
            _fetch(path, aside)
        aside.rename(target)
    except OSError:
        if not target.is_dir():  # else another run was faster; its repo is the same one
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def _fetch(bundle: Path, repo: Path) -> None:
    tag = f"refs/tags/{bundle.stem}"
    command = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", str(bundle.resolve()), f"{tag}:{tag}"]
    try:
        _git.run(command, cwd=repo)
    except _git.GitError as error:
        raise GoldenpathError(
            f"the release can't be read: {error.stderr or error.message}",
            where=str(bundle),
            hint="A bundle stands on those of the releases before it: all of them must be there, unchanged.",
        ) from error
