from datetime import UTC, datetime
from pathlib import Path

import pytest

from {{ package_name }}.brief import Brief
from {{ package_name }}.bundle import BundleError
from {{ package_name }}.config import TrainingSettings
from {{ package_name }}.errors import UserError
from {{ package_name }}.parameters import Parameters
from {{ package_name }}.promotion import promote
from {{ package_name }}.registry import Entry, Registry
from {{ package_name }}.runs import Run
from {{ package_name }}.training import bundle_folder, train

from .efforts import HOPELESS, POOR

NOW = datetime(2014, 1, 1, 8, tzinfo=UTC)
Trained = tuple[TrainingSettings, Run]


def register(settings: TrainingSettings, source: Trained) -> Entry:
    """Put a trained model into the registry, as the candidate."""
    kept, run = source
    entry = Entry(digest=run.digest, run=run.id, trained=run.started, seconds=run.seconds)
    Registry(settings.artifacts).add(bundle_folder(kept, run), entry)
    return entry


def worse(settings: TrainingSettings, brief: Brief, parameters: Parameters) -> Trained:
    changed = settings.model_copy(update={"parameters": parameters})
    return changed, train(changed, brief, started=NOW)


def test_nothing_can_be_promoted_before_a_training(
    settings: TrainingSettings, brief: Brief
) -> None:
    with pytest.raises(UserError, match="no candidate"):
        promote(settings, brief, now=NOW)


def test_the_first_good_candidate_becomes_the_champion(
    settings: TrainingSettings, brief: Brief, trained: Trained
) -> None:
    entry = register(settings, trained)

    assert promote(settings, lenient(brief), now=NOW).promoted
    assert Registry(settings.artifacts).aliases()["champion"] == entry
    assert Registry(settings.artifacts).load("champion").digest == entry.digest


def test_the_champion_is_not_promoted_again(
    settings: TrainingSettings, brief: Brief, trained: Trained
) -> None:
    register(settings, trained)
    promote(settings, lenient(brief), now=NOW)

    assert promote(settings, brief, now=NOW).reason == "the candidate is the champion already"


def test_a_worse_candidate_leaves_the_champion(
    settings: TrainingSettings, brief: Brief, trained: Trained
) -> None:
    champion = register(settings, trained)
    promote(settings, lenient(brief), now=NOW)
    register(settings, worse(settings, brief, POOR))

    decision = promote(settings, lenient(brief), now=NOW)

    assert not decision.promoted
    assert "the champion's" in decision.reason
    assert Registry(settings.artifacts).aliases()["champion"] == champion


def test_a_better_candidate_takes_over(
    settings: TrainingSettings, brief: Brief, trained: Trained
) -> None:
    register(settings, worse(settings, brief, POOR))
    promote(settings, lenient(brief), now=NOW)
    better = register(settings, trained)

    assert promote(settings, lenient(brief), now=NOW).promoted
    assert Registry(settings.artifacts).aliases()["champion"] == better


def test_a_candidate_below_the_gate_is_never_promoted(
    settings: TrainingSettings, brief: Brief
) -> None:
    register(settings, worse(settings, brief, HOPELESS))

    decision = promote(settings, brief, now=NOW)

    assert not decision.promoted
    assert decision.reason.startswith("gate: objective.requirement.threshold")


def test_a_bundle_changed_in_the_registry_is_refused(
    settings: TrainingSettings, brief: Brief, trained: Trained
) -> None:
    entry = register(settings, trained)
    card = Registry(settings.artifacts).folder(entry) / "MODEL_CARD.md"
    card.write_text("all is well")

    with pytest.raises(BundleError, match="was changed"):
        promote(settings, brief, now=NOW)


def test_a_model_that_knows_the_test_is_not_compared(
    settings: TrainingSettings, brief: Brief, trained: Trained
) -> None:
    register(settings, trained)
    longer = settings.model_copy(update={"test_days": settings.test_days + 7})

    with pytest.raises(UserError, match="trained on rows of this test period"):
        promote(longer, brief, now=NOW)


def test_an_alias_that_points_nowhere_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no champion yet"):
        Registry(tmp_path).load("champion")


def lenient(brief: Brief) -> Brief:
    """The brief with demands that a quick model meets."""
    requirement = brief.objective.requirement.model_copy(update={"threshold": 1.0, "min_gain": 0.0})
    objective = brief.objective.model_copy(update={"requirement": requirement})
    return brief.model_copy(update={"objective": objective})
