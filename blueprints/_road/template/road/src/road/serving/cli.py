"""The command line: one entry point for a laptop, CI and the container.

Exit codes: 0 done, 1 a gate or check said no, 2 bad input or configuration.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from road.core.brief import Brief
from road.core.commands import Commands
from road.serving.config import ServingSettings


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    return _commands().run(argv)


def _commands() -> Commands:
    commands = Commands(ServingSettings, "Serve the model's predictions over HTTP.")
    add = commands.add
    add("serve", _serve, "Serve the model until a signal ends it.")
    add("check", _check, "Verify the model and hold it to the brief, without serving it.")
    load = add("load-test", _load_test, "Load a server and hold it to the brief's figures.")
    load.add_argument("--url", help="a running server; without it, one is started for the test")
    load.add_argument("--seconds", type=float, default=10.0, help="how long (default 10)")
    load.add_argument("--rate", type=float, help="requests a second (default: the brief's)")
    load.add_argument("--connections", type=int, default=16, help="default 16")
    skew = add("skew", _skew, "Compare logged rows with the reference, and with a batch run's.")
    skew.add_argument("log", type=Path, help="folder of the prediction log")
    skew.add_argument("--batch", type=Path, help="Parquet file or folder that a batch run wrote")
    skew.add_argument("--limit", type=float, default=0.2, help="PSI that is too much (0.2)")
    add("openapi", _openapi, "Print the OpenAPI description.")
    commands.add_common(_alerts, "Write alert rules and dashboard that follow from the brief.")
    return commands


def _serve(_: argparse.Namespace, settings: ServingSettings, brief: Brief) -> int:
    from road.serving.model import GateError
    from road.serving.server import serve

    try:
        serve(settings, brief)
    except GateError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _check(_: argparse.Namespace, settings: ServingSettings, brief: Brief) -> int:
    from road.core.location import load_bundle
    from road.serving.gate import judge

    bundle = load_bundle(settings.model)
    manifest = bundle.manifest
    print(f"{manifest.name} {bundle.digest}")
    verdicts = judge(brief, manifest)
    for verdict in verdicts:
        print(f"{'pass' if verdict.passed else 'FAIL'}  {verdict.demand}: {verdict.message}")
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def _load_test(options: argparse.Namespace, settings: ServingSettings, brief: Brief) -> int:
    from road.serving.load_test import Load, hold_to_brief, requests_of, run_against, started_server

    rate = options.rate or brief.number("quality_attributes.serving.throughput_rps")
    load = Load(rate=rate, seconds=options.seconds, connections=options.connections)
    requests = requests_of(settings)
    if options.url:
        result = run_against(options.url, requests, load)
    else:
        with started_server(settings) as url:
            result = run_against(url, requests, load)
    print(result.text())
    verdicts = hold_to_brief(brief, result)
    for verdict in verdicts:
        print(f"{'pass' if verdict.passed else 'FAIL'}  {verdict.demand}: {verdict.message}")
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def _skew(options: argparse.Namespace, settings: ServingSettings, _: Brief) -> int:
    from road.serving.skew import compare

    report = compare(settings, options.log, options.batch)
    print(report.text(options.limit))
    return 0 if report.worst <= options.limit else 1


def _openapi(_: argparse.Namespace, settings: ServingSettings, brief: Brief) -> int:
    from road.serving.app import create_app
    from road.serving.service import Service

    print(json.dumps(create_app(Service(settings, brief)).openapi(), indent=2))
    return 0


def _alerts(brief: Brief) -> dict[str, str]:
    from road.serving.dashboard import dashboard
    from road.serving.monitoring import alert_rules

    return {"alerts.yaml": alert_rules(brief), "dashboard.json": dashboard(brief)}


if __name__ == "__main__":
    raise SystemExit(main())
