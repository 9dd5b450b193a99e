"""Scores a panel, partition by partition, by the deadline of the brief."""
