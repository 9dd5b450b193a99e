"""A registry in a folder: bundles by digest, and aliases that say which one is in use.

It needs no server; the aliases are those that a model registry has, so moving to one later
changes this module alone.
"""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from road.core.bundle import Bundle
from road.core.errors import UserError

Alias = Literal["candidate", "champion"]


class Entry(BaseModel):
    """What an alias points at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: str
    run: str
    trained: datetime
    seconds: float


_Aliases = TypeAdapter(dict[Alias, Entry])


class Registry:
    """Bundles and aliases under one folder."""

    def __init__(self, artifacts: Path) -> None:
        """Use the registry of an artifacts folder; nothing is made until something is added."""
        self._root = artifacts / "registry"

    def add(self, bundle: Path, entry: Entry) -> None:
        """Keep a copy of a bundle and make it the candidate."""
        target = self.folder(entry)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(prefix=".adding-", dir=target.parent))
            shutil.copytree(bundle, aside, dirs_exist_ok=True)
            aside.rename(target)
        self.point("candidate", entry)

    def point(self, alias: Alias, entry: Entry) -> None:
        """Let an alias point at an entry."""
        aliases = {**self.aliases(), alias: entry}
        aside = self._root / ".aliases.json"
        aside.write_bytes(_Aliases.dump_json(aliases, indent=2) + b"\n")
        aside.replace(self._root / "aliases.json")

    def aliases(self) -> dict[Alias, Entry]:
        """All aliases."""
        file = self._root / "aliases.json"
        try:
            return _Aliases.validate_json(file.read_bytes())
        except FileNotFoundError:
            return {}
        except ValidationError as error:
            raise UserError(f"{file} is not valid: {error}") from error

    def load(self, alias: Alias) -> Bundle:
        """Load the bundle that an alias points at, and only exactly that one."""
        entry = self.aliases().get(alias)
        if entry is None:
            raise UserError(f"the registry has no {alias} yet")
        return Bundle.load(self.folder(entry), expect=entry.digest)

    def folder(self, entry: Entry) -> Path:
        """Where an entry's bundle lies."""
        return self._root / "versions" / entry.digest[:16]
