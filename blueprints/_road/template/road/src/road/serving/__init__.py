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
"""The numbers of the brief that this part holds model and server to; one that isn't among them does nothing."""


def application() -> "ASGIApp":
    """Give the application of the repository in this folder as `serve` runs it, for the project's tests.

    `UserError` when settings, brief, project, a hook or the model are not as they have to be.
    """
    from road.core.repository import Repository
    from road.serving.app import assemble
    from road.serving.config import ServingSettings
    from road.serving.service import Service

    return assemble(Service(Repository.read(ServingSettings)))
