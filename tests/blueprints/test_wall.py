"""The wall between the road and the project, tried on a rendered and installed training repo."""

from __future__ import annotations

import http.server
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldenpath.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = Path(__file__).resolve().parents[2]
ANSWERS = ("--data", "project_name=shop-sales", "--data", "python_version={}.{}".format(*sys.version_info[:2]))
# Names that only the road knows, given others: a function, a class and a module.
RENAMED = {"_questions": "_asked", "Yardstick": "Ruler", "road.training.preparation": "road.training.readying"}
FIXED = ("road/src/road/core/documents.py", "cutoff=0.6", "cutoff=0.5")

pytestmark = pytest.mark.slow


def run(*command: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "PYTEST_", "VIRTUAL_ENV"))}
    env = {**kept, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run(command, cwd=cwd, env=env | more, capture_output=True, text=True, check=False)


def good(*command: str, cwd: Path, **more: str) -> str:
    done = run(*command, cwd=cwd, **more)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a training repo with its environment."""
    folder = tmp_path_factory.mktemp("wall") / "shop-sales"
    good(sys.executable, "-m", "goldenpath", "new", "training", str(folder), "--defaults", *ANSWERS, cwd=TOP)
    good("uv", "sync", "--quiet", "--locked", cwd=folder)
    return folder


def render(standard: str, folder: Path) -> dict[str, bytes]:
    """Render the blueprint of a standard; give its files but the record, which names the standard."""
    options = ("--standard", standard, "--defaults", "--no-lock", "--no-git")
    assert main(["new", "training", str(folder), *options, *ANSWERS]) == 0
    paths = [path for path in folder.rglob("*") if path.is_file()]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    return {name: data for name, data in files.items() if not name.startswith((".goldenpath", ".copier"))}


def next_road(folder: Path) -> Path:
    """Copy the standard, mend something in its road, and rename what only the road knows."""
    for name in ("blueprints", "policies"):
        shutil.copytree(TOP / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    shutil.copy(TOP / "goldenpath.yaml", folder)
    template = folder / "blueprints/_road/template"
    for path in template.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for old, new in RENAMED.items():
            text = re.sub(rf"(?<![\w.]){re.escape(old)}\b", new, text)
        path.write_text(text, encoding="utf-8")
    training = template / "road/src/road/training"
    (training / "preparation.py").rename(training / "readying.py")
    name, old, new = FIXED
    text = (template / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (template / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_fix_and_renamed_inner_names_meet_a_team_that_edited_everything(repo: Path, tmp_path: Path) -> None:
    before = render("builtin", tmp_path / "before")
    after = render(str(next_road(tmp_path / "standard")), tmp_path / "after")
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert {name.split("/")[0] for name in changed} == {"road"}
    assert len(changed) > 3

    mine = tmp_path / "shop-sales"
    shutil.copytree(repo, mine, ignore=shutil.ignore_patterns(".venv", ".git"))
    for path in [*mine.glob("src/*/*.py"), *mine.glob("tests/*.py"), *mine.glob("*.yaml"), mine / "settings.toml"]:
        path.write_text(f"# The team's.\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    shutil.rmtree(mine / "road")
    shutil.copytree(tmp_path / "after/road", mine / "road")

    good("uv", "run", "--locked", "pytest", "-q", cwd=mine)


def test_an_edited_line_of_the_road_runs_at_once(repo: Path) -> None:
    module = repo / "road/src/road/core/errors.py"
    text = module.read_text(encoding="utf-8")
    try:
        module.write_text(f"{text}\nMARK = 'edited'\n", encoding="utf-8")
        (repo / "road/src/road/core/added.py").write_text("NUMBER = 7\n")
        ask = "from road.core import added, errors; print(errors.MARK, added.NUMBER)"

        assert good("uv", "run", "--locked", "python", "-c", ask, cwd=repo) == "edited 7\n"
    finally:
        module.write_text(text, encoding="utf-8")
        (repo / "road/src/road/core/added.py").unlink()


def build_stage(repo: Path, app: Path) -> int:
    """Do the steps of the Dockerfile's build stage in a folder, in their order; give how many commands ran."""
    stages = re.split(r"(?m)^FROM ", (repo / "Dockerfile").read_text(encoding="utf-8"))
    (build,) = [stage for stage in stages if " AS build\n" in stage]
    env: dict[str, str] = {}
    commands = 0
    for line in build.splitlines()[1:]:
        word, _, rest = line.partition(" ")
        if word == "ENV":
            env |= dict(part.split("=", 1) for part in shlex.split(rest))
        elif word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            for source in sources:
                copy(repo / source, app / target / Path(source).name if target.endswith("/") else app / target)
        elif word == "RUN":
            good("sh", "-c", re.sub(r"--mount=\S+ ", "", rest), cwd=app, **env)
            commands += 1
    return commands


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def test_the_steps_of_the_dockerfile_succeed_in_order(repo: Path, tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()

    assert build_stage(repo, app) == 2, "third parties first, then what is ours"

    shutil.rmtree(app / "road")
    shutil.rmtree(app / "src")
    ask = "import road.training.cli, shop_sales.model; print(road.__version__)"
    assert good(str(app / ".venv/bin/python"), "-c", ask, cwd=tmp_path).count(".") == 2, "both are real packages"


@pytest.fixture
def stranger() -> Iterator[tuple[str, list[str]]]:
    """Give an index that offers a package of the road's name, and the paths that it was asked for."""
    asked: list[str] = []

    class Index(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            names = ("goldenpath_road-0-py3-none-any.whl", "goldenpath_road-9.9-py3-none-any.whl")
            page = "".join(f'<a href="{name}">{name}</a>' for name in names) if "goldenpath-road" in self.path else ""
            self.send_response(200 if page else 404)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple", asked
        server.shutdown()


def pip(repo: Path, index: str, *what: str) -> subprocess.CompletedProcess[str]:
    command = (
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--ignore-installed",
        "--no-deps",
        "--extra-index-url",
        index,
        *what,
    )
    return run(sys.executable, *command, cwd=repo)


def test_pip_takes_no_strangers_package_for_the_road(repo: Path, stranger: tuple[str, list[str]]) -> None:
    """pip looks at no `tool.uv.sources`: alone it finds no road at all, and with `./road` it asks nobody for it."""
    index, asked = stranger

    alone = pip(repo, index, "goldenpath-road[training]==0+goldenpath")
    assert alone.returncode == 1
    assert "No matching distribution found for goldenpath-road" in alone.stderr
    assert any("goldenpath-road" in path for path in asked)

    asked.clear()
    both = pip(repo, index, "./road", ".")
    assert both.returncode == 0, both.stderr
    assert "Would install goldenpath-road-0+goldenpath shop-sales-0.1.0" in both.stdout
    assert [path for path in asked if "goldenpath-road" in path] == []
