"""Reads READMEs that are model cards: the form that hubs of models ask for, and READMEs with a card's headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, Governance
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("readme.md", "readme.rst", "readme")
VERSION = 1

_FRONT = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
# Hugging Face: https://huggingface.co/docs/hub/model-cards; a Space or a data set has other keys.
_KEYS = re.compile(r"^(?:pipeline_tag|library_name|base_model|model-index):", re.MULTILINE)
_HEADING = re.compile(
    r"^(?:#{1,4}[ \t]*[^\n]{0,80}?\b(?:model card|intended uses?|out-of-scope uses?)\b"
    r"|(?:model card|intended uses?)[^\n]{0,80}\r?\n[-=~]{3,})",
    re.IGNORECASE | re.MULTILINE,
)


def read(file: File) -> Facts:
    """Return a model card where the README is one, and nothing where it isn't."""
    text = decode(file.data)
    front = _FRONT.match(text)
    found = _HEADING.search(text)
    if not found and not (front and _KEYS.search(front[1])):
        return Facts()
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    return Facts(governance=(Governance(kind="model-card", path=file.path, line=line),))
