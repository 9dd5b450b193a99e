"""What a run asks of every partition, and what it writes of its rows; the same for all of them."""

import hashlib
from dataclasses import dataclass, replace
from typing import Self

import polars as pl

from road.batch.encoding import output_names
from road.batch.hooks import Output, identity, load_checks, load_output
from road.batch.partitions import BadPartitionError, Content, Partition
from road.batch.reading import merged, read_rows
from road.core.contract import Check, Contract, Sorted
from road.core.errors import UserError
from road.core.manifest import Manifest
from road.core.project import Column, Project

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
    def of(cls, project: Project, manifest: Manifest) -> Self:
        """The rules of a project for a model; what the project doesn't declare is asked as the model does."""
        day_of = _day_of(project)
        declared = Contract.of(project) if project.columns else Contract(keys=project.keys, columns={})
        contract = _with(declared.for_inputs(manifest.inputs), project, day_of)
        checks, output = load_checks(project), load_output(project, _plain_output(contract))
        if project.output is None:
            _refuse_names(contract, manifest)
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

    def read(self, content: Content) -> Sorted:
        """Give the rows of a partition; those that can't be read are taken out already."""
        return read_rows(content, self.columns, self.contract)

    def sort(self, partition: Partition, read: Sorted) -> Sorted:
        """Part the rows to score from the others; `BadPartitionError` where none of them can be."""
        rows = read.good
        wrong = self.contract.check_schema(rows.schema)
        wrong = wrong or [said for check in self.checks for said in check(rows)]
        if wrong:
            raise BadPartitionError("; ".join(wrong))
        if self.day_of is None:
            return merged(read, self.contract.sort(rows))
        elsewhere = pl.col(self.day_of).dt.date() != partition.day
        return merged(read, self.contract.sort(rows, {f"{self.day_of} is not of the day": elsewhere}))


def _day_of(project: Project) -> str | None:
    """The column whose day is that of a partition."""
    if project.partitions is None:
        return None
    name = project.wanted_time().column
    column = project.columns.get(name) if project.columns else Column(type="datetime")
    if column is None or column.type != "datetime":
        raise UserError(f"project.yaml: partitions are of a {project.partitions.of}, but {name} is no datetime")
    return name


def _with(contract: Contract, project: Project, name: str | None) -> Contract:
    """Ask for one more column, if it isn't asked for yet."""
    if name is None or name in contract.columns:
        return contract
    column = project.columns.get(name, Column(type="datetime"))
    return replace(contract, columns={**contract.columns, name: column})


def _names(contract: Contract) -> tuple[str, ...]:
    """Columns that stand beside the prediction: the keys; where there are none, all that it was made from."""
    return contract.keys or tuple(contract.columns)


def _plain_output(contract: Contract) -> Output:
    names = _names(contract)

    def plain(rows: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
        return rows.select(names).hstack(predictions)

    return plain


def _refuse_names(contract: Contract, manifest: Manifest) -> None:
    twice = [name for name in output_names(manifest.output) if name in _names(contract)]
    if twice:
        raise UserError(
            f"the panel's column {', '.join(twice)} would stand twice in the output: "
            "give it another name by the hook `output` in project.yaml"
        )
