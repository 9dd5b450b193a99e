"""Helpers for authors of policies and plugins: facts and subjects from a map of files, and the runner of cases.

What isn't installed yet is lent with `installed`: within its block everything sees it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from goldenpath import _plugins
from goldenpath._schema import as_error
from goldenpath.facts.inventory import inventory
from goldenpath.facts.radar import load_radar
from goldenpath.policy import cases
from goldenpath.policy.load import load_policies, read_policies
from goldenpath.policy.subject import subjects
from goldenpath.repo import Repo
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from goldenpath.facts.base import Reader
    from goldenpath.facts.model import Facts
    from goldenpath.policy.base import Outcome, Policy, Rule
    from goldenpath.policy.cases import CaseResult
    from goldenpath.policy.subject import Subject

__all__ = ["MemorySnapshot", "check", "facts_of", "installed", "policies_of", "run_cases", "subjects_of"]

DRAWERS = frozenset({"readers", "rules", "checks", "formats", "sources", "engines", "commands"})


def installed(**drawers: Mapping[str, Any]) -> AbstractContextManager[None]:
    """Treat parts as installed within a `with` block, by drawer and the name of their entry point.

    The drawers are readers, rules, checks, formats, sources, engines and commands, as in
    `installed(readers={"acme": acme_reader}, rules={"acme_cost": AcmeCost})`. One process only: workers don't see it.
    """
    unknown = sorted(drawers.keys() - DRAWERS)
    if unknown:
        raise TypeError(f"there is no drawer {unknown[0]!r}: {', '.join(sorted(DRAWERS))}")
    return _plugins.lent({f"goldenpath.{drawer}": parts for drawer, parts in drawers.items()})


def facts_of(files: Mapping[str, str | bytes], *, readers: Mapping[str, Reader] | None = None) -> Facts:
    """Return the facts of a repo that holds these files; `readers` are treated as installed, by name."""
    with installed(readers=readers) if readers else nullcontext():
        return inventory(MemorySnapshot(files))


def subjects_of(files: Mapping[str, str | bytes], *, topics: tuple[str, ...] = ()) -> tuple[Subject, ...]:
    """Return what policies judge of a repo that holds these files: the repo itself, then its projects."""
    snapshot = MemorySnapshot(files)
    return subjects(Repo(id="test", name="test", path="", topics=topics), snapshot, inventory(snapshot))


def check(rule: Rule, files: Mapping[str, str | bytes]) -> Outcome:
    """Return what a rule says of a repo that holds these files."""
    return rule.check(subjects_of(files)[0])


def policies_of(text: str) -> tuple[Policy, ...]:
    """Return the policies that a YAML text holds; raise GoldenpathError with every mistake in it."""
    policies, mistakes = read_policies(text, "policies.yaml")
    if mistakes:
        raise as_error(mistakes, "policies")
    return tuple(policies)


def run_cases(folder: Path) -> tuple[CaseResult, ...]:
    """Return what becomes of each case of each policy in a folder; `ok` says whether it is good, `problem` why not.

    Policies of technologies ask the radar that lies beside them, where one does.
    """
    radar = folder / "radar.yaml"
    return cases.run(load_policies(folder), inventory, load_radar([radar]) if radar.is_file() else None)
