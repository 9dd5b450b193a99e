"""The leg of batch inference: the whole year, a kill in the middle, a deadline missed, a broken model refused."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

from scripts.journey.commands import Done, clean, command, inside

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.journey.promises import Journey
    from scripts.journey.repos import Repos
    from scripts.journey.training import Model

DAYS, ROWS = 337, 24_264
CLOSE = 1e-5
# Enough rows for a run to be killed in the middle of, and to be late for a deadline a second away.
_HEAVY_TIMES = 60


def walk(journey: Journey, repos: Repos, model: Model) -> None:
    """Score with the champion in every way that can go right or wrong."""
    champion = f"{model.registry}#champion"
    score_whole_panel(journey, repos, model, champion)
    heavy = journey.place / "heavy"
    inside(repos.batch, "multiply", str(model.panel), str(heavy), str(_HEAVY_TIMES))
    kill_and_resume(journey, repos.batch, heavy, champion)
    miss_the_deadline(journey, repos.batch, heavy, champion)
    refuse_a_flipped_byte(journey, repos, model)


def score_whole_panel(journey: Journey, repos: Repos, model: Model, champion: str) -> None:
    """Score the year with the champion, and hold the predictions against training's own."""
    journey.stage("Score the whole year with the promoted model")
    out = journey.place / "out"
    done = score(repos.batch, model.panel, champion, out)
    print(done.stdout.strip())
    report = report_of(out)
    journey.promise(
        f"{ROWS:,} rows of {DAYS} days are scored, without an edit to bundle or repository",
        kept=done.returncode == 0 and report["counts"]["scored"] == ROWS,
    )
    again = score(repos.batch, model.panel, champion, out)
    journey.promise(
        "a second run scores nothing, and says so",
        kept=again.returncode == 0
        and report_of(out)["counts"]["reused"] == DAYS
        and "scored now   0 rows of 0 partitions" in again.stdout,
    )
    rows, worst = inside(repos.batch, "compare", str(model.fitted), predictions(out)).stdout.split()
    journey.promise(
        f"{int(rows):,} predictions are training's own, to {float(worst):.1e}",
        kept=int(rows) == ROWS and float(worst) < CLOSE,
    )


def kill_and_resume(journey: Journey, batch: Path, heavy: Path, champion: str) -> None:
    """Kill a run in the middle, go on, and compare with a run that nothing disturbed."""
    journey.stage(f"Kill a run of {ROWS * _HEAVY_TIMES:,} rows in the middle, and go on")
    whole, cut = journey.place / "whole", journey.place / "cut"
    score(batch, heavy, champion, whole)
    undisturbed = report_of(whole)
    process = subprocess.Popen(
        [batch / ".venv/bin" / batch.name, "score"],
        cwd=batch,
        env=clean() | settings(heavy, champion, cut),
        stdout=subprocess.DEVNULL,
    )
    while process.poll() is None and len(list(cut.glob("ledger/*"))) < DAYS // 2:
        time.sleep(0.01)
    process.kill()
    journey.promise("SIGKILL met the run while it worked", kept=process.wait() == -signal.SIGKILL)
    kept = len(list(cut.glob("ledger/*")))
    resumed = score(batch, heavy, champion, cut)
    counts = report_of(cut)["counts"]
    print(f"undisturbed: {undisturbed['rows_per_second']:,.0f} rows/s; {kept} of {DAYS} days were done when it died")
    journey.promise(
        f"the next run took {counts['reused']} days as done, and scored the other {DAYS - counts['reused']}",
        kept=resumed.returncode == 0 and counts["reused"] == kept,
    )
    one, other = tree(whole), tree(cut)
    journey.promise(f"all {len(one)} files are equal to the byte", kept=one == other)


def miss_the_deadline(journey: Journey, batch: Path, heavy: Path, champion: str) -> None:
    """Give the run less time than it needs: it must fail before the time is over, with what it has kept."""
    journey.stage("Miss a deadline on purpose")
    out = journey.place / "late"
    brief = journey.place / "brief.yaml"
    text = (batch / "brief.yaml").read_text(encoding="utf-8")
    brief.write_text(text.replace('deadline: "09:00"', 'deadline: "08:00:01"'), encoding="utf-8")
    done = score(batch, heavy, champion, out, APP_BRIEF=str(brief))
    report = report_of(out)
    print(done.stderr.strip())
    print("\n".join(done.stdout.strip().splitlines()[-4:]))
    journey.promise("exit code 3", kept=done.returncode == 3)  # noqa: PLR2004 - the promise
    journey.promise(
        f"it gave up {report['left']} of {DAYS} days before the end, and said so beforehand",
        kept=report["left"] > 0 and report["standing"] in ("will miss", "missed") and "deadline" in done.stderr,
    )


def refuse_a_flipped_byte(journey: Journey, repos: Repos, model: Model) -> None:
    """Flip one byte of a copy of the model."""
    journey.stage("Offer a model with one byte flipped")
    source = model.registry / "versions" / model.version("champion")
    flipped = journey.place / "flipped"
    shutil.copytree(source, flipped)
    content = bytearray((flipped / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (flipped / "model.onnx").write_bytes(bytes(content))
    done = score(repos.batch, model.panel, str(flipped), journey.place / "refused")
    print(done.stderr.strip())
    journey.promise("it is refused with exit code 2", kept=done.returncode == 2)  # noqa: PLR2004 - the promise
    journey.promise("nothing is scored", kept=not (journey.place / "refused" / "predictions").exists())


def score(batch: Path, panel: Path, bundle: str, out: Path, **more: str) -> Done:
    """Run `score` in the batch repository."""
    return command(batch, "score", **{**settings(panel, bundle, out), **more})


def settings(panel: Path, bundle: str, out: Path) -> dict[str, str]:
    """Give the settings of a run."""
    return {"APP_PANEL": str(panel), "APP_MODEL": bundle, "APP_ARTIFACTS": str(out), "APP_DUE": "window"}


def predictions(out: Path) -> str:
    """Give a pattern for the files with a run's predictions."""
    return str(out / "predictions" / "*" / "predictions.parquet")


def report_of(out: Path) -> dict[str, Any]:
    """Read what a run says of itself."""
    read: dict[str, Any] = json.loads((out / "report" / "report.json").read_bytes())
    return read


def tree(out: Path) -> dict[str, bytes]:
    """Read every file that a run leaves, but for its report, which holds the time."""
    places = [path for name in ("predictions", "quarantine", "ledger") for path in (out / name).rglob("*")]
    return {str(path.relative_to(out)): path.read_bytes() for path in places if path.is_file()}
