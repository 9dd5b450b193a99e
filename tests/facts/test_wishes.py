"""A lock of uv against manifests that were changed after it: what `uv lock --check` of uv 0.13.9 said of each."""

from __future__ import annotations

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.snapshot.memory import MemorySnapshot

ROOT = """[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = ["six>=1.15 ; python_version < '3.12' and sys_platform == 'linux'", "idna[all]>=3", "certifi", "lib"]

[project.optional-dependencies]
b = ["attrs ; python_version >= '3.9'"]
Ab_C = ["attrs>=20 ; python_version >= '3.12' or sys_platform == 'win32'", "iniconfig"]

[dependency-groups]
dev = ["pluggy", {include-group = "t"}]
t = ["iniconfig"]

[tool.uv]
constraint-dependencies = ["urllib3<3"]
override-dependencies = ["packaging>=20"]
build-constraint-dependencies = ["setuptools<80"]

[tool.uv.sources]
lib = {workspace = true}

[tool.uv.workspace]
members = ["libs/*"]
exclude = ["libs/skip"]
"""
LIB = """[project]
name = "lib"
version = "1"
requires-python = ">=3.9"
dependencies = ["six"]
"""
LOCK = """version = 1
revision = 3
requires-python = ">=3.10"

[manifest]
members = [
    "demo",
    "lib",
]
constraints = [{ name = "urllib3", specifier = "<3" }]
overrides = [{ name = "packaging", specifier = ">=20" }]
build-constraints = [{ name = "setuptools", specifier = "<80" }]

[[package]]
name = "demo"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "lib" },
]

[package.metadata]
requires-dist = [
    { name = "attrs", marker = "python_full_version >= '3.9' and extra == 'b'" },
    { name = "attrs", marker = "(python_full_version >= '3.12' and extra == 'ab-c') or (sys_platform == 'win32' and extra == 'ab-c')", specifier = ">=20" },
    { name = "certifi" },
    { name = "idna", extras = ["all"], specifier = ">=3" },
    { name = "iniconfig", marker = "extra == 'ab-c'" },
    { name = "lib", editable = "libs/lib" },
    { name = "six", marker = "python_full_version < '3.12' and sys_platform == 'linux'", specifier = ">=1.15" },
]
provides-extras = ["b", "ab-c"]

[package.metadata.requires-dev]
dev = [
    { name = "iniconfig" },
    { name = "pluggy" },
]
t = [{ name = "iniconfig" }]

[[package]]
name = "lib"
version = "1"
source = { editable = "libs/lib" }
dependencies = [
    { name = "six" },
]

[package.metadata]
requires-dist = [{ name = "six" }]
"""  # noqa: E501 - as uv writes it
FILES = {
    "pyproject.toml": ROOT,
    "libs/lib/pyproject.toml": LIB,
    "libs/skip/pyproject.toml": LIB.replace('"lib"', '"skip"'),
    "uv.lock": LOCK,
}


