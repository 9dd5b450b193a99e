"""`new` as a person runs it: arguments, prompts on a terminal, interruptions, and runs that are killed."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from goldenpath.catalog.workshop import PREFIX
from tests.cli.conftest import environment
from tests.waiting import HANG, is_alive, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Run

    MakeStandard = Callable[..., Path]

COMMAND = [sys.executable, "-m", "goldenpath.cli.main", "new", "small"]
MANIFEST = '[project]\nname = "{{ project_name }}"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n'


@pytest.fixture
def standard(make_standard: MakeStandard) -> Path:
    return make_standard({"blueprints/small/template/pyproject.toml.jinja": MANIFEST})


def _clean(repo: Path, tmp_path: Path) -> bool:
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=repo, env=environment(tmp_path), capture_output=True, check=True
    )
    tracked = subprocess.run(["git", "ls-files", "uv.lock"], cwd=repo, capture_output=True, check=True)
    return not status.stdout and tracked.stdout == b"uv.lock\n"


def test_it_says_what_was_made_and_what_comes_next(call: Run, standard: Path, tmp_path: Path) -> None:
    done = call("new", "small", "my repo", "--standard", str(standard), "--data", "owner=team-b", UV_OFFLINE="1")

    assert done.returncode == 0, done.stderr
    assert done.stdout == "my repo: 5 files from small 1.2.0.dev, locked, one commit\n"
    assert "next: cd 'my repo' && make help" in done.stderr
    assert f"note: the repo names your folder {standard} as its standard, which only you have" in done.stderr
    assert (tmp_path / "my repo/README.md").read_text() == "# my-repo of team-b\n"
    assert _clean(tmp_path / "my repo", tmp_path)


def test_the_name_of_the_folder_is_only_a_default(call: Run, standard: Path, tmp_path: Path) -> None:
    options = ("--standard", str(standard), "--no-lock", "--no-git")
    call("new", "small", "2024 Prévision!", *options)
    call("new", "small", "other", *options, "-d", "project_name=chosen")

    assert (tmp_path / "2024 Prévision!/README.md").read_text().startswith("# pr-vision of")
    assert (tmp_path / "other/README.md").read_text().startswith("# chosen of")


def test_a_name_that_had_to_be_changed_is_told_and_one_that_leaves_nothing_is_refused(
    call: Run, standard: Path, tmp_path: Path
) -> None:
    options = ("--standard", str(standard), "--no-lock", "--no-git")

    changed = call("new", "small", "2fast", *options)
    as_it_is = call("new", "small", "fast", *options)
    nothing = call("new", "small", "日本", *options)
    named = call("new", "small", "日本", *options, "--data", "project_name=nihon")

    assert "note: the project is called fast, since 2fast can't be a name; give another by --data" in changed.stderr
    assert "is called" not in as_it_is.stderr + named.stderr
    assert nothing.returncode == 2
    assert "no project name can be made of 日本" in nothing.stderr
    assert (tmp_path / "日本/README.md").read_text() == "# nihon of team-a\n"


def test_a_standard_in_a_folder_that_says_where_it_is_published_is_followed_there(
    call: Run, make_standard: MakeStandard, tmp_path: Path
) -> None:
    text = "name: acme\nversion: 1.4.0\nblueprints: blueprints/\nurl: https://git.example.org/acme/standard.git@v1\n"
    standard = make_standard({"goldenpath.yaml": text})

    done = call("new", "small", "repo", "--standard", str(standard), "--no-lock", "--no-git")

    assert "which only you have" not in done.stderr
    said = (tmp_path / "repo/.goldenpath.yaml").read_text()
    assert "standard: https://git.example.org/acme/standard.git\nref: v1\n" in said


def test_a_data_file_answers_and_data_goes_before_it(call: Run, standard: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("owner: from-file\nsize: 1\n")
    options = ("--standard", str(standard), "--no-lock", "--no-git", "--data-file", "answers.yaml")

    call("new", "small", "repo", *options, "--data", "owner=from-data")

    assert (tmp_path / "repo/README.md").read_text() == "# repo of from-data\n"
    assert (tmp_path / "repo/size.txt").read_text() == "1\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("smal", "repo"), "there is no blueprint 'smal'"),
        (("small", "repo", "--data", "ownr=x"), "Did you mean 'owner'?"),
        (("small", "repo", "--data", "owner"), "Write it as --data KEY=VALUE."),
        (("small", "repo", "--data", "size=2"), "size can't be '2'"),
        (("small", "repo", "--data-file", "nowhere.yaml"), "nowhere.yaml: can't be read: No such file"),
        (("small", "repo", "--data-file", "list.yaml"), "list.yaml:1:1: the file is a list"),
        (("small", "full"), "the destination isn't empty"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(
    call: Run, standard: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").touch()
    (tmp_path / "list.yaml").write_text("- a\n")
    before = sorted(path.name for path in tmp_path.iterdir())

    done = call("new", *arguments, "--standard", str(standard))

    assert done.returncode == 2
    assert said in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_dry_run_prints_the_tree_and_writes_nothing(call: Run, standard: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())

    done = call("new", "small", "repo", "--standard", str(standard), "--dry-run")

    assert done.stdout.splitlines()[:3] == ["repo/", "  .copier-answers.yml", "  .goldenpath.yaml"]
    assert "\n5 files, tree " in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_into_the_folder_where_one_stands_it_names_the_way_back(standard: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    command = [*COMMAND, ".", "--standard", str(standard), "--no-lock"]

    done = subprocess.run(command, cwd=here, env=environment(tmp_path), capture_output=True, text=True, check=True)

    assert f"next: cd {here} && make help" in done.stderr
    assert (here / "README.md").read_text() == "# here of team-a\n"


def test_without_network_the_repo_is_whole_and_the_command_for_later_is_named(
    call: Run, make_standard: MakeStandard, tmp_path: Path
) -> None:
    manifest = MANIFEST + 'dependencies = ["no-such-thing"]\n'
    standard = make_standard({"blueprints/small/template/pyproject.toml.jinja": manifest})

    done = call("new", "small", "repo", "--standard", str(standard), UV_OFFLINE="1", UV_CACHE_DIR=str(tmp_path / "uv"))

    assert done.returncode == 0, done.stderr
    assert "not locked, one commit" in done.stdout
    assert (
        "note: Not locked: the package index can't be reached. Run `goldenpath catalog lock` in the repo" in done.stderr
    )
    assert not (tmp_path / "repo/uv.lock").exists()


def test_a_deprecated_blueprint_is_told_with_its_successor(call: Run, make_standard: MakeStandard) -> None:
    text = "name: small\nversion: 1.2.0\nlayers: [_base]\nlifecycle: deprecated\nsuccessor: big\nuntil: 2027-01-31\n"
    standard = make_standard({"blueprints/small/blueprint.yaml": text})

    done = call("new", "small", "repo", "--standard", str(standard), "--no-lock", "--no-git")

    assert "note: small is deprecated until 2027-01-31, use big" in done.stderr


@pytest.fixture
def _heard() -> Iterator[None]:
    """Let what we start hear Ctrl-C, also where we were started in the background and must not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Terminal:
    """A person at a pseudo-terminal: waits for words, types lines."""

    def __init__(self, command: list[str], cwd: Path, env: dict[str, str]) -> None:
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(command[0], command, {**env, "TERM": "xterm"})  # noqa: S606 - the child of the terminal
        self.seen = ""

    def wait_for(self, words: str, seconds: float = HANG) -> None:
        until = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < until, f"waited for {words!r} in {self.seen!r}"
            if select.select([self.end], [], [], 0.1)[0]:
                try:
                    data = os.read(self.end, 65536)
                except OSError:
                    data = b""
                assert data, f"ended without {words!r}: {self.seen!r}"
                self.seen += data.decode(errors="replace")
                if "\x1b[6n" in self.seen:  # the prompt asks where the cursor is
                    self.seen = self.seen.replace("\x1b[6n", "")
                    os.write(self.end, b"\x1b[1;1R")

    def type(self, text: str) -> None:
        self.seen = ""
        os.write(self.end, text.encode())

    def code(self, seconds: float = HANG) -> int:
        """Return the exit code; what hasn't ended by then is killed, which is a code of its own."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if select.select([self.end], [], [], 0.1)[0]:
                try:
                    if not os.read(self.end, 65536):
                        break
                except OSError:
                    break
        else:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self.end)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def terminal(standard: Path, tmp_path: Path, _heard: None) -> Terminal:
    command = [*COMMAND, "repo", "--standard", str(standard), "--no-lock"]
    return Terminal(command, tmp_path, environment(tmp_path))


@pytest.mark.slow
def test_a_person_is_asked_sees_a_summary_and_gets_what_was_answered(terminal: Terminal, tmp_path: Path) -> None:
    terminal.wait_for("project_name")
    terminal.type("\r")
    terminal.wait_for("owner")
    terminal.type("\x15team-x\r")
    terminal.wait_for("size")
    terminal.type("\r")
    terminal.wait_for("Make it? [Y/n]")
    summary = terminal.seen
    nothing_yet = not (tmp_path / "repo").exists()
    terminal.type("y\r")

    assert terminal.code() == 0
    assert nothing_yet
    assert "owner: team-x" in summary
    assert "files from small 1.2.0.dev" in summary
    assert (tmp_path / "repo/README.md").read_text() == "# repo of team-x\n"


HELP = (
    "On what legal basis the data is used, how long it is kept, and who may read it; nobody but you can say so at all."
)


@pytest.mark.slow
def test_each_question_starts_its_line_and_its_help_is_whole(make_standard: MakeStandard, tmp_path: Path) -> None:
    questions = f"project_name: {{type: str, default: thing}}\nowner: {{type: str, default: team-a, help: '{HELP}'}}\n"
    standard = make_standard({"blueprints/_base/copier.yml": questions})
    terminal = Terminal([*COMMAND, "repo", "--standard", str(standard), "--no-lock"], tmp_path, environment(tmp_path))
    terminal.wait_for("project_name")
    first = terminal.seen
    terminal.type("\r")
    terminal.wait_for("team-a")
    second = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.seen)
    terminal.type("\x03")

    assert terminal.code() == 130
    assert "Rendering" not in first
    assert HELP in " ".join(second.split())


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["n\r", "\x04", "what\r", "\x03"])
def test_a_person_who_doesnt_say_yes_gets_nothing(terminal: Terminal, tmp_path: Path, answer: str) -> None:
    for question in ("project_name", "owner", "size"):
        terminal.wait_for(question)
        terminal.type("\r")
    terminal.wait_for("Make it? [Y/n]")
    terminal.type(answer)

    assert terminal.code() == 130
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "cache") == ["standard"]


@pytest.mark.slow
def test_ctrl_c_at_a_question_leaves_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.wait_for("project_name")
    terminal.type("\x03")

    assert terminal.code() == 130
    assert not (tmp_path / "repo").exists()
    assert not list(tmp_path.glob(f"{PREFIX}*"))


def _slow_uv(folder: Path) -> Path:
    """Write a uv that starts a child and waits, as one does that builds a package; it says that it has begun."""
    folder.mkdir()
    script = folder / "uv"
    script.write_text(f"#!/bin/sh\necho $$ > {folder}/pid\nsleep 600 &\necho $! > {folder}/child\nwait\n")
    script.chmod(0o755)
    return script


@pytest.mark.slow
@pytest.mark.usefixtures("_heard")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_while_it_locks_it_leaves_neither_files_nor_processes(
    standard: Path, tmp_path: Path, stop: signal.Signals
) -> None:
    script = _slow_uv(tmp_path / "bin")
    code = (
        "import sys; import goldenpath.catalog.lock as lock; from goldenpath.cli.main import main\n"
        f"lock.uv_binary = lambda: {str(script)!r}\nsys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "new", "small", "work/repo", "--standard", str(standard)]
    (tmp_path / "work").mkdir()
    with subprocess.Popen(command, cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE) as process:
        child = tmp_path / "bin/child"
        wait_for(lambda: child.exists() and child.read_text().strip())
        process.send_signal(stop)
        process.communicate(timeout=HANG)
    pids = [int((tmp_path / "bin" / name).read_text()) for name in ("pid", "child")]

    assert process.returncode == 130
    assert list((tmp_path / "work").iterdir()) == []
    wait_for(lambda: not any(is_alive(pid) for pid in pids))


_DYING = """\
import os, signal, sys

