"""Reads which quality tools other CI systems than GitHub's run, and pipelines of Azure under names of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.listing import CI
from goldenpath.facts.model import Ci, Facts, Quality
from goldenpath.facts.quality import run_by
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (
    ".gitlab-ci.yml",
    ".gitlab-ci.yaml",
    ".gitlab/**/*.yml",
    ".circleci/config.yml",
    ".travis.yml",
    ".drone.yml",
    ".cirrus.yml",
    ".buildkite/*.yml",
    ".taskcluster.yml",
    ".tekton/*.yaml",
    ".woodpecker/*.yml",
    "*azure-pipelines*.yml",
    ".azure*/**/*.yml",
    "**/pipelines/**/*.yml",
    "**/.pipelines/**/*.yml",
    "**/*-pipelines/**/*.yml",
    "bitbucket-pipelines.yml",
    "buildspec*.yml",
    "cloudbuild*.yaml",
    "cloudbuild*.yml",
    "cloudbuild/*.yaml",
    ".cloudbuild/**/*.yaml",
    "jenkinsfile",
    "jenkinsfile.*",
    "*.jenkinsfile",
)
VERSION = 2

_MOST = 256 * 1024
_FREE = re.compile(r"(?:.*/)?(?:\.?pipelines|[^/]+-pipelines)/[^\n]+\.yml\Z", re.IGNORECASE)
"""Where Azure's pipelines lie that no name tells from other YAML."""

_NAMED = re.compile(dict(CI)["azure-pipelines"])
_RUNS = re.compile(r"^[ \t]*(?:- task: *[A-Za-z][\w.-]*@\d|vmImage:)", re.MULTILINE)
_TRIGGER = re.compile(r"^(?:trigger|pr):", re.MULTILINE)
_BODY = re.compile(r"^(?:steps|jobs|stages|extends):", re.MULTILINE)
_TALK = re.compile(
    r"^[ \t]*(?:#|//|(?:- )?(?:name|displayName|image|key|stage|label): |(?:- )?echo\b)[^\n]*", re.MULTILINE
)
_QUOTES = str.maketrans("\"'[],", "     ")


def read(file: File) -> Facts:
    """Return each tool once, at the first line that runs it, and the CI system where only the text tells it."""
    text = decode(file.data[:_MOST])
    free = _FREE.fullmatch(file.path) is not None and _NAMED.fullmatch(file.path) is None
    if free and not _is_azure(text):
        return Facts()
    systems = (Ci(system="azure-pipelines", path=file.path),) if free else ()
    return Facts(ci=systems, quality=tuple(_tools(text, file.path)))


def _is_azure(text: str) -> bool:
    return bool(_RUNS.search(text) or (_TRIGGER.search(text) and _BODY.search(text)))


def _tools(text: str, path: str) -> list[Quality]:
    text = _TALK.sub(lambda match: " " * len(match[0]), text).translate(_QUOTES)
    found: dict[tuple[str, str], Quality] = {}
    for kind, tool, at in run_by(text):
        if (kind, tool) not in found:
            line = text.count("\n", 0, at) + 1
            found[kind, tool] = Quality(kind=kind, tool=tool, evidence="ci", path=path, line=line)
    return list(found.values())
