"""What operations sees: metrics of a run as a Prometheus text file, and alerts from the brief."""

from datetime import datetime, timedelta

from road.core.brief import Brief
from road.training.gate import MAX_MINUTES
from road.training.registry import Entry
from road.training.runs import Run

MAX_AGE = "quality_attributes.training.max_champion_age_days"


def too_old(champion: Entry, max_age_days: float, now: datetime) -> bool:
    """Whether the model in use was trained too long ago."""
    return now - champion.trained > timedelta(days=max_age_days)


def exposition(name: str, run: Run | None, champion: Entry | None) -> str:
    """Metrics for the node exporter's textfile collector."""
    samples: list[tuple[str, str, float]] = []
    if run is not None:
        samples += [
            ("training_gate_passed", "Whether the last model passed the gate.", float(run.passed)),
            ("training_duration_seconds", "How long the last training took.", run.seconds),
            (
                "training_metric_value",
                "The deciding metric of the last model.",
                run.evaluation.value,
            ),
        ]
    if champion is not None:
        trained = champion.trained.timestamp()
        samples.append(("training_champion_trained_timestamp_seconds", "When it was trained.", trained))
    return "".join(
        f'# HELP {metric} {text}\n# TYPE {metric} gauge\n{metric}{{model="{name}"}} {value!r}\n'
        for metric, text, value in samples
    )


def alert_rules(brief: Brief) -> str:
    """Prometheus alert rules that hold operations to the numbers of the brief."""
    age = brief.number(MAX_AGE)
    minutes = brief.number(MAX_MINUTES)
    name = brief.project
    selector = f'{{model="{name}"}}'
    return f"""\
# Made from brief.yaml by `make alerts`; change the numbers there.
groups:
  - name: "{name}"
    rules:
      - alert: ChampionTooOld
        expr: time() - training_champion_trained_timestamp_seconds{selector} > {age * 86400:.0f}
        for: 1h
        labels: {{severity: warning}}
        annotations:
          summary: The model in use was trained more than {age:g} days ago.
          runbook: docs/runbook.md#champion-too-old
      - alert: ChampionUnknown
        expr: absent(training_champion_trained_timestamp_seconds{selector})
        for: 1h
        labels: {{severity: warning}}
        annotations:
          summary: No model is in use, or its metrics don't arrive.
          runbook: docs/runbook.md#champion-unknown
      - alert: GateFailed
        expr: training_gate_passed{selector} == 0
        labels: {{severity: warning}}
        annotations:
          summary: The last trained model didn't pass the gate of the brief.
          runbook: docs/runbook.md#gate-failed
      - alert: TrainingTooSlow
        expr: training_duration_seconds{selector} > {minutes * 60:.0f}
        labels: {{severity: warning}}
        annotations:
          summary: The last training took longer than {minutes:g} minutes.
          runbook: docs/runbook.md#training-too-slow
"""
