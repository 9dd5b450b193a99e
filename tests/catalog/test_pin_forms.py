from __future__ import annotations

import pytest

from goldenpath.catalog import pin_forms

OLD, NEW = "3d3c42e5aac5ba805825da76410c181273ba90b1", "20cfd1bf945f4377ade1205e4dbc17946fc9a30d"
DIGEST = "sha256:" + "0123456789abcdef" * 4
OTHER = "sha256:" + "fedcba9876543210" * 4


@pytest.mark.parametrize(("before", "after"), [
    (f"actions/checkout@{OLD}", f"actions/checkout@{NEW}"),
    (f"actions/cache/restore@{OLD}", f"actions/cache/restore@{NEW.upper()}"),
    (f"acme/ci/.github/workflows/build.yml@{OLD}", f"acme/ci/.github/workflows/build.yml@{NEW}"),
    (f"https://code.example.org/acme/ci@{OLD}", f"https://code.example.org/acme/ci@{NEW}"),
    (f"acme/ci@{OLD + OLD[:24]}", f"acme/ci@{NEW}"),
    ("actions/checkout@v4", "actions/checkout@v5.0.1"),
    ("actions/checkout@4.1", "actions/checkout@v5"),
    ("acme/ci@release/v1.2", "acme/ci@release/v2"),
    ("docker://alpine:3.20", "docker://alpine:3.21"),
    (f"docker://ghcr.io/acme/x:1.0@{DIGEST}", f"docker://ghcr.io/acme/x:2@{OTHER}"),
])  # fmt: skip
def test_a_bump_of_what_is_used_keeps_its_form(before: str, after: str) -> None:
    assert pin_forms.use(before) == pin_forms.use(after) != before


@pytest.mark.parametrize(("before", "after"), [
    (f"actions/checkout@{OLD}", "actions/checkout@v5"),  # unpinned
    (f"actions/checkout@{OLD}", f"actions/checkout@{NEW[:12]}"),
    (f"actions/checkout@{OLD}", "actions/checkout@main"),
    (f"actions/checkout@{OLD}", f"actions/checkouts@{OLD}"),  # another action
    (f"actions/checkout@{OLD}", f"evil/checkout@{OLD}"),
    (f"actions/cache/save@{OLD}", f"actions/cache/restore@{OLD}"),
    (f"actions/checkout@{OLD}", "./.github/actions/checkout"),
    ("acme/ci@main", "acme/ci@develop"),
    (f"docker://x:1@{DIGEST}", "docker://x:2"),
])  # fmt: skip
def test_what_isnt_a_bump_of_it_changes_its_form(before: str, after: str) -> None:
    assert pin_forms.use(before) != pin_forms.use(after)


@pytest.mark.parametrize(("before", "after", "same"), [
    (f"python:3.11-slim-bookworm@{DIGEST}", f"python:3.11-slim-bookworm@{OTHER}", True),
    (f"python:3.11-slim-bookworm@{DIGEST}", f"python:3.14-slim-bookworm@{OTHER}", True),
    (f"ghcr.io/astral-sh/uv:0.12.23@{DIGEST}", f"ghcr.io/astral-sh/uv:0.13@{OTHER}", True),
    ("localhost:5000/acme/x:1.0", "localhost:5000/acme/x:2.0", True),
    ("nvidia/cuda:12.4.1-cudnn9-devel-ubuntu22.04", "nvidia/cuda:13.0.0-cudnn9-devel-ubuntu24.04", True),
    (f"python@{DIGEST}", f"python@{OTHER}", True),
    (f"python:3.11@{DIGEST}", "python:3.11", False),  # no digest any more
    ("python:3.11", f"python:3.11@{DIGEST}", False),
    ("python:3.11", "python:latest", False),
    ("python:3.11", "python", False),
    ("python:3.11-slim", "python:3.11", False),  # another variant
    ("python:3.11", "pypy:3.11", False),
    ("localhost:5000/acme/x:1.0", "localhost:5001/acme/x:1.0", False),
    (f"python:3.11@{DIGEST}", f"python:3.11@{OTHER[:-1]}", False),
    (f"python:3.11@{DIGEST}", f"python:3.11@md5:{OTHER[7:]}", False),
])  # fmt: skip
def test_the_form_of_an_image_is_its_name_its_variant_and_whether_it_has_a_digest(
    before: str, after: str, *, same: bool
) -> None:
    assert (pin_forms.image(before) == pin_forms.image(after)) is same


@pytest.mark.parametrize("text", ["python:${TAG}", "${{ matrix.image }}", "x:", ":1", "", "a b:1", "x@sha256:0"])
def test_what_names_no_known_image_stays_as_it_is(text: str) -> None:
    assert pin_forms.image(text) == text


