from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from goldenpath import __version__
from goldenpath.cli import main as cli
from goldenpath.cli.commands import COMMANDS
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from tests.cli.conftest import Run


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_one_line(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([option]) == 0
    assert capsys.readouterr().out == f"goldenpath {__version__}\n"


def test_the_version_needs_no_heavy_import(run: Run) -> None:
    code = "import sys; from goldenpath.cli.main import main; main(['--version']); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    assert run("--version").stdout == f"goldenpath {__version__}\n"
    assert not loaded & {"copier", "pydantic", "rich", "pygit2", "ruamel.yaml", "yaml", "goldenpath.cli.commands"}


def test_without_arguments_the_help_is_shown_as_an_error(call: Run) -> None:
    done = call()

    assert (done.returncode, done.stdout) == (2, "")
    assert "start here:" in done.stderr


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_page_fits_80_columns_and_shows_examples(call: Run, command: str) -> None:
    done = call(*command.split(), "--help", COLUMNS="80")

    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert f"\n  goldenpath {command}" in done.stdout


@pytest.mark.parametrize(("typed", "hint"), [("drfit", "Did you mean 'drift'?"), ("polcy", "Did you mean 'policy'?")])
def test_a_mistyped_command_is_told_with_the_nearest_one(typed: str, hint: str, call: Run) -> None:
    done = call(typed)

    assert done.returncode == 2
    assert done.stderr.startswith(f"error: there is no command '{typed}'\n  {hint}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("new",),
        ("check", "--nothing"),
        ("drift", "--as-of", "soon"),
        ("drift", "--jobs", "0"),
        ("drift", "--max-unreadable", "-1"),
        ("check", "--form"),
    ],
)
def test_wrong_arguments_are_the_users_error(call: Run, arguments: tuple[str, ...]) -> None:
    done = call(*arguments)

    assert done.returncode == 2
    assert "usage: goldenpath" in done.stderr


def _raising(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def run(_: object) -> int:
        raise error

    monkeypatch.setattr(COMMANDS["check"], "run", run)
    return cli.main(["check"])


def test_a_users_error_says_what_where_and_what_to_do_and_holds_no_control_characters(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = GoldenpathError("bad \x1b[31m", where="a\x1bb.yaml:1:2", hint="Mend it.\nOr leave it.")

    assert _raising(error, monkeypatch) == 2
    assert capsys.readouterr().err == "error: a\\x1bb.yaml:1:2: bad \\x1b[31m\n  Mend it.\n  Or leave it.\n"


def test_ctrl_c_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _raising(KeyboardInterrupt(), monkeypatch) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_bug_is_3_with_a_traceback_to_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _raising(ZeroDivisionError("oops"), monkeypatch) == 3
    said = capsys.readouterr().err
    assert "ZeroDivisionError: oops" in said
    assert "please report" in said


def test_a_reader_that_has_gone_ends_it_quietly_and_not_as_clean() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "goldenpath.cli.main", "policy", "schema"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)

    assert (done.returncode, done.stderr) == (141, "")


def test_a_terminal_that_lacks_letters_gets_escapes(run: Run) -> None:
    done = run("catalog", "show", "trüning", PYTHONIOENCODING="ascii")

    assert done.returncode == 2
    assert "tr\\xfcning" in done.stderr


def test_a_stop_from_outside_is_an_interruption_unless_it_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {stop: signal.getsignal(stop) for stop in (signal.SIGTERM, signal.SIGHUP)}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        monkeypatch.setattr(COMMANDS["check"], "run", lambda _: signal.raise_signal(signal.SIGTERM))

        assert cli.main(["check"]) == 130
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)
