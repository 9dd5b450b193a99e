from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from road.batch import ENFORCED, is_enforced
from road.batch.admission import admit
from road.batch.batch import MAX_BAD
from road.batch.deadline import DEADLINE, INPUT_READY
from road.core.brief import read_brief
from road.core.bundle import Bundle, BundleError, write_bundle
from road.core.gate import MIN_GAIN, THRESHOLD
from road.core.manifest import Column, Manifest

from tests.road.batch.conftest import INPUTS, Repo, told
from tests.road.briefs import write_brief
from tests.road.bundles import make_manifest, make_model


def of_quality(bundle: Bundle, **changes: object) -> Manifest:
    """Give the manifest with another evaluation."""
    evaluation = bundle.manifest.evaluation.model_copy(update=changes)
    return bundle.manifest.model_copy(update={"evaluation": evaluation})


def offered(repository: Repo, folder: Path, manifest: Manifest) -> Repo:
    """Give the repository with a model that says this of itself."""
    columns = [each.name for each in manifest.inputs if each.kind != "datetime"]
    graph = manifest.graph.model_copy(update={"columns": columns})
    write_bundle(folder / "other", manifest.model_copy(update={"graph": graph}), make_model(len(columns)))
    return told(repository, model=str(folder / "other"))


def test_every_number_of_the_brief_on_a_batch_is_enforced(repository: Repo) -> None:
    theirs = ("quality_attributes.training", "quality_attributes.serving")

    assert {MIN_GAIN, THRESHOLD, MAX_BAD, INPUT_READY, DEADLINE} == ENFORCED
    assert {path for path in repository.brief.demands() if not path.startswith(theirs)} == ENFORCED


def test_how_much_worse_a_group_may_be_is_enforced(repository: Repo, tmp_path: Path) -> None:
    """The bundle of the panel was measured by place, and not by shop."""
    brief = read_brief(write_brief(tmp_path, segments={"shop": 0.5}))

    assert is_enforced("objective.requirement.segments.shop")
    assert not is_enforced("objective.requirement.operating_point.value")
    with pytest.raises(BundleError, match=r"segments\.shop: nothing was measured by shop"):
        admit(replace(repository, brief=brief))


def test_only_proposed_thresholds_are_refused_in_production(repository: Repo, tmp_path: Path) -> None:
    brief = read_brief(write_brief(tmp_path, threshold=0.5, proposed=True))
    settings = {"brief": tmp_path / "brief.yaml"}
    repository = told(replace(repository, brief=brief), **settings)

    assert admit(repository).names == ("shop", "staff", "warmth")
    (tmp_path / ".goldenpath.yaml").write_text("lifecycle: production\n")
    with pytest.raises(BundleError, match="only proposed"):
        admit(repository)


def test_a_model_that_is_as_the_brief_and_the_panel_ask_is_let_in(repository: Repo, bundle: Bundle) -> None:
    assert admit(repository).digest == bundle.digest


@pytest.mark.parametrize("name", ["model.onnx", "bundle.json", "MODEL_CARD.md", "SHA256SUMS"])
def test_a_model_with_one_byte_flipped_is_refused(
    repository: Repo, model_folder: Path, tmp_path: Path, name: str
) -> None:
    shutil.copytree(model_folder, tmp_path / "flipped")
    content = bytearray((tmp_path / "flipped" / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "flipped" / name).write_bytes(bytes(content))

    with pytest.raises(BundleError, match="was changed after it was written"):
        admit(told(repository, model=str(tmp_path / "flipped")))


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (Column(name="price", kind="number"), "takes price, which the panel doesn't hold"),
        (Column(name="note", kind="category", values=["x"]), "takes note, which the panel doesn't hold"),
        (Column(name="shop", kind="number"), "takes shop as a number, in the panel it is a category"),
        (Column(name="shop", kind="category", values=["east", "north"]), "doesn't know shop south$"),
        (Column(name="staff", kind="category", values=["1"]), "takes staff as a category"),
        (Column(name="hour", kind="number"), "takes hour as a number, in the panel it is a datetime"),
    ],
)
def test_a_model_that_sees_the_panel_otherwise_is_refused(
    repository: Repo, bundle: Bundle, tmp_path: Path, column: Column, reason: str
) -> None:
    inputs = [column, *(each for each in INPUTS if each.name != column.name)]
    facts: dict[str, Any] = {"inputs": inputs, "features": make_manifest(inputs).features}
    repository = offered(repository, tmp_path, bundle.manifest.model_copy(update=facts))

    with pytest.raises(BundleError, match=reason):
        admit(repository)


def test_a_model_that_knows_more_than_the_panel_holds_is_let_in(
    repository: Repo, bundle: Bundle, tmp_path: Path
) -> None:
    inputs = [Column(name="shop", kind="category", values=["north", "south", "west"]), *INPUTS[1:]]
    repository = offered(repository, tmp_path, bundle.manifest.model_copy(update={"inputs": inputs}))

    assert admit(repository).names == ("shop", "staff", "warmth")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": 2.1, "baseline_value": 9.0}, r"objective\.requirement\.threshold: 2\.1000, at most 2\.0000"),
        ({"value": 1.0, "baseline_value": 1.01}, r"objective\.requirement\.min_gain: 1\.0% better than yesterday"),
        ({"metric": "rmse"}, "measured by rmse lower, asked for mae lower"),
    ],
)
def test_a_model_that_is_not_as_good_as_the_brief_asks_is_refused(
    repository: Repo, bundle: Bundle, tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    repository = offered(repository, tmp_path, of_quality(bundle, **changes))

    with pytest.raises(BundleError, match=reason):
        admit(repository)


def test_all_that_is_wrong_with_a_model_is_told_at_once(repository: Repo, bundle: Bundle, tmp_path: Path) -> None:
    columns = {name: column for name, column in repository.project.columns.items() if name != "staff"}
    repository = replace(repository, project=repository.project.model_copy(update={"columns": columns}))
    repository = offered(repository, tmp_path, of_quality(bundle, value=9.0))

    with pytest.raises(BundleError, match=r"(?s)takes staff.*threshold.*min_gain"):
        admit(repository)
