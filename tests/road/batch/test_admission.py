"""The brief is executable: this proves that each of its numbers is enforced by something."""

import shutil
from pathlib import Path

import pytest

from {{ package_name }}.admission import CHECKS, admit
from {{ package_name }}.batch import MAX_BAD
from {{ package_name }}.brief import Brief
from {{ package_name }}.bundle import Bundle, BundleError, write_bundle
from {{ package_name }}.config import BatchSettings
from {{ package_name }}.deadline import DEADLINE, INPUT_READY
from {{ package_name }}.location import load_bundle
from {{ package_name }}.manifest import Column, Manifest
from {{ package_name }}.monitoring import alert_rules

from .bundles import make_bundle, make_manifest, make_model
from .conftest import SHIPPED

ENFORCED = {*CHECKS, MAX_BAD, INPUT_READY, DEADLINE}


def of_quality(bundle: Bundle, folder: Path, **changes: object) -> str:
    """Write a bundle that says something else of its evaluation, and give where it is."""
    evaluation = bundle.manifest.evaluation.model_copy(update=changes)
    manifest = bundle.manifest.model_copy(update={"evaluation": evaluation})
    return rewritten(manifest, folder)


def rewritten(manifest: Manifest, folder: Path) -> str:
    write_bundle(folder / "other", manifest, (SHIPPED / "model.onnx").read_bytes())
    return str(folder / "other")


def test_every_number_of_the_brief_is_enforced(our_brief: Brief) -> None:
    free = set(our_brief.demands()) - ENFORCED

    assert free == set(), "enforce these, or take them out of the brief"


def test_nothing_is_enforced_that_the_brief_does_not_say(our_brief: Brief) -> None:
    assert set(our_brief.demands()) >= ENFORCED


def test_the_alert_rules_are_those_of_the_brief(our_brief: Brief) -> None:
    rules = Path("monitoring/alerts.yaml").read_text()

    assert rules == alert_rules(our_brief), "run `make alerts`"


def test_the_model_of_the_settings_is_there_and_only_that_one() -> None:
    settings = BatchSettings.read()

    assert "#sha256=" in settings.model
    assert load_bundle(settings.model).digest in settings.model


@pytest.mark.parametrize("name", ["model.onnx", "bundle.json", "MODEL_CARD.md", "SHA256SUMS"])
def test_a_model_with_one_byte_flipped_is_refused(
    settings: BatchSettings, brief: Brief, tmp_path: Path, name: str
) -> None:
    shutil.copytree(SHIPPED, tmp_path / "flipped")
    content = bytearray((tmp_path / "flipped" / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "flipped" / name).write_bytes(bytes(content))

    with pytest.raises(BundleError, match="was changed after it was written"):
        admit(settings.model_copy(update={"model": str(tmp_path / "flipped")}), brief)


def test_a_model_with_inputs_that_the_panel_lacks_is_refused(
    settings: BatchSettings, brief: Brief, tmp_path: Path
) -> None:
    make_bundle(tmp_path / "other")

    with pytest.raises(BundleError, match="it takes wind, which the panel doesn't hold"):
        admit(settings.model_copy(update={"model": str(tmp_path / "other")}), brief)


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (Column(name="airport", kind="number"), "takes airport as a number"),
        (Column(name="airport", kind="category", values=["EWR"]), "doesn't know airport JFK, LGA"),
        (Column(name="lag_1d", kind="category", values=["1"]), "takes lag_1d as a category"),
    ],
)
def test_a_model_that_sees_the_panel_otherwise_is_refused(
    settings: BatchSettings, brief: Brief, tmp_path: Path, column: Column, reason: str
) -> None:
    width = 3
    inputs = [column, *[Column(name=f"lag_{n}d", kind="number") for n in (2, 3)]]
    write_bundle(tmp_path / "other", make_manifest(inputs), make_model(width))

    with pytest.raises(BundleError, match=reason):
        admit(settings.model_copy(update={"model": str(tmp_path / "other")}), brief)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": 1e6, "baseline_value": 1e9}, r"objective\.requirement\.threshold: "),
        ({"baseline_value": -1.0}, r"objective\.requirement\.min_gain: "),
        ({"baseline_value": 0.0}, r"objective\.requirement\.min_gain: "),
        ({"metric": "rmse"}, "it was judged by rmse, the brief asks for wape"),
        ({"direction": "higher"}, "it was judged by"),
    ],
)
def test_a_model_that_is_not_as_good_as_the_brief_asks_is_refused(
    settings: BatchSettings,
    brief: Brief,
    bundle: Bundle,
    tmp_path: Path,
    changes: dict[str, object],
    reason: str,
) -> None:
    asking = {"threshold": 0.2, "min_gain": 0.01}
    requirement = brief.objective.requirement.model_copy(update=asking)
    objective = brief.objective.model_copy(update={"requirement": requirement})
    demanding = brief.model_copy(update={"objective": objective})
    place = of_quality(bundle, tmp_path, **changes)

    with pytest.raises(BundleError, match=reason):
        admit(settings.model_copy(update={"model": place}), demanding)
