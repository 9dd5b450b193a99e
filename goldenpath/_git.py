"""The only place that runs git: argument lists, a scrubbed environment, time limits, nothing that a repo configures.

A repo's own configuration can name commands (fsmonitor, hooks, filters, diff and merge drivers, ssh, credential
helpers, pagers, transports). Three fences, from the strongest: `borrowed` gives git a folder of our own, so that the
repo's configuration isn't read at all; `run` pins what has a fixed name and lets git speak to no other machine;
`disarmed` pins the drivers that a repo has named itself, for a command that reads or writes its work tree.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath import _programs
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PINNED = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("core.pager", "cat"),
    ("core.askPass", "true"),
    ("core.sshCommand", "false"),
    ("core.gitProxy", "false"),
    ("core.alternateRefsCommand", "true"),
    ("core.attributesFile", os.devnull),
    ("core.editor", "true"),
    ("credential.helper", ""),
    ("protocol.ext.allow", "never"),
    ("commit.gpgSign", "false"),
    ("tag.gpgSign", "false"),
    ("log.showSignature", "false"),
    ("gpg.program", "false"),
    ("gpg.ssh.program", "false"),
    ("gpg.x509.program", "false"),
    ("submodule.recurse", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
)
_SHOWS_DIFFS = frozenset(("diff", "diff-files", "diff-index", "diff-tree", "format-patch", "log", "show"))
_DRIVERS = r"^(filter\..*\.(clean|smudge|process|required)|merge\..*\.driver|diff\..*\.(textconv|command))$"
_KEPT = ("HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE")
_REPO_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE",
                   "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_EXTERNAL_DIFF")  # fmt: skip
_SECONDS = 60.0
_NETWORK_SECONDS = 300.0


class GitError(GoldenpathError):
    """A call of git that failed; `code` is its exit code (-1: it didn't end by itself), `stderr` what it said."""

    def __init__(self, message: str, *, hint: str = "", where: str = "", code: int = 1, stderr: str = "") -> None:
        super().__init__(message, hint=hint, where=where)
        self.code = code
        self.stderr = stderr

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (self.message, self.hint, self.where, self.code, self.stderr))


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment that git runs in: what it needs and no more, no configuration but our own."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {
        "PATH": _absolute_path(os.environ.get("PATH", os.defpath)),
        "GIT_ALLOW_PROTOCOL": "file",
        "GIT_ATTR_NOSYSTEM": "1",
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
    """Run git and return its standard output; raise GitError for an exit code that isn't in `codes`.

    It reaches files of this machine and no other one. A name or path that the caller didn't choose comes after `--` or
    `--end-of-options`. In a work tree that isn't ours, give `env=disarmed(...)` too.
    """
    pins = [part for key, value in _PINNED for part in ("-c", f"{key}={value}")]
    plain = ["--no-ext-diff", "--no-textconv"] if arguments[0] in _SHOWS_DIFFS else []
    command = [*pins, arguments[0], *plain, *arguments[1:]]
    return _finish(command, arguments[0], cwd=cwd, stdin=stdin, env=environment(env), seconds=seconds, codes=codes)


def run_as_user(arguments: Sequence[str], *, cwd: Path | str | None = None, seconds: float = _NETWORK_SECONDS) -> bytes:
    """Run git with the user's own configuration, credentials, ssh and proxies: to fetch from or push to a URL.

    Only in a repo that is ours, and with a URL that the user or their standard named.
    """
    env = {name: value for name, value in os.environ.items() if name not in _REPO_VARIABLES}
    env |= {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
    pins = [f"core.hooksPath={os.devnull}", "core.fsmonitor=false", "protocol.ext.allow=never", "gc.auto=0"]
    command = [*(part for pin in pins for part in ("-c", pin)), *arguments]
    return _finish(command, arguments[0], cwd=cwd, stdin=None, env=env, seconds=seconds, codes=(0,))


def disarmed(repo: Path | str) -> dict[str, str]:
    """Return the environment in which the filters, merge and diff drivers that a repo has named do nothing.

    They have names of the repo's choice, so they are looked up first. Where content passes through a filter in earnest
    (large files kept elsewhere), it is seen as it is stored.
    """
    found = run(["config", "-z", "--name-only", "--includes", "--get-regexp", _DRIVERS], cwd=repo, codes=(0, 1))
    keys = dict.fromkeys(os.fsdecode(key) for key in found.split(b"\0") if key)
    # A merge driver that fails leaves a conflict; an empty one would take our side and call it merged.
    values = ("false" if key.endswith((".required", ".driver")) else "" for key in keys)
    env = {"GIT_CONFIG_COUNT": str(len(keys))}
    for number, (key, value) in enumerate(zip(keys, values, strict=True)):
        env |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return env


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


def _finish(  # noqa: PLR0913 - the one call of git
    command: list[str],
    name: str,
    *,
    cwd: Path | str | None,
    stdin: bytes | None,
    env: Mapping[str, str],
    seconds: float,
    codes: tuple[int, ...],
) -> bytes:
    where = str(cwd or "")
    try:
        code, out, err = _programs.run(["git", "--no-pager", *command], cwd=cwd, env=env, stdin=stdin, seconds=seconds)
    except FileNotFoundError as error:
        if cwd is not None and not Path(cwd).is_dir():
            raise GitError(f"there is no folder {cwd}", where=where, code=-1) from error
        raise GitError("git is not on PATH", hint="Install git 2.38 or later.", code=-1) from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git {name} took longer than {seconds:g} s", where=where, code=-1) from error
    if code not in codes:
        said = err.decode("utf-8", "replace").strip()
        raise GitError(f"git {name} failed: {said or f'exit code {code}'}", where=where, code=code, stderr=said)
    return out


def _absolute_path(path: str) -> str:
    """Drop the parts of PATH that mean the folder git runs in: a scanned repo could hold a `git-remote-https`."""
    return os.pathsep.join(part for part in path.split(os.pathsep) if Path(part).is_absolute())


def _quoted(path: Path | str) -> str:
    """Write a path as git reads it in a list: in quotes, since a colon in it would end it."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _rebuild(message: str, hint: str, where: str, code: int, stderr: str) -> GitError:
    return GitError(message, hint=hint, where=where, code=code, stderr=stderr)
