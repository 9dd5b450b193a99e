"""What the readers of tools' tables share: lists of requirements with their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts import pip
from goldenpath.facts.model import Dependency, Facts, Include, Python, Unreadable
from goldenpath.facts.requirement import Requirement, canonical, place
from goldenpath.facts.toml import word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldenpath.facts.toml import Document


def requirements(document: Document, path: str, where: tuple[str, ...], scope: str) -> Facts:
    """Return the requirements of the array of strings at `where`; tell what stands there and is none."""
    said = document.get(*where)
    if said is not None and not isinstance(said, list):
        reason = f"{where[-1]} is no list of requirements"
        return Facts(unreadable=(Unreadable(path=path, reason=reason, partial=True, line=document.line(*where)),))
    return listed(document.strings(*where), path, scope, what=f"an item of {where[-1]}")


def listed(items: Iterable[tuple[str, int | None]], path: str, scope: str, *, what: str = "an item of a list") -> Facts:
    """Return the requirements of texts with their lines, as pip would read each."""
    dependencies: list[Dependency] = []
    unreadable: list[Unreadable] = []
    includes: list[Include] = []
    for text, line in items:
        said = pip.meaning(text.strip())
        if isinstance(said, Requirement):
            dependencies.append(place(said, path=path, line=line, scope=scope))
        elif isinstance(said, pip.Pointer):
            includes.append(Include(target=said.target, kind=said.kind, scope=scope, path=path, line=line))
        elif said is None:
            unreadable.append(Unreadable(path=path, reason=f"{what} is no requirement", partial=True, line=line))
    return Facts(dependencies=tuple(dependencies), unreadable=tuple(unreadable), includes=tuple(includes))


def groups(document: Document, path: str, where: tuple[str, ...], kind: str) -> list[Facts]:
    """Return the requirements of each named array in the table at `where`, with the scope `kind:NAME`."""
    return [requirements(document, path, (*where, name), f"{kind}:{name}") for name in document.table(*where)]


def python(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the Python requirement that stands as a PEP 440 string at `where`."""
    written = word(document.get(*where))
    if not written or not written.strip():
        return Facts()
    row = Python(specifier=canonical(written), written=written, path=path, line=document.line(*where))
    return Facts(python=(row,))
