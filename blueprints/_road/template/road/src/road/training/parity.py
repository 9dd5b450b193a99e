"""Holds the exported graph to the fitted model: on every row to judge by, and on rows with gaps that the data may lack.

A converter can export a model without a word and predict something else; no list of estimators tells which.
"""

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from road.core.bundle import MODEL
from road.core.errors import UserError
from road.core.manifest import Column, Graph
from road.training.fitting import Fitted
from road.training.predictions import Answer
from road.training.preparation import Prepared

CLOSE = 1e-3  # faithful exports are within 1e-4, others beyond 1e-2
_SHOWN, _TRIED = 3, 8
_HELPS = """\
what helps: another estimator, or a step before it. Exports known to differ are those of
    forests and single trees that meet missing values: put SimpleImputer before them, or take HistGradientBoosting
    HistGradientBoosting with categorical_features, or with loss poisson or gamma: take another encoding, or loss
    SimpleImputer(add_indicator=True), LinearDiscriminantAnalysis, isotonic calibration (sigmoid is right)
    TunedThresholdClassifierCV: brief.yaml's operating_point chooses the threshold"""


def check_parity(fitted: Fitted, content: bytes, graph: Graph, prepared: Prepared, answer: Answer) -> None:
    """Refuse a graph that gives another answer than the fitted model; `UserError` names model and rows.

    `answer` is the fitted model's of the rows to judge by.
    """
    session = _session(content, fitted)
    matrix = prepared.rows(prepared.split.test).matrix
    _compare(fitted, _run(session, graph, matrix, fitted), answer, "rows to judge by")
    for where, rows in _edges(prepared):
        edge = prepared.rows(rows)
        try:
            wanted = fitted.answer(edge)
        except Exception as error:  # each library has its own
            said = f"{fitted.name} can't predict rows {where}, which project.yaml allows: {error}"
            raise UserError(f"project.yaml: model: {said}") from error
        _compare(fitted, _run(session, graph, edge.matrix, fitted), wanted, f"rows {where}")


def _compare(fitted: Fitted, found: NDArray[np.float32], wanted: Answer, rows: str) -> None:
    who = f"project.yaml: model: {MODEL} of {fitted.name}"
    if found.shape != wanted.shape:
        raise UserError(f"{who} gives shape {found.shape} for {len(wanted):,} {rows}, wanted is {wanted.shape}")
    apart = np.abs(found.astype(np.float64) - wanted) / (1 + np.abs(wanted))
    worst = np.nan_to_num(apart, nan=np.inf).max(axis=1)
    wrong = np.flatnonzero(worst > CLOSE)
    if not wrong.size:
        return
    shown = "; ".join(f"row {at}: {_said(found[at])}, not {_said(wanted[at])}" for at in wrong[:_SHOWN])
    raise UserError(
        f"{who} differs from the fitted model in {wrong.size:,} of {len(wanted):,} {rows}, "
        f"by up to {worst.max():.2g}, at most {CLOSE:g}: {shown}\n  {_HELPS}"
    )


def _said(values: NDArray[Any]) -> str:
    return " ".join(f"{value:.4g}" for value in values)


def _edges(prepared: Prepared) -> Iterator[tuple[str, pl.DataFrame]]:
    """Some rows with each gap, and with each value of a category, that no row learnt from has but a caller may give."""
    train, some = prepared.split.train, prepared.split.test.head(_TRIED)
    for each in prepared.inputs:
        if each.nullable and not _has_gaps(train[each.name]):
            yield f"where {each.name} is missing", some.with_columns(_only(each, None, some))
        seen = set(train[each.name].cast(pl.String)) if each.values else set()
        for value in [value for value in each.values if value not in seen][:_SHOWN]:
            yield f"where {each.name} is {value}", some.with_columns(_only(each, value, some))


def _has_gaps(values: pl.Series) -> bool:
    return bool(values.null_count() or (values.dtype.is_float() and values.is_nan().any()))


def _only(column: Column, value: str | None, rows: pl.DataFrame) -> pl.Expr:
    return pl.lit(value).cast(rows.schema[column.name]).alias(column.name)


def _session(content: bytes, fitted: Fitted) -> Any:
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when it is imported; sends otherwise
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base class
        raise UserError(f"project.yaml: model: {MODEL} of {fitted.name} can't be loaded: {error}") from error


def _run(session: Any, graph: Graph, matrix: NDArray[np.float32], fitted: Fitted) -> NDArray[np.float32]:
    try:
        (found,) = session.run([graph.output], {graph.input: matrix})
    except Exception as error:  # onnxruntime's errors share no base class
        raise UserError(f"project.yaml: model: {MODEL} of {fitted.name} can't be run: {error}") from error
    return np.asarray(found, dtype=np.float32)
