"""The wall between what is the platform's and what is the team's, in the shipped blueprints."""

from __future__ import annotations

from goldenpath.curation.blueprint_lint import lint
from goldenpath.standard import BUILTIN, read_standard


def test_blueprints_are_clean_under_catalog_lint() -> None:
    assert [str(fault) for fault in lint(read_standard(BUILTIN))] == []
