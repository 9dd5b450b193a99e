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
"""The numbers of the brief that this part holds its runs to; one that isn't among them does nothing."""
