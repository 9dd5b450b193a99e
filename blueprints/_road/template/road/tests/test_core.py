"""Proves the road's core against this repository's own lock: each module is imported, and a bundle is used once."""

import importlib
import pkgutil
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

import road.core
from road.core.bundle import Bundle, write_bundle
from road.core.contract import Contract
from road.core.manifest import Code, Column, Data, Evaluation, Graph, Manifest, Output, Period, Purpose
from road.core.project import Column as Declared
from road.core.reference import Distribution

# A graph that adds up the two numbers of each row.
SUM = (
    b'\x08\t:\x8b\x01\n8\n\x08features\n\x04axes\x12\nprediction"\tReduceSum*\x0f\n\x08keepdims\x18\x01\xa0\x01\x02'
    b"\x12\x03sum*\x14\x08\x01\x10\x07B\x04axesJ\x08\x01\x00\x00\x00\x00\x00\x00\x00"
    b"Z\x18\n\x08features\x12\x0c\n\n\x08\x01\x12\x06\n\x00\n\x02\x08\x02"
    b"b\x1a\n\nprediction\x12\x0c\n\n\x08\x01\x12\x06\n\x00\n\x02\x08\x01B\x04\n\x00\x10\x12"
)


@pytest.mark.parametrize("name", [found.name for found in pkgutil.iter_modules(road.core.__path__)])
def test_each_module_is_imported(name: str) -> None:
    assert importlib.import_module(f"road.core.{name}").__doc__


def test_a_bundle_is_written_verified_and_used(tmp_path: Path) -> None:
    period = Period(first=datetime(2026, 1, 1), last=datetime(2026, 1, 2))
    seen = Distribution.of([1.0, 2.0, 3.0])
    manifest = Manifest(
        name="sum",
        purpose=Purpose(objective="Add up.", owner="Ada", prediction="The sum.", personal_data=False),
        inputs=[Column(name="a", kind="number"), Column(name="b", kind="number")],
        output=Output(name="sum", unit=""),
        graph=Graph(input="features", output="prediction", columns=["a", "b"], opset=18),
        evaluation=Evaluation(
            metric="mae",
            direction="lower",
            value=0.0,
            threshold=1.0,
            baseline="none",
            baseline_value=1.0,
            rows=3,
            segments={},
        ),
        data=Data(source="here", sha256="0" * 64, rows=3, trained_on=period, tested_on=period),
        code=Code(commit="none", dirty=False, packages={}, seed=0, parameters={}),
        features={"a": seen, "b": seen},
        predictions=seen,
    )

    digest = write_bundle(tmp_path / "bundle", manifest, SUM)
    predicted = Bundle.load(tmp_path / "bundle", expect=digest).predict({"a": [1, 2], "b": [3, 4]})

    assert predicted.values.tolist() == [4.0, 6.0]


def test_rows_that_break_the_contract_are_parted_from_the_others() -> None:
    contract = Contract(keys=("a",), columns={"a": Declared(type="number", range=(0, 9))})

    found = contract.sort(pl.DataFrame({"a": [1, 10, 2]}))

    assert found.good["a"].to_list() == [1, 2]
    assert found.reasons == {"a is outside 0 to 9": 1}
