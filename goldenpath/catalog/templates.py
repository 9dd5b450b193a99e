"""The templates of a standard as drift asks for them: what a repo was made from, rendered then and today.

What a scanned repo says of itself is untrusted: a blueprint is found by its name in the standard's catalog and nowhere
else, the answers go through the template's own questions, and what was rendered then is believed only where it is the
tree that the repo recorded.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from packaging.version import Version

from goldenpath.catalog import shelf
from goldenpath.catalog.catalog import find_blueprint
from goldenpath.catalog.compose import compose
from goldenpath.catalog.making import Making, Rendering
from goldenpath.catalog.ownership import Owner, claims
from goldenpath.catalog.questions import AnswerError, parse_answers
from goldenpath.catalog.releases import find_releases
from goldenpath.catalog.render import ANSWERS, Origin, render
from goldenpath.catalog.tree import read_files, tree_id

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from goldenpath.catalog.blueprint import Blueprint
    from goldenpath.catalog.compose import Template
    from goldenpath.catalog.making import Word
    from goldenpath.catalog.ownership import Claims
    from goldenpath.catalog.releases import Release

T = TypeVar("T")

_REMEMBERED = 16
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """The templates of a standard and all that it extends, the lowest first in every tuple; picklable.

    `roots` are the folders of the standards and `folders` those of their blueprints. `sources` are the names that a
    repo may know the standard by, `urls` the logical URLs of its templates, with `{blueprint}` in them. What was read
    is remembered as long as this lives, and of what was rendered the last few; all of that is kept below `cache`.
    """

    roots: tuple[Path, ...]
    folders: tuple[Path, ...]
    sources: tuple[str, ...]
    urls: tuple[str, ...]
    cache: Path
    _read: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    _rendered: dict[Hashable, Rendering] = field(default_factory=dict, compare=False, repr=False)

    def __reduce__(self) -> tuple[object, ...]:
        return (_again, (self.roots, self.folders, self.sources, self.urls, self.cache))

    def making(self, word: Word) -> Making | None:
        """Return what a repo was made from, None for one that isn't of this standard.

        Raise GoldenpathError for a blueprint that the standard hasn't got, or that can't be read or rendered.
        """
        if word.standard not in self.sources and word.url not in self._urls_of(word.blueprint):
            return None
        blueprint = self._blueprint(word.blueprint)
        releases = self._releases(blueprint.name)
        updated = _updated_to(word, releases)
        made = Making(
            blueprint=blueprint.name,
            version=updated or word.version,
            claims=claims(blueprint),
            owner=blueprint.owner,
        )
        if word.wrong:
            return replace(made, refused=word.wrong, refused_at=ANSWERS)
        try:
            recorded = Version(made.version)
        except ValueError:  # InvalidVersion, and a number of too many digits
            return replace(made, refused=f"{word.version[:_LONGEST]!r} is no version")
        newest = _newest(recorded, releases, self._unreleased(blueprint))
        if recorded > Version(newest):
            said = word.version[:_LONGEST]
            return replace(made, refused=f"{said} is newer than any version that the standard has ({newest})")
        behind = sum(1 for version in releases if Version(version) > recorded)
        # The tree is that of the version before an update by Copier, which records version and answers together.
        return self._both(replace(made, newest_version=newest, behind=behind), word, proved=not updated)

    def releases(self, name: str) -> tuple[Release, ...]:
        """Return the releases of a blueprint, the oldest first."""
        return tuple(self._releases(name).values())

    def version(self, name: str) -> str:
        """Return the version that a blueprint's folder renders as: a release's where it is that, to the byte."""
        blueprint = self._blueprint(name)
        release = self._releases(name).get(blueprint.version)
        if release is not None and release.template().tree == compose(blueprint).tree:
            return release.version
        return self._unreleased(blueprint)

    def _unreleased(self, blueprint: Blueprint) -> str:
        """Return the version of a folder that is no release: what comes before the version that it names.

        Where that one is released and the folder has changed since, it is what comes before the next.
        """
        if blueprint.version not in self._releases(blueprint.name):
            return blueprint.unreleased
        major, minor, micro = Version(blueprint.version).release
        return f"{major}.{minor}.{micro + 1}.dev"

    def _both(self, made: Making, word: Word, *, proved: bool) -> Making:
        """Return the making with what was rendered then and what would be today, or with why one of them is lacking."""
        try:
            base = self._base(made, word, proved=proved)
        except AnswerError as error:
            return replace(made, refused=error.message, refused_at=ANSWERS)
        if base is not None and base.version == made.newest_version:
            return replace(made, base=base, newest=base)
        urls = self._urls_of(made.blueprint)
        origin = replace(word, url=word.url if word.url in urls else urls[-1])
        try:
            newest = self._render(made.blueprint, made.newest_version, made.newest_version, origin)
        except AnswerError as error:
            if base is None:
                return replace(made, refused=error.message, refused_at=ANSWERS)
            return replace(made, base=base, unfit=error.message)
        return replace(made, base=base, newest=newest, unknown="" if base else self._why(made, word))

    def _base(self, made: Making, word: Word, *, proved: bool) -> Rendering | None:
        """Return what was rendered then, where one of the templates that can have done it gives the recorded tree.

        `proved` says whether it has to.
        """
        for version in self._candidates(made.blueprint, made.version):
            found = self._render(made.blueprint, version, made.version, word)
            if found.tree == word.tree or not proved:
                return found
        return None

    def _candidates(self, name: str, version: str) -> Iterator[str]:
        """Yield what can have rendered as a version: its release; for what came before one, also the folder itself."""
        if version == self._unreleased(self._blueprint(name)):
            yield version
        if version.removesuffix(".dev") in self._releases(name):
            yield version.removesuffix(".dev")

    def _why(self, made: Making, word: Word) -> str:
        """Say why the base isn't known."""
        name = f"{made.blueprint} {made.version}"
        if not list(self._candidates(made.blueprint, made.version)):
            return f"{name} is neither released nor in the standard's folder"
        if not word.tree:
            return "no tree is recorded"
        return f"{name} doesn't render to the recorded tree {word.tree[:12]} with the recorded answers"

    def _render(self, name: str, version: str, said: str, word: Word) -> Rendering:
        """Return what a version of a blueprint renders to as the version `said`; raise AnswerError."""
        template = self._template(name, version)
        given = {question.name: word.answers[question.name] for question in template.questions
                 if question.name in word.answers and not question.hidden}  # fmt: skip
        answers = parse_answers(given, template.questions, where=ANSWERS)
        owned = claims(self._blueprint(name))
        key = shelf.key_of(template.tree, answers, said, word.url, repr(owned))
        if key not in self._rendered:
            folder = self.cache / "renderings"
            found = shelf.take(folder, key, said)
            if found is None:
                found = _rendering(template, answers, Origin(url=word.url, commit=f"v{said}"), owned, said)
                shelf.keep(folder, key, found)
            self._rendered[key] = found
            for old in list(self._rendered)[:-_REMEMBERED]:
                del self._rendered[old]
        return self._rendered[key]

    def _template(self, name: str, version: str) -> Template:
        blueprint, release = self._blueprint(name), self._releases(name).get(version)
        make = release.template if release is not None else lambda: compose(blueprint)
        return self._once(("template", name, version), make)

    def _blueprint(self, name: str) -> Blueprint:
        return self._once(("blueprint", name), lambda: find_blueprint(self.folders, name))

    def _releases(self, name: str) -> Mapping[str, Release]:
        def find() -> dict[str, Release]:
            found = find_releases(name, self.roots, self.folders, self.cache)
            return {release.version: release for release in found}

        return self._once(("releases", name), find)

    def _urls_of(self, name: str) -> tuple[str, ...]:
        return tuple(url.replace("{blueprint}", name) for url in self.urls)

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        if key not in self._read:
            self._read[key] = make()
        found: T = self._read[key]
        return found


