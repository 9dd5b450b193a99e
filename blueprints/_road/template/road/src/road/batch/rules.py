"""What a run asks of every partition, and what it writes of its rows; the same for all of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import polars as pl

from road.batch.hooks import Output, identity, load_checks, load_output
from road.batch.partitions import BadPartitionError, Partition
from road.core.contract import Check, Contract, Sorted
from road.core.errors import UserError
from road.core.manifest import Column
from road.core.project import Project

OUTPUT_VERSION = 1  # raise it when the same input would give other bytes
CHUNK = 4096  # rows for which the model is called at once; part of what makes bytes equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The contract of partitions, more checks of them, and the output."""

    contract: Contract
    columns: tuple[str, ...]
    """What is read of a partition, where it has it."""
    day_of: str | None
    """The column whose day is that of the partition; None where partitions aren't days."""
    checks: tuple[Check, ...]
    output: Output
    configuration: str
    """Names everything beside input and model that decides the bytes of the output."""

    @classmethod
    def of(cls, project: Project, inputs: Sequence[Column]) -> Self:
        """The rules of a project for a model with these inputs."""
        day_of = _day_of(project)
        contract = _with(Contract.of(project).for_inputs(inputs), project, day_of)
        checks, output = load_checks(project), load_output(project, _plain_output(contract))
        hooks = [*project.checks, *([project.output] if project.output else [])]
        columns = dict.fromkeys([*contract.keys, *contract.columns, *(project.columns if hooks else ())])
        said = [OUTPUT_VERSION, CHUNK, contract.fingerprint, list(columns), day_of, list(map(identity, hooks))]
        return cls(
            contract=contract,
            columns=tuple(columns),
            day_of=day_of,
            checks=checks,
            output=output,
            configuration=hashlib.sha256(repr(said).encode()).hexdigest(),
        )

    def sort(self, partition: Partition, rows: pl.DataFrame) -> Sorted:
        """Part the rows to score from the others; `BadPartitionError` where none of them can be."""
        wrong = self.contract.check_schema(rows.schema)
        wrong = wrong or [said for check in self.checks for said in check(rows)]
        if wrong:
            raise BadPartitionError("; ".join(wrong))
        if self.day_of is None:
            return self.contract.sort(rows)
        elsewhere = pl.col(self.day_of).dt.date() != partition.day
        return self.contract.sort(rows, {f"{self.day_of} is not of the day": elsewhere})


def _day_of(project: Project) -> str | None:
    """The column whose day is that of a partition."""
    if project.partitions is None:
        return None
    name = project.wanted_time().column
    column = project.columns.get(name)
    if column is None or column.type != "datetime":
        raise UserError(f"project.yaml: partitions are of a {project.partitions.of}, but {name} is no datetime")
    return name


def _with(contract: Contract, project: Project, name: str | None) -> Contract:
    """Ask for one more column, if it isn't asked for yet."""
    if name is None or name in contract.columns:
        return contract
    return replace(contract, columns={**contract.columns, name: project.columns[name]})


def _plain_output(contract: Contract) -> Output:
    """Write the keys; where there are none, all that the prediction was made from."""
    names = contract.keys or tuple(contract.columns)

    def plain(rows: pl.DataFrame, predictions: pl.Series) -> pl.DataFrame:
        return rows.select(names).with_columns(predictions)

    return plain
