"""Release a blueprint: a commit whose tree is the composed template, tagged in the standard's repo, with its bundle.

Everything is built in a scratch repo of ours, where nothing runs that the standard's repo configures; the bundle and
the tag are put in place at the end. The same blueprint released twice gives the same commit: it carries no clock.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from goldenpath import _git, _schema
from goldenpath.catalog.catalog import find_blueprint
from goldenpath.catalog.compose import CACHES, compose
from goldenpath.catalog.releases import FOLDER
from goldenpath.catalog.render import Origin, render
from goldenpath.curation.blueprint_lint import lint
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from goldenpath.catalog.blueprint import Blueprint
    from goldenpath.catalog.compose import Template
    from goldenpath.catalog.releases import Release
    from goldenpath.standard import Standard

_FINAL = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_SOURCES = ("template", "parts", "copier.yml", "blueprint.yaml", "layer.yaml")
_MOST = 20
_NOBODY = "goldenpath <goldenpath@localhost> 0 +0000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A release: its tag and commit in the standard's repo, its bundle, and how many files changed since the last."""

    tag: str
    commit: str
    bundle: Path
    changed: int
    before: str


def release(standard: Standard, name: str, *, dry_run: bool = False) -> Released:
    """Release a blueprint of the standard's own folder as the version in its `blueprint.yaml`.

    Raise GoldenpathError, with nothing written, for one that has uncommitted changes or faults that the lint tells,
    whose version is released already, is no final one or is not the highest, that didn't change since the last
    release, or that can't be rendered. `dry_run` does all but write.
    """
    blueprint = _own(standard, name)
    releases = standard.load_templates().releases(name)
    last = releases[-1] if releases else None
    _check_version(blueprint, releases)
    _check_clean(standard.folder, blueprint)
    _check_faults(standard, name)
    template = compose(blueprint)
    changed = _changed(template, last, blueprint)
    tag = f"{name}-v{blueprint.version}"
    bundle = blueprint.folder.parent / FOLDER / f"{tag}.bundle"
    with tempfile.TemporaryDirectory(prefix="goldenpath-release-") as folder:
        _check_renders(template, standard.url_of(name), Path(folder).resolve())
        scratch = Path(folder) / "scratch.git"
        commit = _build(scratch, template, tag, last)
        if not dry_run:
            _put(scratch, tag, bundle, standard.folder, last)
    return Released(tag=tag, commit=commit, bundle=bundle, changed=changed, before=last.version if last else "")


def _own(standard: Standard, name: str) -> Blueprint:
    blueprint = find_blueprint(standard.blueprints, name)
    if not blueprint.folder.resolve().is_relative_to(standard.folder.resolve()):
        raise GoldenpathError(
            f"the blueprint {name!r} is inherited: it stands in {blueprint.folder}",
            hint="Release it in its own standard.",
        )
    if standard.ref is not None or not Path(standard.source).is_absolute():
        raise GoldenpathError(
            f"the standard was fetched: {standard.source}",
            hint="Release in the folder that you work in: --standard PATH, without a ref.",
        )
    if not (standard.folder / ".git").exists():
        raise GoldenpathError(
            "the standard's folder is no git repo",
            where=str(standard.folder),
            hint="Releases are tags: make it a repo of its own, with goldenpath.yaml at its top.",
        )
    return blueprint


def _check_version(blueprint: Blueprint, releases: Sequence[Release]) -> None:
    place = _schema.place(blueprint.folder / "blueprint.yaml", ("version",))
    if not _FINAL.fullmatch(blueprint.version):
        raise GoldenpathError(
            f"{blueprint.version!r} can't be released", where=place, hint="Write it as MAJOR.MINOR.PATCH."
        )
    highest = max((Version(found.version) for found in releases), default=None)
    if highest is not None and Version(blueprint.version) <= highest:
        word = "released already" if Version(blueprint.version) == highest else f"lower than the released {highest}"
        raise GoldenpathError(
            f"{blueprint.name} {blueprint.version} is {word}", where=place, hint="Raise `version` above it and commit."
        )


