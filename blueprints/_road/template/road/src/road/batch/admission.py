"""Lets a model in, or refuses it: it must fit the panel and be as good as the brief asks.

Training has a gate of its own. This one stands where the model is used: a bundle from elsewhere,
or a brief that asks for more by now, is found here.
"""

from road.batch.config import BatchSettings
from road.core.bundle import Bundle, BundleError
from road.core.gate import judge_model
from road.core.location import load_bundle
from road.core.manifest import Column as Input
from road.core.project import Project
from road.core.repository import Repository


def admit(repository: Repository[BatchSettings]) -> Bundle:
    """Load the model that the settings name; `BundleError` says why it isn't let in."""
    place = repository.settings.model
    bundle = load_bundle(place)
    verdicts = judge_model(repository.brief, bundle.manifest.evaluation, production=repository.is_production)
    unmet = [f"{verdict.demand}: {verdict.message}" for verdict in verdicts if not verdict.passed]
    problems = [*_wrong_inputs(repository.project, bundle), *unmet]
    if problems:
        raise BundleError(f"{place} is refused:\n  " + "\n  ".join(problems))
    return bundle


def _wrong_inputs(project: Project, bundle: Bundle) -> list[str]:
    """Compare what the model takes with the columns that are declared; where none are, the panel itself is asked."""
    asked = bundle.manifest.inputs if project.columns else []
    problems = [_wrong_input(project, taken) for taken in asked]
    return [problem for problem in problems if problem]


def _wrong_input(project: Project, taken: Input) -> str | None:
    column = project.columns.get(taken.name)
    if column is None or column.type == "ignore":
        return f"it takes {taken.name}, which the panel doesn't hold (columns in project.yaml)"
    if column.type != taken.kind:
        return f"it takes {taken.name} as a {taken.kind}, in the panel it is a {column.type}"
    unknown = sorted(set(column.values) - set(taken.values)) if taken.unknown is None else []
    return f"it doesn't know {taken.name} {', '.join(unknown)}" if unknown else None
