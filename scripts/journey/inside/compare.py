"""Says how far predictions for the same rows are apart: `compare.py FILES FILES ...`; prints rows and the worst.

Each argument is a Parquet file, or a pattern for some, with airport, hour and prediction.
"""

import sys
from functools import reduce

import polars as pl

tables = [
    pl.read_parquet(files, hive_partitioning=False).select("airport", "hour", pl.col("prediction").alias(str(at)))
    for at, files in enumerate(sys.argv[1:])
]
both = reduce(lambda one, other: one.join(other, on=["airport", "hour"], how="inner", validate="1:1"), tables)
values = both.drop("airport", "hour")
spread = values.max_horizontal() - values.min_horizontal()
holes = sum(values.null_count().row(0)) + sum(table.height - both.height for table in tables)
print(0 if holes else both.height, (spread / (1 + values.max_horizontal().abs())).max())
