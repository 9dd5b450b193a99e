"""The model in use, and how another one takes its place while requests go on.

A request takes the model once, at its beginning, so that no answer mixes two. A new model is
loaded, checked and warmed up aside; only then one assignment puts it in place.
"""

import asyncio
import logging

from road.core.errors import UserError
from road.core.location import Release, find_release
from road.core.repository import Repository
from road.serving.config import ServingSettings
from road.serving.model import Model
from road.serving.schema import accepts

log = logging.getLogger(__name__)


class Champion:
    """Holds the current model and replaces it."""

    def __init__(self, repository: Repository[ServingSettings]) -> None:
        """Load the first model; raises `UserError` when there is none that may be served."""
        self._settings = settings = repository.settings
        self._repository = repository
        self._refused: str | None = None
        self._turn = asyncio.Lock()
        self.swaps = {"swapped": 0, "refused": 0}
        self.model = Model.load(find_release(settings.model), repository)

    async def refresh(self) -> bool:
        """Take the model that is named now, if it is another one; keep the old one otherwise.

        A model that is refused is tried again only when another one is named.
        """
        async with self._turn:
            try:
                release = await asyncio.to_thread(find_release, self._settings.model)
                if release.digest in (self.model.bundle.digest, self._refused):
                    return False
                self.model = await asyncio.to_thread(self._load, release)
            except UserError as error:
                self._refuse(error)
                return False
            self._refused = None
            self.swaps["swapped"] += 1
            log.info("model swapped", extra={"version": self.model.version})
            return True

    async def watch(self) -> None:
        """Refresh for ever, at the interval of the settings."""
        while True:
            await asyncio.sleep(self._settings.watch_seconds)
            await self.refresh()

    def _load(self, release: Release) -> Model:
        self._refused = release.digest  # until the end of this shows otherwise
        model = Model.load(release, self._repository)
        if not accepts(self.model.manifest, model.manifest):
            raise UserError(
                f"{release.place} has other inputs or another output than the model in use: "
                "clients must know first, so it needs a deployment, not a swap"
            )
        return model

    def _refuse(self, error: UserError) -> None:
        self.swaps["refused"] += 1
        log.error(
            "model refused",
            extra={"reason": str(error), "kept": self.model.version},
        )
