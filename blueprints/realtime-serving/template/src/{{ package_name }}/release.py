"""Finds the model to serve: a bundle in a folder, or the one that a registry's alias points at."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from .bundle import SUMS
from .config import ServingSettings
from .errors import UserError

ALIASES = "aliases.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A bundle to serve: where it lies, the digest it must have, and when it was trained."""

    folder: Path
    digest: str
    trained: datetime | None = None


class _Entry(BaseModel):
    """What a registry says of a bundle; it may say more."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    digest: str
    trained: AwareDatetime | None = None


_Aliases = TypeAdapter(dict[str, _Entry])


def find_release(settings: ServingSettings) -> Release:
    """Look up the model that the settings name, without reading it; cheap enough to repeat."""
    if (settings.model / ALIASES).is_file():
        release = _from_registry(settings)
    else:
        release = Release(folder=settings.model, digest=_digest(settings.model))
    if settings.model_digest not in (None, release.digest):
        raise UserError(
            f"{release.folder} has digest {release.digest}, expected {settings.model_digest}"
        )
    return release


def _from_registry(settings: ServingSettings) -> Release:
    file = settings.model / ALIASES
    try:
        aliases = _Aliases.validate_python(json.loads(file.read_bytes()))
    except (OSError, ValueError, ValidationError) as error:
        raise UserError(f"{file} can't be read: {error}") from error
    entry = aliases.get(settings.alias)
    if entry is None:
        raise UserError(f"{file} has no {settings.alias}")
    if not entry.digest.isalnum():
        raise UserError(f"{file}: the digest of {settings.alias} is not valid")
    folder = settings.model / "versions" / entry.digest[:16]
    return Release(folder=folder, digest=entry.digest, trained=entry.trained)


def _digest(folder: Path) -> str:
    try:
        return hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()
    except OSError as error:
        raise UserError(
            f"{folder} is neither a bundle nor a registry: {error}; set `model` or APP_MODEL"
        ) from error
