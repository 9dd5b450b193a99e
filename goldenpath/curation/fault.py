"""What is wrong with a blueprint: at which place, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that a blueprint must not have; `code` names its kind, `where` is `file:line:column` or less of it."""

    code: str
    where: str
    message: str
    remedy: str

    def within(self, folder: Path) -> Fault:
        """Return it with its places relative to a folder, where they lie in it."""
        return replace(self, **{name: getattr(self, name).replace(f"{folder}/", "") for name in ("where", "message")})

    def __str__(self) -> str:
        return f"{self.where}: {self.message} [{self.code}]"