def _again(
    roots: tuple[Path, ...], folders: tuple[Path, ...], sources: tuple[str, ...], urls: tuple[str, ...], cache: Path
) -> Templates:
    return Templates(roots=roots, folders=folders, sources=sources, urls=urls, cache=cache)


def _updated_to(word: Word, releases: Mapping[str, Release]) -> str:
    """Return the release that Copier has updated a repo to since `.goldenpath.yaml` was written, "" for none."""
    said = word.commit.removeprefix("v")
    try:
        newer = said in releases and Version(said) > Version(word.version)
    except ValueError:
        return ""
    return said if newer else ""


def _newest(recorded: Version, releases: Mapping[str, Release], unreleased: str) -> str:
    """Return the version that a repo should be at: the newest release, unless the repo is ahead of it already."""
    if not releases:
        return unreleased
    newest = max(releases, key=Version)
    return newest if recorded <= Version(newest) else unreleased


def _rendering(
    template: Template, answers: Mapping[str, Any], origin: Origin, owned: Claims, version: str
) -> Rendering:
    with tempfile.TemporaryDirectory(prefix="goldenpath-") as name:
        source, target = Path(name).resolve() / "template", Path(name).resolve() / "repo"
        template.write(source)
        render(source, target, answers, origin)
        files, executable = read_files(target)
    held = {path: data for path, data in files.items() if owned.of(path)[0] is not Owner.SEEDED}
    tree = tree_id(files, executable)
    return Rendering(version=version, files=held, executable=executable & held.keys(), tree=tree)
