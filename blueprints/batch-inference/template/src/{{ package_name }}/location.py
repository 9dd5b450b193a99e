"""Finds the bundle that a setting names, wherever it lies, and loads exactly that one.

- `models/departures`: a folder
- `models/departures#sha256=0a1b...`: a folder, and nothing else than this digest
- `../training/artifacts/registry#champion`: what an alias of a training registry points at
- `https://models.example.org/x#sha256=0a1b...`: on a web server; the digest is a must
"""

import json
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from .bundle import CARD, FACTS, MODEL, SUMS, Bundle, BundleError

_MAX_BYTES = 512 * 1024 * 1024
_SECONDS = 60


def load_bundle(location: str) -> Bundle:
    """Load the bundle at a location; `BundleError` when it isn't exactly the one named."""
    address, _, fragment = location.partition("#")
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        return _download(address, _digest(fragment))
    folder = Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(address)
    if fragment and not fragment.startswith("sha256="):
        return _by_alias(folder, fragment)
    return Bundle.load(folder, expect=_digest(fragment))


def _digest(fragment: str) -> str | None:
    if not fragment:
        return None
    return fragment.removeprefix("sha256=")


def _by_alias(registry: Path, alias: str) -> Bundle:
    """Load from a registry as training keeps it: aliases.json, and a folder for each version."""
    try:
        aliases = json.loads((registry / "aliases.json").read_bytes())
        digest = aliases[alias]["digest"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{registry} has no {alias}: {error}") from error
    return Bundle.load(registry / "versions" / str(digest)[:16], expect=str(digest))


def _download(address: str, digest: str | None) -> Bundle:
    if digest is None:
        raise BundleError(f"{address} needs its digest behind it, as #sha256=..., to be trusted")
    with tempfile.TemporaryDirectory(prefix="bundle-") as place:
        folder = Path(place)
        for name in (SUMS, FACTS, CARD, MODEL):
            (folder / name).write_bytes(_fetch(f"{address.rstrip('/')}/{name}"))
        return Bundle.load(folder, expect=digest)


def _fetch(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as response:  # noqa: S310 - http only
            content: bytes = response.read(_MAX_BYTES + 1)
    except OSError as error:
        raise BundleError(f"{url} can't be fetched: {error}") from error
    if len(content) > _MAX_BYTES:
        raise BundleError(f"{url} is larger than {_MAX_BYTES} bytes")
    return content
