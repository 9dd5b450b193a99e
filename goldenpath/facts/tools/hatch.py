"""Hatch's table: the environments' dependencies, and requirements that a metadata hook reads from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, Include, merge
from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from goldenpath.facts.toml import Document

_HOOK = ("metadata", "hooks", "requirements_txt")


def read(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the environments' dependencies as scopes `env:NAME`, and the hook's files."""
    found = [_hook(document, path, where)]
    for name in document.table(*where, "envs"):
        keys = ((*where, "envs", name, key) for key in ("dependencies", "extra-dependencies"))
        found.extend(base.requirements(document, path, key, f"env:{name}") for key in keys)
    return merge(found)


def _hook(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    hook = (*where, *_HOOK)
    rows = [
        Include(target=target, kind="dynamic", scope="runtime", path=path, line=line)
        for target, line in document.strings(*hook, "files")
    ]
    single = document.get(*hook, "filename")
    if isinstance(single, str):
        line = document.line(*hook, "filename")
        rows.append(Include(target=single, kind="dynamic", scope="runtime", path=path, line=line))
    for name in document.table(*hook, "optional-dependencies"):
        rows.extend(
            Include(target=target, kind="dynamic", scope=f"optional:{name}", path=path, line=line)
            for target, line in document.strings(*hook, "optional-dependencies", name)
        )
    return Facts(includes=tuple(rows))
