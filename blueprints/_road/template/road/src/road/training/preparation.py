"""Prepares the data for the model: read, checked, made into features, split."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from road.core.manifest import Column, Output
from road.core.transforms import AnyTransform
from road.training.config import Training
from road.training.data import load_dataset
from road.training.features import build_features, inputs_of, rows_of
from road.training.hooks import Dataset, Rows
from road.training.split import Split, rule_of, split_rows
from road.training.target import output_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The data as the model meets it."""

    dataset: Dataset
    inputs: tuple[Column, ...]
    transforms: tuple[AnyTransform, ...]
    output: Output
    features: pl.DataFrame
    split: Split

    def rows(self, features: pl.DataFrame) -> Rows:
        """Some of the features, as the model sees them."""
        return rows_of(features, self.inputs, self.transforms, self.output.labels)


def prepare(repository: Training, *, as_of: datetime) -> Prepared:
    """Prepare the data; rows later than the moment `as_of` break their contract."""
    project = repository.project
    inputs, output = inputs_of(project), output_of(project)
    rule_of(project)
    dataset = load_dataset(repository, as_of=as_of)
    features = build_features(dataset.frame, project)
    return Prepared(
        dataset=dataset,
        inputs=inputs,
        transforms=project.transforms,
        output=output,
        features=features,
        split=split_rows(features, project),
    )
