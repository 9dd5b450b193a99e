"""The command `begin`: from a team's data to a declaration that `train` can work by.

It looks at the rows, refuses what nothing can be learnt from, and writes `project.yaml`, the data with its manifest
and page, the setting `data`, and what it can of `brief.yaml`. What people changed since is shown and kept.
"""

import argparse
import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import yaml

from road.core.documents import Loader
from road.core.errors import UserError
from road.core.project import Project, Task, read_project
from road.training import begin_brief, begin_pages, begin_project
from road.training.begin_changes import Change, read_text
from road.training.begin_leaks import check_leaks
from road.training.begin_profile import Profile, Wishes, profile
from road.training.begin_reading import Given, read_given
from road.training.begin_report import report
from road.training.config import Training
from road.training.contract import validate

DATA, MANIFEST, PAGE, SETTINGS = Path("data"), Path("data/manifest.json"), Path("data/README.md"), Path("settings.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that is to be written, and what there is to say about it."""

    changes: tuple[Change, ...]
    rows: tuple[Path, bytes] | None
    """The data as it is to stand in the repository; None where it stands there already."""
    manifest: str
    notes: tuple[str, ...]


def begin(options: argparse.Namespace, repository: Training) -> int:
    """Run the command; exit code 1 where people's changes stand in the way."""
    given = read_given(options.data)
    declared = _declared(repository)
    found = profile(given.frame, _wishes(options, repository.project, given.frame, declared))
    check_leaks(found)
    plan = _plan(given, found, repository, force=options.force)
    record = begin_pages.recorded(read_text(MANIFEST))
    kept = [change for change in plan.changes if not change.is_free(record)]
    if kept and not options.force:
        for change in kept:
            print(change.diff())
        names = ", ".join(str(change.path) for change in kept)
        print(f"nothing was written: {names} would lose what was changed there by hand; --force writes it")
        return 1
    written = _write(plan)
    print(report(given, found, plan.notes, written, repository.brief.project))
    return 0


def _declared(repository: Training) -> Task | None:
    """The task that the blueprint was asked for, as long as nothing else is declared."""
    project = repository.project
    return project.task if project.target is None else None


def _wishes(options: argparse.Namespace, project: Project, frame: pl.DataFrame, declared: Task | None) -> Wishes:
    ignored = {name for name, column in project.columns.items() if column.type == "ignore" and name in frame.columns}
    before = project.target.column if project.target else options.target
    return Wishes(
        target=options.target,
        task=options.task or declared,
        time=options.time,
        keys=tuple(options.key),
        positive=options.positive,
        ignored=frozenset({*options.ignore, *(ignored if before == options.target else ())} - {options.target}),
    )


def _plan(given: Given, found: Profile, repository: Training, *, force: bool) -> Plan:
    location, rows = _data(given, found)
    text, gone = begin_project.project_text(_text(repository.settings.project), found)
    project = _read(text)
    frame = validate(found.frame.select(found.kept), project, as_of=datetime.now(UTC).replace(tzinfo=None))
    notes = _said_of(gone)
    changes = [
        Change(
            path=repository.settings.project,
            before=read_text(repository.settings.project),
            after=text,
            part=_project_part,
            harmless=begin_project.only_adds(_content(_text(repository.settings.project)), _content(text)),
        ),
        _page(found, given, location),
        _setting(location),
    ]
    brief = _brief(frame, project, repository, notes, force=force)
    manifest = begin_pages.manifest_text(
        read_text(MANIFEST),
        given,
        location.name,
        hashlib.sha256(rows if rows is not None else location.read_bytes()).hexdigest(),
        given.frame.height,
    )
    return Plan(
        changes=(*changes, *brief),
        rows=(location, rows) if rows is not None else None,
        manifest=manifest,
        notes=tuple(notes),
    )


def _said_of(gone: list[str]) -> list[str]:
    """What there is to do where the repository was about other data."""
    notes = []
    if gone:
        notes.append(
            f"project.yaml named {', '.join(gone)} for other data: taken out; so may be their Python and tests"
        )
        notes.append("brief.yaml and README.md may still speak of that data")
    if "model" in gone:
        notes.append("settings.toml: [parameters] are those of the model before: take them out")
    return notes


def _data(given: Given, found: Profile) -> tuple[Path, bytes | None]:
    """Where the data is to stand, and its bytes where they don't stand there yet."""
    first = given.files[0]
    inside = len(given.files) == 1 and first.resolve().parent == DATA.resolve()
    if inside and given.is_plain:
        return DATA / first.name, None
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", given.path.resolve().stem).strip("-.") or "rows"
    location = DATA / f"{stem}.parquet"
    if location.resolve() == first.resolve():
        location = DATA / f"{stem}-plain.parquet"
    frame = found.frame.select(found.kept)
    if location.is_file() and _holds(location, frame):
        return location, None
    return location, begin_pages.parquet(frame)


def _holds(location: Path, frame: pl.DataFrame) -> bool:
    try:
        return pl.read_parquet(location.read_bytes()).equals(frame)
    except pl.exceptions.PolarsError:
        return False


def _page(found: Profile, given: Given, location: Path) -> Change:
    before = read_text(PAGE)
    after = begin_pages.page_text(before, found, given, location.name)
    empty = before is not None and not begin_pages.page_part(before)
    return Change(path=PAGE, before=before, after=after, part=begin_pages.page_part, harmless=empty)


def _setting(location: Path) -> Change:
    before = read_text(SETTINGS) or ""
    after = begin_pages.settings_text(before, location.as_posix())
    empty = begin_pages.setting(before).strip("\"'") == ""
    return Change(path=SETTINGS, before=before, after=after, part=begin_pages.setting, harmless=empty)


def _brief(
    frame: pl.DataFrame, project: Project, repository: Training, notes: list[str], *, force: bool
) -> Iterator[Change]:
    path = repository.settings.brief
    text = _text(path)
    requirement = begin_brief.requirement_of(text)
    wanted = begin_brief.propose(frame, project)
    open_yet = bool(requirement.get("proposed"))
    after = begin_brief.brief_text(text, wanted)
    change = Change(path=path, before=text, after=after, part=_brief_part, harmless=open_yet and not _recorded(path))
    agreed = begin_brief.is_agreed(requirement, wanted_task(project))
    if agreed and not force and not change.is_free(begin_pages.recorded(read_text(MANIFEST))):
        notes.append(
            f"brief.yaml keeps its requirement, which is agreed; a proposal by these rows would be\n{change.diff()}"
        )
        return
    yield change


def wanted_task(project: Project) -> Task:
    """The task that was just declared."""
    if project.task is None:
        raise UserError("project.yaml has no task")
    return project.task


def _recorded(path: Path) -> bool:
    return path.name in begin_pages.recorded(read_text(MANIFEST))


def _project_part(text: str) -> str:
    return begin_project.managed(_content(text))


def _brief_part(text: str) -> str:
    return begin_brief.managed(begin_brief.requirement_of(text))


def _content(text: str) -> dict[str, object]:
    found = yaml.load(text, Loader)  # noqa: S506 - a safe one, with fewer words that mean yes or no
    return dict(found) if isinstance(found, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} can't be read: {error}") from error


def _read(text: str) -> Project:
    """Read the new declaration as every command will."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "project.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            return read_project(path)
        except UserError as error:
            raise UserError(str(error).replace(f"{folder}/", "")) from error


def _write(plan: Plan) -> list[str]:
    """Write what is new, and give its names."""
    DATA.mkdir(exist_ok=True)
    written = []
    if plan.rows is not None:
        location, content = plan.rows
        location.write_bytes(content)
        written.append(str(location))
    before = read_text(MANIFEST)
    record = dict(begin_pages.recorded(before))
    for change in plan.changes:
        record[change.path.name] = change.mark
        if change.is_one:
            change.path.write_text(change.after, encoding="utf-8")
            written.append(str(change.path))
    manifest = begin_pages.with_record(plan.manifest, record)
    if manifest != before:
        MANIFEST.write_text(manifest, encoding="utf-8")
        written.append(str(MANIFEST))
    return written
