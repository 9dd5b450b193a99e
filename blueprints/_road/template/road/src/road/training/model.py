"""Finds the project's model, and the parameters that it is fitted with."""

from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError

from road.core.documents import nearest
from road.core.errors import UserError
from road.core.hooks import check_arguments, load_object
from road.core.project import Project
from road.training.hooks import Model
from road.training.target import output_of

_METHODS: dict[str, Callable[..., Any]] = {
    "fit": Model.fit,
    "predict": Model.predict,
    "to_onnx": Model.to_onnx,
    "limit_threads": Model.limit_threads,
}


class NoParameters(BaseModel):
    """The parameters of a model that has none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def load_model(project: Project) -> Model:
    """Load the hook `model`, or else take boosted trees.

    A plain function of parameters and seed makes an estimator of scikit-learn.
    """
    reference = project.model
    if reference is None:
        return _default(project)
    found = load_object("model", reference)
    if callable(found) and not hasattr(found, "fit"):
        return _sklearn(found, reference)
    absent = [name for name in ("parameters", "libraries", *_METHODS) if not hasattr(found, name)]
    if absent:
        raise UserError(
            f"project.yaml: model: {reference} is no model, it has no {', '.join(absent)}: "
            "road.training.sklearn.Sklearn makes one of an estimator"
        )
    for name, method in _METHODS.items():
        check_arguments("model", f"{reference}.{name}", getattr(found, name), method)
    model: Model = found
    return model


def read_parameters(model: Model, given: Mapping[str, Any]) -> BaseModel:
    """The model's parameters, from those of the settings; `UserError` names each that is wrong.

    A variable of the environment comes in lower case: it means the parameter that is written otherwise, too.
    """
    known = model.parameters.model_fields
    lower = {name.lower(): name for name in known}
    given = {name if name in known else lower.get(name.lower(), name): value for name, value in given.items()}
    unknown = [
        f"parameters.{name}: there is no such parameter{nearest(name, known)}" for name in given if name not in known
    ]
    if unknown:
        raise UserError(f"settings are wrong: {'; '.join(unknown)}")
    try:
        return model.parameters.model_validate(given)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, ('parameters', *each['loc'])))}: {each['msg']}" for each in error.errors()]
        raise UserError(f"settings are wrong: {'; '.join(wrong)}") from error


def _default(project: Project) -> Model:
    try:
        from road.training.trees import trees_for
    except ImportError as error:
        raise UserError(
            "project.yaml has no model, and the default one is scikit-learn's, which isn't installed: "
            "name the hook, as model: package.module:name"
        ) from error
    return trees_for(output_of(project))


def _sklearn(make: Any, reference: str) -> Model:
    from road.training.sklearn import EstimatorFactory, Sklearn

    check_arguments("model", reference, make, EstimatorFactory.__call__)
    first = next(iter(get_type_hints(make).values()), None)
    kind = first if isinstance(first, type) and issubclass(first, BaseModel) else NoParameters
    return Sklearn(make, kind)
