"""Who owns a repo, by its own word: told to people, trusted for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts


def owners(facts: Facts) -> tuple[str, ...]:
    """Return the owners that a repo names, sorted: in `.goldenpath.yaml`, else in catalog-info, else in CODEOWNERS.

    Of a repo with several such files each counts; of CODEOWNERS, the default owners.
    """
    said = {row.owner for row in facts.standing if row.owner}
    if not said:
        said = {row.detail for row in facts.governance if row.kind == "catalog-info" and row.detail}
    if not said:
        lists = [row.detail for row in facts.governance if row.kind == "codeowners" and row.detail]
        said = {owner for listed in lists for owner in listed.split()}
    return tuple(sorted(said))


def short_name(owner: str) -> str:
    """Return an owner without what it belongs to: `@acme/growth` and `group:default/growth` are `growth`."""
    return owner.rpartition("/")[2].rpartition(":")[2].lstrip("@")


def is_owner(name: str, owner: str) -> bool:
    """Return whether an owner is the one that a person names: `growth` is `@acme/growth` and `group:default/growth`."""
    wanted, said = name.casefold().lstrip("@"), owner.casefold().lstrip("@")
    return wanted == said or ("/" not in wanted and wanted == short_name(said))
