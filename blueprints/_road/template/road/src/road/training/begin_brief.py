"""Proposes what `brief.yaml` requires of a model, for `begin`: a metric, the rule to beat, and a threshold.

The threshold is what the rule reaches on the rows that judge the model, and the least gain more. It is marked as
proposed: nobody has agreed to it yet.
"""

import io
import json
import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from road.core.brief import Requirement
from road.core.errors import UserError
from road.core.project import Project, Task
from road.training.baselines import find_baseline
from road.training.features import build_features
from road.training.metrics import METRICS, Outcome, find_metric
from road.training.split import split_rows
from road.training.target import output_of, target_of, task_of

MANAGED = ("metric", "direction", "threshold", "proposed", "baseline", "min_gain")
_MIN_GAIN = 0.05
_METRICS: dict[Task, str] = {
    "binary": "roc_auc",
    "multiclass": "balanced_accuracy",
    "regression": "mae",
    "forecasting": "wape",
}
_BASELINES: dict[Task, str] = {
    "binary": "prior",
    "multiclass": "majority",
    "regression": "median",
    "forecasting": "last_value",
}


def propose(frame: pl.DataFrame, project: Project) -> dict[str, Any]:
    """Choose metric and baseline by the task, and compute the threshold on the rows that judge the model."""
    task = task_of(project)
    metric, baseline = _METRICS[task], _BASELINES[task]
    if _has_seasons(frame, project):
        baseline = "seasonal_naive"
    reached = _reached(frame, project, metric, baseline)
    if metric == "wape" and not math.isfinite(reached):  # the target is zero in all of these rows
        metric = "mae"
        reached = _reached(frame, project, metric, baseline)
    if not math.isfinite(reached):
        raise UserError(
            f"{metric} is no number on the rows that judge the model: one of the classes may not be among them; "
            "more rows, or another split, help"
        )
    direction = METRICS[metric].direction
    better = abs(reached) * _MIN_GAIN
    wanted = reached + better if direction == "higher" else reached - better
    return {
        "metric": metric,
        "direction": direction,
        "threshold": float(f"{wanted:.4g}"),
        "proposed": True,
        "baseline": baseline,
        "min_gain": _MIN_GAIN,
    }


def managed(requirement: Mapping[str, Any]) -> str:
    """The keys that `begin` writes, as one text to compare."""
    return json.dumps({key: requirement.get(key) for key in MANAGED if key in requirement}, sort_keys=True)


def is_agreed(requirement: Mapping[str, Any], task: Task) -> bool:
    """Whether people stand behind the requirement, and it can be asked of this task."""
    metric = METRICS.get(str(requirement.get("metric")))
    return not requirement.get("proposed", False) and (metric is None or task in metric.tasks)


def requirement_of(text: str) -> dict[str, Any]:
    """What the brief requires now."""
    return dict(YAML(typ="safe", pure=True).load(text)["objective"]["requirement"])


def brief_text(text: str, wanted: Mapping[str, Any]) -> str:
    """Give the text of the brief with another requirement; all else stays as it is."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    requirement = document["objective"]["requirement"]
    for key, value in wanted.items():
        if key in requirement or key != "proposed":
            requirement[key] = value
        else:
            requirement.insert([*requirement].index("threshold") + 1, key, value)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _reached(frame: pl.DataFrame, project: Project, metric: str, baseline: str) -> float:
    output, split = output_of(project), split_rows(build_features(frame, project), project)
    direction = METRICS[metric].direction
    asked = Requirement(
        prediction="-", metric=metric, direction=direction, threshold=0, baseline=baseline, min_gain=_MIN_GAIN
    )
    rule, measure = find_baseline(baseline, project, output), find_metric(asked, project)
    return measure(Outcome.of(output, target_of(split.test, output), rule(split)))


def _has_seasons(frame: pl.DataFrame, project: Project) -> bool:
    """Whether a forecast has steps of one length, and more than two weeks of them (of days: more than four)."""
    if task_of(project) != "forecasting" or project.time is None or project.time.step is None:
        return False
    times = frame[project.time.column]
    first: Any = times.min()
    last: Any = times.max()
    day = timedelta(days=1)
    season = day if project.time.step < day else 7 * day if project.time.step < 7 * day else 364 * day
    return bool(last - first >= 3 * season)
