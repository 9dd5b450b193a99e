"""What a repo is built from: projects, Python, dependencies, locks, imports, technologies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A root inside a repo that has its own manifest, answers file or brief.

    `backend_line` is where the build backend is named. `fingerprints` are the digests of the manifest's wishes as lock
    files record them (`poetry:...`, `pipenv:...`).
    `published` says that it is a package for others: its metadata has classifiers, which only a package index reads,
    and none that is private, or a workflow uploads it to one. `version` is the one that its manifest states, None where
    it states none or the build computes it. `members` are globs of the folders that uv takes into its workspace; those
    that it leaves out begin with `!`.
    """

    root: str
    name: str | None
    build_backend: str | None
    backend_line: int | None = None
    published: bool = False
    version: str | None = None
    members: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """The platform's part of a project: a private package in its folder, which it depends on by its path.

    `root` is the road's folder, `extras` are those that the project asks for. It is no project: what stands below it is
    said of `project`.
    """

    root: str
    name: str
    extras: tuple[str, ...] = ()
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

    `name` is normalised (PEP 503), of a package of Conda as Conda has it in small letters; `scope` is `runtime`,
    `optional:X`, `group:X`, `build`, `dev`, `test` and the like; `source` is index, url, vcs, path or conda; `pinned`
    means one version and no other, or one file that stays.
    `specifier` is PEP 440 where what is written can be said so; `written` is the file's own word for it. `origin` is
    what a table of uv's sources says (`git+URL@REF`, `path+PATH`, `index+NAME`, `several`), "" where none does.
    """

    name: str
    specifier: str
    extras: tuple[str, ...] = ()
    marker: str = ""
    scope: str = "runtime"
    source: str = "index"
    pinned: bool = False
    written: str = ""
    origin: str = ""
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockfile:
    """A lock file. `in_step` says whether it fits its manifest (`manifest`, a path): None where that can't be said.

    `made_for` is the digest of the manifest that the lock records (`poetry:...`), "" where it records none. `hashes`
    says that all that it fetches has hashes. `left_out` are packages that it leaves out on purpose, by their names.
    `parts` are the extras and groups that a compiled list was made for besides the dependencies themselves, by their
    scopes (`optional:web`, `optional:*`, `group:docs`); `only` among them says that it is for nothing else. `members`
    are the folders of the projects that it locks, relative to the repo: its own, those of its workspace, and those that
    it installs from a path.
    """

    path: str
    tool: str
    manifest: str | None = None
    in_step: bool | None = None
    reason: str = ""
    hashes: bool | None = None
    made_for: str = ""
    left_out: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that a lock file pins (asked for with `--packages`).

    `ecosystem` is pypi, conda or npm: a package of Conda is none of PyPI, whatever it is called.
    """

    name: str
    version: str
    ecosystem: str = "pypi"
    lock: str
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a lock file says that a member's manifest asked for, so that the two can be compared.

    `member` is the manifest's folder relative to the lock's, "" for the same one. `scope` is that of a dependency, or
    constraint, override, build, python, extra, setting or environment, and "" for the member itself with its version.
    `origin` says where it comes from (`git+URL`, `editable+PATH`, `index+URL`), and `elsewhere` that this is no index,
    which a member's own manifest need not say: the sources of a workspace hold for all its members.

    A manifest's own rows (their path is the manifest) say what no other table does: its version, its extras, its
    settings for uv, and the globs of its workspace (`workspace`, `workspace-without`).
    """

    member: str
    name: str
    specifier: str
    scope: str
    extras: tuple[str, ...] = ()
    marker: str = ""
    origin: str = ""
    elsewhere: bool = False
    path: str
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
class Script:
    """What a single-file script says in its header (PEP 723) that it needs: of itself, not of the project.

    `python` is a PEP 440 specifier, "" where it says none; `dependencies` are as written.
    """

    python: str
    dependencies: tuple[str, ...]
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
