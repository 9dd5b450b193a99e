"""Scores a panel, partition by partition, by the deadline of the brief."""

ENFORCED = frozenset(
    {
        "objective.requirement.threshold",
        "objective.requirement.min_gain",
        "quality_attributes.batch.input_ready",
        "quality_attributes.batch.deadline",
        "quality_attributes.batch.max_bad_row_share",
    }
)
"""The numbers of the brief that this part holds its runs to, beside those by column; another one does nothing."""
_BY_COLUMN = "objective.requirement.segments."


def is_enforced(path: str) -> bool:
    """Whether a number of the brief, by its dotted path, has an effect here."""
    return path in ENFORCED or path.startswith(_BY_COLUMN)
