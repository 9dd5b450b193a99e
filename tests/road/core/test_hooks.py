from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest
from road.core.errors import UserError
from road.core.hooks import load_hook, load_object


class Metric(Protocol):
    def __call__(self, actual: float, predicted: float, *, weight: float) -> float: ...


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a package of a project, which is not installed: it stands in `src`."""
    folder = tmp_path / "src" / "hooks_of_a_shop"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("NUMBER = 3\n")
    (folder / "metrics.py").write_text(
        "def distance(actual, predicted, *, weight):\n    return abs(actual - predicted) * weight\n\n\n"
        "def one(actual):\n    return actual\n"
    )
    (folder / "broken.py").write_text("def metric(:\n")
    (folder / "lacking.py").write_text("import no_such_library\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    return folder


def test_a_hook_is_loaded_from_the_projects_sources() -> None:
    metric: Metric = load_hook("metrics.distance", "hooks_of_a_shop.metrics:distance", Metric)

    assert metric(1, 3, weight=2) == 4
    assert load_object("model", "hooks_of_a_shop:NUMBER") == 3


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("hooks_of_a_shop.metric:distance", "can't be imported: No module named 'hooks_of_a_shop.metric'"),
        ("hooks_of_a_shop.metrics:distanse", "hooks_of_a_shop.metrics has no distanse; did you mean distance?"),
        ("hooks_of_a_shop.metrics:one", r"takes \(actual\), but is called with \(actual, predicted, \*, weight\)"),
        ("hooks_of_a_shop:NUMBER", "is not callable, it is 3"),
        ("hooks_of_a_shop.broken:metric", r"broken\.py:1 is not Python"),
        ("hooks_of_a_shop.lacking:metric", "can't be imported: No module named 'no_such_library'"),
        ("no_such_package.metrics:metric", "can't be imported: No module named 'no_such_package'"),
    ],
)
def test_a_hook_that_can_not_be_called_is_told_with_its_key(reference: str, said: str) -> None:
    with pytest.raises(UserError, match=rf"^project\.yaml: metrics\.mine: .*{said}"):
        load_hook("metrics.mine", reference, Metric)


def test_a_hook_that_is_made_in_c_is_taken() -> None:
    assert load_hook("metrics.least", "builtins:min", Metric) is min
