"""Finds the bundle that a setting names, wherever it lies, and loads exactly that one.

- `models/sales`: a folder
- `models/sales#sha256=0a1b...`: a folder, and nothing else than this digest
- `../training/artifacts/registry#champion`: what an alias of a training registry points at
- `https://models.example.org/x#sha256=0a1b...`: on a web server; the digest is a must
"""

import hashlib
import json
import re
import tempfile
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from road.core.bundle import CARD, FACTS, MODEL, SUMS, Bundle, BundleError

ALIASES = "aliases.json"
_MAX_BYTES = 512 * 1024 * 1024
_SECONDS = 60
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A bundle that is named: where it lies, the digest it must have, and when it was trained."""

    place: Path | str
    """A folder, or an address on a web server."""
    digest: str
    trained: datetime | None = None

    def load(self, *, threads: int = 1) -> Bundle:
        """Load it; `BundleError` when it isn't exactly the one named."""
        if isinstance(self.place, str):
            return _download(self.place, self.digest, threads)
        return Bundle.load(self.place, expect=self.digest, threads=threads)


class _Entry(BaseModel):
    """What a registry says of a bundle; it may say more."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    digest: str
    trained: AwareDatetime | None = None


_Aliases = TypeAdapter(dict[str, _Entry])


def load_bundle(location: str) -> Bundle:
    """Load the bundle at a location; `BundleError` when it isn't exactly the one named."""
    return find_release(location).load()


def find_release(location: str) -> Release:
    """Look up what a location names, without reading the model; cheap enough to repeat."""
    address, _, fragment = location.partition("#")
    parts = urlsplit(address)
    digest = _digest(location, fragment)
    if parts.scheme in ("http", "https"):
        if digest is None:
            raise BundleError(f"{address} needs its digest behind it, as #sha256=...")
        return Release(place=address, digest=digest)
    folder = Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(address)
    if fragment and digest is None:
        return _by_alias(folder, fragment)
    return Release(place=folder, digest=digest or _digest_of(folder))


def _digest(location: str, fragment: str) -> str | None:
    if not fragment.startswith("sha256="):
        return None
    digest = fragment.removeprefix("sha256=")
    if _DIGEST.fullmatch(digest) is None:
        raise BundleError(f"{location}: a digest is 64 digits from 0 to f")
    return digest


def _by_alias(registry: Path, alias: str) -> Release:
    """Look into a registry as training keeps it: aliases.json, and a folder for each version."""
    file = registry / ALIASES
    try:
        aliases = _Aliases.validate_python(json.loads(file.read_bytes()))
    except (OSError, ValueError, ValidationError) as error:
        raise BundleError(f"{file} can't be read: {error}") from error
    entry = aliases.get(alias)
    if entry is None:
        raise BundleError(f"{file} has no {alias}")
    if _DIGEST.fullmatch(entry.digest) is None:
        raise BundleError(f"{file}: the digest of {alias} is not valid")
    folder = registry / "versions" / entry.digest[:16]
    return Release(place=folder, digest=entry.digest, trained=entry.trained)


def _digest_of(folder: Path) -> str:
    if (folder / ALIASES).is_file():
        raise BundleError(f"{folder} is a registry: name one of its models, as {folder}#champion")
    try:
        return hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()
    except OSError as error:
        raise BundleError(f"{folder} is not a whole bundle: {error}") from error


def _download(address: str, digest: str, threads: int) -> Bundle:
    with tempfile.TemporaryDirectory(prefix="bundle-") as place:
        folder = Path(place)
        for name in (SUMS, FACTS, CARD, MODEL):
            (folder / name).write_bytes(_fetch(f"{address.rstrip('/')}/{name}"))
        return Bundle.load(folder, expect=digest, threads=threads)


def _fetch(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as response:  # noqa: S310 - http only
            content: bytes = response.read(_MAX_BYTES + 1)
    except OSError as error:
        raise BundleError(f"{url} can't be fetched: {error}") from error
    if len(content) > _MAX_BYTES:
        raise BundleError(f"{url} is larger than {_MAX_BYTES} bytes")
    return content
