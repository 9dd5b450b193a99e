"""Which formatters, linters, type checkers and test runners a repo uses, and how each is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Quality

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from goldenpath.facts.model import Facts

TOOLS: dict[str, tuple[str, ...]] = {
    "autopep8": ("formatter",),
    "bandit": ("linter",),
    "basedpyright": ("type-checker",),
    "black": ("formatter",),
    "blue": ("formatter",),
    "codespell": ("linter",),
    "coverage": ("coverage",),
    "darker": ("formatter",),
    "docformatter": ("formatter",),
    "flake8": ("linter",),
    "golangci-lint": ("linter",),
    "hypothesis": ("test-runner",),
    "isort": ("formatter",),
    "mypy": ("type-checker",),
    "nbqa": ("linter",),
    "nbstripout": ("formatter",),
    "nose": ("test-runner",),
    "nose2": ("test-runner",),
    "nox": ("test-runner",),
    "pycodestyle": ("linter",),
    "pydocstyle": ("linter",),
    "pyflakes": ("linter",),
    "pylint": ("linter",),
    "pyre": ("type-checker",),
    "pyrefly": ("type-checker",),
    "pyink": ("formatter",),
    "pylama": ("linter",),
    "pyre-check": ("type-checker",),
    "pyright": ("type-checker",),
    "pytest": ("test-runner",),
    "pytest-black": ("formatter",),
    "pytest-cov": ("coverage",),
    "pytest-flake8": ("linter",),
    "pytest-mypy": ("type-checker",),
    "pytype": ("type-checker",),
    "pyupgrade": ("formatter",),
    "ruff": ("linter",),
    "tox": ("test-runner",),
    "ty": ("type-checker",),
    "wemake-python-styleguide": ("linter",),
    "yapf": ("formatter",),
}
"""Tools by the name that a dependency, a hook or a command gives them, and what they are for."""

ACTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "astral-sh/ruff-action": (("linter", "ruff"),),
    "chartboost/ruff-action": (("linter", "ruff"),),
    "codecov/codecov-action": (("coverage", "codecov"),),
    "coverallsapp/github-action": (("coverage", "coveralls"),),
    "github/super-linter": (("linter", "super-linter"),),
    "isort/isort-action": (("formatter", "isort"),),
    "jakebailey/pyright-action": (("type-checker", "pyright"),),
    "julianwachholz/flake8-action": (("linter", "flake8"),),
    "lgeiger/black-action": (("formatter", "black"),),
    "oxsecurity/megalinter": (("linter", "megalinter"),),
    "oxsecurity/megalinter/flavors/python": (("linter", "megalinter"),),
    "psf/black": (("formatter", "black"),),
    "py-actions/flake8": (("linter", "flake8"),),
    "py-cov-action/python-coverage-comment-action": (("coverage", "coverage"),),
    "rickstaa/action-black": (("formatter", "black"),),
    "super-linter/super-linter": (("linter", "super-linter"),),
    "super-linter/super-linter/slim": (("linter", "super-linter"),),
    "trunk-io/trunk-action": (("linter", "trunk"),),
    "tsuyoshicho/action-mypy": (("type-checker", "mypy"),),
    "ultralytics/actions": (("formatter", "ruff"), ("linter", "ruff")),
}
"""Actions that run a tool, by their whole name: another folder of the same repo does something else."""

_FILES: tuple[tuple[str, str, str], ...] = (
    ("linter", "flake8", r"(?:.+/)?\.flake8"),
    ("linter", "golangci-lint", r"(?:.+/)?\.golangci\.(?:ya?ml|toml|json)"),
    ("linter", "pylint", r"(?:.+/)?\.?pylintrc(?:\.toml)?"),
    ("linter", "ruff", r"(?:.+/)?\.?ruff\.toml"),
    ("linter", "bandit", r"(?:.+/)?\.bandit|(?:.+/)?bandit\.ya?ml"),
    ("linter", "trunk", r"\.trunk/trunk\.yaml"),
    ("linter", "megalinter", r"\.mega-?linter\.ya?ml"),
    ("linter", "sonar", r"sonar-project\.properties"),
    ("linter", "deepsource", r"\.deepsource\.toml"),
    ("linter", "prospector", r"(?:.+/)?\.?prospector\.ya?ml"),
    ("formatter", "isort", r"(?:.+/)?\.isort\.cfg"),
    ("formatter", "yapf", r"(?:.+/)?\.style\.yapf"),
    ("type-checker", "mypy", r"(?:.+/)?\.?mypy\.ini"),
    ("type-checker", "pyright", r"(?:.+/)?pyrightconfig\.json"),
    ("type-checker", "pyre", r"(?:.+/)?\.pyre_configuration"),
    ("type-checker", "ty", r"(?:.+/)?ty\.toml"),
    ("test-runner", "pytest", r"(?:.+/)?\.?pytest\.(?:ini|toml)|(?:.+/)?conftest\.py"),
    ("test-runner", "tox", r"(?:.+/)?tox\.(?:ini|toml)"),
    ("test-runner", "nox", r"(?:.+/)?noxfile\.py"),
    ("coverage", "coverage", r"(?:.+/)?\.coveragerc"),
    ("coverage", "codecov", r"\.?(?:github/)?codecov\.ya?ml"),
    ("tests", "files", r"(?:.+/)?test_[^/]+\.py|(?:.+/)?[^/]+_test\.py"),
)
_FILE = re.compile("|".join(f"({pattern})" for _, _, pattern in _FILES))
_PLAIN = (
    *("black", "docformatter", "isort", "yapf", "autopep8", "flake8", "pylint", "bandit", "mypy", "pyright"),
    *("basedpyright", "pytype", "ty check", "pytest", "py.test", "tox", "nox", "nosetests", "pre-commit", "codespell"),
)
_COMMAND = re.compile(
    r"(?:^|[\s;&|(])"
    r"(?:(?:uv|poetry|pdm|hatch|pipenv|pixi) run (?:-{1,2}\S+ )*|uvx |pipx run |python3? -m |nbqa |[\w./-]+/bin/)?"
    rf"(ruff (?:check|format)|ruff|{'|'.join(map(re.escape, _PLAIN))}"
    r"|coverage (?:run|report|xml|html|json|lcov|combine))(?=\s|$)",
    re.MULTILINE,
)
_WORDS = ("--cov", "ruff", "coverage", *_PLAIN)
"""One of these stands in every script of which the two expressions say anything: most scripts have none."""
_COVERAGE = re.compile(r"(?<=\s)--cov(?=[\s=]|$)", re.MULTILINE)
_TALK = re.compile(r"\b(?:echo|printf)\b[^\n;&|]*")
_INSTALL = re.compile(r"\b(?:pip3?|uv|poetry|pdm|conda|mamba|pipx|apt-get) (?:pip )?(?:tool )?(?:install|add|sync)\b.*")


def quality(facts: Facts, paths: Iterable[str]) -> tuple[Quality, ...]:
    """Return each tool once for each kind of evidence and project file: its first file there is."""
    found: dict[tuple[str, ...], Quality] = {(row.kind, row.tool, "config", row.path): row for row in facts.quality}
    for row in (*_files(paths), *_hooks(facts), *_dependencies(facts), *_actions(facts), *_commands(facts)):
        key = (row.kind, row.tool, row.evidence, _folder(row.path) if row.evidence == "files" else row.path)
        found.setdefault(key, row)
    return tuple(sorted(found.values(), key=lambda row: (row.path, row.line or 0, row.kind, row.tool, row.evidence)))


def _files(paths: Iterable[str]) -> Iterator[Quality]:
    for path in paths:
        match = _FILE.fullmatch(path)
        if match and match.lastindex:
            kind, tool, _ = _FILES[match.lastindex - 1]
            yield Quality(kind=kind, tool=tool, evidence="files" if kind == "tests" else "config", path=path)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _hooks(facts: Facts) -> Iterator[Quality]:
    for hook in facts.hooks:
        for kind, tool in _of_hook(hook.id):
            yield Quality(kind=kind, tool=tool, evidence="hook", path=hook.path, line=hook.line)


def _of_hook(identity: str) -> Iterator[tuple[str, str]]:
    """Yield what a hook's id names: `ruff-format` formats, `nbqa-black` runs black, `pyright-local` is pyright."""
    name = identity.lower().removeprefix("nbqa-")
    words = re.split(r"[-_ ]", name)
    tool = name if name in TOOLS else words[0]
    if tool == "ruff" and "format" in words:
        yield "formatter", "ruff"
    else:
        for kind in TOOLS.get(tool, ()):
            yield kind, tool


