"""Base images through what builds them: a name that a build gives a context is no image of a registry.

A Dockerfile that says `FROM base` may start from another target of a bake file, another service, or an image that the
build names; and `FROM ${BASE}` from what the build gives BASE.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from goldenpath.facts.base_users import user_of
from goldenpath.facts.expand import expand, unresolved
from goldenpath.facts.readers.dockerfile import split_reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from goldenpath.facts.model import Build, Container, Facts, Image

_IMAGE = "docker-image://"
_BUILDS = ("target", "service")
_DEEP = 10


def followed(facts: Facts, paths: Collection[str]) -> Facts:
    """Return the facts with images and containers as their builds make them."""
    if not facts.builds:
        return facts
    builds = _by_dockerfile(facts, paths)
    images = tuple(row for image in facts.images for row in _image(image, builds.get(image.path, [])))
    by_path = {row.path: row for row in facts.containers}
    files = {(build.path, build.name): path for path, rows in builds.items() for build in rows}
    containers = (_container(row, builds.get(row.path, []), by_path, files) for row in facts.containers)
    within = _intermediate(builds)
    return replace(
        facts,
        images=images,
        containers=tuple(replace(row, intermediate=row.path in within) for row in containers),
    )


def _by_dockerfile(facts: Facts, paths: Collection[str]) -> dict[str, list[Build]]:
    """Return the builds of each Dockerfile: its place counts from the build file's folder, or from the repo's."""
    found: dict[str, list[Build]] = {}
    for build in facts.builds:
        for folder in (posixpath.dirname(build.path), ""):
            path = posixpath.normpath(posixpath.join(folder, build.context, build.dockerfile))
            if path in paths:
                found.setdefault(path, []).append(build)
                break
    return found


def _image(image: Image, builds: list[Build]) -> Iterator[Image]:
    """Yield what an image is: itself, the one that a context names, the one that arguments make of it, or none."""
    where = _context(image.image, builds) if image.tag is None and image.digest is None else None
    if where is None:
        yield image if image.resolved else _argued(image, builds)
    elif where.startswith(_IMAGE):
        name, tag, digest = split_reference(where.removeprefix(_IMAGE))
        yield replace(image, image=name, tag=tag, digest=digest)


def _context(name: str, builds: list[Build]) -> str | None:
    """Return what a build gives a name, None where it gives none."""
    contexts = (_named(build.contexts) for build in builds)
    return next((found[name] for found in contexts if name in found), None)


def _argued(image: Image, builds: list[Build]) -> Image:
    """Return an image whose name the builds complete, where all of them do it alike."""
    written = image.image + (f":{image.tag}" if image.tag else "") + (f"@{image.digest}" if image.digest else "")
    made = {expand(written, _named(build.args)) for build in builds}
    text = made.pop() if len(made) == 1 else written
    if unresolved(text):
        return image
    name, tag, digest = split_reference(text)
    return replace(image, image=name, tag=tag, digest=digest, resolved=True)


def _container(
    row: Container, builds: list[Build], by_path: Mapping[str, Container], files: Mapping[tuple[str, str], str]
) -> Container:
    """Return a container with the base, and where it sets none the user, that its build's contexts bring."""
    for _ in range(_DEEP):
        build = next((each for each in builds if row.base in _named(each.contexts)), None)
        where = _named(build.contexts)[row.base] if build else ""
        if where.startswith(_IMAGE):
            base = where.removeprefix(_IMAGE)
            return replace(row, base=base, base_user=user_of(base))
        kind, _, name = where.partition(":")
        other = by_path.get(files.get((build.path, name), "")) if build and kind in _BUILDS else None
        if other is None or other.path == row.path:
            break
        row = replace(row, base=other.base, base_user=other.base_user)
        if row.user is None:
            row = replace(row, user=other.user, group=other.group)
    return row


def _intermediate(builds: Mapping[str, list[Build]]) -> frozenset[str]:
    """Return the Dockerfiles of which every build is what another Dockerfile's build starts or copies from."""
    taken = {
        (build.path, where.partition(":")[2])
        for path, rows in builds.items()
        for build in rows
        for where in _named(build.contexts).values()
        if where.partition(":")[0] in _BUILDS
    }
    return frozenset(path for path, rows in builds.items() if all((each.path, each.name) in taken for each in rows))


def _named(words: tuple[str, ...]) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (word.partition("=") for word in words)}
