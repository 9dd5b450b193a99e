"""Settings of the server: which model it serves, where it listens, and its limits."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from road.core.settings import CommonSettings


class ServingSettings(CommonSettings):
    """Everything that the server can be told; what the business asks for stands in the brief."""

    model: str
    """Where it is, in one of the forms that `location.py` knows."""
    watch_seconds: NonNegativeFloat = 5.0
    """How often to look for another model; 0 looks on SIGHUP only."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080

    max_body_bytes: PositiveInt = 1_048_576
    max_rows: PositiveInt = 1000
    queue: PositiveInt = 64
    """Requests that may be waiting or predicted; the next one gets 503 at once."""
    short_queue: PositiveInt = 4
    """The same while more is asked than can be answered, so that accepted requests stay quick."""
    threads: PositiveInt = 1
    """Predictions that take longer than `inline_ms` run here, so that probes are answered."""
    inline_ms: PositiveFloat = 1.0
    deadline_ms: PositiveFloat = 1000.0
    retry_after_seconds: PositiveInt = 1
    keep_alive_seconds: PositiveInt = 75
    drain_seconds: NonNegativeFloat = 5.0
    """After SIGTERM: not ready, but still answering, until the load balancer has noticed."""
    stop_seconds: PositiveInt = 20

    access_log: bool = False
    traces: str | None = None
    """URL of an OpenTelemetry collector (OTLP over HTTP); none are made without it."""
    trace_share: Annotated[float, Field(ge=0, le=1)] = 0.01

    drift_rows: PositiveInt = 5000
    drift_min_rows: PositiveInt = 500
    """Rows from which a shift is told, by `/metrics` and by `skew`; that of fewer is noise."""

    prediction_log: Path | None = None
    prediction_log_rows: PositiveInt = 50_000
    """Rows in a file, and rows that may wait to be written; more are dropped and counted."""
    prediction_log_seconds: PositiveFloat = 60.0
    prediction_log_files: PositiveInt = 48