def judged(files: dict[str, str]) -> tuple[bool | None, str]:
    (lock,) = inventory(MemorySnapshot(dict(files))).lockfiles
    return lock.in_step, lock.reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("six", "six"),
        ("six>=1.15 ; python_version", "six >= 1.15.0;python_version"),
        (
            "python_version < '3.12' and sys_platform == 'linux'",
            "sys_platform == 'linux' and python_version < '3.12'",
        ),
        ("python_version < '3.12'", "python_full_version < '3.12'"),
        ("python_version < '3.12'", "python_version <= '3.11'"),
        ('requires-python = ">=3.10"', 'requires-python = ">=3.10.0"'),
        ("Ab_C =", "ab-c ="),
        ('version = "0.1.0"', 'version = "0.1"'),
        ('"certifi"', '"certifi", "certifi"'),
        ('name = "demo"', 'name = "demo"\ndescription = "x"'),
        ("urllib3<3", "urllib3 < 3.0"),
        ("[tool.uv]\n", '[tool.uv]\nresolution = "highest"\n'),
    ],
)
def test_the_same_wish_written_otherwise_is_in_step(old: str, new: str) -> None:
    assert judged({**FILES, "pyproject.toml": ROOT.replace(old, new)}) == (True, "")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("python_version < '3.12'", "python_version < '3.13'", "differ on six"),
        (" ; python_version < '3.12' and sys_platform == 'linux'", "", "differ on six"),
        ('requires-python = ">=3.10"', 'requires-python = ">=3.11"', "is for Python >=3.10"),
        ('requires-python = ">=3.10"', 'requires-python = ">=3.10,<4"', "is for Python >=3.10"),
        ("idna[all]>=3", "idna[all]>=3.1", "differ on idna"),
        ("idna[all]>=3", "idna>=3", "differ on idna"),
        ("idna[all]>=3", "idna[all,more]>=3", "differ on idna"),
        ('b = ["attrs', 'c = []\nb = ["attrs', "the extras differ: c"),
        ('"iniconfig"]\n\n[dep', '"iniconfig", "pluggy"]\n\n[dep', "differ on pluggy"),
        ('b = ["attrs', 'd = ["attrs', "the extras differ: b, d"),
        ("or sys_platform == 'win32'", "or sys_platform == 'darwin'", "differ on attrs"),
        ('t = ["iniconfig"]', 't = ["iniconfig>=1"]', "differ on iniconfig"),
        (', {include-group = "t"}', "", "differ on iniconfig"),
        ('t = ["iniconfig"]', 't = ["iniconfig"]\ne = ["six"]', "differ on six"),
        ('t = ["iniconfig"]', 't = ["iniconfig"]\ne = []', "the groups differ: e"),
        ("urllib3<3", "urllib3<2", "constraints differ on urllib3"),
        ('constraint-dependencies = ["urllib3<3"]\noverride', "override", "constraints differ on urllib3"),
        ('"urllib3<3"]', '"urllib3<3", "six<2"]', "constraints differ on six"),
        ("packaging>=20", "packaging>=21", "overrides differ on packaging"),
        ('override-dependencies = ["packaging>=20"]\n', "", "overrides differ on packaging"),
        ("setuptools<80", "setuptools<81", "build constraints differ on setuptools"),
        ('version = "0.1.0"', 'version = "0.2.0"', "locks version 0.1.0 of demo"),
        ('name = "demo"', 'name = "demo2"', "locks demo, which is demo2 now"),
        (
            "lib = {workspace = true}",
            'lib = {workspace = true}\ncertifi = {git = "https://host/x"}',
            "differ on certifi",
        ),
        ("lib = {workspace = true}", 'lib = {workspace = true}\ncertifi = {url = "https://host/x.whl"}', "certifi"),
        ("lib = {workspace = true}", 'lib = {workspace = true}\ncertifi = {index = "own"}', "differ on certifi"),
        ("lib = {workspace = true}", "", "differ on lib"),
        ("lib = {workspace = true}", 'lib = {path = "libs/skip"}', "differ on lib"),
        ("[tool.uv]\n", '[tool.uv]\nresolution = "lowest"\n', "was resolved with resolution-mode highest"),
        ("[tool.uv]\n", '[tool.uv]\nprerelease = "allow"\n', "was resolved with prerelease-mode"),
        ("[tool.uv]\n", "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]\n", "other supported environments"),
        ("[tool.uv]\n", '[tool.uv]\ndev-dependencies = ["six"]\n', "differ on six"),
        ("[tool.uv]\n", "[tool.uv]\npackage = true\n", "isn't built"),
        ('"certifi"', '"certifi", "certifi>=2020"', "differ on certifi"),
    ],
)
def test_another_wish_is_out_of_step(old: str, new: str, why: str) -> None:
    assert old in ROOT
    in_step, reason = judged({**FILES, "pyproject.toml": ROOT.replace(old, new)})

    assert in_step is False
    assert why in reason


@pytest.mark.parametrize(
    ("change", "in_step", "why"),
    [
        ({"libs/lib/pyproject.toml": LIB.replace(">=3.9", ">=3.8")}, True, ""),
        ({"libs/lib/pyproject.toml": LIB.replace(">=3.9", ">=3.11")}, False, "is for Python >=3.10"),
        ({"libs/lib/pyproject.toml": LIB.replace('version = "1"', 'version = "2"')}, False, "locks version 1 of lib"),
        ({"libs/lib/pyproject.toml": LIB.replace('["six"]', '["six", "idna"]')}, False, "differ on idna"),
        ({"libs/new/pyproject.toml": LIB.replace('"lib"', '"new"')}, False, "doesn't know libs/new"),
        ({"libs/skip/pyproject.toml": LIB.replace('"lib"', '"skip"').replace("six", "idna")}, True, ""),
        ({"other/pyproject.toml": LIB.replace('"lib"', '"other"')}, True, ""),
        ({"libs/new/README.md": "a folder without a manifest"}, True, ""),
    ],
)
def test_the_members_are_those_of_the_workspace(change: dict[str, str], in_step: bool, why: str) -> None:  # noqa: FBT001
    found = judged({**FILES, **change})

    assert found[0] is in_step
    assert why in found[1]


def test_a_member_that_is_gone_is_told() -> None:
    files = {path: text for path, text in FILES.items() if path != "libs/lib/pyproject.toml"}

    assert judged(files) == (False, "locks libs/lib, which isn't there")


SOURCES = """[project]
name = "demo"
version = "0.1.0"
dependencies = ["torch>=2", "mine"]

[tool.uv.sources]
torch = [
  {index = "cpu", marker = "sys_platform == 'darwin'"},
  {index = "cuda", marker = "sys_platform != 'darwin'"},
]
mine = {git = "https://host/o/mine", tag = "v1"}

[[tool.uv.index]]
name = "cpu"
url = "https://host/cpu"

[[tool.uv.index]]
name = "cuda"
url = "https://host/cu124"
"""
SOURCED = """version = 1

[[package]]
name = "demo"
version = "0.1.0"
source = { virtual = "." }

[package.metadata]
requires-dist = [
    { name = "mine", git = "https://host/o/mine?tag=v1" },
    { name = "torch", marker = "sys_platform != 'darwin'", specifier = ">=2", index = "https://host/cu124" },
    { name = "torch", marker = "sys_platform == 'darwin'", specifier = ">=2", index = "https://host/cpu" },
]
"""


