"""Reads GitHub workflows and actions: what they use, what triggers them, what their token may do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath._yaml import Node, YamlError, compose
from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Action, Facts, Job, Workflow
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (".github/workflows/*.yml", ".github/workflows/*.yaml", "action.yml", "action.yaml")
VERSION = 6

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z", re.IGNORECASE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
_REUSABLE = re.compile(r"/\.github/workflows/[^/]+\.ya?ml\Z")


def read(file: File) -> Facts:
    """Return the remote `uses` of a workflow or an action, and the workflow itself; local ones (`./x`) are no remotes.

    Only `.github/workflows` at the repo's root is in force; an `action.yml` is one where it has `runs: using:`.
    """
    try:
        documents = compose(decode(file.data))
    except YamlError as error:
        raise ReadError(f"is no YAML: {error.reason}", error.line) from error
    root = documents[0] if documents else None
    if _WORKFLOW.match(file.path):
        if root is None or not root.is_mapping:
            raise ReadError("is no workflow: it has no keys")
        return _workflow(file.path, root)
    if root is not None and root.get("runs", "using") is not None:
        image = root.get("runs", "image")
        container = [image] if image is not None and (image.text or "").startswith("docker://") else []
        return Facts(actions=_actions([*_steps(root.get("runs")), *container], file.path))
    return Facts()


def _workflow(path: str, root: Node) -> Facts:
    jobs = [(name, job) for name, job in _items(root.get("jobs")) if job.is_mapping]
    uses = [use for _, job in jobs for use in (job.get("uses"), *_steps(job)) if use is not None]
    name = root.get("name")
    top = root.get("permissions")
    permissions = _permissions(top)
    workflow = Workflow(
        name=name.text if name else None,
        triggers=_triggers(root.get("on")),
        push=_limits(root.get("on")),
        permissions=permissions,
        jobs=tuple(name for name, _ in jobs),
        jobs_without_permissions=tuple(
            name for name, job in jobs if permissions is None and job.get("permissions") is None
        ),
        jobs_without_timeout=tuple(
            name for name, job in jobs if job.get("uses") is None and job.get("timeout-minutes") is None
        ),
        commands=tuple(text for _, job in jobs for text in _commands(job)),
        calls=tuple(dict.fromkeys(_own(use) for _, job in jobs for use in _steps(job) if _own(use))),
        path=path,
        line=top.line if top else root.line,
    )
    rows = tuple(_job(name, job, path) for name, job in jobs)
    return Facts(actions=_actions(uses, path), workflows=(workflow,), jobs=rows)


def _job(name: str, job: Node, path: str) -> Job:
    timeout = job.get("timeout-minutes")
    return Job(
        name=name,
        reusable=job.get("uses") is not None,
        timeout=timeout.text if timeout else None,
        permissions=_permissions(job.get("permissions")),
        path=path,
        line=job.line,
    )


def _items(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is not None and node.is_mapping:
        yield from node.items()


def _steps(holder: Node | None) -> Iterator[Node]:
    """Yield the `uses` of the steps that a job or a composite action has."""
    steps = holder.get("steps") if holder else None
    for step in steps.elements() if steps else ():
        use = step.get("uses")
        if use is not None:
            yield use


def _commands(job: Node) -> Iterator[str]:
    steps = job.get("steps")
    for step in steps.elements() if steps else ():
        run = step.get("run")
        if run is not None and run.text:
            yield run.text.strip()


def _triggers(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    if node.is_mapping:
        return tuple(name for name, _ in node.items())
    return tuple(item.text for item in ([node] if node.text else node.elements()) if item.text)


def _limits(on: Node | None) -> tuple[str, ...]:
    """Return what a push must touch to trigger the workflow, a word a limit: `branches: main`, `paths: docs/**`."""
    push = on.get("push") if on is not None and on.is_mapping else None
    return tuple(f"{key}: {item.text}" for key, node in _items(push) for item in _each(node) if item.text)


def _each(node: Node) -> tuple[Node, ...]:
    return (node,) if node.text else tuple(node.elements())


def _permissions(node: Node | None) -> tuple[str, ...] | None:
    if node is None:
        return None
    if node.is_mapping:
        return tuple(f"{scope}: {level.text}" for scope, level in node.items())
    return (node.text,) if node.text else ()


def _actions(uses: list[Node] | Iterator[Node], path: str) -> tuple[Action, ...]:
    """Return each remote use once per line: a step that an alias repeats stands in the file once."""
    found: dict[tuple[str, int], Action] = {}
    for node in uses:
        text = (node.text or "").strip()
        if text and not _own(node):
            found[text, node.line] = _action(text, path, node.line)
    return tuple(found.values())


def _own(node: Node) -> str:
    """Return what a use names of the repo itself, "" for a remote one."""
    text = (node.text or "").strip()
    return text if text.startswith(("./", "../", ".\\", "/")) else ""


def _action(text: str, path: str, line: int) -> Action:
    if text.startswith("docker://"):
        name, ref = _image(text)
        pinned = bool(ref and _DIGEST.match(ref))
        return Action(uses=text, name=name, ref=ref, pinned=pinned, kind="docker", path=path, line=line)
    name, at, ref = text.partition("@")
    return Action(
        uses=text,
        name=name,
        ref=ref if at else None,
        pinned=bool(_COMMIT.match(ref)),
        kind="workflow" if _REUSABLE.search(name) else "action",
        path=path,
        line=line,
    )


def _image(text: str) -> tuple[str, str | None]:
    """Split `docker://image:tag` or `docker://image@sha256:...`; a registry's port is no tag."""
    name, at, digest = text.partition("@")
    if at:
        return name, digest
    head, slash, last = name.rpartition("/")
    image, colon, tag = last.partition(":")
    return f"{head}{slash}{image}", tag if colon else None
