"""Facts that names and sizes alone give: what a repo holds is known without reading any of it.

`inventory` calls `listed` once with the entries that are in force, beside the readers, and merges what it returns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts import formats, models
from goldenpath.facts.model import Artifact, Ci, Facts, Governance
from goldenpath.snapshot.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from goldenpath.snapshot.base import Entry

LARGE = 5 * 1024 * 1024
"""From this size on a binary or text is worth a record, whatever its name says; forges warn at ten times this."""

CI: tuple[tuple[str, str], ...] = (
    ("github-actions", r"\.github/workflows/[^/]+\.ya?ml"),
    ("gitlab-ci", r"\.gitlab-ci\.ya?ml"),
    ("circleci", r"\.circleci/config\.ya?ml"),
    (
        "azure-pipelines",
        r"(?:\.azure[^/]*/(?:.+/)?[^/]+|(?:\.?azure[-_]?pipelines?/)?\.?azure[-_]pipelines[^/]*|\.vsts-ci)\.ya?ml",
    ),
    ("jenkins", r"(?:.+/)?Jenkinsfile(?:[._-][^/]+)?|(?:.+/)?[^/]+\.jenkinsfile"),
    ("travis", r"\.travis\.ya?ml"),
    ("buildkite", r"\.buildkite/(?:.+/)?[^/]*\.ya?ml"),
    ("drone", r"\.drone\.(?:ya?ml|jsonnet|star)"),
    ("appveyor", r"\.?appveyor\.ya?ml"),
    ("bitbucket", r"bitbucket-pipelines\.ya?ml"),
    ("cirrus", r"\.cirrus\.(?:ya?ml|star)"),
    ("woodpecker", r"\.woodpecker(?:/.+)?\.ya?ml"),
    ("semaphore", r"\.semaphore/[^/]+\.ya?ml"),
    ("cloudbuild", r"(?:.+/)?(?:cloudbuild(?:[._-][^/]+)?|\.?cloudbuild/(?:.+/)?[^/]+)\.(?:ya?ml|json)"),
    ("codebuild", r"(?:.+/)?buildspec(?:[._-][^/]+)?\.ya?ml"),
    ("prow", r"prow_config\.ya?ml|\.prow(?:/.+)?\.ya?ml"),
    ("bitrise", r"bitrise\.ya?ml"),
    ("codefresh", r"\.?codefresh(?:/[^/]+)?\.ya?ml"),
    ("concourse", r"\.concourse/(?:.+/)?[^/]+\.ya?ml"),
    ("harness", r"\.harness/(?:.+/)?[^/]+\.ya?ml"),
    ("screwdriver", r"screwdriver\.ya?ml"),
    ("taskcluster", r"\.taskcluster\.yml"),
    ("tekton", r"\.tekton/[^/]+\.ya?ml"),
    ("teamcity", r"\.teamcity/(?:.+/)?(?:settings\.kts|[^/]+\.xml)"),
    ("zuul", r"\.?zuul\.ya?ml|\.?zuul\.d/[^/]+\.ya?ml"),
    ("bamboo", r"bamboo-specs/(?:.+/)?[^/]+\.(?:ya?ml|java)"),
    ("sourcehut", r"\.build\.yml|\.builds/[^/]+\.yml"),
    ("forgejo-actions", r"\.(?:forgejo|gitea)/workflows/[^/]+\.ya?ml"),
)
"""CI systems and the paths that put them in force (as each reads them: the case counts)."""

_DOC = r"(?:\.(?:md|markdown|mdx|rst|txt|adoc|asciidoc|org|textile))"
_ADR = r"(?:adrs?|decisions?|decision[-_]records?|architecture[-_]decisions?|architecture[-_]decision[-_]records?)"
GOVERNANCE: tuple[tuple[str, str], ...] = (
    ("security", rf"(?:\.github/|\.gitlab/|docs?/)?security{_DOC}?"),
    ("decision", rf"(?:.+/)?{_ADR}/(?:.+/)?(?!readme|index|template|_?template|.*[-_]template)[^/]+{_DOC}"),
    ("decision", rf"(?:.+/)?(?:adr|decision|rfc)[-_ ]?\d+[^/]*{_DOC}"),
    ("decision", rf"(?:docs?/)?(?:decisions|decision[-_ ]log|decision[-_ ]records?|adrs?){_DOC}"),
    ("decision", rf"(?:docs?/)?(?:rfcs?|proposals|design[-_]docs)/(?:.+/)?(?!readme|index|.*template)[^/]+{_DOC}"),
    ("model-card", rf"(?:.+/)?(?:[^/]*[-_])?model[-_ ]?card(?:[-_][^/]*)?(?:{_DOC}|\.ya?ml|\.json)"),
    ("model-card", rf"(?:.+/)?model[-_ ]?cards/(?!readme)[^/]+{_DOC}"),
    ("runbook", rf"(?:.+/)?(?:[^/]*[-_])?runbook(?:[-_][^/]*)?{_DOC}"),
    ("runbook", rf"(?:.+/)?(?:runbooks?|playbooks?|on[-_]?call)/(?:.+/)?[^/]+{_DOC}"),
    (
        "runbook",
        rf"(?:.+/)?(?:playbook|on[-_ ]?call|incident[-_ ]response|operations?[-_ ](?:guide|manual|handbook)){_DOC}",
    ),
    ("readme", rf"(?:.+/)?readme(?:[._-][\w-]+)?{_DOC}"),
    ("readme", r"(?:.+/)?readme"),
    ("contributing", rf"(?:\.github/|docs?/)?contributing{_DOC}?"),
    ("changelog", rf"(?:docs?/)?(?:changelog|changes|history|news|release[-_]?notes){_DOC}?"),
    ("changelog", rf"(?:changelog\.d|newsfragments|\.changes)/[^/]+{_DOC}"),
    ("citation", r"citation\.cff"),
)
"""Documents that govern, by path, without regard to case.

