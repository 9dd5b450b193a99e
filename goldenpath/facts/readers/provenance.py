"""Reads what a template left behind: Copier's answers files and cruft's record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from goldenpath._yaml import YamlError, compose
from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Provenance
from goldenpath.facts.requirement import without_secret
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (".copier-answers*.yml", ".copier-answers*.yaml", ".cruft.json")
VERSION = 2


def read(file: File) -> Facts:
    """Return which template and version the file names; both are untrusted words of the scanned repo."""
    text = decode(file.data)
    if "{{" in text and "_src_path:" not in text and file.name != ".cruft.json":
        return Facts()  # the template of an answers file, not one that a template left behind
    return Facts(provenance=(_cruft(file.path, text) if file.name == ".cruft.json" else _copier(file.path, text),))


def _copier(path: str, text: str) -> Provenance:
    try:
        documents = compose(text)
    except YamlError as error:
        raise ReadError(f"is no YAML: {error.reason}", error.line) from error
    if not documents or not documents[0].is_mapping:
        raise ReadError("is no answers file: it has no answers")
    source, commit = documents[0].get("_src_path"), documents[0].get("_commit")
    return Provenance(
        tool="copier",
        template=without_secret(source.text) if source and source.text else None,
        version=commit.text if commit else None,
        path=path,
        line=source.line if source else None,
    )


def _cruft(path: str, text: str) -> Provenance:
    try:
        record: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"is no JSON: {error}", getattr(error, "lineno", None)) from error
    if not isinstance(record, dict):
        raise ReadError("is no record of cruft: it has no keys")
    at = text.find('"template"')
    return Provenance(
        tool="cruft",
        template=without_secret(_word(record.get("template")) or "") or None,
        version=_word(record.get("commit")),
        path=path,
        line=text.count("\n", 0, at) + 1 if at >= 0 else None,
    )


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) else None
