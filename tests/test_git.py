from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING

import pytest

from goldenpath import _git
from tests.waiting import is_alive, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_environment_holds_nothing_of_the_users_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_PARAMETERS", "API_TOKEN"):
        monkeypatch.setenv(name, "from outside")

    env = _git.environment()

    assert "from outside" not in env.values()
    assert env["GIT_CONFIG_GLOBAL"] == os.devnull


def test_programs_are_not_looked_for_in_the_folder_git_runs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f".:{os.defpath}::bin")

    assert _git.environment()["PATH"] == os.defpath


def test_a_failure_tells_what_git_said(tmp_path: Path) -> None:
    with pytest.raises(_git.GitError, match="rev-parse failed: fatal: not a git repository") as caught:
        _git.run(["rev-parse", "HEAD"], cwd=tmp_path)

    assert caught.value.code == 128
    assert pickle.loads(pickle.dumps(caught.value)).stderr == caught.value.stderr  # noqa: S301 - our own


def test_an_expected_exit_code_is_no_failure(tmp_path: Path) -> None:
    assert _git.run(["config", "--file", "none", "--get", "a.b"], cwd=tmp_path, codes=(0, 1)) == b""


def test_git_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(_git.GitError, match="not on PATH") as caught:
        _git.run(["version"])

    assert "Install git" in caught.value.hint


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(_git.GitError, match="no folder"):
        _git.run(["version"], cwd=tmp_path / "nowhere")


def test_what_git_started_ends_with_the_time_limit(
    make_repo: Callable[..., Path], git: Callable[..., str], tmp_path: Path
) -> None:
    repo = make_repo({"a": "x", ".gitattributes": "* filter=slow\n"})
    begun = tmp_path / "pid"
    git(repo, "config", "filter.slow.clean", f"echo $$ > {begun}; sleep 600; cat")
    (repo / "a").write_text("y")

    for seconds in (0.3, 3.0, 30.0):  # how long git takes to start what it starts is the machine's affair
        with pytest.raises(_git.GitError, match=rf"took longer than {seconds:g} s"):
            _git.run(["add", "a"], cwd=repo, seconds=seconds)
        (repo / ".git/index.lock").unlink(missing_ok=True)
        if begun.is_file() and begun.read_text():
            break

    wait_for(lambda: not is_alive(int(begun.read_text())))


def test_a_command_waits_for_no_input(tmp_path: Path) -> None:
    assert _git.run(["hash-object", "--stdin"], cwd=tmp_path, seconds=60).startswith(b"e69de29")


def test_a_borrowed_store_is_read_and_never_written(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"a": "text"}, 'odd: "name"')
    before = sorted(repo.rglob("*"))

    with _git.borrowed(repo / ".git" / "objects") as env:
        blob = _git.run(["cat-file", "blob", git(repo, "rev-parse", "HEAD:a")], env=env)
        _git.run(["hash-object", "-w", "--stdin"], stdin=b"new", env=env)

    assert blob == b"text"
    assert sorted(repo.rglob("*")) == before


def test_no_other_machine_is_spoken_to(make_repo: Callable[..., Path]) -> None:
    repo = make_repo({"a": "text"})

    for url in (
        "https://git.example.org/a/b",
        "ssh://git.example.org/a/b",
        "ext::sh -c true",
        "git://git.example.org/a",
    ):
        with pytest.raises(_git.GitError, match=r"transport '\w+' not allowed"):
            _git.run(["fetch", url], cwd=repo)


def test_the_user_keeps_their_configuration_but_no_repo_of_the_outside(
    make_repo: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = make_repo({"a": "text"})
    (tmp_path / "gitconfig").write_text(f'[url "{repo}"]\n\tinsteadOf = https://git.example.org/acme/standard\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    ours = tmp_path / "ours"
    _git.run(["init", "-q", "--bare", str(ours)])

    _git.run_as_user(["fetch", "-q", "https://git.example.org/acme/standard", "main"], cwd=ours)

    assert _git.run(["cat-file", "blob", "FETCH_HEAD:a"], cwd=ours) == b"text"


@pytest.mark.parametrize("command", [["status", "--short"], ["add", "--all"], ["diff"], ["commit", "-a", "-m", "x"]])
def test_drivers_that_a_repo_names_do_nothing_once_disarmed(
    make_repo: Callable[..., Path], git: Callable[..., str], tmp_path: Path, command: list[str]
) -> None:
    repo = make_repo({"a": "x", ".gitattributes": "* filter=evil diff=evil\n"})
    canary = tmp_path / "canary"
    for key in ("filter.evil.clean", "filter.evil.process", "diff.evil.textconv", "diff.external", "core.fsmonitor"):
        git(repo, "config", key, f"touch {canary}; cat")
    git(repo, "config", "filter.evil.required", "true")
    (repo / ".git" / "hooks" / "pre-commit").write_text(f"#!/bin/sh\ntouch {canary}\n")
    (repo / ".git" / "hooks" / "pre-commit").chmod(0o755)
    (repo / "a").write_text("changed")
    who = {f"GIT_{role}_{key}": "x@y" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}

    _git.run(command, cwd=repo, env={**_git.disarmed(repo), **who})

    assert not canary.exists()


def test_a_merge_driver_that_is_disarmed_leaves_a_conflict(
    make_repo: Callable[..., Path], git: Callable[..., str], tmp_path: Path
) -> None:
    repo = make_repo({"a": "base\n", ".gitattributes": "a merge=evil\n"})
    git(repo, "config", "merge.evil.driver", f"touch {tmp_path / 'canary'}; true")
    git(repo, "switch", "-q", "-c", "side")
    (repo / "a").write_text("side\n")
    git(repo, "commit", "-q", "-a", "-m", "side")
    git(repo, "switch", "-q", "main")
    (repo / "a").write_text("main\n")
    git(repo, "commit", "-q", "-a", "-m", "main")

    out = _git.run(["merge-tree", "--write-tree", "main", "side"], cwd=repo, env=_git.disarmed(repo), codes=(1,))

    assert b"CONFLICT" in out
    assert not (tmp_path / "canary").exists()


def test_a_missing_object_of_a_partial_clone_is_not_fetched(
    make_repo: Callable[..., Path], git: Callable[..., str]
) -> None:
    repo = make_repo({"a": "text"})
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(repo.parent, "clone", "-q", "--bare", "--filter=blob:none", f"file://{repo}", "partial")

    with pytest.raises(_git.GitError):
        _git.run(["cat-file", "blob", "HEAD:a"], cwd=repo.parent / "partial")

    assert git(repo.parent / "partial", "cat-file", "blob", "HEAD:a") == "text"