Licences, CODEOWNERS, briefs and bots have readers of their own.
"""

DATA: Mapping[str, str] = {
    "csv": "csv",
    "tsv": "csv",
    "parquet": "parquet",
    "feather": "arrow",
    "arrow": "arrow",
    "npy": "numpy",
    "npz": "numpy",
    "avro": "avro",
    "orc": "orc",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "tfrecord": "tfrecord",
    "tfrecords": "tfrecord",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "db": "sqlite",
    "mat": "matlab",
    "xls": "excel",
    "xlsx": "excel",
    "rds": "r",
    "rdata": "r",
    "sas7bdat": "sas",
    "dta": "stata",
    "zarr": "zarr",
    "nc": "netcdf",
    "mdb": "lmdb",
}
"""Kinds of data files by suffix."""

_BINARY_WORDS = (
    "7z a apk avi bin bmp bz2 dat deb dll dmg dylib ear exe flac gz iso jar jpeg jpg lib mkv mov mp3 mp4 mpeg msi o "
    "pdf png rar rpm so tar tgz tif tiff war wav weights whl xz zip zst"
)
_BINARY = frozenset(_BINARY_WORDS.split())
_TEXT_WORDS = "dump fasta fastq geojson html ipynb json log pcap sql svg txt vcf xml yaml yml"
_TEXT = frozenset(_TEXT_WORDS.split())
"""Suffixes of texts that are data where they are large."""


def listed(entries: Mapping[str, Entry], heads: Mapping[str, bytes] | None = None) -> Facts:
    """Return CI systems, governing documents, data and large binaries, from paths and sizes alone.

    `heads` are first bytes of some files: those of arrays tell whether they hold Python's objects.
    """
    files = [entry for entry in entries.values() if entry.kind is not Kind.SUBMODULE]
    paths = [entry.path for entry in files]
    kept = [entry for entry in files if entry.kind is Kind.FILE]  # what a link names lies elsewhere, or nowhere
    return Facts(ci=tuple(_ci(paths)), governance=tuple(_governance(paths)), data=tuple(_data(kept, heads or {})))


def is_artifact(path: str) -> bool:
    """Tell whether a path may be a model, data or another binary, so that its size is worth asking for."""
    suffix = _suffix(path)
    return suffix in DATA or suffix in _BINARY or suffix in _TEXT or models.by_name(path) is not None


def _one_of(table: tuple[tuple[str, str], ...], flags: int = 0) -> re.Pattern[str]:
    """Return one pattern for a table, each row a numbered group, so that a path is matched once."""
    return re.compile("|".join(f"({pattern})" for _, pattern in table), flags)


_CI = _one_of(CI)
_GOVERNANCE = _one_of(GOVERNANCE, re.IGNORECASE)
_NO_DOCUMENTS = (".py", ".ipynb", ".png")  # what most paths end with and none of those, so that few are asked


def _ci(paths: Iterable[str]) -> Iterable[Ci]:
    for path in paths:
        match = _CI.fullmatch(path)
        if match and match.lastindex:
            yield Ci(system=CI[match.lastindex - 1][0], path=path)


def _governance(paths: Iterable[str]) -> Iterable[Governance]:
    for path in paths:
        if path.endswith(_NO_DOCUMENTS):
            continue
        match = _GOVERNANCE.fullmatch(path)
        if match and match.lastindex:
            yield Governance(kind=GOVERNANCE[match.lastindex - 1][0], path=path)


def _suffix(path: str) -> str:
    """Return what follows the last dot of a name; a dot that begins it makes no suffix (`.plan`)."""
    _, dot, suffix = path.rpartition("/")[2].lstrip(".").rpartition(".")
    return suffix.lower() if dot else ""


def _large(suffix: str) -> str | None:
    if suffix in _TEXT:
        return "text"
    return "binary" if suffix in _BINARY else None


def _data(files: list[Entry], heads: Mapping[str, bytes]) -> Iterable[Artifact]:
    """DVC's own files, data formats, and any other binary or text that is large."""
    for entry in files:
        name = entry.path.rpartition("/")[2]
        suffix = _suffix(entry.path) if "." in name else ""
        kind = DATA.get(suffix)
        if name in {"dvc.yaml", "dvc.lock"} or (suffix == "dvc" and name != ".dvc"):
            kind = "dvc"
        elif kind is None and (entry.size or 0) >= LARGE:
            kind = _large(suffix)
        if kind:
            objects = kind == "numpy" and formats.holds_objects(heads.get(entry.path, b""))
            yield Artifact(kind=kind, path=entry.path, size=entry.size, executes=objects)
