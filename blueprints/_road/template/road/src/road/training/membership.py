"""Tells by a hash of some columns whether a row belongs to a share of all rows.

The same values belong to it always: whatever other rows there are, in whichever order, and on any machine.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

_WHOLE = 2**64


def is_in_share(rows: pl.DataFrame, columns: Sequence[str], share: float, *, purpose: str) -> pl.Series:
    """Whether each row belongs to a share; for another purpose they are other rows."""
    names = [name for name in columns if name in rows.columns]
    named = rows.select(names).unique(maintain_order=True)
    limit = share * _WHOLE
    inside = pl.Series("inside", [_place(row, purpose) < limit for row in named.iter_rows()], dtype=pl.Boolean)
    joined = rows.select(names).join(
        named.hstack([inside]), on=names, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["inside"]


def _place(values: Sequence[object], purpose: str) -> int:
    texts = json.dumps([_text(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.blake2b(texts.encode(), digest_size=8, person=purpose.encode()).digest()
    return int.from_bytes(digest, "big")


def _text(value: object) -> str | None:
    """A value as text, the same whether a file holds it as 3, as 3.0 or as a text."""
    if value is None or value != value:  # NaN alone is not itself
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, date):
        return (value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)).isoformat()
    return str(value)
