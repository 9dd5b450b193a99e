"""Renders the model card from the facts in the bundle's manifest, so that both agree."""

from road.core.manifest import Column, Manifest, Output, Period


def render_card(manifest: Manifest) -> str:
    """Give the model card as Markdown."""
    evaluation, data, code, purpose = (
        manifest.evaluation,
        manifest.data,
        manifest.code,
        manifest.purpose,
    )
    lines = [
        f"# Model card: {manifest.name}",
        "",
        "## Intended use",
        "",
        f"- Objective: {purpose.objective}",
        f"- Answers for it: {purpose.owner}",
        f"- Prediction: {purpose.prediction}",
        f"- Output: {_output(manifest.output)}",
        f"- Personal data: {'yes' if purpose.personal_data else 'no'}",
        "",
        "## Evaluation",
        "",
        f"On {evaluation.rows} rows that training never saw{_of(data.tested_on)}.",
        "",
        "| | " + evaluation.metric + " |",
        "|---|---|",
        f"| model | {evaluation.value:.4f} |",
        f"| threshold ({evaluation.direction} is better) | {evaluation.threshold:.4f} |",
        f"| baseline: {evaluation.baseline} | {evaluation.baseline_value:.4f} |",
        *(f"| model, {name} | {value:.4f} |" for name, value in evaluation.segments.items()),
        "",
        "## Data",
        "",
        f"- Source: {data.source}, {data.rows} rows, sha256 `{data.sha256}`",
        *([f"- Kept from training, to judge by: {data.split}"] if data.split else []),
        *([f"- Trained on {_period(data.trained_on)}"] if data.trained_on else []),
        "",
        "## Inputs",
        "",
        "| name | kind | may be missing |",
        "|---|---|---|",
        *(_row(column) for column in manifest.inputs),
        "",
        "## Limits",
        "",
        "Valid for the groups, period and ranges above. Compare live data with the reference",
        "distributions in `bundle.json` before trusting a prediction outside of them.",
        "",
        "## Made by",
        "",
        f"- Code: commit `{code.commit}`{' with uncommitted changes' if code.dirty else ''}",
        f"- Seed {code.seed}; {', '.join(f'{k}={v}' for k, v in code.parameters.items())}",
        f"- Packages: {', '.join(f'{k} {v}' for k, v in code.packages.items())}",
        "",
    ]
    return "\n".join(lines)


def _output(output: Output) -> str:
    if output.kind == "number":
        return f"{output.name} ({output.unit})" if output.unit else output.name
    said = f"{output.name}, one of {', '.join(output.labels)}, with probabilities"
    return f"{said}; {output.positive} from {output.threshold:g}" if output.threshold is not None else said


def _of(period: Period | None) -> str:
    return f", {_period(period)}" if period else ""


def _period(period: Period) -> str:
    return f"{period.first:%Y-%m-%d} to {period.last:%Y-%m-%d}"


def _row(column: Column) -> str:
    kind = f"one of {', '.join(column.values)}" if column.values else column.kind
    return f"| {column.name} | {kind} | {'yes' if column.nullable else 'no'} |"
