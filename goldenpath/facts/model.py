"""What a snapshot says of its stack: one table a kind of fact, each record with its file and line.

The names of tables and keys are published (`goldenpath facts --format json`) and asked by policies; a new key is
welcome, a changed one is a new schema version. Paths are relative to the repo, with forward slashes; lines count
from 1 and are None where a fact is the file itself. `project` is the root of the project that the record belongs to,
"" for the repo's own root; readers leave it empty, `inventory` fills it in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A root inside a repo that has its own manifest or answers file.

    `fingerprints` are the digests of the manifest's wishes as lock files record them (`poetry:...`, `pipenv:...`).
    `published` says that it is a package for others: its metadata has classifiers, which only a package index reads,
    and none that is private, or a workflow uploads it to one.
    """

    root: str
    name: str | None
    build_backend: str | None
    published: bool = False
    fingerprints: tuple[str, ...] = ()
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Python:
    """A declared Python requirement, as a PEP 440 specifier; `written` is the file's own word for it."""

    specifier: str
    written: str = ""
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """A direct dependency.

    `name` is normalised (PEP 503); `scope` is `runtime`, `optional:X`, `group:X`, `build`, `dev`, `test` and the
    like; `source` is index, url, vcs, path or conda; `pinned` means one version and no other.
    `specifier` is PEP 440 where what is written can be said so; `written` is the file's own word for it.
    """

    name: str
    specifier: str
    extras: tuple[str, ...] = ()
    marker: str = ""
    scope: str = "runtime"
    source: str = "index"
    pinned: bool = False
    written: str = ""
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockfile:
    """A lock file. `in_step` says whether it fits its manifest (`manifest`, a path): None where that can't be said.

    `made_for` is the digest of the manifest that the lock records (`poetry:...`), "" where it records none.
    """

    path: str
    tool: str
    manifest: str | None = None
    in_step: bool | None = None
    reason: str = ""
    hashes: bool | None = None
    made_for: str = ""
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that a lock file pins (asked for with `--packages`)."""

    name: str
    version: str
    lock: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a lock file says that a member's manifest asked for, so that the two can be compared.

    `member` is the manifest's folder relative to the lock's, "" for the same one.
    """

    member: str
    name: str
    specifier: str
    scope: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A top-level module that a file imports and that is neither the standard library's nor the repo's own.

    `source` is python or notebook. `typing_only` says that only a type checker sees the import, `script` that the
    file is one that is run (a main guard or a shebang).
    """

    module: str
    source: str
    typing_only: bool = False
    script: bool = False
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Technology:
    """A technology in use, by the radar's matchers: `evidence` is what shows it, `version` what is asked for."""

    name: str
    category: str
    ring: str
    version: str | None
    evidence: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A container image that a Dockerfile starts from (`from`) or copies from (`copy`).

    `image` has no tag, `tag` is None if unwritten, `digest` as written (`sha256:...`). A name that has no default for
    its arguments keeps them as written (`${X}`), and `resolved` is False.
    """

    image: str
    tag: str | None
    digest: str | None
    origin: str
    stage: str | None
    final: bool
    resolved: bool = True
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """What a Dockerfile builds: the effective user of its final stage (None without USER) and its health check.

    `USER app:staff` is user `app` and group `staff`. `base` is the image that the final stage goes back to, as written.
    """

    path: str
    user: str | None
    group: str | None = None
    base: str = ""
    healthcheck: bool = False
    stages: int = 1
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A remote `uses:` of a workflow: `uses` as written with its ref; `kind` is action, workflow or docker."""

    uses: str
    name: str
    ref: str | None
    pinned: bool
    kind: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A CI workflow in force: what triggers it and what its token may do (`permissions` None where unsaid).

    `permissions` is `read-all`, `write-all`, or `scope: level` words of the top level; `jobs_without_permissions`
    names the jobs that fall back on the repo's default. `calls` are the repo's own actions that steps use, as written.
    `line` is where the permissions of the top level stand, else where the workflow begins.
    """

    name: str | None
    triggers: tuple[str, ...]
    permissions: tuple[str, ...] | None
    jobs: tuple[str, ...] = ()
    jobs_without_permissions: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job of a workflow in force, at the line where its keys begin.

    `reusable` says that it calls another workflow; `timeout` is its `timeout-minutes` as written, `permissions` its own
    (None where it says nothing and the workflow's hold).
    """

    name: str
    reusable: bool
    timeout: str | None
    permissions: tuple[str, ...] | None
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ci:
    """A CI system that is in force, by the file that configures it."""

    system: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A pre-commit hook; `repo` is `local` or `meta` for those that have no `rev`."""

    repo: str
    rev: str | None
    id: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """A formatter, linter, type checker, test runner or coverage tool, and how it is known to be used.

    `kind` is formatter, linter, type-checker, test-runner, coverage or tests; `evidence` is config, hook, dependency,
    ci, task (a Makefile and the like) or files.
    """

    kind: str
    tool: str
    evidence: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Which template a repo was made from: `tool` is copier or cruft."""

    tool: str
    template: str | None
    version: str | None
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What `.goldenpath.yaml` says: standard, ref, blueprint, version, tree, lifecycle, tier and owner."""

    standard: str | None
    ref: str | None
    blueprint: str | None
    version: str | None
    tree: str | None
    lifecycle: str | None
    tier: str | None
    owner: str | None
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """A document that governs.

    `kind` is license, codeowners, security, decision, model-card, brief, runbook, readme,
    contributing, changelog, catalog-info, dependency-updates or citation; `detail` is kind-specific (a licence's id).
    """

    kind: str
    path: str
    detail: str | None = None
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A model or data file: `kind` is pickle, onnx, safetensors, binary, dvc, lfs and the like; `size` in bytes.

    `lfs` says that git's large file storage holds the content and the repo a pointer; a record of kind lfs is a
    pattern of `.gitattributes` (its `detail`). `executes` says that loading such a file can run code.
    """

    kind: str
    path: str
    size: int | None = None
    detail: str | None = None
    lfs: bool = False
    executes: bool = False
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A file that should not be in a repo; its contents never reach a report. `kind` is private-key, dotenv, ..."""

    kind: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """A notebook: its format, how many code cells hold outputs, and its kernel's language."""

    path: str
    cells: int = 0
    outputs: int = 0
    language: str | None = None
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that a reader wanted and couldn't read, with the reason.

    `partial` means that the rest of the file was read: one line is wrong, one list is computed, one include is missing.
    """

    path: str
    reason: str
    partial: bool = False
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """A manifest's word that another file belongs to it (`-r`, dynamic dependencies); joined by `inventory`.

    `target` is relative to the including file's folder; `kind` is requirement, constraint, dynamic or project (a
    path that is installed: `-e .`). A dynamic one without a target: the build computes it, and the file doesn't say
    from what.
    """

    target: str
    kind: str
    scope: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of a snapshot (or, from one reader, of one file). Tables are sorted by path and line."""

    projects: tuple[Project, ...] = ()
    python: tuple[Python, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    constraints: tuple[Dependency, ...] = ()
    lockfiles: tuple[Lockfile, ...] = ()
    packages: tuple[Package, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    imports: tuple[Import, ...] = ()
    technologies: tuple[Technology, ...] = ()
    images: tuple[Image, ...] = ()
    containers: tuple[Container, ...] = ()
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

    def table(self, name: str) -> tuple[Record, ...]:
        """Return a table by its published name; raise KeyError for a name that is none."""
        if name not in TABLES:
            raise KeyError(name)
        return tuple(getattr(self, name))


Record = (
    Project
    | Python
    | Dependency
    | Lockfile
    | Package
    | Wanted
    | Import
    | Technology
    | Image
    | Container
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
)

TABLES: Mapping[str, type[Record]] = {
    "projects": Project,
    "python": Python,
    "dependencies": Dependency,
    "constraints": Dependency,
    "lockfiles": Lockfile,
    "packages": Package,
    "wanted": Wanted,
    "imports": Import,
    "technologies": Technology,
    "images": Image,
    "containers": Container,
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


def merge(parts: tuple[Facts, ...] | list[Facts]) -> Facts:
    """Return the union of what several files say, each table sorted by path and line."""
    tables: dict[str, list[Record]] = {name: [] for name in TABLES}
    for part in parts:
        for name, rows in tables.items():
            found = getattr(part, name)
            if found:
                rows.extend(found)
    return Facts(**{name: tuple(sorted(rows, key=_order)) for name, rows in tables.items()})  # type: ignore[arg-type]


def _order(record: Record) -> tuple[str, int]:
    """Order by place; what stands in one line keeps the order in which it was read."""
    return (record.path, record.line or 0)
