"""Says what `begin` found, what it wrote, what it left open, and what to do next."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from road.core.project import CLASSES
from road.training.begin_profile import Profile
from road.training.begin_reading import Given

_OPEN = re.compile(r"\bTODO\b")
_LARGE = 10_000_000  # bytes; more is no good in git


def report(given: Given, found: Profile, notes: Sequence[str], written: Sequence[str], name: str) -> str:
    """Give all of it, as lines."""
    lines = [_found(given, found), *(f"  {said}" for said in _columns(found))]
    lines += [f"note: {said}" for said in [*given.remarks, *notes, *_large(written)]]
    lines += [f"wrote {', '.join(written)}" if written else "all stands there already: nothing was written"]
    left = [*_left_open()]
    if left:
        lines += ["left open:", *(f"  {said}" for said in left)]
    ahead = f"uv run {name} train, then uv run {name} promote"
    return "\n".join([*lines, f"next: read project.yaml: does it say what the data means? Then {ahead}"])


def _found(given: Given, found: Profile) -> str:
    target = found.target["column"]
    said = f"{given.path.name}: {found.frame.height:,} rows, {found.frame.width} columns; {found.task} of {target}"
    if found.task in CLASSES:
        counts = dict(found.frame[target].value_counts(sort=True).iter_rows())
        said += f": {', '.join(f'{label} {count:,}' for label, count in counts.items())}"
    if "positive" in found.target:
        said += f"; looked for is {found.target['positive']}"
    return said


def _columns(found: Profile) -> Iterator[str]:
    kinds = [seen.kind for name, seen in found.columns.items() if name != found.target["column"]]
    counts = {kind: kinds.count(kind) for kind in ("number", "category", "datetime") if kind in kinds}
    yield f"used: {', '.join(f'{count} of type {kind}' for kind, count in counts.items())}"
    for name, seen in found.columns.items():
        if seen.kind == "ignore":
            yield f"ignored: {name}: {seen.reason}"
    if found.keys:
        yield f"keys: {', '.join(found.keys)}"
    else:
        yield "keys: none; name what a row is of with --key, where rows of the same thing may come again"


def _large(written: Sequence[str]) -> Iterator[str]:
    for name in written:
        size = Path(name).stat().st_size
        if size > _LARGE:
            yield f"{name} has {size // 1_000_000} MB: keep it out of git; the hook `source` may read it elsewhere"


def _left_open() -> Iterator[str]:
    brief = Path("brief.yaml")
    for path in (brief, Path("data/README.md")):
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        places = [str(number) for number, line in enumerate(lines, 1) if _OPEN.search(line)]
        if places:
            yield f"{path}, line{'s' if len(places) > 1 else ''} {', '.join(places)}: what only people know"
    if "proposed: true" in brief.read_text(encoding="utf-8"):
        yield "brief.yaml, threshold: proposed from the baseline; once agreed with the owner, take `proposed` out"
