"""Loads the project's Python where `project.yaml` names it: `package.module:name`.

A hook is called where its protocol says. One that can't be imported, isn't there or takes other arguments is told
before anything runs, with its key in `project.yaml`.
"""

import importlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from road.core.documents import nearest
from road.core.errors import UserError

_SOURCES = "src"


def load_hook(key: str, reference: str, protocol: Any) -> Any:
    """Import what a key of `project.yaml` names; `UserError` when it isn't called as the protocol is.

    Whoever asks says what it is: `check: Check = load_hook("checks", reference, Check)`.
    """
    found = load_object(key, reference)
    if not callable(found):
        raise UserError(f"project.yaml: {key}: {reference} is not callable, it is {found!r}")
    check_arguments(key, reference, found, protocol.__call__)
    return found


def load_object(key: str, reference: str) -> Any:
    """Import what a key of `project.yaml` names, whatever it is."""
    module_name, _, name = reference.partition(":")
    try:
        module = _imported(module_name)
    except ImportError as error:
        raise UserError(f"project.yaml: {key}: {reference} can't be imported: {error}") from error
    except SyntaxError as error:
        place = f"{error.filename}:{error.lineno}"
        raise UserError(f"project.yaml: {key}: {place} is not Python: {error.msg}") from error
    try:
        return getattr(module, name)
    except AttributeError as error:
        said = nearest(name, vars(module))
        raise UserError(f"project.yaml: {key}: {module_name} has no {name}{said}") from error


def check_arguments(key: str, reference: str, found: Any, method: Callable[..., Any]) -> None:
    """Compare what a hook takes with what it will be called with: the arguments of its protocol's method."""
    wanted = list(inspect.signature(method).parameters.values())[1:]
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):  # made in C: it says when it is called
        return
    named = {each.name: each for each in wanted if each.kind is each.KEYWORD_ONLY}
    plain = [each.name for each in wanted if each.name not in named]
    try:
        signature.bind(*plain, **named)
    except TypeError as error:
        asked = ", ".join([*plain, *(f"*, {name}" for name in named)])
        message = f"{reference} takes {signature}, but is called with ({asked})"
        raise UserError(f"project.yaml: {key}: {message}") from error


def _imported(name: str) -> Any:
    """Import a module of the project, which is installed, or else stands in `src`."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        here = str(Path(_SOURCES).resolve())
        if error.name != name.partition(".")[0] or here in sys.path:
            raise
        sys.path.append(here)
        return importlib.import_module(name)
