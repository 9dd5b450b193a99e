from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts, Lockfile

UV = """version = 1
requires-python = ">=3.11"

[[package]]
name = "demo"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "numpy" },
]

[package.metadata]
requires-dist = [
    { name = "numpy", extras = ["x"], marker = "python_full_version < '3.13'", specifier = ">=1,<2" },
    { name = "torch", specifier = "==2.1+cpu", index = "https://host/cpu" },
    { name = "mine", git = "https://host/o/mine?rev=main" },
    { name = "rich", marker = "extra == 'show'" },
]
provides-extras = ["show"]

[package.metadata.requires-dev]
dev = [{ name = "pytest", specifier = ">=8" }]

[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://host/simple" }
"""
PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "demo"
dependencies = ["numpy[x]<2,>=1 ; python_version < '3.13'", "torch==2.1+cpu", "mine>=3"]
[project.optional-dependencies]
show = ["rich"]
[dependency-groups]
dev = ["pytest>=8"]
[tool.uv.sources]
mine = {git = "https://host/o/mine", rev = "main"}
torch = {index = "cpu"}
[[tool.uv.index]]
name = "cpu"
url = "https://host/cpu"
"""


def facts_of(files: dict[str, str | bytes]) -> Facts:
    return inventory(MemorySnapshot(files), packages=True)


def lock_of(files: dict[str, str | bytes]) -> Lockfile:
    (lock,) = facts_of(files).lockfiles
    return lock


def test_a_uv_lock_is_in_step_with_the_manifest_that_it_was_made_for() -> None:
    lock = lock_of({"pyproject.toml": PROJECT, "uv.lock": UV})

    assert (lock.tool, lock.manifest, lock.in_step) == ("uv", "pyproject.toml", True)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("torch==2.1+cpu", "torch==2.2+cpu", "torch"),
        ('show = ["rich"]', "show = []", "rich"),
        ('"mine>=3"', '"mine>=3", "polars"', "polars"),
        ("pytest>=8", "pytest>=9", "pytest"),
    ],
)
def test_a_uv_lock_is_out_of_step_with_any_other(old: str, new: str, name: str) -> None:
    lock = lock_of({"pyproject.toml": PROJECT.replace(old, new), "uv.lock": UV})

    assert lock.in_step is False
    assert lock.reason == f"pyproject.toml and the lock differ on {name}"


def test_a_version_written_otherwise_is_the_same() -> None:
    lock = UV.replace('specifier = ">=8"', 'specifier = ">=8.0"')

    assert lock_of({"pyproject.toml": PROJECT, "uv.lock": lock}).in_step is True


def test_every_member_of_a_workspace_counts() -> None:
    member = '\n[[package]]\nname = "lib"\nversion = "1"\nsource = { editable = "libs/lib" }\n'
    files: dict[str, str | bytes] = {
        "pyproject.toml": PROJECT,
        "uv.lock": UV + member,
        "libs/lib/pyproject.toml": '[project]\nname = "lib"\n',
    }

    assert lock_of(files).in_step is True
    files["libs/lib/pyproject.toml"] = '[project]\nname = "lib"\ndependencies = ["numpy"]\n'
    assert lock_of(files).in_step is False
    del files["libs/lib/pyproject.toml"]
    assert lock_of(files).reason == "locks libs/lib, which isn't there"


def test_the_sources_of_a_workspace_hold_for_its_members() -> None:
    member = (
        '\n[[package]]\nname = "lib"\nversion = "1"\nsource = { editable = "libs/lib" }\n\n[package.metadata]\n'
        'requires-dist = [{ name = "demo", editable = "." }, { name = "numpy", specifier = ">=1" }]\n'
    )
    manifest = '[project]\nname = "lib"\ndependencies = ["demo>=0.1", "numpy>=1"]\n'
    files: dict[str, str | bytes] = {
        "pyproject.toml": PROJECT.replace("torch = {", "demo = {workspace = true}\ntorch = {"),
        "uv.lock": UV + member,
        "libs/lib/pyproject.toml": manifest,
    }

    assert lock_of(files).in_step is True
    files["libs/lib/pyproject.toml"] = manifest.replace("numpy>=1", "numpy>=2")
    assert lock_of(files).reason == "libs/lib/pyproject.toml and the lock differ on numpy"


def test_a_package_that_asks_for_itself_is_in_step() -> None:
    lock = UV.replace('    { name = "rich"', '    { name = "demo", extras = ["show"] },\n    { name = "rich"')

    assert lock_of({"pyproject.toml": PROJECT, "uv.lock": lock}).in_step is True


def test_a_lock_of_commits_alone_lacks_no_hash() -> None:
    head = 'version = 1\n\n[[package]]\nname = "mine"\nversion = "1"\nsource = '
    commit = head + '{ git = "https://host/o/mine#3058720299b812c393ad926bcca96eede20fa683" }\n'
    package = head + '{ registry = "https://host/simple" }\n'

    assert [lock_of({"uv.lock": text}).hashes for text in (commit, package)] == [True, False]


def test_what_is_computed_cant_be_compared() -> None:
    manifest = '[build-system]\nrequires = ["setuptools"]\n[project]\nname = "demo"\ndynamic = ["dependencies"]\n'

    lock = lock_of({"pyproject.toml": manifest, "uv.lock": UV, "setup.py": "setup(install_requires=['numpy'])"})

    assert lock.in_step is None


def test_the_packages_of_a_uv_lock_are_its_registrys() -> None:
    facts = facts_of({"pyproject.toml": PROJECT, "uv.lock": UV.replace("\n", "\r\n")})

    assert [(row.name, row.version, row.line) for row in facts.packages] == [("numpy", "1.26.4", 24)]


def test_a_poetry_lock_records_the_digest_of_its_manifest() -> None:
    manifest = '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.9"\nnumpy = "^1.26"\n'
    content = {
        "dependencies": {"python": "^3.9", "numpy": "^1.26"},
        "source": None,
        "extras": None,
        "dev-dependencies": None,
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    lock = (
        '[[package]]\nname = "numpy"\nversion = "1.26.4"\ndescription = ""\noptional = false\n\n'
        f'[metadata]\nlock-version = "2.0"\ncontent-hash = "{digest}"\n'
    )

    assert lock_of({"pyproject.toml": manifest, "poetry.lock": lock}).in_step is True
    more = lock_of({"pyproject.toml": manifest + 'rich = "*"\n', "poetry.lock": lock})
    assert (more.in_step, more.reason) == (False, "has no rich, which the manifest asks for")
    newer = lock_of({"pyproject.toml": manifest.replace("^1.26", "^2.0"), "poetry.lock": lock})
    assert (newer.in_step, newer.reason) == (False, "has a numpy that the manifest doesn't allow")
    other = lock_of({"pyproject.toml": manifest + "[tool.poetry.extras]\na = []\n", "poetry.lock": lock})
    assert (other.in_step, other.reason) == (False, "was made for another state of the manifest, by its digest")


def test_a_compiled_file_is_judged_by_names_and_versions() -> None:
    header = "# This file was autogenerated by uv via the following command:\n"
    command = "#    uv pip compile reqs/base.in -o reqs/out/base.txt\n"
    files: dict[str, str | bytes] = {
        "reqs/base.in": "numpy>=1\n",
        "reqs/out/requirements.txt": f"{header}{command}numpy==1.26.4\n",
    }

    lock = lock_of(files)

    assert (lock.manifest, lock.in_step, lock.reason) == ("reqs/base.in", True, "by names and versions")
    files["reqs/base.in"] = "numpy>=2\n"
    assert lock_of(files).in_step is False


def test_a_lock_without_its_manifest_is_neither() -> None:
    lock = lock_of({"uv.lock": UV})

    assert (lock.manifest, lock.in_step) == (None, None)


@pytest.mark.parametrize(
    ("path", "text", "tool", "packages"),
    [
        ("pdm.lock", '[[package]]\nname = "a"\nversion = "1"\n', "pdm", [("a", "1", 1)]),
        ("pylock.toml", 'x = 1\n[[packages]]\nname = "a"\nversion = "1"\n', "pylock", [("a", "1", 2)]),
        ("pylock.dev.toml", "", "pylock", []),
        ("conda-lock.yml", "{{", "conda-lock", []),
        (
            "conda-linux-64.lock",
            "@EXPLICIT\nhttps://h/linux-64/b-lib-2.0-h1_0.conda#ff\n",
            "conda",
            [("b-lib", "2.0", 2)],
        ),
        ("spec-file.txt", "# $ conda create --name <env> --file x\nb=2.0=h1_0\n", "conda", [("b", "2.0", 2)]),
        ("bun.lock", "", "bun", []),
    ],
)
def test_locks_are_found(path: str, text: str, tool: str, packages: list[tuple[str, str, int]]) -> None:
    facts = facts_of({path: text})

    assert [(row.path, row.tool) for row in facts.lockfiles] == [(path, tool)]
    assert [(row.name, row.version, row.line) for row in facts.packages] == packages


def test_a_text_about_specifications_is_no_lock() -> None:
    assert facts_of({"docs/spec.txt": "numpy=1.0=x\n"}).lockfiles == ()


def _six(version: str = "1.17.0", hashes: str = 'files = [{file = "six.whl", hash = "sha256:aa"}]\n') -> str:
    return f'[[package]]\nname = "six"\nversion = "{version}"\n{hashes}'


PDM = """[project]
name = "x"
version = "1"
requires-python = ">=3.11"
dependencies = ["six>=1.15"]
[project.optional-dependencies]
a = ["idna"]
[dependency-groups]
Dev = ["iniconfig"]
[tool.pdm.dev-dependencies]
lint = ["pluggy"]
[tool.pdm.resolution]
respect-source-order = true
"""


def test_a_pdm_lock_records_the_digest_of_its_manifest() -> None:
    # The digest is PDM 2.23's own for this manifest.
    digest = "f5c2f64cca43951ef0b1df9747ad1b2d782242f702bc678e4101a91de2b991fa"
    lock = f'[metadata]\ncontent_hash = "sha256:{digest}"\n\n{_six()}'

    assert lock_of({"pyproject.toml": PDM, "pdm.lock": lock}).in_step is True
    other = lock_of({"pyproject.toml": PDM.replace("1.15", "1.16"), "pdm.lock": lock})
    assert (other.in_step, other.reason) == (False, "was made for another state of the manifest, by its digest")


@pytest.mark.parametrize(
    ("manifest", "digest"),
    [
        (
            '[project]\nname = "x"\n[build-system]\nbuild-backend="poetry.core.masonry.api"\nrequires=[]\n',
            "115cf985d932e9bf5f540555bbdd75decbb62cac81e399375fc19f6277f8c1d8",
        ),
        (
            '[tool.poetry]\nname="x"\n[tool.poetry.dependencies]\npython="^3.9"\n[dependency-groups]\ndev=["six"]\n',
            "0b827916faca5c7b975f9d46963c2b06d69a75a2fbc5c77de8de9943fc8e9aaf",
        ),
        (
            '[tool.poetry]\nname="x"\n[tool.poetry.dependencies]\npython="^3.9"\n[dependency-groups]\ndev=["six"]\n',
            "c595a0588c25d58f3e3834ad7169126836d262b925fe6ca9b5d540dcf301d254",
        ),
    ],
)
def test_each_way_of_poetry_to_make_a_digest_is_known(manifest: str, digest: str) -> None:
    lock = f'{_six()}\n[metadata]\nlock-version = "2.1"\ncontent-hash = "{digest}"\n'

    assert lock_of({"pyproject.toml": manifest, "poetry.lock": lock}).in_step is True


def test_a_digest_of_a_manifest_for_another_tool_tells_nothing() -> None:
    lock = f'{_six()}\n[metadata]\ncontent-hash = "{"0" * 64}"\n'
    manifest = '[project]\nname = "x"\ndependencies = ["six"]\n[build-system]\nbuild-backend = "hatchling.build"\n'

    assert lock_of({"pyproject.toml": manifest, "poetry.lock": lock}).in_step is None


GIT = 'name = "mine"\nversion = "1"\nfiles = []\n[package.source]\ntype = "git"\nurl = "https://host/o/mine"\n'


@pytest.mark.parametrize(
    ("path", "text", "hashes"),
    [
        ("poetry.lock", _six(), True),
        ("poetry.lock", _six(hashes=""), False),
        ("poetry.lock", _six(hashes="files = []\n"), False),
        ("poetry.lock", f"{_six()}\n[[package]]\n{GIT}", True),
        ("poetry.lock", f"{_six()}\n{_six(hashes='').replace('six', 'idna')}", False),
        (
            "poetry.lock",
            _six(hashes="") + '\n[metadata.files]\nsix = [\n    {file = "six.whl", hash = "sha256:aa"},\n]\n',
            True,
        ),
        ("poetry.lock", _six(hashes="") + "\n[metadata.files]\nsix = []\n", False),
        ("pdm.lock", _six(), True),
        ("pdm.lock", f"{_six()}\n{_six(hashes='').replace('six', 'idna')}", False),
        ("pdm.lock", _six(hashes='git = "https://host/o/six"\nrevision = "8f14"\n'), True),
        ("pylock.toml", '[[packages]]\nname = "six"\nwheels = [{url = "u", hashes = {sha256 = "aa"}}]\n', True),
        ("pylock.toml", '[[packages]]\nname = "six"\nwheels = [{url = "u"}]\n', False),
        ("pylock.toml", '[[packages]]\nname = "six"\nvcs = {type = "git", commit-id = "8f14"}\n', True),
        ("Pipfile.lock", '{"default": {"six": {"version": "==1.17", "hashes": ["sha256:aa"]}}}', True),
        ("Pipfile.lock", '{"default": {"six": {"version": "==1.17"}}}', False),
        ("Pipfile.lock", '{"default": {"mine": {"git": "https://host/o/mine", "ref": "8f14"}}}', True),
        ("uv.lock", UV, False),
        ("uv.lock", UV + 'wheels = [{ url = "u", hash = "sha256:aa" }]\n', True),
        (
            "uv.lock",
            UV + 'wheels = [{ url = "u", hash = "sha256:aa" }]\n' + '\n[[package]]\nname = "six"\nversion = "1"\n'
            'source = { registry = "https://host/simple" }\n',
            False,
        ),
    ],
)
def test_a_lock_has_hashes_where_all_that_it_fetches_has(path: str, text: str, hashes: bool) -> None:  # noqa: FBT001
    assert lock_of({path: text}).hashes is hashes


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("uv.lock", '[[package]]\nname = "lib"\nversion = "1"\nsource = { editable = "libs/lib" }\n'),
        ("uv.lock", '[[package]]\nname = "lib"\nversion = "1"\nsource = { directory = "./libs/lib" }\n'),
        ("poetry.lock", '[[package]]\nname = "lib"\n[package.source]\ntype = "directory"\nurl = "libs/lib"\n'),
        ("pdm.lock", '[[package]]\nname = "lib"\nversion = "1"\npath = "./libs/lib"\n'),
        ("Pipfile.lock", '{"default": {"lib": {"path": "./libs/lib", "editable": true}}}'),
        ("requirements.txt", "# This file is autogenerated by pip-compile\n-e ./libs/lib\nsix==1.17\n"),
        ("requirements.txt", "# This file is autogenerated by pip-compile\n-e file:libs/lib\nsix==1.17\n"),
    ],
)
def test_a_lock_names_the_projects_that_it_locks(path: str, text: str) -> None:
    assert lock_of({path: f"{text}"}).members == ("", "libs/lib")
    assert lock_of({f"a/{path}": f"{text}"}).members == ("a", "a/libs/lib")
