"""The rule kind `image`: which container images are built on, and how exactly they are named.

    image: {digest: true}
    image: {tagged: true}
    image: {deny_tags: [latest, "*-dev"]}
    image: {registries: ["docker.io/library", "ghcr.io/acme"]}
    image: {deny: ["*/anaconda3"]}

An image without a registry is one of docker.io; `scratch` is no image. What a build argument without a default names
can't be known and isn't asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, ClassVar, cast

from goldenpath.policy import engine
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError
from goldenpath.policy.conditions import Demands  # noqa: TC001 - pydantic resolves the annotations
from goldenpath.policy.rules.fact import Selection, check_fields, selected, selection

if TYPE_CHECKING:
    from goldenpath.facts.model import Image
    from goldenpath.policy.subject import Subject

_DEMANDS = ("digest", "tagged", "deny_tags", "registries", "deny")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRule:
    """How images must be named; exactly one demand.

    `digest` wants each pinned by digest, `tagged` by a tag or digest; `deny_tags` are globs over tags (an unwritten
    tag is `latest`); `registries` are the registries, or folders in them, that images may come from; `deny` are globs
    over full names. `origins` limits it to `from` or `copy`, `except` leaves images out by globs over full names.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    digest: bool | None = None
    tagged: bool | None = None
    deny_tags: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    origins: tuple[str, ...] = ("from", "copy")
    except_: tuple[str, ...] = ()
    where: Demands = field(default_factory=dict)
    missing: Missing = Missing.NOT_APPLICABLE
    selection: Selection = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_fields("images", self.where, "where")
        object.__setattr__(self, "selection", selection("images", self.where))
        given = [name for name in _DEMANDS if getattr(self, name) not in (None, ())]
        if len(given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(_DEMANDS)}")
        if getattr(self, given[0]) is False:
            raise SpecError("only `true` can be asked", given[0])

    def check(self, subject: Subject) -> Outcome:
        """Return whether the images are named as they must be."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each image that is known."""
        wanted = self._wanted
        items = tuple(
            engine.of_row(row, engine.Met.YES if self._ok(row) else engine.Met.NO, row.image, written(row), wanted)
            for row in cast("tuple[Image, ...]", selected(subject, self.where, self.selection))
            if self._asked(row)
        )
        return engine.Question(
            items=items,
            quantifier=engine.Quantifier.EACH,
            missing=self.missing,
            absent=engine.nothing_found(subject, what="container image", wanted=wanted),
        )

    def _asked(self, row: Image) -> bool:
        name = full_name(row.image)
        left_out = any(fnmatchcase(name, pattern) for pattern in self.except_)
        return row.resolved and row.image != "scratch" and row.origin in self.origins and not left_out

    def _ok(self, row: Image) -> bool:
        name = full_name(row.image)
        if self.digest:
            return bool(row.digest)
        if self.tagged:
            return bool(row.tag or row.digest)
        if self.registries:
            return any(name.startswith(f"{registry.rstrip('/')}/") for registry in self.registries)
        if self.deny:
            return not any(fnmatchcase(name, pattern) for pattern in self.deny)
        tag = row.tag or ("" if row.digest else "latest")
        return not any(fnmatchcase(tag, pattern) for pattern in self.deny_tags)

    @property
    def _wanted(self) -> str:
        if self.digest:
            return "an image pinned by digest"
        if self.tagged:
            return "a tag"
        if self.registries:
            return f"an image from {' or '.join(self.registries)}"
        if self.deny:
            return f"any image but {' or '.join(self.deny)}"
        return f"any tag but {' or '.join(self.deny_tags)}"


def full_name(image: str) -> str:
    """Return an image's name with its registry: `python` is `docker.io/library/python`."""
    first, slash, rest = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return image if first != "index.docker.io" else f"docker.io/{rest}"
    return f"docker.io/{image}" if slash else f"docker.io/library/{image}"


def written(row: Image) -> str:
    """Return an image as a Dockerfile writes it."""
    return row.image + (f":{row.tag}" if row.tag else "") + (f"@{row.digest}" if row.digest else "")
