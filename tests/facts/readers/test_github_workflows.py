from __future__ import annotations

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.model import Facts
from goldenpath.facts.readers import github_workflows

SHA = "8e5e7e5ab8b370d6c329ec480221332ada57f0ab"


def _read(text: str, path: str = ".github/workflows/ci.yml") -> Facts:
    return github_workflows.read(File(path=path, data=text.encode()))


def _job(*uses: str) -> str:
    return "on: push\njobs:\n  a:\n    steps:\n" + "".join(f"      - uses: {use}\n" for use in uses)


def test_every_remote_use_is_found_with_its_line_and_kind() -> None:
    text = (
        "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - name: x\n"
        f"        uses: org/repo/sub@{SHA}\n      - uses: docker://alpine:3\n      - uses: ./local\n"
        "  b:\n    uses: org/repo/.github/workflows/x.yml@main\n  c:\n    uses: ./.github/workflows/y.yml\n"
    )

    actions = _read(text).actions

    assert [(use.uses, use.name, use.ref, use.pinned, use.kind, use.line) for use in actions] == [
        ("actions/checkout@v4", "actions/checkout", "v4", False, "action", 5),
        (f"org/repo/sub@{SHA}", "org/repo/sub", SHA, True, "action", 7),
        ("docker://alpine:3", "docker://alpine", "3", False, "docker", 8),
        ("org/repo/.github/workflows/x.yml@main", "org/repo/.github/workflows/x.yml", "main", False, "workflow", 11),
    ]


@pytest.mark.parametrize(
    ("use", "pinned"),
    [
        (f"a/b@{SHA}", True),
        (f"a/b@{SHA[:12]}", False),
        ("a/b", False),
        ("docker://a@sha256:" + "0" * 64, True),
        ("docker://reg:5000/a", False),
    ],
)
def test_pinned_means_one_version_and_no_other(use: str, pinned: bool) -> None:  # noqa: FBT001 - a case
    (action,) = _read(_job(use)).actions

    assert (action.uses, action.pinned) == (use, pinned)


@pytest.mark.parametrize(
    ("on", "limits"),
    [
        ("on: push", ()),
        ("on: {push: , pull_request: {branches: [main]}}", ()),
        (
            "on: {push: {branches: [main, 'release/**'], paths: src/**}}",
            ("branches: main", "branches: release/**", "paths: src/**"),
        ),
        ("on: [push]", ()),
        ("on: {push: {tags: ['v*']}}", ("tags: v*",)),
    ],
)
def test_what_limits_the_trigger_of_a_push_is_told(on: str, limits: tuple[str, ...]) -> None:
    (workflow,) = _read(f"{on}\njobs: {{}}\n").workflows

    assert workflow.push == limits


@pytest.mark.parametrize(
    ("on", "triggers"),
    [
        ("on: push", ("push",)),
        ("on: [push, pull_request]", ("push", "pull_request")),
        ("'on':\n  push:\n  schedule:\n    - cron: '0 0 * * *'", ("push", "schedule")),
        ("on:\n  - workflow_dispatch", ("workflow_dispatch",)),
        ("name: x", ()),
    ],
)
def test_the_word_on_is_no_boolean(on: str, triggers: tuple[str, ...]) -> None:
    (workflow,) = _read(f"{on}\njobs: {{}}\n").workflows

    assert workflow.triggers == triggers


def test_permissions_and_timeouts_are_told_job_by_job() -> None:
    text = (
        "on: push\njobs:\n  a:\n    permissions: read-all\n    timeout-minutes: 5\n"
        "    steps: [{run: ' make\n\n test'}]\n"
        "  b:\n    steps: []\n  c:\n    uses: o/r/.github/workflows/x.yml@v1\n"
    )

    facts = _read(text)
    (workflow,) = facts.workflows

    assert workflow.permissions is None
    assert workflow.jobs == ("a", "b", "c")
    assert workflow.jobs_without_permissions == ("b", "c")
    assert workflow.jobs_without_timeout == ("b",)
    assert [(job.name, job.timeout, job.permissions, job.reusable, job.line) for job in facts.jobs] == [
        ("a", "5", ("read-all",), False, 4),
        ("b", None, None, False, 10),
        ("c", None, None, True, 12),
    ]
    assert workflow.commands == ("make\ntest",)


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        ("permissions: write-all", ("write-all",)),
        ("permissions: {}", ()),
        ("permissions:\n  contents: read\n  id-token: write", ("contents: read", "id-token: write")),
    ],
)
def test_permissions_of_the_top_cover_every_job(permissions: str, expected: tuple[str, ...]) -> None:
    (workflow,) = _read(f"on: push\n{permissions}\njobs:\n  a:\n    steps: []\n").workflows

    assert (workflow.permissions, workflow.jobs_without_permissions) == (expected, ())


