from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts.listing import GOVERNANCE, listed
from goldenpath.snapshot.base import Entry, Kind


def _entries(*paths: str, size: int = 10) -> dict[str, Entry]:
    return {path: Entry(path=path, kind=Kind.FILE, size=size) for path in paths}


@pytest.mark.parametrize(
    ("path", "system"),
    [
        (".github/workflows/ci.yml", "github-actions"),
        (".gitlab-ci.yml", "gitlab-ci"),
        (".circleci/config.yml", "circleci"),
        ("azure-pipelines.yml", "azure-pipelines"),
        (".azure-pipelines/gpu-tests.yml", "azure-pipelines"),
        ("Jenkinsfile", "jenkins"),
        ("ci/Jenkinsfile.nightly", "jenkins"),
        (".travis.yml", "travis"),
        (".buildkite/pipeline.yml", "buildkite"),
        (".drone.yml", "drone"),
        ("appveyor.yml", "appveyor"),
        ("bitbucket-pipelines.yml", "bitbucket"),
        ("cloudbuild.yaml", "cloudbuild"),
        ("prow_config.yaml", "prow"),
        ("cloudbuild/pr-checks.yaml", "cloudbuild"),
        (".cloudbuild/cd/staging.yaml", "cloudbuild"),
        (".harness/ci.yaml", "harness"),
        ("bitrise.yml", "bitrise"),
        ("codefresh.yml", "codefresh"),
        (".concourse/pipeline.yml", "concourse"),
        ("screwdriver.yaml", "screwdriver"),
        (".taskcluster.yml", "taskcluster"),
        (".tekton/pull-request.yaml", "tekton"),
        (".teamcity/settings.kts", "teamcity"),
        (".zuul.yaml", "zuul"),
        ("bamboo-specs/bamboo.yml", "bamboo"),
        (".builds/test.yml", "sourcehut"),
    ],
)
def test_a_ci_system_is_known_by_its_file(path: str, system: str) -> None:
    assert [(row.system, row.path) for row in listed(_entries(path)).ci] == [(system, path)]


@pytest.mark.parametrize(
    "path",
    [
        "sub/.github/workflows/ci.yml",
        ".github/workflows/ci.yml.disabled",
        ".github/workflows/README.md",
        "sub/.travis.yml",
        "docs/jenkinsfile.md",
        "cloudbuild/README.md",
    ],
)
def test_a_ci_file_that_no_system_reads_is_not_in_force(path: str) -> None:
    assert listed(_entries(path)).ci == ()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("SECURITY.md", "security"),
        (".github/SECURITY.md", "security"),
        ("docs/decisions/0001-use-x.md", "decision"),
        ("doc/adr/0001-use-x.md", "decision"),
        ("MODEL_CARD.md", "model-card"),
        ("models/fraud_model_card.md", "model-card"),
        ("docs/runbook.md", "runbook"),
        ("runbooks/restart.md", "runbook"),
        ("docs/rfcs/0003-batching.md", "decision"),
        ("docs/design/adr-004.md", "decision"),
        ("DECISIONS.md", "decision"),
        ("docs/proposals/1234-queue/kep.md", "decision"),
        ("ops/playbooks/model-too-old.md", "runbook"),
        ("docs/on-call.md", "runbook"),
        ("docs/operations-guide.rst", "runbook"),
        ("README.rst", "readme"),
        ("readme.org", "readme"),
        ("README.zh-CN.md", "readme"),
        ("CONTRIBUTING.md", "contributing"),
        ("CHANGELOG.md", "changelog"),
        ("CITATION.cff", "citation"),
    ],
)
def test_a_governing_document_is_known_by_its_place(path: str, kind: str) -> None:
    assert [row.kind for row in listed(_entries(path)).governance] == [kind]


@pytest.mark.parametrize(
    "path",
    [
        "docs/adr/README.md",
        "docs/adr/template.md",
        "docs/decision-trees.md",
        "src/proposals/model.md",
        "src/security.py",
        "src/decisions/tree.py",
    ],
)
def test_a_file_that_only_sounds_like_one_governs_nothing(path: str) -> None:
    assert not [row for row in listed(_entries(path)).governance if row.kind != "readme"]


@given(
    st.sampled_from(GOVERNANCE).flatmap(lambda row: st.from_regex(re.compile(row[1], re.IGNORECASE), fullmatch=True))
)
def test_no_governing_document_is_left_out_by_its_ending(path: str) -> None:
    found = listed(_entries(path)).governance

    assert [row.path for row in found] == [path]


def test_data_is_known_by_suffix() -> None:
    facts = listed(_entries("d.csv", "data.dvc", "dvc.lock", "e.py"))

    assert [(row.kind, row.path) for row in facts.data] == [("csv", "d.csv"), ("dvc", "data.dvc"), ("dvc", "dvc.lock")]


def test_a_binary_counts_from_a_size_on() -> None:
    assert listed(_entries("a.bin", "b.zip", size=100)).data == ()
    assert [row.kind for row in listed(_entries("a.bin", "b.py", size=9_000_000)).data] == ["binary"]


def test_a_text_that_is_large_is_data() -> None:
    assert listed(_entries("squad.json", "corpus.txt", size=100)).data == ()
    assert [row.kind for row in listed(_entries("squad.json", "corpus.txt", "b.py", size=9_000_000)).data] == [
        "text"
    ] * 2


def test_a_link_is_no_data() -> None:
    entries = {path: Entry(path=path, kind=Kind.SYMLINK, size=9) for path in ("bin/run.pt", "data.csv")}

    assert listed(entries).data == ()


def test_a_submodule_is_no_file() -> None:
    entries = {"data.csv": Entry(path="data.csv", kind=Kind.SUBMODULE)}

    assert listed(entries).data == ()
