"""Renders the report of a run as one HTML page: no script, nothing loaded, light or dark."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from html import escape

from road.batch.report import Report, Shift, Verdict

_STYLE = """\
:root { color-scheme: light dark; --line: #d8dce2; --soft: #667085; --ref: #b6bfcb; --now: #2b6cb0;
  --good: #1a7f4b; --bad: #b42318; --paper: #fff; --ink: #1d2430; }
@media (prefers-color-scheme: dark) { :root { --line: #333b47; --soft: #98a2b3; --ref: #4d5866;
  --now: #63a4e8; --good: #4cc38a; --bad: #f97066; --paper: #14181f; --ink: #e6e9ee; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  background: var(--paper); color: var(--ink); }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .soft { color: var(--soft); }
.verdict { font-weight: 600; font-size: 1.1rem; margin: .2rem 0 1rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem;
  margin: 0; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.15rem;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: middle; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 500; font-size: .85rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { display: block; } .ref { fill: var(--ref); } .now { fill: var(--now); }
.key { display: inline-block; width: .7rem; height: .7rem; margin: 0 .3rem 0 .8rem; }
"""
_BAR, _HEIGHT = 9, 30


def render_page(report: Report, zone: tzinfo) -> str:
    """Give the page; every text from input, model or brief is escaped."""
    body = "\n".join(
        [
            *_head(report, zone),
            "<h2>Input</h2>",
            *_input(report),
            "<h2>Drift from what the model was trained on</h2>",
            *_drift(report.shifts),
        ]
    )
    title = escape(f"{report.project}: {report.verdict.value}")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _head(report: Report, zone: tzinfo) -> list[str]:
    counts = report.counts
    good = report.verdict is Verdict.DONE
    rate = f"{report.rows_per_second:,.0f} rows/s" if report.rows_per_second else "not measured"
    forecast = _clock(report.forecast, zone) if report.left and report.forecast else None
    done = [
        ("First partition", report.first),
        ("Last partition", report.last),
        ("Scored now", _scored(counts.scored_now, counts.partitions_now)),
        ("Scored before", _scored(counts.scored_before, counts.reused)),
        ("Throughput", rate),
        ("Started", _clock(report.started, zone)),
        ("Would be done" if forecast else "Finished", forecast or _clock(report.finished, zone)),
        ("Due", _clock(report.due, zone)),
        ("Model", f"{report.model.name} {report.model.digest[:16]}"),
        (f"Its {report.model.metric} in training", f"{report.model.value:.4f}"),
    ]
    if report.left:
        done.append(("Partitions not reached", f"{report.left:,}"))
    items = (f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in done)
    return [
        f"<h1>{escape(report.project)}</h1>",
        f'<p class="verdict {"good" if good else "bad"}">{escape(report.verdict.value)}</p>',
        f"<dl>{''.join(items)}</dl>",
    ]


def _input(report: Report) -> list[str]:
    counts = report.counts
    kind = "bad" if counts.bad_share > report.max_bad_share else "good"
    said = [
        f"<p>{counts.quarantined:,} of {counts.rows:,} rows and {counts.bad_partitions:,} of "
        f"{counts.partitions:,} partitions are in quarantine: "
        f'<b class="{kind}">{counts.bad_share:.2%}</b>, at most {report.max_bad_share:.2%} '
        "is allowed.</p>"
    ]
    if report.reasons:
        rows = ([escape(why), f"{count:,}"] for why, count in report.reasons.items())
        said += _table(["Why rows were taken out", "Rows"], rows)
    if report.bad_partitions:
        bad = ([escape(item.partition), escape(item.reason)] for item in report.bad_partitions)
        said += _table(["Partition taken out", "Why"], bad, number=False)
    return said


def _drift(shifts: Iterable[Shift]) -> list[str]:
    rows = (
        [
            escape(shift.name),
            _bars(shift),
            f'<span class="{"bad" if shift.shifted else "good"}">{"shifted" if shift.shifted else "alike"}</span>',
            f"{shift.psi:.3f}",
        ]
        for shift in shifts
    )
    return [
        '<p class="soft">Each pair of bars is the share of values in one of the ranges that held '
        "a tenth of the training rows each; the last pair is what is missing."
        '<span class="key" '
        'style="background:var(--ref)"></span>training<span class="key" '
        'style="background:var(--now)"></span>now. The index (PSI) adds up their differences.</p>',
        *_table(["Feature", "Distribution", "", "PSI"], rows),
    ]


def _bars(shift: Shift) -> str:
    top = max([*shift.reference, *shift.now, 0.01])
    bars = []
    for at, (reference, now) in enumerate(zip(shift.reference, shift.now, strict=True)):
        place = f"{_range(shift.edges, at)}: training {reference:.1%}, now {now:.1%}"
        both = _bar(2 * at, reference / top, "ref") + _bar(2 * at + 1, now / top, "now")
        bars.append(f"<g><title>{escape(place)}</title>{both}</g>")
    width = len(bars) * (2 * _BAR + 4)
    return f'<svg width="{width}" height="{_HEIGHT}" role="img">{"".join(bars)}</svg>'


def _bar(at: int, share: float, kind: str) -> str:
    height = max(round(share * _HEIGHT, 1), 0.5)
    left = at * _BAR + (at // 2) * 4
    return f'<rect class="{kind}" x="{left}" y="{_HEIGHT - height:g}" width="{_BAR - 1}" height="{height:g}"/>'


def _range(edges: list[float], at: int) -> str:
    if at > len(edges):
        return "missing"
    low = f"from {edges[at - 1]:g}" if at else ""
    high = f"below {edges[at]:g}" if at < len(edges) else ""
    return f"{low} {high}".strip() or "all"


def _table(head: list[str], rows: Iterable[list[str]], *, number: bool = True) -> list[str]:
    """A table of cells that are HTML already; the last column holds numbers, or doesn't."""
    last = ' class="number"' if number else ""

    def line(tag: str, cells: list[str]) -> str:
        *first, end = cells
        told = "".join(f"<{tag}>{cell}</{tag}>" for cell in first)
        return f"<tr>{told}<{tag}{last}>{end}</{tag}></tr>"

    return ["<table>", line("th", head), *(line("td", row) for row in rows), "</table>"]


def _scored(rows: int, partitions: int) -> str:
    return f"{rows:,} rows of {partitions:,} partitions"


def _clock(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
