"""Formats, sources, engines and commands that packages add: used by name, told by name where they fail."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.fleet import Fleet, source_of
from goldenpath.repo import Repo
from goldenpath.survey.assess import assess
from goldenpath.testing import installed

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tests.cli.conftest import Run
    from tests.conftest import MakeRepo


def _command(run: Any) -> SimpleNamespace:
    def add(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--code", type=int, default=0)

    return SimpleNamespace(__doc__="Say hello.", SUMMARY="say hello", EXAMPLES="", add_arguments=add, run=run)


def _fail(*_: Any, **__: Any) -> Any:
    raise KeyError("boom")


def _hello(args: argparse.Namespace) -> int:
    sys.stdout.write("hello\n")
    return int(args.code)


def test_a_command_is_run_by_its_name(call: Run) -> None:
    with installed(commands={"acme": _command(_hello)}):
        done = call("acme", "--code", "4")
        helped = call("--help")

    assert (done.returncode, done.stdout) == (4, "hello\n")
    assert "installed beside these:\n  acme" in helped.stdout


def test_a_command_that_fails_is_told_by_its_name(call: Run) -> None:
    with installed(commands={"acme": _command(_fail)}):
        done = call("acme")

    assert (done.returncode, done.stderr) == (
        2,
        "error: the plugin 'acme' of goldenpath.commands failed: KeyError: 'boom'\n  Tell its authors what you ran.\n",
    )


def test_a_format_that_fails_or_makes_no_text_is_told_by_its_name(call: Run, make_repo: MakeRepo) -> None:
    make_repo({"README.md": ""}, "repo")
    formats = {"bad": SimpleNamespace(render=_fail), "none": SimpleNamespace(render=lambda *_, **__: None)}

    with installed(formats=formats):
        bad, none = call("check", "repo", "--format", "bad"), call("check", "repo", "--format", "none")

    assert (bad.returncode, bad.stdout, none.returncode) == (2, "", 2)
    assert "the plugin 'bad' of goldenpath.formats failed: KeyError: 'boom'" in bad.stderr
    assert "the plugin 'none' of goldenpath.formats made NoneType, no text" in none.stderr


def test_a_source_lists_what_its_name_leads_to(call: Run, make_repo: MakeRepo) -> None:
    folder = make_repo({"README.md": ""}, "repo")

    def source(rest: str) -> Any:
        repo = Repo(id=f"acme/{rest}", name=rest, path=str(folder))
        return SimpleNamespace(list=lambda: Fleet(repos=(repo,)))

    with installed(sources={"acme": source}):
        done = call("drift", "acme:team-a", "--format", "csv", "--fail-on", "never")

    assert done.returncode == 0, done.stderr
    assert "acme/team-a" in done.stdout


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_fail, "the plugin 'acme' of goldenpath.sources failed: KeyError: 'boom'"),
        (lambda _: SimpleNamespace(list=list), "the plugin 'acme' of goldenpath.sources lists list, no Fleet"),
    ],
)
def test_a_source_that_fails_is_told_by_its_name(make: Any, told: str) -> None:
    with installed(sources={"acme": make}), pytest.raises(GoldenpathError) as caught:
        source_of("acme:x").list()

    assert caught.value.message == told


def test_a_name_that_no_source_has_is_told(call: Run) -> None:
    done = call("drift", "https://git.example.org/acme.git")

    assert done.returncode == 2
    assert "there is no source 'https' of repos" in done.stderr
    assert "Clone what lies elsewhere" in done.stderr


def test_a_folder_whose_name_looks_like_a_source_is_a_folder(
    tmp_path: Path, make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_repo({"README.md": ""}, "acme:x/repo")
    monkeypatch.chdir(tmp_path)

    assert [repo.name for repo in source_of("acme:x").list().repos] == ["repo"]


def test_an_engine_runs_by_its_name_and_may_lose_no_repo(call: Run, make_repo: MakeRepo) -> None:
    make_repo({"README.md": ""}, "fleet/a")
    make_repo({"README.md": ""}, "fleet/b")
    whole = SimpleNamespace(run=lambda repos, yardstick, _: (assess(repo, yardstick) for repo in repos))
    loses = SimpleNamespace(run=lambda repos, yardstick, _: (assess(repo, yardstick) for repo in repos[1:]))
    options = ("drift", "fleet", "--format", "json", "--engine")

    with installed(engines={"whole": whole, "loses": loses, "bad": SimpleNamespace(run=_fail)}):
        good, lost, bad = (call(*options, name) for name in ("whole", "loses", "bad"))

    assert good.stdout == call(*options, "serial").stdout
    assert (lost.returncode, bad.returncode) == (2, 2)
    assert "the engine 'loses' has not assessed each repo once, in order" in lost.stderr
    assert "the plugin 'bad' of goldenpath.engines failed" in bad.stderr
    assert "there is no engine 'seriel'" in call(*options, "seriel").stderr
