from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import tomllib
import zipfile
from typing import TYPE_CHECKING

import pytest

from goldenpath.catalog.lock import lock, uv_binary
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """\
[project]
name = "new"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["thing>=1"]
"""


def _wheel(folder: Path, name: str, version: str, requires: str = "") -> None:
    """Write a wheel without contents, as an index would serve it."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digest = {n: base64.urlsafe_b64encode(hashlib.sha256(t.encode()).digest()).decode().rstrip("=")
              for n, t in files.items()}  # fmt: skip
    files[f"{info}/RECORD"] = "".join(f"{n},sha256={d},{len(files[n])}\n" for n, d in digest.items())
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of an index with two packages of two versions each, that uv knows by its environment alone."""
    folder = tmp_path / "index"
    folder.mkdir()
    for version in ("1.0", "2.0"):
        _wheel(folder, "part", version)
        _wheel(folder, "thing", version, "Requires-Dist: part\n")
    for name in [name for name in os.environ if name.startswith("UV_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(MANIFEST)
    return folder


def _constraints(tmp_path: Path, text: str = "# tested together\nthing==1.0\npart==1.0  # below it\n") -> Path:
    file = tmp_path / "constraints.txt"
    file.write_text(text)
    return file


def _versions(project: Path) -> dict[str, str]:
    packages = tomllib.loads((project / "uv.lock").read_text())["package"]
    return {package["name"]: package["version"] for package in packages if package["name"] != "new"}


def _in_step(project: Path) -> bool:
    return not subprocess.run([uv_binary(), "lock", "--check", "-q"], cwd=project, check=False).returncode


@pytest.mark.usefixtures("index")
def test_without_constraints_the_newest_versions_are_locked(project: Path) -> None:
    assert lock(project, None).done
    assert _versions(project) == {"thing": "2.0", "part": "2.0"}


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("tail", ["", "\n[tool.uv] # ours\npackage = false\n", "\n[tool.uv.sources]\n"])
def test_the_lock_has_the_tested_versions_and_the_manifest_stays_the_teams(
    project: Path, tmp_path: Path, tail: str
) -> None:
    (project / "pyproject.toml").write_text(MANIFEST + tail)

    assert lock(project, _constraints(tmp_path)).done

    assert _versions(project) == {"thing": "1.0", "part": "1.0"}
    assert (project / "pyproject.toml").read_text() == MANIFEST + tail
    assert "manifest" not in tomllib.loads((project / "uv.lock").read_text())
    assert _in_step(project)


@pytest.mark.usefixtures("index")
def test_constraints_that_the_manifest_has_itself_stay(project: Path, tmp_path: Path) -> None:
    text = MANIFEST + '\n[tool.uv]\nconstraint-dependencies = ["part<3"]\n'
    (project / "pyproject.toml").write_text(text)

    assert lock(project, _constraints(tmp_path, "thing==1.0\n")).done

    assert _versions(project) == {"thing": "1.0", "part": "2.0"}
    assert (project / "pyproject.toml").read_text() == text


@pytest.mark.usefixtures("index")
def test_requirements_that_cant_be_met_are_an_error_and_leave_no_lock(project: Path, tmp_path: Path) -> None:
    with pytest.raises(GoldenpathError, match="uv can't lock the new repo"):
        lock(project, _constraints(tmp_path, "thing==7.0\n"))

    assert (project / "pyproject.toml").read_text() == MANIFEST
    assert not (project / "uv.lock").exists()


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("constrained", [True, False])
@pytest.mark.parametrize("offline", [True, False])
def test_without_network_it_says_so_and_leaves_the_folder_as_it_was(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, constrained: bool, offline: bool
) -> None:
    monkeypatch.delenv("UV_NO_INDEX")
    monkeypatch.delenv("UV_FIND_LINKS")
    monkeypatch.setenv("UV_INDEX_URL", "http://127.0.0.1:9/simple")  # nothing listens there
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    if offline:
        monkeypatch.setenv("UV_OFFLINE", "1")

    done = lock(project, _constraints(tmp_path) if constrained else None)

    assert (done.done, done.reason) == (False, "the package index can't be reached")
    assert (project / "pyproject.toml").read_text() == MANIFEST
    assert not (project / "uv.lock").exists()


def test_a_companys_index_in_uvs_own_configuration_is_used(
    project: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_NO_INDEX")
    monkeypatch.delenv("UV_FIND_LINKS")
    config = tmp_path / "config/uv/uv.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'no-index = true\nfind-links = ["{index}"]\n')
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    assert lock(project, None).done
    assert _versions(project)["thing"] == "2.0"


@pytest.mark.usefixtures("index")
def test_what_the_environment_says_of_another_project_does_not_count(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name, value in (("UV_PROJECT", str(other)), ("UV_LOCKED", "1"), ("UV_FROZEN", "1"), ("VIRTUAL_ENV", "/x")):
        monkeypatch.setenv(name, value)

    assert lock(project, None).done
