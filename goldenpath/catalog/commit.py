"""Make a folder a git repo with one commit and its hooks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from goldenpath import _git

_NOBODY = ("goldenpath", "goldenpath@localhost")


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


def install_hooks(folder: Path) -> tuple[str, ...]:
    """Install the repo's pre-commit hooks (the first commit builds their environments); return what to tell."""
    if not (folder / ".pre-commit-config.yaml").is_file():
        return ()
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = [sys.executable, "-m", "pre_commit", "install", "--config", ".pre-commit-config.yaml"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return ("The hooks are not installed: run `make setup` in the repo.",) if done.returncode else ()


def enclosing_repo(destination: Path) -> Path | None:
    """Return the work tree that a folder would be a part of; None where there is none, or it ignores the folder."""
    for parent in destination.parents:
        if (parent / ".git").exists():
            ignored = _git.run(["check-ignore", "--", str(destination)], cwd=parent, codes=(0, 1, 128))
            return None if ignored else parent
    return None


def _identity() -> tuple[str, str]:
    """Return the name and address that the person's environment or own git configuration gives."""
    name = os.environ.get("GIT_AUTHOR_NAME") or _configured("user.name")
    email = os.environ.get("GIT_AUTHOR_EMAIL") or _configured("user.email")
    return (name, email) if name and email else _NOBODY


def _configured(key: str) -> str:
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    named = os.environ.get("GIT_CONFIG_GLOBAL")
    files = [Path(named)] if named else [Path.home() / ".gitconfig", config / "git" / "config"]
    for file in files:
        if file.is_file():
            found = _git.run(["config", "--file", str(file), "--includes", "--get", key], codes=(0, 1)).decode().strip()
            if found:
                return found
    return ""
