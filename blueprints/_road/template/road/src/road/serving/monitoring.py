"""Alert rules that hold operations to the numbers of the brief."""

from road.core.brief import Brief

P99 = "quality_attributes.serving.latency_p99_ms"
AVAILABILITY = "quality_attributes.serving.availability"
PSI_LIMIT = 0.2
_FAULTS = 'status=~"5.."'


def alert_rules(brief: Brief) -> str:
    """Prometheus alert rules; `job` is the project's name in the scrape configuration."""
    name = brief.project
    seconds = brief.number(P99) / 1000
    budget = 1 - brief.number(AVAILABILITY)
    job = f'job="{name}"'
    return f"""\
# Made from brief.yaml by `make alerts`; change the numbers there.
groups:
  - name: "{name}"
    rules:
      - alert: ErrorBudgetBurnsFast
        expr: {_burn(job, "5m")} > {14.4 * budget:.6g} and {_burn(job, "1h")} > {14.4 * budget:.6g}
        labels: {{severity: critical}}
        annotations:
          summary: At this rate the error budget of a month is gone in two days.
          runbook: docs/runbook.md#errors
      - alert: ErrorBudgetBurns
        expr: {_burn(job, "30m")} > {6 * budget:.6g} and {_burn(job, "6h")} > {6 * budget:.6g}
        labels: {{severity: warning}}
        annotations:
          summary: At this rate the error budget of a month is gone in five days.
          runbook: docs/runbook.md#errors
      - alert: TooSlow
        expr: {_p99(job)} > {seconds:.6g}
        for: 10m
        labels: {{severity: warning}}
        annotations:
          summary: More than one in a hundred requests takes longer than {seconds * 1000:g} ms.
          runbook: docs/runbook.md#too-slow
      - alert: TurnsRequestsAway
        expr: rate(serving_rejected_total{{{job}}}[5m]) > 0
        for: 10m
        labels: {{severity: warning}}
        annotations:
          summary: The queue is full again and again; clients get 503.
          runbook: docs/runbook.md#turns-requests-away
      - alert: ModelRefused
        expr: increase(serving_model_swaps_total{{{job}, outcome="refused"}}[15m]) > 0
        labels: {{severity: warning}}
        annotations:
          summary: A new model was refused; the one before is still served.
          runbook: docs/runbook.md#model-refused
      - alert: FeatureDrift
        expr: max by (feature) (serving_feature_psi{{{job}}}) > {PSI_LIMIT}
        for: 1h
        labels: {{severity: warning}}
        annotations:
          summary: A feature is no longer distributed as in training.
          runbook: docs/runbook.md#drift
      - alert: PredictionDrift
        expr: max(serving_prediction_psi{{{job}}}) > {PSI_LIMIT}
        for: 1h
        labels: {{severity: warning}}
        annotations:
          summary: Predictions are no longer distributed as in training.
          runbook: docs/runbook.md#drift
      - alert: Absent
        expr: absent(serving_model_info{{{job}}})
        for: 5m
        labels: {{severity: critical}}
        annotations:
          summary: No replica answers the scrape.
          runbook: docs/runbook.md#absent
"""


def _p99(job: str) -> str:
    return f"histogram_quantile(0.99, sum by (le) (rate(serving_request_seconds_bucket{{{job}}}[5m])))"


def _burn(job: str, window: str) -> str:
    """Share of requests that failed by our fault; turned away ones count as such."""
    failed = (
        f"(sum(rate(serving_requests_total{{{job}, {_FAULTS}}}[{window}])) or vector(0)) "
        f"+ sum(rate(serving_rejected_total{{{job}}}[{window}]))"
    )
    whole = (
        f"(sum(rate(serving_requests_total{{{job}}}[{window}])) + sum(rate(serving_rejected_total{{{job}}}[{window}])))"
    )
    return f"({failed}) / {whole}"
