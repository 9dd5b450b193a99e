"""Tells which files `begin` may write: those that people left as it, or the blueprint, wrote them."""

import difflib
import hashlib
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_TRAILER = "^Goldenpath-Blueprint: "  # in the message of the commit that a repository was made with


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A file with the text that it has, the one that it is to have, and how to tell what `begin` manages of it."""

    path: Path
    before: str | None
    after: str
    part: Callable[[str], str]
    """Gives what `begin` writes in such a text; the rest is people's, and is kept."""
    harmless: bool = False
    """Whether nothing that stands there is lost."""

    @property
    def is_one(self) -> bool:
        """Whether anything changes."""
        return self.before != self.after

    @property
    def mark(self) -> str:
        """Names what `begin` manages in the new text."""
        return _mark(self.part(self.after))

    def is_free(self, record: Mapping[str, str]) -> bool:
        """Whether what `begin` manages is as it wrote it before, or as the repository was made."""
        if self.before is None or self.harmless or not self.is_one:
            return True
        now = self.part(self.before)
        if now == self.part(self.after) or _mark(now) == record.get(self.path.name):
            return True
        rendered = _rendered(self.path)
        return rendered is not None and self.part(rendered) == now

    def diff(self) -> str:
        """What would change, as a unified diff."""
        lines = difflib.unified_diff(
            (self.before or "").splitlines(),
            self.after.splitlines(),
            fromfile=str(self.path),
            tofile=f"{self.path} (proposed)",
            lineterm="",
        )
        return "\n".join(lines)


def read_text(path: Path) -> str | None:
    """The text of a file; None where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _rendered(path: Path) -> str | None:
    """The text of a file as the repository was made with it; None where git doesn't know."""
    made = _git("log", "--format=%H", f"--grep={_TRAILER}", "--diff-filter=A", "--", str(path))
    commits = (made or "").split()
    return _git("show", f"{commits[-1]}:./{path.as_posix()}") if commits and not path.is_absolute() else None


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(["git", *words], capture_output=True, check=True)  # noqa: S603, S607 - no word is a person's
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.decode("utf-8", "replace")
