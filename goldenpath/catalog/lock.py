"""Lock a repo with uv under the tested versions of its blueprint.

The constraints hold for the first resolution only: uv then locks once more without them and, as it always does,
prefers what the lock already says. So the lock has the tested versions and the repo's manifest stays the team's.
The company's package index and certificates reach uv through its own environment and configuration.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldenpath import _programs
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from pathlib import Path

LOCK = "uv.lock"
_SECONDS = 300.0
_NETWORK = (
    "dns error",
    "connection",
    "failed to connect",
    "error sending request",
    "timed out",
    "network",
    "certificate",
    "offline",
    "failed to fetch",
    "unauthorized",
    "forbidden",
)
_NOT_THIS_PROJECT = ("VIRTUAL_ENV", "UV_PROJECT", "UV_WORKING_DIRECTORY", "UV_WORKING_DIR", "UV_LOCKED", "UV_FROZEN")
_TABLE = re.compile(r"^\[tool\.uv\][ \t]*(#.*)?$", re.MULTILINE)
_OWN_CONSTRAINTS = re.compile(r"^constraint-dependencies[ \t]*=[ \t]*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What became of locking: `done`, or the `reason` why not, in one line."""

    done: bool
    reason: str = ""


def lock(folder: Path, constraints: Path | None) -> Lock:
    """Write `uv.lock` into a folder with a pyproject.toml; without network say so and leave the folder as it was.

    Raise GoldenpathError where the requirements themselves can't be met: that is the blueprint's mistake.
    """
    manifest = folder / "pyproject.toml"
    before = manifest.read_bytes()
    refused: Lock | None = None
    try:
        if constraints:
            manifest.write_bytes(_constrained(before, constraints.read_text(encoding="utf-8")))
            refused = _lock(folder)
            if refused:
                return refused
            manifest.write_bytes(before)
        refused = _lock(folder)
        return refused or Lock(done=True)
    except BaseException:
        refused = Lock(done=False)
        raise
    finally:
        if refused:
            manifest.write_bytes(before)
            (folder / LOCK).unlink(missing_ok=True)


def uv_binary() -> str:
    """Return the path of uv's binary, which comes in its wheel; raise GoldenpathError where there is none."""
    from uv import find_uv_bin  # noqa: PLC0415 - wanted only here

    try:
        return str(find_uv_bin())
    except FileNotFoundError as error:
        found = shutil.which("uv")
        if found:
            return found
        raise GoldenpathError("uv's binary isn't there", hint="Reinstall goldenpath: it depends on uv.") from error


def _constrained(manifest: bytes, constraints: str) -> bytes:
    """Return a manifest with the constraints in it, in the one place where uv reads them."""
    lines = (line.split("#", 1)[0].strip() for line in constraints.splitlines())
    rows = "".join(f"  {json.dumps(line)},\n" for line in lines if line)
    text = manifest.decode()
    own = _OWN_CONSTRAINTS.search(text)
    if own:
        return f"{text[: own.end()]}\n{rows}{text[own.end() :]}".encode()
    block = f"constraint-dependencies = [\n{rows}]\n"
    table = _TABLE.search(text)
    if table:
        return f"{text[: table.end()]}\n{block}{text[table.end() :].lstrip()}".encode()
    return f"{text.rstrip()}\n\n[tool.uv]\n{block}".encode()


def _lock(folder: Path) -> Lock | None:
    """Run `uv lock`; return why it couldn't reach its index, None where it locked."""
    env = {name: value for name, value in os.environ.items() if name not in _NOT_THIS_PROJECT}
    command = [uv_binary(), "lock", "--quiet", "--no-progress"]
    try:
        code, _, err = _programs.run(command, cwd=folder, env=env, seconds=_SECONDS)
    except subprocess.TimeoutExpired:
        return Lock(done=False, reason=f"uv lock took longer than {_SECONDS:g} s")
    if code == 0:
        return None
    said = err.decode("utf-8", "replace").strip()
    if any(word in said.lower() for word in _NETWORK):
        return Lock(done=False, reason="the package index can't be reached")
    raise GoldenpathError(f"uv can't lock the new repo:\n{said}", hint="Use --no-lock to make the repo without a lock.")
