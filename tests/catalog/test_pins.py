"""The pins of files, as people and bots write them."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenpath.catalog.pins import MOST, PinKind, masked, may_hold

if TYPE_CHECKING:
    from collections.abc import Callable

OLD, NEW = "3d3c42e5aac5ba805825da76410c181273ba90b1", "20cfd1bf945f4377ade1205e4dbc17946fc9a30d"
DIGEST = "sha256:" + "0123456789abcdef" * 4
OTHER = "sha256:" + "fedcba9876543210" * 4
CI = ".github/workflows/ci.yml"
HOOKS = ".pre-commit-config.yaml"
ALL = tuple(PinKind)


def same(path: str, before: str, after: str, kinds: tuple[PinKind, ...] = ALL) -> bool:
    return masked(path, before.encode(), kinds) == masked(path, after.encode(), kinds)


def steps(*lines: str) -> str:
    inner = "".join(f"      {line}\n" for line in lines)
    return f"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{inner}      - run: make\n"


@pytest.mark.parametrize(("before", "after"), [
    (f"- uses: actions/checkout@{OLD}  # v7.0.1", f"- uses: actions/checkout@{NEW}  # v7.1.0"),  # Dependabot
    (f"- uses: actions/checkout@{OLD}  # v7.0.1", f"- uses: actions/checkout@{NEW} # v7.1.0"),  # another style
    (f"- uses: actions/checkout@{OLD} # v7", f"- uses: actions/checkout@{NEW}"),
    (f"- uses: actions/checkout@{OLD}", f"- uses: actions/checkout@{NEW} # tag=v8   "),
    (f"- uses: 'actions/checkout@{OLD}'  # v7", f"- uses: 'actions/checkout@{NEW}'  # v8"),
    (f'- "uses": "actions/checkout@{OLD}"', f'- "uses": "actions/checkout@{NEW}"'),
    (f"- {{uses: actions/checkout@{OLD}}}  # v7", f"- {{uses: actions/checkout@{NEW}}}  # v8"),
    (f"- {{name: é, uses: acme/x@{OLD}, with: {{a: 1}}}}", f"- {{name: é, uses: acme/x@{NEW}, with: {{a: 1}}}}"),
    (f"- uses: &checkout actions/checkout@{OLD} # v1\n      - uses: *checkout",
     f"- uses: &checkout actions/checkout@{NEW} # v2\n      - uses: *checkout"),
    (f"- uses: !!str acme/x@{OLD}", f"- uses: !!str acme/x@{NEW}"),
    (f"- name: x\n        uses:   acme/x@{OLD}   # v1", f"- name: x\n        uses:   acme/x@{NEW}   # v2"),
    ("- uses: docker://alpine:3.20", "- uses: docker://alpine:3.21"),
])  # fmt: skip
def test_a_bumped_action_leaves_the_workflow_the_same(before: str, after: str) -> None:
    assert before != after
    assert same(CI, steps(before), steps(after))


@pytest.mark.parametrize(("before", "after"), [
    (f"- uses: actions/checkout@{OLD} # v7", "- uses: actions/checkout@v7"),
    (f"- uses: actions/checkout@{OLD}", f"- uses: acme/checkout@{OLD}"),
    (f"- uses: actions/checkout@{OLD}", f"- uses: 'actions/checkout@{OLD}'"),
    (f"- uses: actions/checkout@{OLD}", f"-  uses: actions/checkout@{OLD}"),
    (f"- uses: actions/checkout@{OLD} # v7", f"- uses: actions/checkout@{OLD} # zizmor: ignore[artipacked]"),
    (f"- uses: actions/checkout@{OLD}", f"- uses: actions/checkout@{OLD}\n        continue-on-error: true"),
    (f"- uses: actions/checkout@{OLD}", f"#- uses: actions/checkout@{OLD}"),
    (f"- run: echo acme/x@{OLD}", f"- run: echo acme/x@{NEW}"),
    (f"- run: |\n          uses: acme/x@{OLD}", f"- run: |\n          uses: acme/x@{NEW}"),
    (f"- uses: >-\n          acme/x@{OLD}", f"- uses: >-\n          acme/x@{NEW}"),
    (f'- uses: "acme\\/x@{OLD}"', f'- uses: "acme\\/x@{NEW}"'),
    ("# v1", "# v2"),
])  # fmt: skip
def test_any_other_change_of_a_workflow_is_seen(before: str, after: str) -> None:
    assert not same(CI, steps(before), steps(after))


def test_images_runners_and_reusable_workflows_of_a_workflow_are_pins() -> None:
    text = (
        "jobs:\n  a:\n    uses: acme/ci/.github/workflows/b.yml@{sha}  # v{n}.0\n"
        "  b:\n    runs-on: [ubuntu-2{n}.04]\n    container: python:3.1{n}-slim\n"
        "    services:\n      db: {{image: 'postgres:1{n}'}}\n"
        "  c:\n    runs-on: ubuntu-2{n}.04\n    container:\n      image: ghcr.io/acme/x:{n}@{digest}\n"
    )
    before, after = text.format(sha=OLD, n=1, digest=DIGEST), text.format(sha=NEW, n=2, digest=OTHER)

    assert same(CI, before, after)
    assert not same(CI, before, after, (PinKind.ACTIONS,))
    assert not same(CI, before, after, (PinKind.IMAGES,))
    assert masked(CI, after.encode(), ()) == after.encode()


def test_lines_and_their_ends_stay() -> None:
    text = steps(f"- uses: actions/checkout@{OLD} # v7").replace("\n", "\r\n")
    mixed = text.replace("\r\n", "\n", 3)

    shown = masked(CI, text.encode(), ALL).decode()

    assert shown == text.replace(OLD + " # v7", "«commit»").replace("24.04", "«version»")
    assert same(CI, text, text.replace(OLD, NEW))
    assert same(CI, mixed, mixed.replace(OLD, NEW))
    assert not same(CI, text, text.replace("\r\n", "\n"))
    assert not same(CI, text, mixed)


def test_a_mark_of_the_byte_order_stays() -> None:
    text = "\ufeff" + steps(f"- uses: actions/checkout@{OLD} # v7")

    assert same(CI, text, text.replace(OLD, NEW))
    assert not same(CI, text, text.removeprefix("\ufeff"))


@pytest.mark.parametrize("text", [
    "uses: [", "- uses: a/b@" + OLD + "\n  x: y: z\n", "", "\0", "a: " * 100_000, "- " * 5_000, "[" * 5_000,
    "a: &a [*a]\n", "\ufeff", "\r", "uses: *nobody\n", "%YAML 9.9\n---\na: 1\n",
])  # fmt: skip
@pytest.mark.parametrize("path", [CI, HOOKS, "compose.yaml", "pyproject.toml", "Dockerfile"])
def test_a_file_without_a_pin_comes_back_as_it_is(path: str, text: str) -> None:
    assert masked(path, text.encode(), ALL) == text.encode()


def test_what_is_no_utf8_or_too_long_comes_back_as_it_is() -> None:
    pinned = steps(f"- uses: acme/x@{OLD}").encode()
    latin, long = pinned + b"# \xe9\n", pinned + b"#" * MOST

    assert masked(CI, latin, ALL) == latin
    assert masked(CI, long, ALL) == long
    assert masked(CI, pinned, ALL) != pinned


@pytest.mark.parametrize("odd", [b"", b"# \xe9", b"#" * MOST, b"a: ["])
def test_a_form_that_somebody_wrote_out_is_no_pin(odd: bytes) -> None:
    before = f"uses: acme/x@{OLD}\n"
    form = masked(CI, before.encode(), ALL)

    assert form == "uses: acme/x@«commit»\n".encode()
    assert masked(CI, form + odd, ALL) == "uses: acme/x@««commit»\n".encode() + odd
    assert not same(CI, f"# «\n{before}", f"# ««\n{before}")


def test_merges_and_aliases_are_walked_once() -> None:
    bomb = (
        "a0: &a0 {uses: acme/x@"
        + OLD
        + "}\n"
        + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], b: *a{n - 1}}}\n" for n in range(1, 9))
    )

    assert same(CI, bomb, bomb.replace(OLD, NEW))


@pytest.mark.parametrize(("before", "after", "equal"), [
    ("    rev: v1.2.3\n", "    rev: v2.0.0\n", True),
    (f"    rev: {OLD}  # frozen: v1.2.3\n", f"    rev: {NEW}  # frozen: v2.0.0\n", True),
    (f"    rev: {OLD}  # frozen: v1.2.3\n", "    rev: v2.0.0\n", False),
    ("    rev: v1.2.3\n", "    rev: main\n", False),
    ("    rev: 'v1.2.3'\n", "    rev: 'v2.0.0'\n", True),
])  # fmt: skip
def test_the_revision_of_a_hook_is_a_pin(before: str, after: str, *, equal: bool) -> None:
    text = "repos:\n  - repo: https://example.org/hooks\n{}    hooks: [{{id: a}}]\n"

    assert same(HOOKS, text.format(before), text.format(after)) is equal


@pytest.mark.parametrize("form", [
    "[{}]", "['{}', other]", '["{}"]', "\n          - {}\n          - other  # why", "\n        - '{}'",
])  # fmt: skip
def test_what_a_hook_is_installed_with_is_a_pin_however_it_is_listed(form: str) -> None:
    head = "repos:\n  - repo: local\n    hooks:\n      - id: a\n        entry: ruff==0.1\n"
    text = f"{head}        additional_dependencies: {form}\n"
    before = text.format("ruff==0.17.6")

    assert same(HOOKS, before, text.format("ruff==0.18.0"))
    assert not same(HOOKS, before, text.format("ruff>=0.18.0"))
    assert not same(HOOKS, before, before.replace("ruff==0.1\n", "ruff==0.2\n"))


@pytest.mark.parametrize(("before", "after", "equal"), [
    (f"FROM python:3.11@{DIGEST} AS build", f"FROM python:3.12@{OTHER} AS build", True),
    (f"from --platform=linux/amd64 python:3.11@{DIGEST}", f"from --platform=linux/amd64 python:3.12@{OTHER}", True),
    (f"COPY --from=ghcr.io/astral-sh/uv:0.12.23@{DIGEST} /uv /bin/uv",
     f"COPY --from=ghcr.io/astral-sh/uv:0.12.24@{OTHER} /uv /bin/uv", True),
    (f"COPY --chown=1 \\\n  --from=x:1@{DIGEST} \\\n  # why\n  /a /b",
     f"COPY --chown=1 \\\n  --from=x:2@{OTHER} \\\n  # why\n  /a /b", True),
    (f"RUN --mount=type=bind,from=x:1@{DIGEST},target=/x make",
     f"RUN --mount=type=bind,from=x:2@{OTHER},target=/x make", True),
    (f'FROM "python:3.11@{DIGEST}"', f'FROM "python:3.12@{OTHER}"', True),
    (f"ONBUILD COPY --from=x:1@{DIGEST} /a /b", f"ONBUILD COPY --from=x:2@{OTHER} /a /b", True),
    (f"FROM python:3.11@{DIGEST} AS build", f"FROM python:3.11@{DIGEST} AS other", False),
    (f"FROM python:3.11@{DIGEST}", "FROM python:3.11", False),
    ("FROM python:3.11", "FROM python:3.11\nUSER root", False),
    ("FROM python:3.11\nRUN pip install x==1", "FROM python:3.11\nRUN pip install x==2", False),
    ("FROM a:1\n# FROM b:1", "FROM a:1\n# FROM b:2", False),
    ("FROM a:1\nRUN <<EOF\nFROM b:1\nEOF", "FROM a:1\nRUN <<EOF\nFROM b:2\nEOF", False),
    ("ARG V=1\nFROM a:${V}", "ARG V=2\nFROM a:${V}", False),
])  # fmt: skip
@pytest.mark.parametrize("path", ["Dockerfile", "docker/gpu.Dockerfile", "Containerfile.dev"])
def test_the_images_of_a_dockerfile_are_pins(path: str, before: str, after: str, *, equal: bool) -> None:
    assert same(path, before + "\n", after + "\n") is equal
    assert same(path, before, after) is equal


MANIFEST = """\
[build-system]
requires = ["hatchling>=1.{n},<2"]

