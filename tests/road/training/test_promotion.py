from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from road.core.bundle import BundleError
from road.core.errors import UserError
from road.training.config import Training
from road.training.promotion import promote
from road.training.registry import Entry, Registry
from road.training.runs import Run, bundle_folder
from road.training.training import train

from tests.road.training.parcels import COLUMNS, declared, make_parcels, repository_of
from tests.road.training.shops import NOW, PROJECT, Declare, Trained, asking, features, setting

HOOK = "tests.road.training.test_promotion"
POOR = {"trees": 4}


def register(repository: Training, run: Run, place: Training | None = None) -> Entry:
    """Put a trained model into the registry, as the candidate."""
    entry = Entry(digest=run.digest, run=run.id, trained=run.started, seconds=run.seconds)
    artifacts = (place or repository).settings.artifacts
    Registry(repository.settings.artifacts).add(bundle_folder(artifacts, run.id), entry)
    return entry


def retrain(repository: Training, **parameters: Any) -> Entry:
    """Train with other parameters, and give the candidate."""
    done = len(list(repository.settings.artifacts.glob("runs/*")))
    started = NOW + timedelta(minutes=done)
    return register(repository, train(setting(repository, parameters=parameters), started=started))


def lenient(repository: Training) -> Training:
    """Return the repository with demands that a poor model meets."""
    return asking(repository, threshold=100.0, min_gain=0.0, baseline="nothing")


@pytest.fixture
def repository(origin: Training, tmp_path: Path, declare: Declare) -> Training:
    project = declare(baselines={**PROJECT["baselines"], "nothing": f"{HOOK}:nothing"})
    return setting(replace(origin, project=project), artifacts=tmp_path / "artifacts")


def nothing(train: pl.DataFrame, test: pl.DataFrame) -> list[float]:
    return [0.0] * min(test.height, train.height)


def test_nothing_can_be_promoted_before_a_training(repository: Training) -> None:
    with pytest.raises(UserError, match="no candidate"):
        promote(repository, now=NOW)


def test_the_first_good_candidate_becomes_the_champion(repository: Training, trained: Trained) -> None:
    origin, run = trained
    entry = register(repository, run, origin)

    decision = promote(repository, now=NOW)

    assert decision.promoted
    assert decision.reason == f"mae {run.evaluation.value:.4f}, and there was no champion"
    assert Registry(repository.settings.artifacts).aliases()["champion"] == entry
    assert Registry(repository.settings.artifacts).load("champion").digest == entry.digest


def test_the_champion_is_not_promoted_again(repository: Training, trained: Trained) -> None:
    register(repository, trained[1], trained[0])
    promote(repository, now=NOW)

    assert promote(repository, now=NOW).reason == "the candidate is the champion already"


def test_a_worse_candidate_leaves_the_champion(repository: Training, trained: Trained) -> None:
    champion = register(repository, trained[1], trained[0])
    promote(repository, now=NOW)
    retrain(repository, **POOR)

    decision = promote(lenient(repository), now=NOW)

    assert not decision.promoted
    assert decision.reason.endswith(f"the champion's {trained[1].evaluation.value:.4f}")
    assert Registry(repository.settings.artifacts).aliases()["champion"] == champion


def test_a_better_candidate_takes_over(repository: Training, trained: Trained) -> None:
    retrain(repository, **POOR)
    promote(lenient(repository), now=NOW)
    better = register(repository, trained[1], trained[0])

    assert promote(repository, now=NOW).promoted
    assert Registry(repository.settings.artifacts).aliases()["champion"] == better


def test_a_candidate_below_the_gate_is_never_promoted(repository: Training) -> None:
    retrain(repository, **POOR)

    decision = promote(asking(repository, threshold=0.5), now=NOW)

    assert not decision.promoted
    assert decision.reason.startswith("gate: objective.requirement.threshold: ")


def test_a_bundle_changed_in_the_registry_is_refused(repository: Training, trained: Trained) -> None:
    entry = register(repository, trained[1], trained[0])
    (Registry(repository.settings.artifacts).folder(entry) / "MODEL_CARD.md").write_text("all is well")

    with pytest.raises(BundleError, match="was changed"):
        promote(repository, now=NOW)


def test_a_model_that_knows_the_test_is_not_compared(repository: Training, trained: Trained, declare: Declare) -> None:
    register(repository, trained[1], trained[0])
    longer = replace(repository, project=declare(split={"by": "time", "test": "8d"}))

    with pytest.raises(UserError, match="trained on rows of this test period"):
        promote(longer, now=NOW)


def test_an_alias_that_points_nowhere_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no champion yet"):
        Registry(tmp_path).load("champion")


