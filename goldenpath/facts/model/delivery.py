"""How a repo is built and checked: images, workflows, CI systems, hooks, tools of quality."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A container image that a Dockerfile starts from (`from`) or copies from (`copy`).

    `image` has no tag, `tag` is None if unwritten, `digest` as written (`sha256:...`). A name that has no default for
    its arguments keeps them as written (`${X}`), and `resolved` is False. `final` says that it stands in the last
    stage, `shipped` that what is built holds it: it stands in that stage or in one that the last stage starts from.
    """

    image: str
    tag: str | None
    digest: str | None
    origin: str
    stage: str | None
    final: bool
    shipped: bool = False
    resolved: bool = True
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """What a Dockerfile builds: the effective user of its final stage (None without USER) and its health check.

    `USER app:staff` is user `app` and group `staff`. `base` is the image that the final stage goes back to, as written,
    and `base_user` whom that image starts as, None where that isn't known.
    `serves` says that it exposes a port or that its command is a server's.
    `copies_context` says that an instruction copies the whole folder that the build is given (`COPY . .`).
    `intermediate` says that it is built only for other builds here to start from.
    """

    path: str
    user: str | None
    group: str | None = None
    base: str = ""
    base_user: str | None = None
    healthcheck: bool = False
    serves: bool = False
    copies_context: bool = False
    intermediate: bool = False
    stages: int = 1
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A build of a container that a bake file, a compose file or a step of a workflow describes.

    `name` is the target or service; `dockerfile` is relative to `context`, and that to the build file's folder or the
    repo. `target` is the stage that is built, None for the last. `contexts` are names that the Dockerfile can start or
    copy from, each `NAME=WHERE` (`target:x`, `service:x`, `docker-image://x` or a place), `args` what its arguments are
    given, `NAME=VALUE`.
    """

    name: str
    context: str
    dockerfile: str
    target: str | None
    contexts: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A remote `uses:` of a workflow, or of a composite action in the repo, which a workflow's run then uses too.

    `uses` is as written with its ref; `kind` is action, workflow or docker.
    """

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
    names the jobs that fall back on the repo's default, `jobs_without_timeout` those that run steps and have no
    `timeout-minutes`. `push` is what limits the trigger of that name, as `branches: main` or `paths: docs/**`; empty
    where every push does. `calls` are the repo's own actions that steps use, as written. `line` is where the
    permissions of the top level stand, else where the workflow begins.
    """

    name: str | None
    triggers: tuple[str, ...]
    permissions: tuple[str, ...] | None
    push: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    jobs_without_permissions: tuple[str, ...] = ()
    jobs_without_timeout: tuple[str, ...] = ()
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
