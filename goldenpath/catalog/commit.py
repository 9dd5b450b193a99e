"""Make a folder a git repo with one commit and its hooks."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath import _git

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = ".pre-commit-config.yaml"
_HOOKS = Path(".git") / "hooks"
_NOBODY = ("goldenpath", "goldenpath@localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class HooksAhead:
    """Hooks that are being installed in a folder of their own."""

    folder: Path
    process: subprocess.Popen[bytes]


def first_commit(folder: Path, message: str) -> tuple[str, ...]:
    """Make the folder a repo on the branch `main` with everything in one commit; return what there is to tell."""
    _git.run(["init", "--quiet", "--initial-branch=main", "--template="], cwd=folder)
    _git.run(["add", "--all", "--force"], cwd=folder)
    name, email = _identity()
    env = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", name), ("EMAIL", email))
    }
    _git.run(["commit", "--quiet", "--no-verify", "--file=-"], cwd=folder, stdin=message.encode(), env=env)
    if (name, email) == _NOBODY:
        return ("Git knows no name for you, so the first commit is goldenpath's: set user.name and user.email.",)
    return ()


@contextlib.contextmanager
def hooks_ahead(folder: Path, config: bytes | None) -> Iterator[HooksAhead | None]:
    """Install the hooks of a pre-commit configuration into a new folder, in a process beside what the block does.

    `install_hooks` takes them from there: a hook's script names no place in its repo. None without a configuration.
    """
    if config is None:
        yield None
        return
    folder.mkdir()
    (folder / CONFIG).write_bytes(config)
    _git.run(["init", "--quiet", "--template="], cwd=folder)
    with _installing(folder) as process:
        try:
            yield HooksAhead(folder=folder, process=process)
        finally:
            process.kill()


def install_hooks(folder: Path, ahead: HooksAhead | None = None) -> tuple[str, ...]:
    """Install the repo's pre-commit hooks (the first commit builds their environments); return what to tell."""
    config = folder / CONFIG
    if not config.is_file():
        return ()
    if ahead and (ahead.folder / CONFIG).read_bytes() == config.read_bytes():
        said = _ended(ahead.process)
        if said is None and (ahead.folder / _HOOKS).is_dir():
            (ahead.folder / _HOOKS).rename(folder / _HOOKS)
    else:
        with _installing(folder) as process:
            said = _ended(process)
    if said is None:
        return ()
    why = " (your git configuration sets core.hooksPath)" if "core.hooksPath" in said else ""
    return (f"The hooks are not installed{why}: run `make setup` in the repo.",)


def enclosing_repo(destination: Path) -> Path | None:
    """Return the work tree that a folder would be a part of; None where there is none, or it ignores the folder."""
    place = destination.parent.resolve() / destination.name
    for parent in place.parents:
        if (parent / ".git").exists() and _is_work_tree(parent):
            ignored = _git.run(["check-ignore", "--", str(place)], cwd=parent, codes=(0, 1, 128))
            return None if ignored else parent
    return None


def _is_work_tree(folder: Path) -> bool:
    """Whether git sees a work tree there: a folder that is merely named `.git` makes none."""
    return _git.run(["rev-parse", "--is-inside-work-tree"], cwd=folder, codes=(0, 128)).strip() == b"true"


def _installing(folder: Path) -> subprocess.Popen[bytes]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = [sys.executable, "-m", "pre_commit", "install", "--config", CONFIG]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.STDOUT
    )


def _ended(process: subprocess.Popen[bytes]) -> str | None:
    """Return what a failed installation said, None for a good one."""
    said = process.communicate()[0].decode("utf-8", "replace")
    return said if process.returncode else None


def _identity() -> tuple[str, str]:
    """Return the name and address that the person's environment or own git configuration gives."""
    name, email = os.environ.get("GIT_AUTHOR_NAME"), os.environ.get("GIT_AUTHOR_EMAIL")
    for file in () if name and email else _configurations():
        found = _configured(file)
        name, email = name or found.get("user.name"), email or found.get("user.email")
    return (name, email) if name and email else _NOBODY


def _configurations() -> list[Path]:
    """Return the person's own configuration files, the one that counts most first."""
    named = os.environ.get("GIT_CONFIG_GLOBAL")
    if named:
        return [Path(named)]
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return [Path.home() / ".gitconfig", config / "git" / "config"]


def _configured(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    command = ["config", "--file", str(file), "--includes", "-z", "--get-regexp", r"^user\.(name|email)$"]
    rows = _git.run(command, codes=(0, 1)).decode("utf-8", "replace").split("\0")
    return {key: value.strip() for key, _, value in (row.partition("\n") for row in rows if row)}
