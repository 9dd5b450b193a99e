"""Where files of a repo come from: how it, and the projects in it, stand to the blueprints that they were made from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from goldenpath.catalog.drift import State, drift_of
from goldenpath.errors import GoldenpathError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from goldenpath.catalog.drift import Drift
    from goldenpath.catalog.making import Making, Makings
    from goldenpath.facts.model import Standing
    from goldenpath.snapshot.base import Snapshot

_MOST = 200
_AS_MADE = (State.IN_SYNC, State.BEHIND)


class Origins:
    """How each project of a repo stands to its blueprint, told once for all policies; nothing is rendered unasked.

    `standing` is what the repo's files `.goldenpath.yaml` say, `makings` None where no blueprint can be asked.
    """

    def __init__(self, snapshot: Snapshot, standing: tuple[Standing, ...], makings: Makings | None) -> None:
        self._snapshot = snapshot
        self._standing = standing
        self._makings = makings
        self._known: dict[str, Drift | None] = {}

    def drifts(self, rows: Iterable[Standing]) -> tuple[Drift, ...]:
        """Return how projects stand to blueprints of the standard; most have none.

        Raise GoldenpathError where that can't be told.
        """
        asked = tuple(rows)
        if self._makings is None or not asked:
            return ()
        if len(self._standing) > _MOST:
            # Each is rendered with answers of its own: a hostile repo could keep a run busy for days.
            raise UnreadableError(f"more than {_MOST} files .goldenpath.yaml: what they name isn't rendered")
        found = (self._drift(row, self._makings) for row in asked)
        return tuple(drift for drift in found if drift is not None)

    def maker(self, path: str) -> Making | None:
        """Return what made a file that is as it was made, then or today; None where that can't be told."""
        return self._as_made.get(path)

    def _drift(self, row: Standing, makings: Makings) -> Drift | None:
        if row.path not in self._known:
            self._known[row.path] = drift_of(self._snapshot, row, makings)
        return self._known[row.path]

    @cached_property
    def _as_made(self) -> Mapping[str, Making]:
        try:
            drifts = self.drifts(self._standing)
        except GoldenpathError:  # a policy of drift tells why
            return {}
        return {
            row.path: drift.making for drift in drifts for row in drift.files if row.state in _AS_MADE and not row.key
        }