def _dependencies(facts: Facts) -> Iterator[Quality]:
    for row in facts.dependencies:
        name = canonicalize_name(row.name)
        for kind in TOOLS.get(name, ()):
            yield Quality(kind=kind, tool=name, evidence="dependency", path=row.path, line=row.line)


def _actions(facts: Facts) -> Iterator[Quality]:
    for row in facts.actions:
        for kind, tool in ACTIONS.get(row.name.lower(), ()):
            yield Quality(kind=kind, tool=tool, evidence="ci", path=row.path, line=row.line)


def _commands(facts: Facts) -> Iterator[Quality]:
    for workflow in facts.workflows:
        for command in workflow.commands:
            for kind, tool, _ in run_by(command):
                yield Quality(kind=kind, tool=tool, evidence="ci", path=workflow.path, line=workflow.line)


def run_by(script: str) -> Iterator[tuple[str, str, int]]:
    """Yield kind, tool and position of each tool that a script runs; what it installs or says isn't run by that."""
    if not any(word in script for word in _WORDS):
        return
    for unmeant in (_INSTALL, _TALK):
        script = unmeant.sub(lambda match: " " * len(match[0]), script)
    for match in _COMMAND.finditer(script):
        for kind, tool in _of_command(match[1]):
            yield kind, tool, match.start(1)
    for match in _COVERAGE.finditer(script):
        yield "coverage", "pytest-cov", match.start()


def _of_command(words: str) -> Iterator[tuple[str, str]]:
    tool = {"py.test": "pytest", "nosetests": "nose"}.get(words, words.split(maxsplit=1)[0])
    if words == "ruff format":
        yield "formatter", "ruff"
    else:
        for kind in TOOLS.get(tool, ()):
            yield kind, tool
