"""Walks one data set through the three roads."""

from __future__ import annotations

import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.journey.batch import predictions, report_of, settings, tree
from scripts.journey.commands import call, clean, command
from scripts.journey.serving import serving, wait_for_version
from scripts.journey.training import Model
from scripts.roads import comparing, repos

if TYPE_CHECKING:
    import polars as pl

    from scripts.journey.promises import Journey
    from scripts.roads.data import DataSet

_INSIDE = Path(__file__).parent / "inside"
_FILES = 150  # of the panel; enough for a run to be killed in the middle of


@dataclass(slots=True, kw_only=True)
class Walk:
    """A data set on its way, and what it showed."""

    journey: Journey
    data: DataSet
    place: Path
    seconds: float = 0.0
    furthest: float = 0.0
    begun: dict[Path, repos.State] = field(default_factory=dict)
    """Each repository, with the files that `begin` changed."""

    @property
    def training(self) -> Path:
        """The repository that trains; the model is named as it."""
        return self.place / self.data.name

    @property
    def registry(self) -> Path:
        """Where the champion is."""
        return self.training / "artifacts" / "registry"

    @property
    def panel(self) -> Path:
        """The rows to be scored, many times over."""
        return self.place / "panel"

    @property
    def first(self) -> Path:
        """The rows to be scored, once."""
        return self.panel / "part-000.csv"


def walk(journey: Journey, data: DataSet) -> Walk:
    """Go all the way: train, score, serve, and be checked."""
    place = journey.place / f"{data.name}-roads"
    place.mkdir()
    it = Walk(journey=journey, data=data, place=place)
    fitted = train(it)
    batch(it, fitted)
    serve(it, fitted)
    check(it)
    return it


def train(it: Walk) -> pl.DataFrame:
    """Make a champion from a file, and give what training predicts for each row."""
    it.journey.stage(f"{it.data.name}, {it.data.task}: from a file to a gated bundle")
    rows = it.data.rows()
    source = it.place / f"{it.data.name}.csv"
    rows.write_csv(source)
    started = time.perf_counter()
    repos.make("training", it.training, f"task={it.data.task}")
    words = (str(source), "--target", it.data.target, "--key", it.data.key, *it.data.options)
    it.begun[it.training] = repos.begin(it.journey, it.training, *words)
    trained = command(it.training, "train")
    it.seconds = time.perf_counter() - started
    print(trained.stdout.strip() + trained.stderr.strip())
    it.journey.promise("the model passes the gate of the brief", kept=trained.returncode == 0)
    promoted = command(it.training, "promote")
    it.journey.promise("it becomes the champion", kept=promoted.returncode == 0)
    write_panel(it, rows.drop(it.data.target))
    fitted = it.place / "fitted.parquet"
    inside(it.training, "fitted", str(fitted))
    return comparing.read(fitted, it.data.key)


def batch(it: Walk, fitted: pl.DataFrame) -> None:
    """Score the panel; once more with a kill in the middle."""
    it.journey.stage(f"{it.data.name}: batch inference")
    repo = it.place / f"{it.data.name}-batch"
    repos.make("batch-inference", repo)
    words = ("--bundle", f"{it.registry}#champion", "--key", it.data.key, str(it.panel))
    it.begun[repo] = repos.begin(it.journey, repo, *words)
    done = command(repo, "score")
    print(done.stdout.strip() + done.stderr.strip())
    wanted = fitted.height * _FILES
    counts = report_of(repo / "artifacts")["counts"]
    it.journey.promise(f"{wanted:,} rows are scored", kept=done.returncode == 0 and counts["scored"] == wanted)
    compare(it, "batch", fitted, predictions(repo / "artifacts"))
    kill_and_resume(it, repo)


def kill_and_resume(it: Walk, repo: Path) -> None:
    """Kill a run in the middle, go on, and compare with the run that nothing disturbed."""
    cut = it.place / "cut"
    told = settings(it.panel, f"{it.registry}#champion", cut)
    with subprocess.Popen(
        [repo / ".venv/bin" / repo.name, "score"], cwd=repo, env=clean() | told, stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None and len(list(cut.glob("ledger/*"))) < _FILES // 3:
            time.sleep(0.01)
        process.kill()
    kept = len(list(cut.glob("ledger/*")))
    resumed = command(repo, "score", **told)
    it.journey.promise(
        f"killed with {kept} of {_FILES} files done, the next run scores the others",
        kept=process.returncode == -signal.SIGKILL
        and resumed.returncode == 0
        and report_of(cut)["counts"]["reused"] == kept < _FILES,
    )
    it.journey.promise("all is equal to the byte", kept=tree(cut) == tree(repo / "artifacts"))


def serve(it: Walk, fitted: pl.DataFrame) -> None:
    """Serve the champion, and ask for every row by HTTP and by a public client."""
    it.journey.stage(f"{it.data.name}: real-time serving")
    repo, answers = it.place / f"{it.data.name}-serving", it.place / "answers"
    repos.make("realtime-serving", repo)
    it.begun[repo] = repos.begin(it.journey, repo, "--bundle", f"{it.registry}#champion", str(it.first))
    model = Model(registry=it.registry, panel=it.panel, fitted=it.place)
    with serving(repo, it.registry) as server:
        wait_for_version(server, model.version("champion"))
        inside(repo, "ask", f"127.0.0.1:{server.port}", it.data.name, str(it.first), it.data.key, str(answers))
    scored = comparing.read(predictions(it.place / "cut").replace("*", "part-000", 1), it.data.key)
    for way in ("http", "binary", "json"):
        compare(it, f"serving by {way}", fitted, answers / f"{way}.parquet")
        compare(it, f"serving by {way}, against batch", scored, answers / f"{way}.parquet")


def check(it: Walk) -> None:
    """Hold the repositories to their own checks, all at once: each is busy on one core."""
    it.journey.stage(f"{it.data.name}: the repositories' own checks")
    with ThreadPoolExecutor(len(it.begun)) as pool:
        list(pool.map(lambda repo: repos.check(it.journey, repo), it.begun))
    for repo, begun in it.begun.items():
        repos.by_hand(it.journey, repo, begun)


def compare(it: Walk, name: str, one: pl.DataFrame, files: Path | str) -> None:
    """Hold predictions against those of another road."""
    other = comparing.read(files, it.data.key)
    apart = comparing.difference(one, other)
    it.furthest = max(it.furthest, apart)
    it.journey.promise(f"{name}: {other.height:,} predictions, {apart:.1e} apart at most", kept=apart < comparing.CLOSE)


def write_panel(it: Walk, rows: pl.DataFrame) -> None:
    """Write the rows many times over, under other keys."""
    it.panel.mkdir()
    for at in range(_FILES):
        ending = f"-{at}" if at else ""
        rows.with_columns(rows[it.data.key] + ending).write_csv(it.panel / f"part-{at:03}.csv")


def inside(repo: Path, name: str, *words: str) -> None:
    """Run one of our scripts by a repository's interpreter."""
    call(repo, str(repo / ".venv/bin/python"), str(_INSIDE / f"{name}.py"), *words)