@pytest.mark.parametrize(
    ("old", "new", "in_step"),
    [
        ("", "", True),
        ('url = "https://host/cu124"', 'url = "https://host/cu128"', False),
        ("sys_platform != 'darwin'", "sys_platform == 'linux'", False),
        ('tag = "v1"', 'tag = "v2"', False),
        ("https://host/o/mine", "https://host/o/mine.git", True),
        ("https://host/o/mine", "https://host/p/mine", False),
        ('mine = {git = "https://host/o/mine", tag = "v1"}', "", False),
        ('"mine"]', '"mine @ git+https://host/o/mine@v1"]', True),
    ],
)
def test_where_a_package_comes_from_is_compared(old: str, new: str, in_step: bool) -> None:  # noqa: FBT001
    assert judged({"pyproject.toml": SOURCES.replace(old, new), "uv.lock": SOURCED})[0] is in_step


def test_an_index_that_is_defined_elsewhere_cant_be_told() -> None:
    manifest = SOURCES.partition("[[tool.uv.index]]")[0]

    assert judged({"pyproject.toml": manifest, "uv.lock": SOURCED})[0] is None


def test_extras_that_a_plugin_computes_cant_be_compared() -> None:
    manifest = ROOT.replace('version = "0.1.0"', 'dynamic = ["version", "optional-dependencies"]')
    manifest = (
        manifest.partition("[project.optional-dependencies]")[0] + "\n[tool.uv.sources]\nlib = {workspace = true}\n"
    )

    in_step, reason = judged({**FILES, "pyproject.toml": manifest})

    assert in_step is not True
    assert "extras" not in reason


REFERRING = """[project]
name = "me"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = ["six"]

[project.optional-dependencies]
a = ["idna>=3"]
b = ["me[a]; python_version < '3.12'", "attrs"]
all = ["me[a,b]", "idna>=3"]

[dependency-groups]
dev = ["me[all]", "iniconfig"]

[tool.uv.sources]
attrs = [{ index = "other", extra = "b" }]

[[tool.uv.index]]
name = "other"
url = "https://packages.example/simple"
explicit = true
"""
REFERRED = """version = 1
requires-python = ">=3.10"

[[package]]
name = "me"
version = "0.1.0"
source = { virtual = "." }

[package.metadata]
requires-dist = [
    ATTRS
    { name = "idna", marker = "extra == 'a'", specifier = ">=3" },
    { name = "idna", marker = "extra == 'all'", specifier = ">=3" },
    OWN
    { name = "six" },
]
provides-extras = ["a", "b", "all"]

[package.metadata.requires-dev]
dev = [
    { name = "iniconfig" },
    { name = "me", extras = ["all"] },
]
""".replace(
    "ATTRS",
    """{ name = "attrs", marker = "extra == 'b'", """
    'index = "https://packages.example/simple", conflict = { package = "me", extra = "b" } },',
)
OWN = """{ name = "me", extras = ["a"], marker = "python_full_version < '3.12' and extra == 'b'" },
    { name = "me", extras = ["a", "b"], marker = "extra == 'all'" },"""
FLAT = """{ name = "idna", marker = "python_full_version < '3.12' and extra == 'b'", specifier = ">=3" },
    { name = "attrs", marker = "extra == 'all'" },
    { name = "idna", marker = "python_full_version < '3.12' and extra == 'all'", specifier = ">=3" },"""


@pytest.mark.parametrize("own", [OWN, FLAT])
@pytest.mark.parametrize(
    ("old", "new", "in_step"),
    [
        ("six", "six", True),
        ('"attrs"]', '"attrs>=20"]', False),
        ('a = ["idna>=3"]', 'a = ["idna>=3", "anyio"]', False),
        ('extra = "b"', 'extra = "a"', False),
        ("packages.example", "packages.other", False),
    ],
)
def test_extras_that_refer_to_one_another_are_compared_as_uv_records_them(
    own: str,
    old: str,
    new: str,
    in_step: bool,  # noqa: FBT001
) -> None:
    files = {"pyproject.toml": REFERRING.replace(old, new), "uv.lock": REFERRED.replace("OWN", own)}
    assert judged(files)[0] is in_step


def test_extras_that_refer_to_one_another_without_end_cost_little() -> None:
    count = 60
    names = ",".join(f"e{number}" for number in range(count))
    extras = "\n".join(
        f'e{number} = ["me[{names}] ; python_version < \'3.{number}\'", "p{number}"]' for number in range(count)
    )
    head, _, tail = REFERRING.partition('a = ["idna>=3"]')
    files = {"pyproject.toml": f"{head}{extras}\n{tail}", "uv.lock": REFERRED.replace("OWN", OWN)}
    assert judged(files)[0] is False
