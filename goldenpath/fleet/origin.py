"""Who a repo says it is: the origin in its configuration, read as text, as `host/owner/name`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from goldenpath.snapshot.layout import read_pointer

if TYPE_CHECKING:
    from pathlib import Path

_SECTION = re.compile(r'^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\](.*)$')
_URL = re.compile(r"^\s*url\s*=\s*(.*)$", re.IGNORECASE)
_VALUE = re.compile(r'"((?:[^"\\]|\\.)*)"|([^"#;\s]+)')
_SCP = re.compile(r"(?:[^@/:]+@)?(\[[^\]]+\]|[^@/:\[]{2,}):(?!//)(.+)")
_REMOTE_SCHEMES = frozenset(("http", "https", "ssh", "git", "git+ssh", "git+https", "ssh+git"))
_SAFE = re.compile(r"[\w.~+%-]+(/[\w.~+%@ -]+)+")
_CONFIG_BYTES = 1024 * 1024


def origin_url(common: Path) -> str:
    """Return the first URL of the remote `origin` in a repo's own config file, "" where there is none.

    The file is read as text: what it includes isn't, and nothing that it names is run.
    """
    data = read_pointer(common / "config", limit=_CONFIG_BYTES) or b""
    inside = False
    for line in data.decode("utf-8", "replace").splitlines():
        section = _SECTION.match(line)
        if section:
            inside = section[1].lower() == "remote" and section[2] == "origin"
        found = _URL.match(section[3] if section else line)
        if inside and found:
            return _unquoted(found[1])
    return ""


def repo_id(url: str) -> str:
    """Return `host/owner/name` of a clone URL in any of git's spellings; "" for a local path or anything odd.

    User, password, token, port and query are dropped; the host is lower case, the path as written without `.git`.
    """
    if "://" in url:
        try:
            parts = urlsplit(url)
            host, path = parts.hostname or "", parts.path
        except ValueError:
            return ""
        if parts.scheme.lower() not in _REMOTE_SCHEMES:
            return ""
    else:
        scp = _SCP.fullmatch(url)
        if scp is None:
            return ""
        host, path = scp[1].strip("[]").lower(), scp[2]
    names = [name for name in path.removesuffix("/").removesuffix(".git").split("/") if name]
    if not host or ".." in names or "." in names:
        return ""
    joined = "/".join((host, *names))
    return joined if _SAFE.fullmatch(joined) else ""


def _unquoted(text: str) -> str:
    """Return a config value without its quotes and comment."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        found = _VALUE.match(text, at)
        if found is None:
            if not text[at].isspace():
                break
            at += 1
            continue
        parts.append(found[1] if found[1] is not None else found[2])
        at = found.end()
    return "".join(parts)
