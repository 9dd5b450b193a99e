"""The rule kinds about what a project stands on: `python_version`, `lockfile`, `image`, `action`, `hook`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.facts.model import Action, Facts, Hook, Image, Lockfile, Project, Python
from goldenpath.finding import Result
from goldenpath.policy.base import Missing, SpecError
from goldenpath.policy.conditions import Condition
from goldenpath.policy.rules.action import ActionRule
from goldenpath.policy.rules.hook import HookRule
from goldenpath.policy.rules.image import ImageRule
from goldenpath.policy.rules.lockfile import LockfileRule
from goldenpath.policy.rules.python_version import PythonVersionRule

if TYPE_CHECKING:
    from goldenpath.policy.base import Outcome
    from tests.policy.conftest import MakeSubject, MakeSubjects


def _python(*specifiers: str) -> Facts:
    return Facts(python=tuple(Python(specifier=s, path="pyproject.toml", line=3) for s in specifiers))


def _image(image: str, tag: str | None = None, digest: str | None = None, **said: Any) -> Image:
    row = {"origin": "from", "stage": None, "final": True, "path": "Dockerfile", "line": 1}
    return Image(image=image, tag=tag, digest=digest, **{**row, **said})


def _action(uses: str, *, pinned: bool = False, kind: str = "action") -> Action:
    name, _, ref = uses.partition("@")
    return Action(uses=uses, name=name, ref=ref, pinned=pinned, kind=kind, path=".github/workflows/ci.yml", line=9)


def _hook(repo: str, rev: str | None, name: str) -> Hook:
    return Hook(repo=repo, rev=rev, id=name, path=".pre-commit-config.yaml", line=2)


def _subjects(outcome: Outcome) -> list[str]:
    return [miss.subject for miss in outcome.misses]


@pytest.mark.parametrize(
    ("rule", "specifier", "result"),
    [
        ({"at_least": "3.11"}, ">=3.11", Result.PASS),
        ({"at_least": "3.11"}, ">=3.10.5", Result.FAIL),
        ({"at_least": "3.11"}, "", Result.FAIL),
        ({"at_least": "3.11"}, "whatever", Result.FAIL),
        ({"admits": "3.13"}, ">=3.11", Result.PASS),
        ({"admits": "3.13"}, ">=3.11,<3.13", Result.FAIL),
        ({"admits": "3.13"}, "==3.11.*", Result.NOT_APPLICABLE),
        ({"reaches": "3.13"}, ">=3.14,<3.15", Result.PASS),
        ({"reaches": "3.13"}, ">=3.9", Result.PASS),
        ({"reaches": "3.13"}, ">=3.9,<3.13", Result.FAIL),
        ({"reaches": "3.13"}, "whatever", Result.FAIL),
        ({"reaches": "3.13"}, "~=3.12.0", Result.NOT_APPLICABLE),
        ({"within": ">=3.11,<4"}, ">=3.11,<3.14", Result.PASS),
        ({"within": ">=3.11,<4"}, ">=3.11", Result.FAIL),
    ],
)
def test_a_python_requirement_is_judged_by_what_it_admits(
    rule: dict[str, Any], specifier: str, result: Result, make_subject: MakeSubject
) -> None:
    assert PythonVersionRule(**rule).check(make_subject(facts=_python(specifier))).result is result


def test_requirements_and_images_are_asked_where_conditions_select_them(make_subject: MakeSubject) -> None:
    rows = Python(specifier=">=3.8", path="docs/a.toml"), Python(specifier=">=3.12", path="pyproject.toml")
    subject = make_subject(facts=Facts(python=rows, images=(_image("a"), _image("b", path="docs/Dockerfile"))))
    own = {"path": Condition(not_matches="^docs/")}

    assert PythonVersionRule(at_least="3.11", where=own).check(subject).result is Result.PASS
    assert PythonVersionRule(at_least="3.11").check(subject).result is Result.FAIL
    assert _subjects(ImageRule(tagged=True, where=own).check(subject)) == ["a"]
    with pytest.raises(SpecError, match="no field"):
        ImageRule(tagged=True, where={"paht": Condition(equals="x")})


def test_a_hook_that_is_missing_is_missed_where_hooks_stand(make_subject: MakeSubject) -> None:
    subject = make_subject(facts=Facts(hooks=(_hook("https://a", "v1", "black"),)))

    assert [miss.place.path for miss in HookRule(any_of=("ruff",)).check(subject).misses] == [".pre-commit-config.yaml"]
    assert [miss.place.path for miss in HookRule(any_of=("ruff",)).check(make_subject()).misses] == ["."]


def test_no_python_requirement_is_what_missing_says(make_subject: MakeSubject) -> None:
    assert PythonVersionRule(at_least="3.11").check(make_subject()).result is Result.FAIL
    rule = PythonVersionRule(at_least="3.11", missing=Missing.NOT_APPLICABLE)
    assert rule.check(make_subject()).result is Result.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("rule", "row", "result"),
    [
        ({"present": True}, {}, Result.PASS),
        ({"present": True, "tools": ("poetry",)}, {}, Result.FAIL),
        ({"in_step": True}, {"in_step": True}, Result.PASS),
        ({"in_step": True}, {"in_step": False}, Result.FAIL),
        ({"in_step": True}, {"in_step": None}, Result.NOT_APPLICABLE),
        ({"hashes": True}, {"hashes": False}, Result.FAIL),
        ({"hashes": True}, {"hashes": True}, Result.PASS),
    ],
)
def test_a_lock_file_is_judged(
    rule: dict[str, Any], row: dict[str, Any], result: Result, make_subject: MakeSubject
) -> None:
    facts = Facts(lockfiles=(Lockfile(path="uv.lock", tool="uv", **row),))

    assert LockfileRule(**rule).check(make_subject(facts=facts)).result is result


def test_only_the_lock_files_that_are_meant_are_judged(make_subject: MakeSubject) -> None:
    rows = (
        Lockfile(path="docs/uv.lock", tool="uv", hashes=False),
        Lockfile(path="uv.lock", tool="uv", hashes=True),
    )
    rule = LockfileRule(hashes=True, where={"path": Condition(not_matches="^docs/")})

    assert rule.check(make_subject(facts=Facts(lockfiles=rows))).result is Result.PASS
    assert LockfileRule(hashes=True).check(make_subject(facts=Facts(lockfiles=rows))).result is Result.FAIL


def test_the_lock_file_of_a_workspace_counts_for_its_members_and_not_the_other_way(make_subjects: MakeSubjects) -> None:
    def project(root: str) -> Project:
        return Project(root=root, name=None, build_backend=None, path=f"{root}/pyproject.toml")

    projects = (project(""), project("libs/a"))
    rule = LockfileRule(present=True)
    above = Facts(projects=projects, lockfiles=(Lockfile(path="uv.lock", tool="uv", members=("", "libs/a")),))
    alone = Facts(projects=projects, lockfiles=(Lockfile(path="uv.lock", tool="uv", members=("",)),))
    shared = Facts(projects=projects, lockfiles=(Lockfile(path="conda-lock.yml", tool="conda-lock", members=("",)),))
    below = Facts(projects=projects, lockfiles=(Lockfile(path="libs/a/uv.lock", tool="uv", project="libs/a"),))

    assert [rule.check(s).result for s in make_subjects(facts=above)[1:]] == [Result.PASS, Result.PASS]
    assert [rule.check(s).result for s in make_subjects(facts=alone)[1:]] == [Result.PASS, Result.FAIL]
    assert [rule.check(s).result for s in make_subjects(facts=shared)[1:]] == [Result.PASS, Result.PASS]
    assert [rule.check(s).result for s in make_subjects(facts=below)[1:]] == [Result.FAIL, Result.PASS]


_DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ({"digest": True}, ["python", "ghcr.io/acme/base", "nvidia/cuda", "localhost:5000/x"]),
        ({"tagged": True}, ["nvidia/cuda", "localhost:5000/x"]),
        ({"deny_tags": ("latest", "*-dev")}, ["ghcr.io/acme/base", "nvidia/cuda", "localhost:5000/x"]),
        ({"registries": ("docker.io",)}, ["ghcr.io/acme/base", "localhost:5000/x"]),
        ({"registries": ("docker.io/library/", "ghcr.io/acme")}, ["nvidia/cuda", "localhost:5000/x"]),
        ({"deny": ("docker.io/nvidia/*",)}, ["nvidia/cuda"]),
        ({"digest": True, "origins": ("copy",)}, ["localhost:5000/x"]),
        ({"tagged": True, "except_": ("docker.io/*",)}, ["localhost:5000/x"]),
    ],
)
def test_images_are_judged_by_their_full_name(
    rule: dict[str, Any], wrong: list[str], make_subject: MakeSubject
) -> None:
    images = (
        _image("python", "3.12", _DIGEST),
        _image("python", "3.12"),
        _image("ghcr.io/acme/base", "1-dev"),
        _image("nvidia/cuda"),
        _image("localhost:5000/x", origin="copy"),
        _image("scratch"),
        _image("${BASE}", resolved=False),
    )

    assert _subjects(ImageRule(**rule).check(make_subject(facts=Facts(images=images)))) == wrong


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ({"pinned": True}, ["actions/checkout", "acme/ci/.github/workflows/x.yml", "docker://alpine"]),
        ({"pinned": True, "except_": ("actions/*",), "kinds": ("action",)}, []),
        ({"pinned": True, "own": False}, ["actions/checkout", "docker://alpine"]),
        ({"owners": ("Actions", "astral-sh")}, ["acme/ci/.github/workflows/x.yml", "docker://alpine"]),
        ({"deny": ("astral-sh/*",)}, ["astral-sh/setup-uv"]),
    ],
)
def test_actions_are_judged(rule: dict[str, Any], wrong: list[str], make_subject: MakeSubject) -> None:
    actions = (
        _action("actions/checkout@v4"),
        _action("astral-sh/setup-uv@" + "a" * 40, pinned=True),
        _action("acme/ci/.github/workflows/x.yml@main", kind="workflow"),
        _action("docker://alpine", kind="docker"),
    )

    assert _subjects(ActionRule(**rule).check(make_subject(facts=Facts(actions=actions)))) == wrong


_RUFF = "https://github.com/astral-sh/ruff-pre-commit"


@pytest.mark.parametrize(
    ("rule", "result", "wrong"),
    [
        ({"required": ("ruff-check", "mypy")}, Result.FAIL, ["mypy"]),
        ({"required": ("ruff-*", "detect-secrets")}, Result.PASS, []),
        ({"any_of": ("gitleaks", "detect-secrets")}, Result.PASS, []),
        ({"any_of": ("gitleaks",)}, Result.FAIL, ["such hook"]),
        ({"at_least": "v0.6.0", "repo": "*ruff*"}, Result.PASS, []),
        ({"at_least": "v0.16.0", "repo": "*ruff*"}, Result.FAIL, [_RUFF]),
        ({"pinned": True}, Result.FAIL, ["https://example.org/b"]),
    ],
)
def test_hooks_are_judged(rule: dict[str, Any], result: Result, wrong: list[str], make_subject: MakeSubject) -> None:
    hooks = (
        _hook(_RUFF, "v0.15.0", "ruff-check"),
        _hook(_RUFF, "v0.15.0", "ruff-format"),
        _hook("local", None, "detect-secrets"),
        _hook("https://example.org/a", "f" * 40, "a"),
        _hook("https://example.org/b", "main", "b"),
    )
    outcome = HookRule(**rule).check(make_subject(facts=Facts(hooks=hooks)))

    assert (outcome.result, _subjects(outcome)) == (result, wrong)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (PythonVersionRule, {}),
        (PythonVersionRule, {"at_least": "three"}),
        (PythonVersionRule, {"within": "three"}),
        (LockfileRule, {"present": True, "hashes": True}),
        (LockfileRule, {"in_step": False}),
        (ImageRule, {}),
        (ImageRule, {"digest": False}),
        (ActionRule, {"pinned": False}),
        (ActionRule, {"pinned": True, "owners": ("a",)}),
        (HookRule, {"at_least": "main"}),
        (HookRule, {}),
        (HookRule, {"pinned": False}),
    ],
)
def test_a_rule_that_means_nothing_is_refused(kind: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        kind(**wrong)