@pytest.mark.parametrize(("before", "after", "same"), [
    ("ruff>=0.14", "ruff>=0.17.6", True),
    ("ruff==0.14.0", "ruff==0.17.6", True),
    ("hatchling>=1.27,<2", "hatchling<3,>=1.30", True),  # the order in which Dependabot writes them
    ("hatchling >= 1.27, < 2", "hatchling>=1.27,<3", True),
    ("hatchling (>=1.27)", "hatchling>=1.30", True),
    ("uvicorn[standard]>=0.30 ; python_version < '3.12'", "uvicorn[standard]>=0.31; python_version < '3.12'", True),
    ("x>1", "x>=2", True),  # Dependabot knows the version that it has resolved
    ("x==1.*", "x==2.*", True),
    ("x>=1!2.0", "x>=1!3.0", True),
    ("x~=1.2", "x~=2.0", True),
    ("ruff==0.14.0", "ruff>=0.14.0", False),
    ("ruff>=0.14", "ruff", False),
    ("ruff>=0.14", "ruff>=0.14,<1", False),
    ("ruff>=0.14", "Ruff>=0.14", False),
    ("x==1.*", "x==1.2", False),
    ("x!=1.2,>=1", "x!=1.3,>=1", False),  # an exclusion has a reason
    ("x===1", "x===2", False),
    ("goldenpath-road==0+goldenpath", "goldenpath-road==1.0", False),  # a local version is in no index
    ("goldenpath-road==0+goldenpath", "goldenpath-road==0+other", False),
    ("x[a]>=1", "x[b]>=1", False),
    ("x>=1; python_version<'3.12'", "x>=1; python_version<'3.13'", False),
    ("x @ https://example.org/x-1.whl", "x @ https://example.org/x-2.whl", False),
    ("x>=1,,<2", "x>=2,,<2", False),
    ("", "x>=1", False),
])  # fmt: skip
def test_the_form_of_a_requirement_is_all_but_its_versions(before: str, after: str, *, same: bool) -> None:
    assert (pin_forms.requirement(before) == pin_forms.requirement(after)) is same


@pytest.mark.parametrize(("before", "after", "same"), [
    ("v1.2.3", "v2.0.0", True),
    ("1.2.3", "v2.0.0", True),
    ("v4.0.0-beta1", "v4.0.0", True),
    (OLD, NEW, True),
    (OLD, "v1.2.3", False),
    ("v1.2.3", "main", False),
    ("main", "develop", False),
])  # fmt: skip
def test_the_form_of_a_revision_is_a_version_or_a_commit(before: str, after: str, *, same: bool) -> None:
    assert (pin_forms.revision(before) == pin_forms.revision(after)) is same


@pytest.mark.parametrize(("before", "after", "same"), [
    ("prettier@3.3.1", "prettier@3.4.0", True),
    ("@prettier/plugin-xml@^3.4.1", "@prettier/plugin-xml@^3.5.0", True),
    ("example.org/lint/cmd/lint@v0.10.0", "example.org/lint/cmd/lint@v0.11.0", True),
    ("ruff==0.17.6", "ruff==0.18.0", True),
    ("prettier@3.3.1", "prettier@latest", False),
    ("prettier@3.3.1", "prettier@^3.3.1", False),
    ("./plugins/ours", "./plugins/theirs", False),
])  # fmt: skip
def test_hooks_are_installed_with_packages_of_several_languages(before: str, after: str, *, same: bool) -> None:
    assert (pin_forms.addition(before) == pin_forms.addition(after)) is same


@pytest.mark.parametrize(("before", "after", "same"), [
    ("ubuntu-24.04", "ubuntu-26.04", True),
    ("ubuntu-24.04-arm", "ubuntu-26.04-arm", True),
    ("ubuntu-24.04", "ubuntu-latest", False),
    ("ubuntu-24.04", "windows-2025", False),
    ("gpu-1", "gpu-2", False),
])  # fmt: skip
def test_the_form_of_a_runner_is_its_system(before: str, after: str, *, same: bool) -> None:
    assert (pin_forms.runner(before) == pin_forms.runner(after)) is same


@pytest.mark.parametrize(("text", "rest"), [
    (" v7.0.1", ""),
    ("7", ""),
    (" tag=v4.1.1", ""),
    (" renovate: tag=v4", ""),
    (" pin @v2", ""),
    (" frozen: v1.2.3", ""),
    (" ratchet:actions/checkout@v4", ""),
    (" codeql-bundle-v2.19.0", ""),
    (" v7.0.1, until they mend the cache", ", until they mend the cache"),
    (" we stay at v7.0.1", "we stay at"),  # Dependabot moves the version that a comment ends with
    (" zizmor: ignore[unpinned-uses]", "zizmor: ignore[unpinned-uses]"),
    (" ratchet:exclude", "ratchet:exclude"),
    (" main", "main"),
    (" issue#12", "issue#12"),
])  # fmt: skip
def test_a_comment_loses_the_version_and_nothing_else(text: str, rest: str) -> None:
    assert pin_forms.remark(text) == rest
