"""The blueprint of a policy's case: what its versions render to is written out beside the case's own files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from goldenpath.catalog.blueprint import Ownership
from goldenpath.catalog.making import Making, Rendering
from goldenpath.catalog.ownership import Claims
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.catalog.making import Word
    from goldenpath.policy.base import Files

PREFIX = "blueprint:"
_NAME = re.compile(r"blueprint:(?P<version>[^/]+)/(?P<path>.+)")
_ALL_MANAGED = Claims(layers=(Ownership(managed=("**",)),))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTemplates:
    """A blueprint of which every version renders to the same files for everybody; all of them are managed."""

    versions: Mapping[str, Rendering]

    def making(self, word: Word) -> Making | None:
        """Return what a case's repo was made from: the version that it names, whatever it calls the blueprint."""
        newest = max(self.versions, key=Version)
        made = self.versions.get(word.version)
        return Making(
            blueprint=word.blueprint,
            version=word.version,
            claims=_ALL_MANAGED,
            base=made,
            newest=self.versions[newest],
            newest_version=newest,
            behind=sum(1 for version in self.versions if made and Version(version) > Version(word.version)),
            unknown="" if made else f"the case has no version {word.version!r}",
        )


def templates_in(files: Files) -> CaseTemplates | None:
    """Return the blueprint of a case, from its names such as `blueprint:1.2.0/Makefile`; None without any."""
    rendered: dict[str, dict[str, bytes]] = {}
    for name, text in files.items():
        if not name.startswith(PREFIX):
            continue
        found = _NAME.fullmatch(name)
        if not found or not _is_version(found["version"]):
            raise GoldenpathError(f"a case's {name} is no file of a version", hint="Write blueprint:VERSION/PATH.")
        data = bytes(text) if isinstance(text, int) else text.encode()
        rendered.setdefault(found["version"], {})[found["path"]] = data
    if not rendered:
        return None
    return CaseTemplates(versions={v: Rendering(version=v, files=inner) for v, inner in rendered.items()})


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
