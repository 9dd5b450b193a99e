"""What a snapshot says of its stack: one table a kind of fact, each record with its file and line.

The names of tables and keys are published (`goldenpath facts --format json`) and asked by policies; a new key is
welcome, a changed one is a new schema version. Paths are relative to the repo, with forward slashes; lines count
from 1 and are None where a fact is the file itself. `project` is the root of the project that the record belongs to,
"" for the repo's own root; readers leave it empty, `inventory` fills it in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldenpath.facts.model.delivery import (
    Action,
    Build,
    Ci,
    Container,
    Hook,
    Image,
    Job,
    Quality,
    Workflow,
)
from goldenpath.facts.model.extra import Extra
from goldenpath.facts.model.stack import (
    Dependency,
    Import,
    Include,
    Lockfile,
    Package,
    Project,
    Python,
    Road,
    Script,
    Technology,
    Wanted,
)
from goldenpath.facts.model.upkeep import (
    Artifact,
    Certainty,
    Governance,
    Notebook,
    Provenance,
    Secret,
    Standing,
    Unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = 1

__all__ = [
    "SCHEMA_VERSION",
    "TABLES",
    "Action",
    "Artifact",
    "Build",
    "Certainty",
    "Ci",
    "Container",
    "Dependency",
    "Extra",
    "Facts",
    "Governance",
    "Hook",
    "Image",
    "Import",
    "Include",
    "Job",
    "Lockfile",
    "Notebook",
    "Package",
    "Project",
    "Provenance",
    "Python",
    "Quality",
    "Record",
    "Road",
    "Script",
    "Secret",
    "Standing",
    "Technology",
    "Unreadable",
    "Wanted",
    "Workflow",
    "merge",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of a snapshot (or, from one reader, of one file). Tables are sorted by path and line."""

    projects: tuple[Project, ...] = ()
    roads: tuple[Road, ...] = ()
    python: tuple[Python, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    constraints: tuple[Dependency, ...] = ()
    lockfiles: tuple[Lockfile, ...] = ()
    packages: tuple[Package, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    imports: tuple[Import, ...] = ()
    scripts: tuple[Script, ...] = ()
    technologies: tuple[Technology, ...] = ()
    images: tuple[Image, ...] = ()
    containers: tuple[Container, ...] = ()
    builds: tuple[Build, ...] = ()
    actions: tuple[Action, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    jobs: tuple[Job, ...] = ()
    ci: tuple[Ci, ...] = ()
    hooks: tuple[Hook, ...] = ()
    quality: tuple[Quality, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    standing: tuple[Standing, ...] = ()
    governance: tuple[Governance, ...] = ()
    models: tuple[Artifact, ...] = ()
    data: tuple[Artifact, ...] = ()
    secrets: tuple[Secret, ...] = ()
    notebooks: tuple[Notebook, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    includes: tuple[Include, ...] = ()
    extra: tuple[Extra, ...] = ()

    def table(self, name: str) -> tuple[Record, ...]:
        """Return a table by its published name; one that is none of ours is a third party's, with its rows if any."""
        if name not in TABLES:
            return tuple(row for row in self.extra if row.table == name)
        return tuple(getattr(self, name))


Record = (
    Project
    | Road
    | Python
    | Dependency
    | Lockfile
    | Package
    | Wanted
    | Import
    | Script
    | Technology
    | Image
    | Container
    | Build
    | Action
    | Workflow
    | Job
    | Ci
    | Hook
    | Quality
    | Provenance
    | Standing
    | Governance
    | Artifact
    | Secret
    | Notebook
    | Unreadable
    | Include
    | Extra
)

TABLES: Mapping[str, type[Record]] = {
    "projects": Project,
    "roads": Road,
    "python": Python,
    "dependencies": Dependency,
    "constraints": Dependency,
    "lockfiles": Lockfile,
    "packages": Package,
    "wanted": Wanted,
    "imports": Import,
    "scripts": Script,
    "technologies": Technology,
    "images": Image,
    "containers": Container,
    "builds": Build,
    "actions": Action,
    "workflows": Workflow,
    "jobs": Job,
    "ci": Ci,
    "hooks": Hook,
    "quality": Quality,
    "provenance": Provenance,
    "standing": Standing,
    "governance": Governance,
    "models": Artifact,
    "data": Artifact,
    "secrets": Secret,
    "notebooks": Notebook,
    "unreadable": Unreadable,
    "includes": Include,
}
"""Our own tables; those of third parties are in `Facts.extra`, each row with the name of its table."""


def merge(parts: tuple[Facts, ...] | list[Facts]) -> Facts:
    """Return the union of what several files say, each table sorted by path and line."""
    tables: dict[str, list[Record]] = {name: [] for name in (*TABLES, "extra")}
    for part in parts:
        for name, rows in tables.items():
            found = getattr(part, name)
            if found:
                rows.extend(found)
    return Facts(**{name: tuple(sorted(rows, key=_order)) for name, rows in tables.items()})  # type: ignore[arg-type]


def _order(record: Record) -> tuple[str, int]:
    """Order by place; what stands in one line keeps the order in which it was read."""
    return (record.path, record.line or 0)
