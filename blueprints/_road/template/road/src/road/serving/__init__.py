"""Serves a model bundle over HTTP, held to the latencies of the brief."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

ENFORCED = frozenset(
    {
        "objective.requirement.threshold",
        "objective.requirement.min_gain",
        "quality_attributes.serving.latency_p50_ms",
        "quality_attributes.serving.latency_p99_ms",
        "quality_attributes.serving.throughput_rps",
        "quality_attributes.serving.availability",
    }
)
"""The numbers that this part holds model and server to, beside those by column; another of the brief does nothing."""
_BY_COLUMN = "objective.requirement.segments."


def is_enforced(path: str) -> bool:
    """Whether a number of the brief, by its dotted path, has an effect here."""
    return path in ENFORCED or path.startswith(_BY_COLUMN)


def application() -> "ASGIApp":
    """Give the application of the repository in this folder as `serve` runs it, for the project's tests.

    `UserError` when settings, brief, project, a hook or the model are not as they have to be.
    """
    from road.core.repository import Repository
    from road.serving.app import assemble
    from road.serving.config import ServingSettings
    from road.serving.service import Service

    return assemble(Service(Repository.read(ServingSettings)))
