"""Where a repo comes from, what governs it, and what lies in it that is no code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """How sure a fact is: `sure` by what nothing else looks like, `likely` by what is usual."""

    SURE = "sure"
    LIKELY = "likely"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Which template a repo was made from: `tool` is copier or cruft."""

    tool: str
    template: str | None
    version: str | None
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What `.goldenpath.yaml` says: standard, ref, blueprint, version, tree, lifecycle, tier, owner and road.

    `road` is the version of the road that the blueprint brought, None where it brought none.
    """

    standard: str | None
    ref: str | None
    blueprint: str | None
    version: str | None
    tree: str | None
    lifecycle: str | None
    tier: str | None
    owner: str | None
    road: str | None = None
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """A document that governs.

    `kind` is license, codeowners, owners, security, decision, model-card, brief, runbook, readme,
    contributing, changelog, catalog-info, dependency-updates (a bot), no-dependency-updates (one that is switched off)
    or citation; `detail` is kind-specific (a licence's id).
    `lifecycle` and `tags` are those of a catalog-info.
    """

    kind: str
    path: str
    detail: str | None = None
    lifecycle: str | None = None
    tags: tuple[str, ...] = ()
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A model or data file: `kind` is pickle, onnx, safetensors, binary, dvc, lfs and the like; `size` in bytes.

    `lfs` says that git's large file storage holds the content and the repo a pointer; a record of kind lfs is a
    pattern of `.gitattributes` (its `detail`). `executes` says that loading such a file can run code. Of a model
    `detail` is the library that it is of, where its first bytes tell: a pickle without one holds data. `certainty` is
    `sure` where the first bytes tell the kind, `likely` where only the name does, and `reason` says which.
    """

    kind: str
    path: str
    size: int | None = None
    detail: str | None = None
    lfs: bool = False
    executes: bool = False
    certainty: Certainty = Certainty.LIKELY
    reason: str = ""
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A file that holds a secret, at the line of the surest one; its contents never reach a report.

    `kind` is private-key, dotenv, token and the like. `certainty` says how sure it is and `reason` why, without the
    value: `sure` is a token of a known issuer or a private key, `likely` what only looks like a secret.
    """

    kind: str
    certainty: Certainty = Certainty.LIKELY
    reason: str = ""
    path: str
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """A notebook, at the line of its first output: how many code cells hold outputs, and its kernel's language."""

    path: str
    cells: int = 0
    outputs: int = 0
    language: str | None = None
    line: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file that a reader wanted and couldn't read, with the reason.

    `partial` means that the rest of the file was read: one line is wrong, one list is computed, one include is missing.
    `tables` are the tables of third parties that lack the file's rows: what asks them can't be decided.
    """

    path: str
    reason: str
    partial: bool = False
    tables: tuple[str, ...] = ()
    line: int | None = None
    project: str = ""
