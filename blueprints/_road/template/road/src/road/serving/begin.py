"""Begins to serve a bundle: names it, takes over what it was held to, and tries it with rows."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from road.core.begin import open_places, take_bundle
from road.core.bundle import Bundle
from road.core.errors import UserError

if TYPE_CHECKING:
    import polars as pl

_TRIED = 10_000


def begin(options: argparse.Namespace, _: object) -> int:
    """Do as the command line says; exit code 1 where the brief still asks for something else."""
    begun = take_bundle(options.bundle, force=options.force)
    if options.rows is not None:
        print(try_rows(begun.bundle, options.rows))
    manifest = begun.bundle.manifest
    print(f"{manifest.name} takes {', '.join(begun.bundle.names)}, and gives {manifest.output.name}.")
    for place in open_places(begun.brief):
        print(f"Open: {place}")
    print("Next: `check` holds the model to the brief, `serve` serves it, `load-test` holds the server to its figures.")
    return 1 if begun.kept else 0


def try_rows(bundle: Bundle, path: Path) -> str:
    """Predict for the first rows of a file, and say so; `UserError` where they aren't as the model declares."""
    import polars as pl  # takes longer than all else here

    try:
        rows = pl.scan_csv(path) if path.suffix == ".csv" else pl.scan_parquet(path)
        frame = rows.head(_TRIED).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UserError(f"{path} can't be read: {error}") from error
    gone = [name for name in bundle.names if name not in frame.columns]
    if gone:
        raise UserError(f"{path} has no column {', '.join(gone)}")
    columns: dict[str, Any] = {each.name: _values(frame[each.name], each.kind) for each in bundle.manifest.inputs}
    bundle.predict(columns)
    return f"{path}: {frame.height} rows are predicted."


def _values(column: "pl.Series", kind: str) -> list[object]:
    """As a request has them: a category is text, also where a file has numbers for it; a date is its midnight."""
    import polars as pl

    wanted = pl.String() if kind == "category" else pl.Datetime("us") if column.dtype == pl.Date else column.dtype
    return column.cast(wanted).to_list()
