"""The paths that the files of a template render to, as far as they can be told before there are answers."""

from __future__ import annotations

import re

_OTHERWISE = re.compile(r"\{%-?\s*el(?:se|if)\b.*?(?=\{%-?\s*endif\b)")
_STATEMENT = re.compile(r"\{%.*?%\}")
_ANSWERS = re.compile(r"\{\{-?\s*_copier_conf\.answers_file\s*-?\}\}")


def output_path(path: str) -> str:
    """Return the path that a template file renders to, but for the answers in it."""
    return path.removesuffix(".jinja")


def rendered_path(path: str) -> str:
    """Return where in a repo a file of `template/` stands, "" for one of `parts/`, which is only included.

    A condition around a name is taken to hold (`{% if docs %}guide.md{% endif %}` is `guide.md`, and of a choice the
    first name counts); an answer stays as it is written, as in `src/{{ package_name }}/model.py`.
    """
    top, _, below = output_path(path).partition("/")
    if top != "template":
        return ""
    below = _STATEMENT.sub("", _OTHERWISE.sub("", below))
    return _ANSWERS.sub(".copier-answers.yml", below)
