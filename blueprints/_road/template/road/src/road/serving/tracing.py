"""OpenTelemetry traces of predictions, when a collector is named; nothing is imported otherwise."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import random
from threading import Thread
from typing import TYPE_CHECKING

from road.serving.config import ServingSettings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

_LAST_SECONDS = 3.0  # for what is left to be sent at the end
_SAMPLED = (b"1", b"3", b"5", b"7", b"9", b"b", b"d", b"f")  # last digits with the lowest bit set


class Tracer:
    """Makes a span for each request, as a child of the caller's where there is one."""

    def __init__(self, provider: "TracerProvider", share: float) -> None:
        """Use a provider that knows where spans go; `share` of the requests begin a trace."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._share = share
        self._tracer = provider.get_tracer(__name__)
        self._propagator = TraceContextTextMapPropagator()
        self._kind = SpanKind.SERVER

    def wants(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request is traced: as its caller says, or else by chance.

        Asked before a span is made, since one that goes nowhere costs nearly as much.
        """
        parent = headers.get(b"traceparent")
        if parent is None:
            return random() < self._share  # noqa: S311 - no secret hangs on it
        return parent[-1:] in _SAMPLED

    @contextmanager
    def span(self, route: str, headers: Mapping[bytes, bytes], request_id: str) -> Iterator["Span"]:
        """Trace what happens inside; no value of a request gets into the span."""
        carrier = {
            name: headers[name.encode()].decode("latin-1")
            for name in ("traceparent", "tracestate")
            if name.encode() in headers
        }
        context = self._propagator.extract(carrier) if carrier else None
        attributes = {"http.route": route, "request.id": request_id}
        with self._tracer.start_as_current_span(
            f"POST {route}", context=context, kind=self._kind, attributes=attributes
        ) as span:
            yield span

    def close(self) -> None:
        """Send what is left, unless the collector takes too long; leaving doesn't wait for it."""
        sending = Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        sending.join(_LAST_SECONDS)


def start_tracing(settings: ServingSettings, name: str) -> Tracer | None:
    """Send traces to the collector that the settings name; give nothing when they name none."""
    if settings.traces is None:
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": name})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)  # `close` does it
    exporter = OTLPSpanExporter(endpoint=f"{settings.traces.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Tracer(provider, settings.trace_share)
