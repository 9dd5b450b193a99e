"""The edits that bots make, after their sources: dependabot-core of 2026-08-22, Renovate of the same day.

Each returns a file's text with one dependency moved; a text without it fails, since a test would prove nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def dependabot_action(text: str, name: str, commit: str, version: str) -> str:
    """`github_actions/file_updater.rb`: the commit, and the version that the comment ends with."""

    def change(found: re.Match[str]) -> str:
        comment = re.sub(r"\d+(\.\d+)*$", version, (found["comment"] or "").rstrip())
        return f"{name}@{commit}{comment}"

    return moved(rf"(?<=[^\w-]){name}@[0-9a-f]{{40}}(?P<comment>\s+#.*)?(?=\s|$)", change, text)


def renovate_action(text: str, name: str, commit: str, version: str) -> str:
    """`github-actions/extract.ts`: the commit, and the comment anew with the white space before it."""
    pinned = rf"{name}@[0-9a-f]{{40}}(?P<space>\s+)#\s*v[\d.]+"
    return moved(pinned, lambda found: f"{name}@{commit}{found['space']}# v{version}", text)


def pinact(text: str, name: str, commit: str, version: str) -> str:
    """The same in the style of `pinact run`: one space before the comment."""
    return moved(rf"{name}@[0-9a-f]{{40}}[^\n]*", lambda _: f"{name}@{commit} # v{version}", text)


def renovate_runner(text: str, system: str, version: str) -> str:
    """`github-actions/extract.ts` again: the image that a job runs on."""
    return moved(rf"(?<=runs-on: ){system}-\S+", lambda _: f"{system}-{version}", text)


def dependabot_image(text: str, name: str, version: str, digest: str) -> str:
    """`shared_file_updater.rb`: tag and digest after FROM; the words of the tag stay, and "" leaves the version."""

    def change(found: re.Match[str]) -> str:
        return f"{found['start']}:{version or found['version']}{found['words']}@sha256:{digest}"

    pinned = (
        rf"(?m)^(?P<start>FROM\s+{re.escape(name)}):(?P<version>[\d.]+)(?P<words>\S*)@sha256:[0-9a-f]{{64}}(?=\s|$)"
    )
    return moved(pinned, change, text)


def dependabot_requirement(text: str, name: str, specifier: str) -> str:
    """`uv/file_updater/lock_file_updater.rb`: what stands between the name and the quote, up to a marker."""
    return moved(rf"""(?<=["']){name}[<>=~!][^"';]*""", lambda _: f"{name}{specifier}", text)


def renovate_hook(text: str, name: str, version: str) -> str:
    """`pre-commit/extract.ts`: what a hook in Python is installed with, of local hooks too."""
    return moved(rf"(?<=[\[ ]){name}==[\d.]+", lambda _: f"{name}=={version}", text)


def uv_package(text: str, name: str, version: str) -> str:
    """`uv lock --upgrade-package`: the version of a package and the names of its files."""
    start = text.index(f'\n[[package]]\nname = "{name}"\n')
    end = f"{text}\n[[package]]\n".index("\n[[package]]\n", start + 1)
    old = re.search(r'\nversion = "([^"]+)"\n', text[start:end])
    assert old is not None
    return text[:start] + text[start:end].replace(old[1], version) + text[end:]


def moved(pattern: str, change: Callable[[re.Match[str]], str], text: str) -> str:
    """Return a text with each match changed."""
    after = re.sub(pattern, change, text)
    assert after != text, pattern
    return after
