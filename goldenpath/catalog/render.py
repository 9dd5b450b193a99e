"""Render a template with Copier: the only importer of copier, and of what its oddities need.

Copier changes the working directory, so renders run in processes of their own or one after the other, never in
threads. It writes neither `_commit` nor a stable `_src_path` for a plain folder: the one line of the answers file is
replaced, which gives the bytes that Copier itself writes for a tagged repo of that URL.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goldenpath import _yaml
from goldenpath.catalog.questions import AnswerError
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ANSWERS = ".copier-answers.yml"
# The later ones come out of expressions over answers, such as a division by one that is 0.
_FAILURES = (ValueError, TypeError, OSError, ArithmeticError, AttributeError, LookupError, RecursionError)
_REFUSED = re.compile(r"Validation error for question '(\w+)': (.*)", re.DOTALL)
_UNANSWERED = re.compile(r'Question "(\w+)" is required')


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the answers file records: the logical URL of the template and its version tag, such as `v1.2.0`."""

    url: str
    commit: str


def render(  # noqa: PLR0913 - what, where to, and what to answer
    template: Path,
    destination: Path,
    answers: Mapping[str, Any],
    origin: Origin,
    *,
    defaults: Mapping[str, Any] | None = None,
    ask: bool = False,
) -> None:
    """Render the template in a folder into another, new one.

    Both are absolute. `defaults` go before the template's own. `ask` prompts for the questions that have no answer, on
    stderr. Raise AnswerError for answers that the questions' validators refuse, GoldenpathError for mistakes of the
    template; KeyboardInterrupt where the person gives up.
    """
    from copier import Settings, run_copy  # noqa: PLC0415 - takes 0.2 s to import
    from copier.errors import CopierAnswersInterrupt, CopierError  # noqa: PLC0415 - as above
    from jinja2 import TemplateError  # noqa: PLC0415 - as above
    from plumbum import local  # noqa: PLC0415 - as above
    from plumbum.commands.processes import ProcessExecutionError  # noqa: PLC0415 - as above

    failures = (CopierError, TemplateError, ProcessExecutionError, *_FAILURES)
    try:
        # Without git on PATH Copier doesn't ask git about each file, and sees a folder as what it is.
        with local.env(PATH=os.devnull), warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
            warnings.simplefilter("ignore")
            run_copy(
                str(template),
                str(destination),
                data=dict(answers),
                user_defaults=dict(defaults or {}),
                defaults=not ask,
                quiet=True,
                unsafe=False,
                settings=Settings(),
            )
    except CopierAnswersInterrupt as error:
        raise KeyboardInterrupt from error
    except failures as error:
        raise _told(error) from error
    _record(destination / ANSWERS, origin)


def read_answers(folder: Path) -> dict[str, Any]:
    """Return the answers that a rendered folder records, without Copier's own keys."""
    data = _yaml.load((folder / ANSWERS).read_text(encoding="utf-8")) or {}
    return {name: value for name, value in data.items() if not name.startswith("_")}


def _record(file: Path, origin: Origin) -> None:
    if not file.is_file():
        raise GoldenpathError(
            "the template writes no answers file",
            where=ANSWERS,
            hint="Add `template/{{ _copier_conf.answers_file }}.jinja`: without it the repo can't be updated.",
        )
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("_commit:")]
    recorded = f"_commit: {origin.commit}\n_src_path: {origin.url}\n"
    file.write_text(
        "".join(recorded if line.startswith("_src_path:") else line for line in kept), encoding="utf-8", newline="\n"
    )


def _told(error: Exception) -> GoldenpathError:
    # What the system says names our temporary folder, which is no news for anybody.
    system = error.strerror if isinstance(error, OSError) else None
    said = system or str(error).strip() or type(error).__name__
    refused = _REFUSED.match(said)
    if refused:
        name, why = refused.groups()
        return AnswerError(
            f"the answer to {name!r} won't do: {' '.join(why.split())}", hint=f"Give another one: --data {name}=..."
        )
    unanswered = _UNANSWERED.match(said)
    if unanswered:
        name = unanswered.group(1)
        return AnswerError(f"the question {name!r} has no default", hint=f"Answer it: --data {name}=...")
    return GoldenpathError(f"the blueprint can't be rendered: {said}", hint="Tell the blueprint's owner.")
