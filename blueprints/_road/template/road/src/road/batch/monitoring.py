"""What operations sees: metrics of a run as a Prometheus text file, and alerts from the brief."""

from datetime import timedelta

from road.batch.deadline import window
from road.batch.report import Report, Verdict
from road.core.brief import Brief

_DAY = timedelta(days=1)
_SHIFT = 0.2  # a shift that is commonly called large


def exposition(report: Report) -> str:
    """Metrics for the node exporter's textfile collector."""
    counts = report.counts
    samples = [
        ("batch_deadline_missed", "Whether the last run missed.", _missed(report)),
        ("batch_bad_share", "Share of rows or partitions that were bad.", counts.bad_share),
        ("batch_bad_share_allowed", "Share that the brief allows.", report.max_bad_share),
        ("batch_duration_seconds", "How long the last run took.", report.seconds),
        ("batch_due_timestamp_seconds", "When the last run was due.", report.due.timestamp()),
        ("batch_rows_scored", "Rows with a prediction.", counts.scored),
        ("batch_rows_quarantined", "Rows taken out.", counts.quarantined),
        ("batch_partitions_bad", "Partitions taken out.", counts.bad_partitions),
        ("batch_partitions_left", "Partitions not reached.", report.left),
        ("batch_rows_per_second", "Measured throughput.", report.rows_per_second or 0.0),
    ]
    if report.last_success is not None:
        at = report.last_success.timestamp()
        samples.append(("batch_last_success_timestamp_seconds", "Last run without fault.", at))
    labels = f'model="{report.project}"'
    texts = [_sample(name, text, {labels: float(value)}) for name, text, value in samples]
    drift = {f'{labels},of="{_escape(shift.name)}"': shift.psi for shift in report.shifts}
    texts.append(_sample("batch_psi", "Population stability index.", drift) if drift else "")
    return "".join(texts)


def alert_rules(brief: Brief) -> str:
    """Prometheus alert rules that hold operations to the numbers of the brief."""
    name = brief.project
    selector = f'{{model="{name}"}}'
    longest = window(brief)
    stale = _DAY + longest
    return f"""\
# Made from brief.yaml by `make alerts`; change the numbers there.
groups:
  - name: "{name}"
    rules:
      - alert: DeadlineMissed
        expr: batch_deadline_missed{selector} == 1
        labels: {{severity: critical}}
        annotations:
          summary: The last run won't be, or wasn't, done by its deadline.
          runbook: docs/runbook.md#deadline-missed
      - alert: NoPredictions
        expr: time() - batch_last_success_timestamp_seconds{selector} > {stale.total_seconds():.0f}
        labels: {{severity: critical}}
        annotations:
          summary: No run went well for a day and {longest.total_seconds() / 60:g} minutes.
          runbook: docs/runbook.md#no-predictions
      - alert: NoRunKnown
        expr: absent(batch_last_success_timestamp_seconds{selector})
        for: 1h
        labels: {{severity: critical}}
        annotations:
          summary: No run ever went well, or its metrics don't arrive.
          runbook: docs/runbook.md#no-predictions
      - alert: TooMuchBadInput
        expr: batch_bad_share{selector} > batch_bad_share_allowed{selector}
        labels: {{severity: warning}}
        annotations:
          summary: More of the input was bad than the brief allows.
          runbook: docs/runbook.md#too-much-bad-input
      - alert: FeatureShifted
        expr: batch_psi{selector} > {_SHIFT:g}
        for: 3d
        labels: {{severity: info}}
        annotations:
          summary: "{{{{ $labels.of }}}} is far from what the model was trained on."
          runbook: docs/runbook.md#feature-shifted
"""


def _missed(report: Report) -> float:
    return float(report.verdict is Verdict.DEADLINE_MISSED)


def _sample(name: str, text: str, values: dict[str, float]) -> str:
    lines = "".join(f"{name}{{{labels}}} {value!r}\n" for labels, value in values.items())
    return f"# HELP {name} {text}\n# TYPE {name} gauge\n{lines}"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
