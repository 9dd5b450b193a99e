from __future__ import annotations

import hashlib
import json

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.inventory import inventory
from goldenpath.facts.readers import pipfile, pipfile_lock
from goldenpath.snapshot.memory import MemorySnapshot

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PIPFILE = f"""[[source]]
url = "https://host/simple"
verify_ssl = true
name = "main"

[packages]
requests = "*"
numpy = "==1.26.4"
mine = {{git = "https://host/o/mine.git", ref = "{COMMIT}"}}
local = {{path = "./local", editable = true}}
torch = {{version = ">=2", extras = ["opt"], markers = "sys_platform == 'linux'"}}

[dev-packages]
pytest = "~=7.0"

[docs]
sphinx = "*"

[requires]
python_version = "3.10"
"""


def test_every_category_is_read() -> None:
    facts = pipfile.read(File(path="Pipfile", data=PIPFILE.encode()))

    assert [(row.name, row.specifier, row.scope, row.source, row.pinned, row.line) for row in facts.dependencies] == [
        ("requests", "", "runtime", "index", False, 7),
        ("numpy", "==1.26.4", "runtime", "index", True, 8),
        ("mine", "", "runtime", "vcs", True, 9),
        ("local", "", "runtime", "path", False, 10),
        ("torch", ">=2", "runtime", "index", False, 11),
        ("pytest", "~=7.0", "dev", "index", False, 14),
        ("sphinx", "", "group:docs", "index", False, 17),
    ]
    assert facts.dependencies[4].extras == ("opt",)
    assert [(row.specifier, row.line) for row in facts.python] == [("==3.10.*", 20)]


def test_a_lock_with_the_digest_of_its_manifest_is_in_step() -> None:
    manifest = '[packages]\nnumpy = "*"\n[requires]\npython_version = "3.10"\n'
    content = {
        "_meta": {"requires": {"python_version": "3.10"}, "sources": []},
        "default": {"numpy": "*"},
        "develop": {},
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    lock = {"_meta": {"hash": {"sha256": digest}}, "default": {"numpy": {"hashes": ["x"], "version": "==1.26.4"}}}
    files = {"Pipfile": manifest, "Pipfile.lock": json.dumps(lock, indent=4)}

    facts = inventory(MemorySnapshot(files), packages=True)
    stale = inventory(MemorySnapshot({**files, "Pipfile": manifest + '[dev-packages]\npytest = "*"\n'}))

    assert [(row.in_step, row.hashes, row.manifest) for row in facts.lockfiles] == [(True, True, "Pipfile")]
    assert [(row.name, row.version, row.line) for row in facts.packages] == [("numpy", "1.26.4", 8)]
    assert [(row.in_step, row.reason) for row in stale.lockfiles] == [
        (False, "has no pytest, which the manifest asks for")
    ]


@pytest.mark.parametrize("text", ["{", "[]", "[" * 100_000, "nothing"])
def test_a_lock_that_is_no_lock_is_told(text: str) -> None:
    with pytest.raises(ReadError):
        pipfile_lock.read(File(path="Pipfile.lock", data=text.encode()))


def test_a_version_without_quotes_keeps_its_zero() -> None:
    facts = pipfile.read(File(path="Pipfile", data=b"[requires]\npython_version = 3.10\n"))

    assert [(row.specifier, row.written) for row in facts.python] == [("==3.10.*", "3.10")]


@pytest.mark.parametrize(
    ("said", "marker"),
    [
        ("sys_platform = \"== 'win32'\"", 'sys_platform == "win32"'),
        ("python_version = \"< '3.8'\", os_name = \"== 'nt'\"", 'os_name == "nt" and python_version < "3.8"'),
        (
            "markers = \"os_name == 'nt' or os_name == 'java'\", python_version = \"< '3.8'\"",
            '(os_name == "nt" or os_name == "java") and python_version < "3.8"',
        ),
    ],
)
def test_markers_stand_under_their_own_keys_too(said: str, marker: str) -> None:
    facts = pipfile.read(File(path="Pipfile", data=f'[packages]\na = {{version = "*", {said}}}\n'.encode()))

    assert [row.marker for row in facts.dependencies] == [marker]
