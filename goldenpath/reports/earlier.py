"""Reads an earlier run back from its JSON report: what a baseline and `--since` compare with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath.errors import GoldenpathError
from goldenpath.finding import Stage
from goldenpath.reports.formats.json import SCHEMA_VERSION, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.survey.result import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A finding as a report notes it; `place` is `path:line` where a line is known.

    `blueprint` is the blueprint whose it is, "" where it is the team's.
    """

    fingerprint: str
    repo: str
    policy: str
    title: str
    stage: Stage
    place: str
    waived: bool
    blueprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A repo as a report shows it; `undecided` are the policies that couldn't be judged, `level` None if unknown.

    `reason` says why it isn't readable.
    """

    id: str
    readable: bool
    level: int | None
    findings: Mapping[str, Noted] = field(default_factory=dict)
    undecided: frozenset[str] = frozenset()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run as its JSON report tells it, its repos by id."""

    standard: str
    as_of: str
    repos: Mapping[str, Seen]

    @property
    def known(self) -> frozenset[str]:
        """The fingerprints of what had failed; what was waived counts as new again once the waiver has ended.

        So does what was the blueprint's, once it is the team's.
        """
        seen = (noted for repo in self.repos.values() for noted in repo.findings.values())
        return frozenset(noted.fingerprint for noted in seen if not noted.waived and not noted.blueprint)


def read_run(path: str) -> Run:
    """Return the run that a JSON report holds; raise GoldenpathError for a file that is none."""
    hint = "Write one with `goldenpath drift --format json --output FILE`."
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise GoldenpathError(f"can't be read: {error.strerror}", where=path, hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise GoldenpathError(f"is no JSON: {error}", where=path, hint=hint) from error
    version = found.get("schema_version") if isinstance(found, dict) else None
    if version != SCHEMA_VERSION:
        said = "is no report of goldenpath" if version is None else f"has version {version} of the report's schema"
        raise GoldenpathError(f"{said}; wanted is a JSON report, version {SCHEMA_VERSION}", where=path, hint=hint)
    try:
        return _run(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GoldenpathError(f"is a report with something missing: {error}", where=path, hint=hint) from error


def run_of(survey: Survey) -> Run:
    """Return a survey as its own report would tell it."""
    # Through the text: what no file can hold is written out there, in the ids of repos too.
    return _run(json.loads(render(survey)))


def _run(said: dict[str, Any]) -> Run:
    standard = said["standard"]
    return Run(
        standard=f"{standard['name']} {standard['version']}",
        as_of=str(said["as_of"]),
        repos={repo["id"]: _seen(repo) for repo in said["repos"]},
    )


def _seen(repo: dict[str, Any]) -> Seen:
    return Seen(
        id=str(repo["id"]),
        readable=repo["status"] == "ok",
        level=repo["level"],
        findings={item["fingerprint"]: _noted(item, repo["id"]) for item in repo["findings"]},
        undecided=frozenset(error["policy"] for error in repo["errors"]),
        reason=str(repo["reason"] or ""),
    )


def _noted(item: dict[str, Any], repo: str) -> Noted:
    place = f"{item['path']}:{item['line']}" if item["line"] else item["path"]
    return Noted(
        fingerprint=str(item["fingerprint"]),
        repo=repo,
        policy=str(item["policy"]),
        title=str(item["title"]),
        stage=Stage(item["stage"]),
        place=place,
        waived=item["result"] == "waived",
        blueprint=str(item["blueprint"]) if item["result"] == "blueprint" else "",
    )
