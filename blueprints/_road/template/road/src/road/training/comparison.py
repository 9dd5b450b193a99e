"""Lists runs, and shows what is different between two of them."""

from collections.abc import Iterator, Sequence

from road.training.runs import Run

_WIDTHS = (28, 17, 24, 30, 7)


def listed(runs: Sequence[Run]) -> Iterator[str]:
    """A line for each run: when it was, what was measured, what it had to beat, and what came of it."""
    yield _line("run", "started", "metric", "baseline", "gate", "bundle")
    for run in runs:
        found = run.evaluation
        yield _line(
            run.id,
            f"{run.started:%Y-%m-%d %H:%M}",
            f"{found.metric} {found.value:.4f}",
            f"{found.baseline} {found.baseline_value:.4f}",
            "passed" if run.passed else "failed",
            run.digest[:16],
        )


def compared(one: Run, other: Run) -> Iterator[str]:
    """A line for each fact of two runs that differ, and at last how many don't."""
    facts = {**_facts(one), **_facts(other)}
    left, right = _facts(one), _facts(other)
    yield f"{'':<32} {one.id:<28} {other.id}"
    same = 0
    for name in facts:
        before, after = left.get(name, "-"), right.get(name, "-")
        if before == after:
            same += 1
        else:
            yield f"{name:<32} {before:<28} {after}"
    yield f"{same} more facts are the same"


def _facts(run: Run) -> dict[str, str]:
    found, code = run.evaluation, run.code
    declared = run.project.model_dump(mode="json", exclude_defaults=True)
    return {
        found.metric: f"{found.value:.6f}",
        f"baseline {found.baseline}": f"{found.baseline_value:.6f}",
        **{f"{found.metric}, {name}": f"{value:.6f}" for name, value in found.segments.items()},
        "rows judged by": f"{found.rows:,}",
        **{each.demand.rpartition(".")[2]: "passed" if each.passed else "FAILED" for each in run.verdicts},
        "seconds": f"{run.seconds:.1f}",
        "data": run.data_sha256[:16],
        "seed": str(run.seed),
        "threads": str(run.threads),
        **{f"parameter {name}": str(value) for name, value in run.parameters.items()},
        **{f"project.yaml {key}": str(value) for key, value in declared.items()},
        "commit": f"{code.commit[:16]}{', dirty' if code.dirty else ''}",
        **{f"package {name}": version for name, version in code.packages.items()},
        "bundle": run.digest[:16],
    }


def _line(*cells: str) -> str:
    return " ".join(f"{cell:<{width}}" for cell, width in zip(cells, (*_WIDTHS, 16), strict=True)).rstrip()
