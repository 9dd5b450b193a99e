"""The command line of a repository that serves: one entry point for a laptop, CI and the container.

Exit codes: 0 done, 1 a gate or check said no, 2 bad input or configuration.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from road.core.begin import add_arguments
from road.core.brief import Brief
from road.core.commands import Commands
from road.core.gate import Verdict
from road.core.repository import Repository
from road.serving.config import ServingSettings


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    return _commands().run(argv)


def _commands() -> Commands:
    commands = Commands(ServingSettings, "Serve the model's predictions over HTTP.")
    add = commands.add
    add("serve", _serve, "Serve the model until a signal ends it.")
    add("check", _check, "Verify the model, hold it to the brief and import the hooks, without serving.")
    load = add("load-test", _load_test, "Load a server and hold it to the brief's figures.")
    load.add_argument("--url", help="a running server; without it, one is started for the test")
    load.add_argument("--seconds", type=float, default=10.0, help="how long (default 10)")
    load.add_argument("--rate", type=float, help="requests a second (default: the brief's)")
    load.add_argument("--connections", type=int, default=16, help="default 16")
    load.add_argument(
        "--header",
        metavar="NAME=VARIABLE",
        action="append",
        default=[],
        help="a header to send, and the environment variable with its value, such as authorization=LOAD_TEST_TOKEN",
    )
    skew = add("skew", _skew, "Compare logged rows with the reference, and with a batch run's.")
    skew.add_argument("log", type=Path, help="folder of the prediction log")
    skew.add_argument("--batch", type=Path, help="Parquet file or folder that a batch run wrote")
    skew.add_argument("--limit", type=float, default=0.2, help="PSI that is too much (0.2)")
    begin = add("begin", _begin, "Name a bundle to be served, and take over what it was held to.", alone=True)
    add_arguments(begin)
    begin.add_argument("rows", type=Path, nargs="?", help="Parquet or CSV file, to see whether its rows fit")
    add("openapi", _openapi, "Print the OpenAPI description.")
    commands.add_common(_alerts, "Write alert rules and dashboard that follow from the brief.")
    return commands


def _serve(_: argparse.Namespace, repository: Repository[ServingSettings]) -> int:
    from road.serving.model import GateError
    from road.serving.server import serve

    try:
        serve(repository)
    except GateError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _check(_: argparse.Namespace, repository: Repository[ServingSettings]) -> int:
    from road.core.gate import judge_model
    from road.core.location import load_bundle
    from road.serving.hooks import Hooks

    Hooks.of(repository.project)
    bundle = load_bundle(repository.settings.model)
    print(f"{bundle.manifest.name} {bundle.digest}")
    evaluation, production = bundle.manifest.evaluation, repository.is_production
    return _told(judge_model(repository.brief, evaluation, production=production))


def _load_test(options: argparse.Namespace, repository: Repository[ServingSettings]) -> int:
    from road.serving.load_test import RATE, Load, headers_of, hold_to_brief, requests_of, run_against, started_server

    brief, settings = repository.brief, repository.settings
    rate = options.rate or brief.number(RATE)
    load = Load(rate=rate, seconds=options.seconds, connections=options.connections, headers=headers_of(options.header))
    requests = requests_of(settings)
    if options.url:
        result = run_against(options.url, requests, load)
    else:
        with started_server(settings) as url:
            result = run_against(url, requests, load)
    print(result.text())
    return _told(hold_to_brief(brief, result))


def _skew(options: argparse.Namespace, repository: Repository[ServingSettings]) -> int:
    from road.serving.skew import compare

    report = compare(repository.settings, options.log, options.batch)
    print(report.text(options.limit))
    return 0 if report.worst <= options.limit else 1


def _openapi(_: argparse.Namespace, repository: Repository[ServingSettings]) -> int:
    from road.serving.app import create_app
    from road.serving.predict import predict_endpoint
    from road.serving.service import Service

    service = Service(repository)
    print(json.dumps(create_app(service, predict_endpoint(service)).openapi(), indent=2))
    return 0


def _begin(options: argparse.Namespace, repository: object) -> int:
    from road.serving.begin import begin

    return begin(options, repository)


def _told(verdicts: Iterable[Verdict]) -> int:
    """Print what came of each demand, and give the exit code."""
    failed = 0
    for verdict in verdicts:
        word = ("pass" if verdict.passed else "FAIL") if verdict.binds else "told"
        print(f"{word}  {verdict.demand}: {verdict.message}")
        failed += not verdict.passed
    return 1 if failed else 0


def _alerts(brief: Brief) -> dict[str, str]:
    from road.serving.dashboard import dashboard
    from road.serving.monitoring import alert_rules

    return {"alerts.yaml": alert_rules(brief), "dashboard.json": dashboard(brief)}