def _check_clean(root: Path, blueprint: Blueprint) -> None:
    """Refuse what isn't committed (ignored files too) in the folders that the template is composed from."""
    folders = [layer.folder.resolve() for layer in blueprint.layers]
    own = [str(folder / part) for folder in folders if folder.is_relative_to(root.resolve()) for part in _SOURCES]
    command = ["status", "--porcelain", "--untracked-files=all", "--ignored=matching", "--no-renames", "-z", "--", *own]
    rows = _git.run(command, cwd=root, env=_git.disarmed(root)).decode("utf-8", "replace").split("\0")
    changed = [row[3:] for row in rows if row and CACHES.isdisjoint(row.split("/"))]
    if changed:
        raise GoldenpathError(
            f"{blueprint.name} has files that aren't committed as they are, such as {changed[0]}",
            where=str(root),
            hint="Commit them first: a release is what the standard's history holds.",
        )


def _check_faults(standard: Standard, name: str) -> None:
    faults = lint(standard, (name,))
    if len(faults) == 1:
        raise GoldenpathError(faults[0].message, where=faults[0].where, hint=faults[0].remedy)
    if faults:
        lines = "".join(f"\n  {fault}" for fault in faults[:_MOST])
        more = f"\n  and {len(faults) - _MOST} more" if len(faults) > _MOST else ""
        raise GoldenpathError(
            f"{name} has {len(faults)} faults:{lines}{more}",
            hint=f"`goldenpath catalog lint {name}` says how each of them is mended.",
        )


def _changed(template: Template, last: Release | None, blueprint: Blueprint) -> int:
    if last is None:
        return len(template.files)
    before = last.template()
    if before.tree == template.tree:
        raise GoldenpathError(
            f"{blueprint.name} didn't change since {last.version}",
            where=str(blueprint.folder),
            hint="There is nothing to release.",
        )
    paths = {*template.files, *before.files}
    return sum(_file(template, path) != _file(before, path) for path in paths)


def _file(template: Template, path: str) -> tuple[bytes | None, bool]:
    return template.files.get(path), path in template.executable


def _check_renders(template: Template, url: str, folder: Path) -> None:
    template.write(folder / "template")
    render(folder / "template", folder / "rendered", {}, Origin(url=url, commit="v0"))


def _build(scratch: Path, template: Template, tag: str, last: Release | None) -> str:
    """Write the release into a scratch repo, on top of the one before it; return its commit."""
    _git.run(["init", "--quiet", "--bare", "--template=", str(scratch)])
    if last is not None:
        before = f"refs/tags/{last.tag}"
        _git.run(["fetch", "--quiet", "--no-tags", "--", str(last.repo), f"{before}:{before}"], cwd=scratch)
    _git.run(["fast-import", "--quiet"], cwd=scratch, stdin=_stream(template.files, template.executable, tag, last))
    return _git.run(["rev-parse", "--verify", f"refs/tags/{tag}^{{commit}}"], cwd=scratch).decode().strip()


def _stream(files: Mapping[str, bytes], executable: frozenset[str], tag: str, last: Release | None) -> bytes:
    """Return the commit as `git fast-import` reads it: contents pass through no filter and no attribute on the way."""
    message = f"{tag}\n".encode()
    out = [f"commit refs/tags/{tag}\ncommitter {_NOBODY}\ndata {len(message)}\n".encode(), message]
    if last is not None:
        out.append(f"from refs/tags/{last.tag}^0\n".encode())
    out.append(b"deleteall\n")
    for path, data in sorted(files.items()):
        mode = "100755" if path in executable else "100644"
        out += [f"M {mode} inline {_quoted(path)}\ndata {len(data)}\n".encode(), data, b"\n"]
    return b"".join(out)


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _put(scratch: Path, tag: str, bundle: Path, root: Path, last: Release | None) -> None:
    """Put the bundle beside the blueprints and the tag into the standard's repo; neither without the other."""
    since = [f"^refs/tags/{last.tag}"] if last else []
    aside = scratch / "release.bundle"
    _git.run(["bundle", "create", "--quiet", str(aside), *since, f"refs/tags/{tag}"], cwd=scratch)
    bundle.parent.mkdir(exist_ok=True)
    if bundle.exists():
        raise GoldenpathError("the bundle is there already", where=str(bundle), hint="A release is never changed.")
    attributes = bundle.parent / ".gitattributes"
    if not attributes.exists():
        # Else git on another machine could take a bundle for text and change its line ends.
        attributes.write_text("*.bundle binary\n", encoding="utf-8")
    bundle.write_bytes(aside.read_bytes())
    try:
        command = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"]
        _git.run([*command, "--", str(scratch), f"refs/tags/{tag}:refs/tags/{tag}"], cwd=root)
    except BaseException:
        bundle.unlink()
        raise
