"""Reads pre-commit configurations: each hook with the repo and the revision that it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath._yaml import Node, YamlError, compose
from goldenpath.facts import toml
from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Hook
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml")
VERSION = 1


def read(file: File) -> Facts:
    """Return the hooks; those of `local`, `meta` and `builtin` repos have no revision.

    pre-commit reads the first name alone, prek all three.
    """
    if file.name.lower().endswith(".toml"):
        return Facts(hooks=tuple(_of_toml(toml.parse(decode(file.data)), file.path)))
    try:
        documents = compose(decode(file.data))
    except YamlError as error:
        raise ReadError(f"is no YAML: {error.reason}", error.line) from error
    if not documents:
        raise ReadError("is no pre-commit configuration: it is empty")
    # Before 2018 the list of repos was the whole document.
    repos = documents[0] if documents[0].is_sequence else documents[0].get("repos")
    if repos is None:
        raise ReadError("is no pre-commit configuration: it has no `repos`")
    return Facts(hooks=tuple(hook for repo in repos.elements() for hook in _hooks(repo, file.path)))


def _hooks(repo: Node, path: str) -> Iterator[Hook]:
    source = _text(repo.get("repo"))
    hooks = repo.get("hooks")
    if source is None or hooks is None:
        return
    revision = _text(repo.get("rev")) or _text(repo.get("sha"))
    for hook in hooks.elements():
        identity = hook.get("id")
        if identity is not None and identity.text:
            yield Hook(repo=source, rev=revision, id=identity.text, path=path, line=identity.line)


def _of_toml(document: toml.Document, path: str) -> Iterator[Hook]:
    repos = document.get("repos")
    for index, repo in enumerate(repos if isinstance(repos, list) else ()):
        hooks = repo.get("hooks") if isinstance(repo, dict) else None
        for number, hook in enumerate(hooks if isinstance(hooks, list) else ()):
            identity = hook.get("id") if isinstance(hook, dict) else None
            if isinstance(identity, str) and isinstance(repo.get("repo"), str):
                line = document.line("repos", index, "hooks", number, "id")
                revision = repo.get("rev")
                yield Hook(
                    repo=repo["repo"],
                    rev=revision if isinstance(revision, str) else None,
                    id=identity,
                    path=path,
                    line=line,
                )


def _text(node: Node | None) -> str | None:
    return node.text if node else None
