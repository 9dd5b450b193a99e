"""The Grafana dashboard, with the brief's numbers as thresholds."""

import json
from typing import Any

from road.core.brief import Brief
from road.serving.monitoring import AVAILABILITY, P99, PSI_LIMIT

_WIDTH, _HEIGHT, _COLUMNS = 12, 8, 2
_SOURCE = {"type": "prometheus", "uid": "${source}"}


def dashboard(brief: Brief) -> str:
    """Give the dashboard as JSON, to be imported or provisioned."""
    job = f'job="{brief.project}"'
    why = brief.objective.statement.strip()
    panels = [_place(panel, at) for at, panel in enumerate(_panels(brief, job))]
    content = {
        "title": brief.project,
        "uid": brief.project[:40],
        "description": f"Made from brief.yaml by `make alerts`. {why}",
        "tags": ["serving"],
        "timezone": "browser",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "type": "datasource", "query": "prometheus"}],
        },
        "panels": panels,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _panels(brief: Brief, job: str) -> list[dict[str, Any]]:
    quantiles = {
        f"p{share * 100:g}": f"histogram_quantile({share}, sum by (le) "
        f"(rate(serving_request_seconds_bucket{{{job}}}[5m])))"
        for share in (0.5, 0.99)
    }
    faults = f'sum(rate(serving_requests_total{{{job}, status=~"5.."}}[5m])) or vector(0)'
    rejected = f"sum(rate(serving_rejected_total{{{job}}}[5m]))"
    whole = f"sum(rate(serving_requests_total{{{job}}}[5m]))"
    share = f"(({faults}) + {rejected}) / ({whole} + {rejected})"
    return [
        _panel("Requests", "reqps", {"{{status}}": _by("status", job), "rejected": rejected}),
        _panel("Latency", "s", quantiles, brief.number(P99) / 1000),
        _panel("Failed share", "percentunit", {"failed": share}, 1 - brief.number(AVAILABILITY)),
        _panel("In flight", "short", {"{{instance}}": f"serving_in_flight{{{job}}}"}),
        _panel(
            "Predictions",
            "short",
            {
                name: f"histogram_quantile({share}, sum by (le) (rate(serving_prediction_bucket{{{job}}}[15m])))"
                for name, share in (("p10", 0.1), ("median", 0.5), ("p90", 0.9))
            },
        ),
        _panel(
            "Drift (PSI)",
            "short",
            {
                "{{feature}}": f"max by (feature) (serving_feature_psi{{{job}}})",
                "predictions": f"max(serving_prediction_psi{{{job}}})",
            },
            PSI_LIMIT,
        ),
        _panel("Model", "short", {"{{version}}": f"count by (version) (serving_model_info{{{job}}})"}),
        _panel("Memory", "bytes", {"{{instance}}": f"process_resident_memory_bytes{{{job}}}"}),
    ]


def _by(label: str, job: str) -> str:
    return f"sum by ({label}) (rate(serving_requests_total{{{job}}}[5m]))"


def _panel(title: str, unit: str, queries: dict[str, str], limit: float | None = None) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    custom: dict[str, Any] = {}
    if limit is not None:
        steps.append({"color": "red", "value": round(limit, 6)})
        custom = {"thresholdsStyle": {"mode": "line"}}
    defaults = {"unit": unit, "custom": custom}
    return {
        "type": "timeseries",
        "title": title,
        "datasource": _SOURCE,
        "fieldConfig": {
            "defaults": {**defaults, "thresholds": {"mode": "absolute", "steps": steps}},
            "overrides": [],
        },
        "targets": [
            {"refId": chr(ord("A") + at), "expr": expr, "legendFormat": legend}
            for at, (legend, expr) in enumerate(queries.items())
        ],
    }


def _place(panel: dict[str, Any], at: int) -> dict[str, Any]:
    row, column = divmod(at, _COLUMNS)
    place = {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT}
    return {"id": at + 1, "gridPos": place, **panel}