writes, last, seen = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "subprocess.Popen"}, int(sys.argv.pop(1)), []

def count(event, args):
    inside = ".goldenpath-new-" in str(args[:1])
    if inside and event == "tempfile.mkdtemp" or seen and (event in writes or inside and event == "open"):
        seen.append(event)
        if len(seen) == last:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
from goldenpath.cli.main import main
code = main(sys.argv[1:])
print(*seen)
sys.exit(code)
"""
"""`goldenpath new` that is killed before the file or program by that number, counted from its workshop on, is opened,
written or started; where it comes to an end it tells what it has counted."""


@pytest.mark.slow
def test_killed_at_any_point_it_leaves_nothing_or_a_whole_repo(standard: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    env = environment(tmp_path, UV_OFFLINE="1")

    def start(name: str, last: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", _DYING, str(last), "new", "small", f"work/{name}", "--standard", str(standard)]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    steps = start("whole").stdout.splitlines()[-1].split()
    moved = len(steps) - steps[::-1].index("os.rename")
    points = sorted({*range(1, len(steps) + 1, 8), moved, moved + 1})
    codes = {start(f"repo{point}", point).returncode for point in points}

    made = sorted(path.name for path in work.iterdir() if not path.name.startswith(PREFIX))
    assert codes == {-signal.SIGKILL}
    assert made == sorted(["whole", *(f"repo{point}" for point in points if point > moved)])
    assert all(_clean(work / name, tmp_path) for name in made)
    assert start("last").returncode == 0
    assert not list(work.glob(f"{PREFIX}*"))