def every_fifth(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    judged = pl.col("hour").hash(1) % 5 == 0
    return rows.filter(~judged), rows.filter(judged)


def without_clock(frame: pl.DataFrame) -> pl.DataFrame:
    return features(frame).drop("clock")


def every_fifth_judged(repository: Training, declare: Declare) -> Training:
    rules = {"nothing": f"{HOOK}:nothing"}
    return replace(repository, project=declare(split=f"{HOOK}:every_fifth", baselines=rules))


def test_with_a_split_of_its_own_the_same_data_compare_as_always(repository: Training, declare: Declare) -> None:
    hooked = lenient(every_fifth_judged(repository, declare))
    retrain(hooked, **POOR)
    assert promote(hooked, now=NOW).promoted
    retrain(hooked, trees=15)

    decision = promote(hooked, now=NOW)

    assert decision.promoted
    assert "may have learnt" not in decision.reason


def test_with_a_split_of_its_own_and_new_data_only_the_champion_may_know_the_test(
    repository: Training, declare: Declare, panel: pl.DataFrame, tmp_path: Path
) -> None:
    hooked = lenient(every_fifth_judged(repository, declare))
    retrain(hooked, **POOR)
    assert promote(hooked, now=NOW).promoted
    panel.filter(pl.col("hour") < panel["hour"].max()).write_parquet(tmp_path / "newer.parquet")
    newer = setting(hooked, data=str(tmp_path / "newer.parquet"))

    retrain(hooked, trees=15)
    with pytest.raises(UserError, match="trained on rows of this test period"):
        promote(newer, now=NOW)
    retrain(newer, trees=15)
    decision = promote(newer, now=NOW)

    assert decision.promoted
    assert decision.reason.endswith("(it may have learnt from some of these rows)")


def test_a_champion_is_known_by_its_bundle_where_its_run_is_gone(repository: Training, declare: Declare) -> None:
    hooked = lenient(every_fifth_judged(repository, declare))
    old = retrain(hooked, **POOR)
    promote(hooked, now=NOW)
    (hooked.settings.artifacts / "runs" / old.run / "run.json").rename(hooked.settings.artifacts / "kept.json")
    retrain(hooked, trees=15)

    assert "may have learnt" not in promote(hooked, now=NOW).reason


def test_a_champion_that_takes_what_is_no_more_is_told(
    repository: Training, trained: Trained, declare: Declare
) -> None:
    register(repository, trained[1], trained[0])
    promote(repository, now=NOW)
    inputs = {name: column for name, column in PROJECT["inputs"].items() if name != "clock"}
    fewer = replace(repository, project=declare(inputs=inputs, features=f"{HOOK}:without_clock"))
    register(fewer, train(asking(fewer, threshold=100.0), started=NOW))

    with pytest.raises(UserError, match="the champion takes clock, which the features don't have any more"):
        promote(asking(fewer, threshold=100.0, min_gain=0.0), now=NOW)


def of_parcels(folder: Path, **changes: Any) -> Training:
    repository = repository_of(folder, "binary", threshold=0.5, min_gain=0.0)
    return replace(repository, project=declared("binary", **changes)) if changes else repository


def test_with_a_hash_the_champion_is_judged_on_new_rows_that_it_never_learnt_from(tmp_path: Path) -> None:
    repository = of_parcels(tmp_path)
    make_parcels().head(400).write_parquet(repository.settings.data)
    retrain(repository, max_iter=1)
    assert promote(repository, now=NOW).promoted
    make_parcels().write_parquet(repository.settings.data)
    retrain(repository, max_iter=15)

    decision = promote(repository, now=NOW)

    assert decision.promoted
    assert "the champion's 0." in decision.reason
    assert "may have learnt" not in decision.reason


def test_a_champion_that_was_split_by_another_hash_is_not_judged(tmp_path: Path) -> None:
    repository = of_parcels(tmp_path)
    retrain(repository, max_iter=1)
    promote(repository, now=NOW)
    other = of_parcels(tmp_path, split={"by": "hash", "on": "parcel", "test": 0.3})
    retrain(other, max_iter=15)

    with pytest.raises(
        UserError, match=r"the champion, bundle .*, was split by hash of parcel, 0\.2, and project\.yaml"
    ):
        promote(other, now=NOW)


def test_a_champion_that_predicts_something_else_is_told(tmp_path: Path) -> None:
    repository = of_parcels(tmp_path)
    retrain(repository, max_iter=1)
    promote(repository, now=NOW)
    turned = of_parcels(tmp_path, target={"column": "late", "positive": "false"})
    retrain(turned, max_iter=15)

    with pytest.raises(UserError, match="the champion predicts late, one of false, true, positive true, and project"):
        promote(turned, now=NOW)


def test_a_champion_that_does_not_know_a_value_is_told(tmp_path: Path) -> None:
    columns = {**COLUMNS, "way": "ignore", "cost": "ignore"}
    wide, narrow = (
        {"type": "category", "values": values, "nullable": True}
        for values in (["east", "west", "sea"], ["east", "west"])
    )
    repository = of_parcels(tmp_path, columns={**columns, "depot": narrow})
    retrain(repository, max_iter=1)
    promote(repository, now=NOW)
    place = pl.when(pl.col("parcel") % 5 == 0).then(pl.lit("sea")).otherwise("depot")
    make_parcels().with_columns(depot=place).write_parquet(repository.settings.data)
    wider = replace(repository, project=declared("binary", columns={**columns, "depot": wide}))
    retrain(wider, max_iter=15)

    with pytest.raises(UserError, match="the champion can't be asked for these rows: depot is none of"):
        promote(wider, now=NOW)