def test_a_step_that_an_alias_repeats_counts_once() -> None:
    text = "on: push\njobs:\n  a:\n    steps: &s\n      - uses: a/b@v1\n  b:\n    steps: *s\n"

    assert [(use.uses, use.line) for use in _read(text).actions] == [("a/b@v1", 5)]


def test_a_composite_actions_uses_count() -> None:
    text = "name: x\nruns:\n  using: composite\n  steps:\n    - uses: a/b@v1\n    - run: x\n"

    facts = _read(text, ".github/actions/setup/action.yml")

    assert [use.uses for use in facts.actions] == ["a/b@v1"]
    assert facts.workflows == ()


@pytest.mark.parametrize(
    "path",
    [
        "sub/.github/workflows/ci.yml",
        ".github/workflows/old/ci.yml",
        ".github/workflows/ci.YML",
        "conf/action.yml",
    ],
)
def test_a_workflow_elsewhere_is_not_in_force(path: str) -> None:
    assert _read(_job("a/b@v1"), path) == Facts()


def test_a_template_that_is_no_yaml_is_told_with_its_line() -> None:
    with pytest.raises(ReadError, match="no YAML") as caught:
        _read("on: push\njobs:\n{% if x %}\n  a: {}\n")

    assert caught.value.line == 3


@pytest.mark.parametrize("text", ["", "# only a comment\n", "- a list\n"])
def test_a_workflow_without_keys_is_told(text: str) -> None:
    with pytest.raises(ReadError, match="no workflow"):
        _read(text)


def test_odd_shapes_are_survived() -> None:
    facts = _read("on: push\njobs:\n  a: text\n  b:\n    steps: text\n  c:\n    steps: [text, {uses: [x]}, {uses: }]\n")

    assert facts.actions == ()
    assert facts.workflows[0].jobs == ("b", "c")


def test_what_a_workflow_uses_of_its_own_repo_is_no_action_but_a_call() -> None:
    facts = _read(_job("./.github/actions/checks", "actions/checkout@v4", "./.github/actions/checks"))

    assert [row.uses for row in facts.actions] == ["actions/checkout@v4"]
    assert facts.workflows[0].calls == ("./.github/actions/checks",)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# ours\nname: x\non: push\njobs: {}\n", 2),
        ("name: x\non: push\npermissions: write-all\njobs: {}\n", 3),
        ("name: x\non: push\npermissions:\n  contents: read\njobs: {}\n", 4),
    ],
)
def test_a_workflow_is_placed_where_its_permissions_are_or_belong(text: str, line: int) -> None:
    (workflow,) = _read(text).workflows

    assert workflow.line == line


@pytest.mark.parametrize(
    ("image", "pinned"),
    [
        ("docker://debian:stretch-slim", [False]),
        ("docker://alpine@sha256:" + "a" * 64, [True]),
        ("'docker://ghcr.io/acme/tool'", [False]),
        ("Dockerfile", []),
        ("../Dockerfile", []),
    ],
)
def test_the_image_that_an_action_runs_in_counts(image: str, pinned: list[bool]) -> None:
    text = f"name: x\nruns:\n  using: docker\n  image: {image}\n"

    rows = github_workflows.read(File(path="tools/action.yml", data=text.encode())).actions

    assert [(row.kind, row.pinned, row.line) for row in rows] == [("docker", each, 4) for each in pinned]
