"""Proposes what `brief.yaml` requires of a model, for `begin`: a metric, the rule to beat, and a threshold.

The threshold is what the rule reaches on the rows that judge the model, and the least gain more. It is marked as
proposed: nobody has agreed to it yet.
"""

import json
import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

import polars as pl
import yaml

from road.core.brief import Requirement
from road.core.documents import Loader
from road.core.errors import UserError
from road.core.project import Project, Task
from road.training.baselines import find_baseline
from road.training.features import build_features
from road.training.metrics import METRICS, Outcome, find_metric
from road.training.split import split_rows
from road.training.target import output_of, target_of, task_of

MANAGED = ("metric", "direction", "threshold", "proposed", "baseline", "min_gain")
_MIN_GAIN = 0.05
_Direction = Literal["lower", "higher"]
_BY_TASK: dict[Task, tuple[str, _Direction, str]] = {
    "binary": ("roc_auc", "higher", "prior"),
    "multiclass": ("balanced_accuracy", "higher", "majority"),
    "regression": ("mae", "lower", "median"),
    "forecasting": ("wape", "lower", "last_value"),
}


def propose(frame: pl.DataFrame, project: Project) -> dict[str, Any]:
    """Choose metric and baseline by the task, and compute the threshold on the rows that judge the model."""
    metric, direction, baseline = _BY_TASK[task_of(project)]
    if _has_seasons(frame, project):
        baseline = "seasonal_naive"
    asked = _asked(metric, direction, baseline)
    reached = _reached(frame, project, asked)
    if metric == "wape" and not math.isfinite(reached):  # the target is zero in all of these rows
        asked = _asked("mae", direction, baseline)
        reached = _reached(frame, project, asked)
    if not math.isfinite(reached):
        raise UserError(
            f"{asked.metric} is no number on the rows that judge the model: one of the classes may not be among them; "
            "more rows, or another split, help"
        )
    better = abs(reached) * _MIN_GAIN
    wanted = reached + better if direction == "higher" else reached - better
    return {
        "metric": asked.metric,
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
    content: Any = yaml.load(text, Loader)  # noqa: S506 - a safe one, with fewer words that mean yes or no
    return dict(content["objective"]["requirement"])


def brief_text(text: str, wanted: Mapping[str, Any]) -> str:
    """Give the text of the brief with another requirement; all else stays as it is, to the byte."""
    values = {key.value: value for key, value in _requirement(text).value}
    texts = {key: _scalar(value) for key, value in wanted.items()}
    pieces = [
        (node.start_mark.index, node.end_mark.index, texts[key])
        for key, node in values.items()
        if key in texts and node.value != texts[key]
    ]
    pieces += [_beside(text, values["threshold"], key, texts[key]) for key in texts if key not in values]
    for start, end, new in sorted(pieces, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _requirement(text: str) -> yaml.MappingNode:
    node: Any = yaml.compose(text, Loader)
    for name in ("objective", "requirement"):
        node = next(value for key, value in node.value if key.value == name)
    found: yaml.MappingNode = node
    return found


def _beside(text: str, node: yaml.Node, key: str, value: str) -> tuple[int, int, str]:
    """A new key below the threshold, or behind it where all stands on one line."""
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    before = text[start : node.start_mark.index]
    if before.strip() != "threshold:":
        return node.end_mark.index, node.end_mark.index, f", {key}: {value}"
    indent = before[: len(before) - len(before.lstrip())]
    end = text.find("\n", node.end_mark.index)
    end = len(text) if end < 0 else end
    return end, end, f"\n{indent}{key}: {value}"


def _scalar(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _asked(metric: str, direction: _Direction, baseline: str) -> Requirement:
    return Requirement(
        prediction="-", metric=metric, direction=direction, threshold=0, baseline=baseline, min_gain=_MIN_GAIN
    )


def _reached(frame: pl.DataFrame, project: Project, asked: Requirement) -> float:
    """What the baseline reaches on the rows that judge the model."""
    output, split = output_of(project), split_rows(build_features(frame, project), project)
    rule, measure = find_baseline(asked.baseline, project, output), find_metric(asked, project)
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
