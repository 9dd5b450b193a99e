"""The package that docs/how-to/write-a-plugin.md shows is built, installed and used as the page says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/write-a-plugin.md"
BLOCK = re.compile(r"```\w+ file=(\S+)\n(.*?)```", re.DOTALL)
FILES = {
    "good": {"features.csv": "name,owner,days\nage,risk,7\n", "COST_CENTRE": "4711"},
    "unowned": {"features.csv": "name,owner,days\nage,risk,7\nincome,,3\n", "COST_CENTRE": "4711"},
    "crash": {"features.csv": "name,owner,days\nage,risk,soon\n", "COST_CENTRE": "4711"},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the page's package, installed in `site`, its standard, and a fleet."""
    from tests.conftest import run_git, write_files  # noqa: PLC0415 - the factories are for one test each

    folder = tmp_path_factory.mktemp("acme")
    write_files(folder / "package", dict(BLOCK.findall(PAGE.read_text(encoding="utf-8"))))
    write_files(folder / "package", {"acme_goldenpath/__init__.py": ""})
    standard = "name: acme\nversion: 1.0.0\npolicies: policies/\n"
    write_files(folder / "package/standard", {"goldenpath.yaml": standard})
    for name, files in FILES.items():
        write_files(folder / "fleet" / name, files)
        run_git(folder / "fleet" / name, "init", "-q", "-b", "main")
        run_git(folder / "fleet" / name, "add", "-A")
        run_git(folder / "fleet" / name, "commit", "-q", "-m", "first")
    where = ["--python", sys.executable, "--target", str(folder / "site")]
    offline = ["--offline", "--no-deps", "--no-build-isolation", "--no-cache"]
    command = [str(Path(sys.executable).parent / "uv"), "pip", "install", "-q", *where, *offline, "./package"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return folder


def goldenpath(world: Path, *arguments: str, installed: bool = True) -> subprocess.CompletedProcess[str]:
    """Run goldenpath as a person who has the package, or hasn't."""
    environment = {**os.environ, "HOME": str(world), "PYTHONPATH": str(world / "site") if installed else ""}
    environment.pop("GOLDENPATH_STANDARD", None)
    command = [sys.executable, "-m", "goldenpath", *arguments]
    return subprocess.run(command, cwd=world, env=environment, capture_output=True, text=True, check=False)


def test_the_packages_own_tests_pass(world: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(world / "site")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "package", "package/tests"]

    done = subprocess.run(command, cwd=world, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_its_policies_prove_themselves(world: Path) -> None:
    done = goldenpath(world, "policy", "test", "--standard", "package/standard")

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "3 policies, 7 cases, 0 wrong"), done.stdout


def test_its_table_is_printed_with_the_others(world: Path) -> None:
    from goldenpath.facts.schema import schema  # noqa: PLC0415 - with the one that needs it

    done = goldenpath(world, "facts", "fleet/unowned", "--format", "json")
    said = json.loads(done.stdout)
    text = goldenpath(world, "facts", "fleet/unowned").stdout

    import jsonschema  # noqa: PLC0415 - as above

    jsonschema.Draft202012Validator(schema()).validate(said)
    assert said["acme_features"] == [
        {"name": "age", "owner": "risk", "days": 7, "path": "features.csv", "line": 2, "project": "", "aside": ""},
        {"name": "income", "owner": None, "days": 3, "path": "features.csv", "line": 3, "project": "", "aside": ""},
    ]
    assert "acme_features (2)\n  features.csv:2  days=7  name=age  owner=risk\n" in text


def test_a_fleet_is_judged_by_it_alike_in_one_process_and_in_several(world: Path) -> None:
    options = ("--standard", "package/standard", "--format", "json", "--as-of", "2027-02-01")
    undecided = goldenpath(world, "drift", "fleet", *options)
    allowed = (*options, "--max-unreadable", "1")
    one = goldenpath(world, "drift", "fleet", *allowed, "--engine", "serial")
    many = goldenpath(world, "drift", "fleet", *allowed, "--engine", "processes", "--jobs", "2")
    repos = {repo["id"]: repo for repo in json.loads(one.stdout)["repos"]}

    assert (undecided.returncode, undecided.stdout) == (3, one.stdout)
    assert (one.returncode, one.stdout) == (1, many.stdout)
    assert repos["good"]["findings"] == []
    assert [(f["policy"], f["line"], f["found"]) for f in repos["unowned"]["findings"]] == [
        ("feature-owned", 3, "income: no owner")
    ]


def test_a_reader_that_crashes_is_told_and_nothing_is_decided_by_it(world: Path) -> None:
    done = goldenpath(world, "drift", "fleet/crash", "--standard", "package/standard", "--format", "json")
    (repo,) = json.loads(done.stdout)["repos"]

    assert (repo["status"], repo["level"]) == ("ok", None)
    (gap,) = repo["unreadable"]
    assert gap["path"] == "features.csv"
    assert gap["reason"].startswith("the reader 'acme_features' failed: ValueError: invalid literal for int()")
    assert [error["policy"] for error in repo["errors"]] == ["feature-owned"]
    assert repo["errors"][0]["reason"].startswith("acme_features isn't known: features.csv can't be read")


def test_its_format_writes_the_report(world: Path) -> None:
    options = ("--standard", "package/standard", "--as-of", "2027-02-01")
    done = goldenpath(world, "drift", "fleet/unowned", *options, "--format", "acme-lines")

    assert (done.returncode, done.stdout) == (1, "'unowned'\t'feature-owned'\t'features.csv:3'\n")


def test_without_the_package_its_names_are_told_as_unknown(world: Path) -> None:
    judged = goldenpath(world, "drift", "fleet", "--standard", "package/standard", installed=False)
    formatted = goldenpath(world, "drift", "fleet", "--format", "acme-lines", installed=False)

    assert (judged.returncode, formatted.returncode) == (2, 2)
    assert "acme.yaml:7:10: there is no table 'acme_features'" in judged.stderr
    assert "Or does a package add it that isn't installed here?" in judged.stderr
    assert "Or does a package add that kind of rule, which isn't installed here?" in judged.stderr
    assert "there is no format 'acme-lines'" in formatted.stderr
