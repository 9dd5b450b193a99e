"""The only place that runs git: argument lists, a scrubbed environment, time limits, nothing that a repo configures.

A repo's own configuration can name commands (fsmonitor, hooks, filters, diff and merge drivers, ssh, credential
helpers, pagers); every call pins them off.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PINNED = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("core.pager", "cat"),
    ("core.askPass", "true"),
    ("core.sshCommand", "false"),
    ("core.attributesFile", os.devnull),
    ("core.editor", "true"),
    ("credential.helper", ""),
    ("diff.external", ""),
    ("protocol.ext.allow", "never"),
    ("commit.gpgSign", "false"),
    ("tag.gpgSign", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
)
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE")
_SECONDS = 60.0


class GitError(GoldenpathError):
    """A call of git that failed; `code` is its exit code, `stderr` what it said."""

    def __init__(self, message: str, *, hint: str = "", where: str = "", code: int = 1, stderr: str = "") -> None:
        super().__init__(message, hint=hint, where=where)
        self.code = code
        self.stderr = stderr


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment that git runs in: what it needs and no more, no configuration but our own."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }
    return env | dict(extra or {})


def run(  # noqa: PLR0913 - each keyword is one thing that callers vary
    arguments: Sequence[str],
    *,
    cwd: Path | str | None = None,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
    seconds: float = _SECONDS,
    codes: tuple[int, ...] = (0,),
) -> bytes:
    """Run git and return its standard output; raise GitError for an exit code that isn't in `codes`."""
    pins = [part for key, value in _PINNED for part in ("-c", f"{key}={value}")]
    command = ["git", "--no-pager", *pins, *arguments]
    try:
        done = subprocess.run(
            command, cwd=cwd, input=stdin, env=environment(env), capture_output=True, timeout=seconds, check=False
        )
    except FileNotFoundError as error:
        raise GitError("git is not on PATH", hint="Install git 2.38 or later.") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git {arguments[0]} took longer than {seconds:g} s", where=str(cwd or "")) from error
    if done.returncode not in codes:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise GitError(
            f"git {arguments[0]} failed: {said or f'exit code {done.returncode}'}",
            where=str(cwd or ""),
            code=done.returncode,
            stderr=said,
        )
    return done.stdout


@contextmanager
def borrowed(objects: Path | str, *, sha256: bool = False) -> Iterator[dict[str, str]]:
    """Give the environment of a git folder of our own that lives as long as the block and borrows a repo's objects.

    So git sees none of that repo's configuration, hooks, attributes and refs: there is nothing to pin and no owner to
    doubt. What git writes goes nowhere near the repo. It does follow the alternates of the object folder.
    """
    with tempfile.TemporaryDirectory(prefix="goldenpath-git-") as folder:
        git = Path(folder)
        (git / "refs").mkdir()
        (git / "objects").mkdir()
        (git / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        version = "[core]\nrepositoryformatversion = 1\nbare = true\n"
        extension = "[extensions]\nobjectformat = sha256\n" if sha256 else ""
        (git / "config").write_text(version + extension, encoding="ascii")
        yield {
            "GIT_DIR": str(git),
            "GIT_OBJECT_DIRECTORY": str(git / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(objects),
        }


def _quoted(path: Path | str) -> str:
    """Write a path as git reads it in a list: in quotes, since a colon in it would end it."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