[project]
name = "x"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = [
    "numpy>=2.{n}",  # why
    'pandas[a]==2.{n}',
]
optional-dependencies.gpu = ["torch>=2.{n}; python_version < '3.13'"]

[dependency-groups]
dev = [{{include-group = "test"}}, "ruff>=0.{n}"]
"quoted" = ["mypy>=1.{n}"]

[tool.uv]
dev-dependencies = ["pytest>=8.{n}"]
"""


def test_the_requirements_of_a_manifest_are_pins() -> None:
    before, after = MANIFEST.format(n=1), MANIFEST.format(n=22)

    assert same("pyproject.toml", before, after)
    assert same("road/pyproject.toml", before.replace("\n", "\r\n"), after.replace("\n", "\r\n"))
    assert not same("pyproject.toml", before, after, (PinKind.ACTIONS,))
    assert not same("poetry.toml", before, after)


@pytest.mark.parametrize(("before", "after"), [
    ('">=3.11"', '">=3.12"'), ('"0.1.0"', '"0.2.0"'), ("# why", "# v2"), ('"numpy', '"cupy'),
    ('"numpy>=2.1"', '"numpy"'), ('"numpy>=2.1",', '"numpy>=2.1", "scipy>=1",'),
    ("'pandas[a]==2.1'", '"pandas[a]==2.1"'),
    ('name = "x"', 'name = "x>=1"'), ("include-group", "include_group"),
])  # fmt: skip
def test_any_other_change_of_a_manifest_is_seen(before: str, after: str) -> None:
    text = MANIFEST.format(n=1)
    assert before in text

    assert not same("pyproject.toml", text, text.replace(before, after))


def test_only_files_whose_names_say_so_hold_pins() -> None:
    held = {
        CI: {"actions", "images"},
        "service/.github/workflows/ci.yaml": {"actions", "images"},
        ".github/actions/setup/action.yml": {"actions", "images"},
        HOOKS: {"hooks", "images"},
        "deploy/kubernetes.yaml": {"images"},
        "Dockerfile": {"images"},
        ".dockerignore": set(),
        "Dockerfile.dockerignore": set(),
        "pyproject.toml": {"requirements"},
        "Makefile": set(),
        "src/dockerfile.py/x": set(),
        "uv.lock": set(),
    }

    assert {path: {kind.value for kind in PinKind if may_hold(path, (kind,))} for path in held} == held


WORKFLOW = steps(f"- uses: actions/checkout@{OLD}  # v7.0.1", f"- uses: 'acme/x@{OLD}'", "- uses: docker://x:1.2")
DOCKERFILE = f"FROM python:3.11-slim@{DIGEST} AS build\nCOPY --from=ghcr.io/acme/uv:0.1@{DIGEST} /uv /bin/\nUSER 1\n"


@settings(max_examples=300, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize(("path", "text"), [
    (CI, WORKFLOW), ("Dockerfile", DOCKERFILE), ("pyproject.toml", MANIFEST.format(n=1)),
])  # fmt: skip
def test_a_character_more_or_less_outside_a_pin_is_always_seen(path: str, text: str, data: st.DataObject) -> None:
    form = masked(path, text.encode(), ALL).decode()
    kept = data.draw(st.sampled_from([at for at in range(len(text)) if _outside(at, text, form)]))
    new = data.draw(st.sampled_from(["", " ", "x", "#", "\n", '"', text[kept] * 2]))
    changed = text[:kept] + new + text[kept + 1 :]
    if changed == text:
        return

    assert masked(path, changed.encode(), ALL).decode() != form


def _outside(at: int, text: str, form: str) -> bool:
    """Tell whether a place stands in a line that has no pin."""
    line = text.count("\n", 0, at)
    return text.split("\n")[line] == form.split("\n")[line]


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)),
    st.sampled_from([CI, HOOKS, "Dockerfile", "pyproject.toml"]),
)
def test_no_bytes_break_it_and_lines_stay(data: bytes, path: str) -> None:
    found = masked(path, data, ALL)

    assert found.count(b"\n") == data.count(b"\n")


@pytest.mark.parametrize(("path", "make"), [
    (CI, lambda n: steps(*[f"- uses: acme/x@{OLD} # v1.{i}" for i in range(n)])),
    (CI, lambda n: f"uses: acme/x@{'a-1.' * n}\n"),
    (CI, lambda n: f"uses: acme/x@{OLD} # {'1.1' * n}!\n"),
    (CI, lambda n: "\n".join(f"- &a{i} {{uses: acme/x@{OLD}}}\n- *a{i}" for i in range(n))),
    (HOOKS, lambda n: "repos:\n- hooks:\n  - additional_dependencies: [" + "ruff==1, " * n + "]\n"),
    ("Dockerfile", lambda n: "FROM a:1\n" + f"COPY --from=x:1@{DIGEST} a b\n" * n),
    ("Dockerfile", lambda n: "FROM a:1\nRUN --mount=" + ",".join(f"from=x:{i}" for i in range(n)) + " make\n"),
    ("Dockerfile", lambda n: "FROM a:1\nRUN " + "--mount=from=x:1 \\\n" * n + " make\n"),
    ("pyproject.toml", lambda n: "[project]\ndependencies = [" + '"numpy>=2.1,<3", ' * n + "]\n"),
    ("pyproject.toml", lambda n: "[project]\ndependencies = ['x" + ">=1," * n + "']\n"),
])  # fmt: skip
def test_work_grows_with_the_file_and_no_faster(path: str, make: Callable[[int], str]) -> None:
    size = 2400
    while len(make(size)) > MOST:
        size //= 2
    small, large = make(size // 8).encode(), make(size).encode()

    best = min(_cost(path, large) / _cost(path, small) for _ in range(3))

    assert best < 3 * 8


def _cost(path: str, data: bytes) -> float:
    best = math.inf
    for _ in range(3):
        start = time.thread_time()
        masked(path, data, ALL)
        best = min(best, time.thread_time() - start)
    return best
