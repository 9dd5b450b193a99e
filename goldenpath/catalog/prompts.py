"""The questions as a terminal can show them: Copier cuts each line of a prompt at the terminal's edge."""

from __future__ import annotations

import json
from dataclasses import replace
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from goldenpath import _yaml
from goldenpath.catalog.ask import QUESTIONS

if TYPE_CHECKING:
    from goldenpath.catalog.compose import Template

_MARK = "   "  # stands before the first line, as wide as Copier's mark
_NARROWEST = 40


def fitted(template: Template, columns: int) -> Template:
    """Return the template with the help of each question broken into lines that a terminal of this width shows."""
    content: dict[str, Any] = _yaml.load(template.files[QUESTIONS].decode())
    width = max(columns - 1, _NARROWEST)
    for question in content.values():
        if isinstance(question, dict) and question.get("help"):
            question["help"] = _broken(str(question["help"]), width)
    # JSON is YAML, too, and says all that a question can.
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return replace(template, files={**template.files, QUESTIONS: text.encode()})


def _broken(text: str, width: int) -> str:
    lines = wrap(text, width, initial_indent=_MARK, subsequent_indent=_MARK, break_on_hyphens=False)
    return "\n".join(lines).removeprefix(_MARK)
