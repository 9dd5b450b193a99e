"""The command line: one entry point for a laptop, CI and the container.

Exit codes: 0 done, 1 a gate or check said no, 2 bad input or configuration.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from road.core.brief import Brief
from road.core.commands import Commands
from road.core.errors import UserError
from road.core.project import Task
from road.training.config import Training, TrainingSettings


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    return _commands().run(argv)


def _commands() -> Commands:
    commands = Commands(TrainingSettings, "Train, judge and promote the model.")
    add = commands.add
    _add_begin(commands)
    add("train", _train, "Train a model, hold it to the brief and write its bundle.")
    add("validate", _validate, "Check the data against its contract.")
    add("promote", _promote, "Make the candidate the champion if it is better on the same data.")
    add("status", _status, "Show candidate and champion; fails when the champion is too old.")
    several = add("runs", _runs, "List the runs, or show what is different between two.")
    several.add_argument("run", nargs="*", help="two runs' ids, to compare them; folder names in artifacts/runs")
    again = add("reproduce", _reproduce, "Train again from a run's record and compare.")
    again.add_argument("run", help="the run's id, a folder name in artifacts/runs")
    shown = add("inspect", _inspect, "Verify a bundle and print its model card.")
    shown.add_argument("bundle", help="its folder, or as artifacts/registry#champion")
    commands.add_common(_alerts, "Write the alert rules that follow from the brief.")
    return commands


def _add_begin(commands: Commands) -> None:
    begin = commands.add("begin", _begin, "Look at data, and declare what is to be learnt from it.")
    begin.add_argument("data", type=Path, metavar="DATA", help="a Parquet or CSV file, or a folder of such files")
    begin.add_argument("--target", required=True, metavar="COL", help="the column that is to be predicted")
    begin.add_argument("--task", choices=get_args(Task), help="without it the target tells")
    begin.add_argument("--time", metavar="COL", help="the column that says when a row is of; the newest rows judge")
    begin.add_argument(
        "--key", action="append", default=[], metavar="COL", help="a column that names a row; repeatable"
    )
    begin.add_argument("--positive", metavar="VALUE", help="of two classes, the one that is looked for")
    begin.add_argument("--ignore", action="append", default=[], metavar="COL", help="a column to leave out; repeatable")
    begin.add_argument("--force", action="store_true", help="write also what people changed since")


def _begin(options: argparse.Namespace, repository: Training) -> int:
    from road.training.begin import begin

    return begin(options, repository)


def _train(_: argparse.Namespace, repository: Training) -> int:
    from road.training.registry import Entry, Registry
    from road.training.runs import bundle_folder
    from road.training.tracking import track
    from road.training.training import train

    settings = repository.settings
    run = train(repository, started=datetime.now(UTC))
    bundle = bundle_folder(settings.artifacts, run.id)
    if run.passed:
        entry = Entry(digest=run.digest, run=run.id, trained=run.started, seconds=run.seconds)
        Registry(settings.artifacts).add(bundle, entry)
    _expose(repository)
    track(settings, run, experiment=repository.brief.project)

    evaluation = run.evaluation
    print(f"{evaluation.metric:<10} {evaluation.value:.4f}")
    print(f"baseline   {evaluation.baseline_value:.4f}  {evaluation.baseline}")
    print(f"threshold  {evaluation.threshold:.4f}")
    for verdict in run.verdicts:
        word = ("pass" if verdict.passed else "FAIL") if verdict.binds else "told"
        print(f"{word}  {verdict.demand}: {verdict.message}")
    print(f"bundle     {bundle}")
    return 0 if run.passed else 1


def _validate(_: argparse.Namespace, repository: Training) -> int:
    from road.training.data import load_dataset

    dataset = load_dataset(repository, as_of=datetime.now(UTC))
    print(f"{repository.settings.data}: {dataset.frame.height} rows keep the contract")
    return 0


def _promote(_: argparse.Namespace, repository: Training) -> int:
    from road.training.promotion import promote

    decision = promote(repository, now=datetime.now(UTC))
    print(f"{'promoted' if decision.promoted else 'not promoted'}: {decision.reason}")
    _expose(repository)
    return 0 if decision.promoted else 1


def _status(_: argparse.Namespace, repository: Training) -> int:
    from road.training.monitoring import MAX_AGE, too_old
    from road.training.registry import Registry

    aliases = Registry(repository.settings.artifacts).aliases()
    max_age = repository.brief.number(MAX_AGE)
    for alias, entry in aliases.items():
        trained = f"{entry.trained:%Y-%m-%d %H:%M}"
        print(f"{alias:<10} {entry.digest[:16]}  trained {trained}  run {entry.run}")
    champion = aliases.get("champion")
    if champion is None:
        print("no champion yet: train, then promote")
        return 1
    if too_old(champion, max_age, datetime.now(UTC)):
        print(f"the champion is older than {max_age:g} days")
        return 1
    return 0


def _runs(options: argparse.Namespace, repository: Training) -> int:
    from road.training.comparison import compared, listed
    from road.training.runs import all_runs, read_run

    artifacts = repository.settings.artifacts
    if len(options.run) not in (0, 2):
        raise UserError("name two runs to compare, or none to list all")
    runs = [read_run(artifacts, each) for each in options.run] or all_runs(artifacts)
    if not runs:
        print("no run yet: train first")
        return 0
    print("\n".join(compared(*runs) if options.run else listed(runs)))
    return 0


def _reproduce(options: argparse.Namespace, repository: Training) -> int:
    from road.training.reproduction import reproduce

    result = reproduce(repository, options.run, now=datetime.now(UTC))
    old, new = result.recorded.evaluation, result.again.evaluation
    print(f"recorded {old.metric} {old.value:.12f}\nagain    {new.metric} {new.value:.12f}")
    for difference in result.differences:
        print(f"note: {difference}")
    print("metrics agree" if result.agrees else "metrics DIFFER")
    return 0 if result.agrees else 1


def _inspect(options: argparse.Namespace, _repository: Training) -> int:
    from road.core.card import render_card
    from road.core.location import load_bundle

    bundle = load_bundle(options.bundle)
    print(f"digest {bundle.digest}\n")
    print(render_card(bundle.manifest))
    return 0


def _alerts(brief: Brief) -> dict[str, str]:
    from road.training.monitoring import alert_rules

    return {"alerts.yaml": alert_rules(brief)}


def _expose(repository: Training) -> None:
    from road.training.monitoring import exposition
    from road.training.registry import Registry
    from road.training.runs import latest_run

    artifacts = repository.settings.artifacts
    champion = Registry(artifacts).aliases().get("champion")
    text = exposition(repository.brief.project, latest_run(artifacts), champion)
    (artifacts / "metrics.prom").write_text(text, encoding="utf-8")
