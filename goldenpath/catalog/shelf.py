"""Renderings kept between runs: the same template and answers render to the same files for ever.

It is a cache and no more: what can't be read is rendered again, and what can't be written is not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath import __version__
from goldenpath.catalog.making import Rendering

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 4000
_LEFT = 3000
_FIXED = (1980, 1, 1, 0, 0, 0)


def key_of(tree: str, answers: Mapping[str, Any], *about: str) -> str:
    """Return the name that a rendering is kept under: of a template's tree, the answers, and what is told about it.

    Another version of goldenpath or Copier may render otherwise, so they are part of it; and so is the order within an
    answer, which a template can go through.
    """
    parts = [tree, sorted(answers.items()), *about, __version__, version("copier")]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:40]


def take(folder: Path, key: str, said: str) -> Rendering | None:
    """Return a rendering that was kept, as that of the version `said`; None where there is none that can be read."""
    try:
        with zipfile.ZipFile(folder / f"{key}.zip") as archive:
            infos, tree = archive.infolist(), archive.comment.decode("ascii")
            files = {info.filename: archive.read(info) for info in infos}
    except (OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile):
        return None
    executable = frozenset(info.filename for info in infos if info.external_attr >> 16 & 0o100)
    return Rendering(version=said, files=files, executable=executable, tree=tree)


def keep(folder: Path, key: str, rendering: Rendering) -> None:
    """Keep a rendering; the oldest go when there are too many."""
    # A name that is no UTF-8 can't be written into an archive (ValueError).
    with contextlib.suppress(OSError, ValueError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=".rendering-", dir=folder)
        try:
            with (
                os.fdopen(handle, "wb") as file,
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
            ):
                out.comment = rendering.tree.encode("ascii")
                for path, data in rendering.files.items():
                    info = zipfile.ZipInfo(path, _FIXED)
                    info.compress_type = zipfile.ZIP_DEFLATED
                    info.external_attr = (0o755 if path in rendering.executable else 0o644) << 16
                    out.writestr(info, data)
            Path(aside).replace(folder / f"{key}.zip")
        finally:
            Path(aside).unlink(missing_ok=True)
        _prune(folder)


def _prune(folder: Path) -> None:
    kept = list(folder.glob("*.zip"))
    if len(kept) > _MOST:
        for path in sorted(kept, key=lambda path: path.stat().st_mtime)[:-_LEFT]:
            path.unlink(missing_ok=True)
