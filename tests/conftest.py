"""What the tests build their worlds of: real git repos in temporary folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from goldenpath.finding import Finding

if TYPE_CHECKING:
    from datetime import date

    from goldenpath.finding import Place
    from goldenpath.policy.base import Policy

settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # else an example fails that takes a slow machine more than 200 ms

Git = Callable[..., str]
MakeRepo = Callable[..., Path]

_WHO = {"NAME": "Ann Example", "EMAIL": "ann@example.org", "DATE": "@1700000000 +0000"}
_ENVIRONMENT = {
    **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _WHO.items()},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LC_ALL": "C.UTF-8",
}


def run_git(folder: Path, *arguments: str | bytes, stdin: bytes = b"") -> str:
    """Run git as a user would and return what it prints."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **_ENVIRONMENT}
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert not done.returncode, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())


def make_finding(policy: Policy, as_of: date, place: Place, **said: Any) -> Finding:
    """Return a finding of a policy, with other values where they are given."""
    usual = {"repo": "git.example.org/acme/fraud", "project": "", "subject": "x", "found": "y", "wanted": "z"}
    return Finding(
        policy=policy.id,
        title=policy.title,
        capability=policy.capability,
        level=policy.level,
        severity=policy.severity,
        stage=policy.stage(as_of),
        place=place,
        **{**usual, **said},
    )


@pytest.fixture
def git() -> Git:
    """Give `git(folder, *arguments, stdin=b"")`, which runs git as a user would and returns its output."""
    return run_git


@pytest.fixture
def make_repo(tmp_path: Path) -> MakeRepo:
    """Give `make_repo(files, name="repo", *options)`: a repo with one commit, made with options of `git init`."""

    def make(files: Mapping[str, str | bytes], name: str = "repo", *options: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        run_git(folder, "init", "-q", "-b", "main", *options)
        write_files(folder, files)
        run_git(folder, "add", "-A", "-f")
        run_git(folder, "commit", "-q", "-m", "first")
        return folder

    return make


@pytest.fixture
def folder_as_nobody() -> Iterator[Path]:
    """Give an empty folder and, where root runs the tests, drop to a user whom permissions hold back."""
    import pygit2  # noqa: F401, PLC0415 - nobody may not read root's own Python, so it is loaded before

    nobody = 65534
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, nobody, nobody)
        os.seteuid(nobody)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for place in (folder, *folder.rglob("*")):
            place.chmod(0o700)
        shutil.rmtree(folder)


MakeStandard = Callable[..., Path]

_STANDARD = {
    "goldenpath.yaml": "name: acme\nversion: 1.4.0\nblueprints: blueprints/\n",
    "blueprints/_base/layer.yaml": "name: _base\n",
    "blueprints/_base/copier.yml": "project_name: {type: str, default: thing}\nowner: {type: str, default: team-a}\n",
    "blueprints/_base/template/{{ _copier_conf.answers_file }}.jinja": "# Answers\n{{ _copier_answers|to_nice_yaml }}",
    "blueprints/_base/template/README.md.jinja": "# {{ project_name }} of {{ owner }}\n",
    "blueprints/small/blueprint.yaml": "name: small\nversion: 1.2.0\ntitle: A small repo\nlayers: [_base]\n",
    "blueprints/small/copier.yml": "size: {type: int, default: 3, choices: [1, 3]}\n",
    "blueprints/small/template/size.txt.jinja": "{{ size }}\n",
}


@pytest.fixture
def make_standard(tmp_path: Path) -> MakeStandard:
    """Give `make_standard(changes, name="standard")`: a standard with one small blueprint; None leaves a file out."""

    def make(changes: Mapping[str, str | bytes | None] | None = None, name: str = "standard") -> Path:
        wanted = {**_STANDARD, **(changes or {})}
        write_files(tmp_path / name, {path: text for path, text in wanted.items() if text is not None})
        return tmp_path / name

    return make
