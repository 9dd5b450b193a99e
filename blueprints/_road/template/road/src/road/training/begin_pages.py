"""What `begin` writes beside the YAML: the data, its manifest, its page, and the setting that names it."""

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from road.core.errors import UserError
from road.training.begin_profile import Profile
from road.training.begin_reading import Given

_START, _END = "<!-- columns: `begin` writes them -->", "<!-- end of columns -->"
_SETTING = re.compile(r"(?m)^data[ \t]*=[ \t]*(\"[^\"\n]*\"|'[^'\n]*')")
_TABLE = re.compile(r"(?m)^\[")
_SHOWN = 5


def parquet(frame: pl.DataFrame) -> bytes:
    """Give rows as a Parquet file; the same rows give the same bytes."""
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def manifest_text(before: str | None, given: Given, file: str, sha256: str, rows: int) -> str:
    """Name the file and where it is from; what people wrote of the same source, such as its licence, is kept."""
    old = _manifest(before)
    source = given.path.name
    same = {**old.get("given", {}), "sha256": ""} == {"name": source, "sha256": ""}
    kept = {key: value for key, value in old.items() if key not in ("begin", "given")} if same else {}
    content = {"source": source, **kept, "file": file, "rows": rows, "sha256": sha256}
    content["given"] = {"name": source, "sha256": given.sha256}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def recorded(manifest: str | None) -> Mapping[str, str]:
    """What `begin` wrote the last time, by name of the file."""
    found = _manifest(manifest).get("begin", {})
    return found if isinstance(found, dict) else {}


def with_record(manifest: str, record: Mapping[str, str]) -> str:
    """Add to a manifest what is written with it, so that the next time knows what people changed since."""
    return json.dumps({**json.loads(manifest), "begin": dict(record)}, indent=2, ensure_ascii=False) + "\n"


def page_text(before: str | None, found: Profile, given: Given, file: str) -> str:
    """Put the table of columns into the page of the data, or write the page where it has no place for them."""
    table = f"{_START}\n{_table(found, file)}\n{_END}"
    if before is not None and _START in before and _END in before:
        return before[: before.index(_START)] + table + before[before.index(_END) + len(_END) :]
    return (
        f"# Data\n\n{table}\n\n**Source:** {given.path.name}. TODO: who made it, by which query or export, under "
        "which licence or contract?\n\n**What a row is:** TODO.\n\n"
        "**Personal data:** TODO: whom do the rows tell of, and who may read them? `brief.yaml` takes the position.\n"
    )


def page_part(text: str) -> str:
    """The part of the page that `begin` writes; a page without a place for it is a person's as a whole."""
    if _START not in text or _END not in text:
        return text
    return text[text.index(_START) + len(_START) : text.index(_END)].strip()


def settings_text(before: str, location: str) -> str:
    """Set `data` in settings.toml; nothing else of it changes."""
    line = f"data = {json.dumps(location, ensure_ascii=False)}"
    top = _TABLE.search(before)
    end = top.start() if top else len(before)
    found = _SETTING.search(before, 0, end)
    if found:
        return before[: found.start()] + line + before[found.end() :]
    gap = "" if not before[:end] or before[:end].endswith("\n") else "\n"
    return f"{before[:end]}{gap}{line}\n{before[end:]}"


def setting(text: str) -> str:
    """The setting `data` as it stands, quotes and all; nothing where there is none."""
    found = _SETTING.search(text)
    return found.group(1) if found else ""


def _manifest(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        content = json.loads(text)
    except ValueError as error:
        raise UserError(f"data/manifest.json can't be read: {error}") from error
    return content if isinstance(content, dict) else {}


def _table(found: Profile, file: str) -> str:
    lines = [f"`{file}`: {found.frame.height:,} rows.", "", "| column | type | holds |", "|---|---|---|"]
    for name, seen in found.columns.items():
        lines.append(f"| `{_cell(name)}` | {seen.kind} | {_cell(_holds(found, name))} |")
    return "\n".join(lines)


def _holds(found: Profile, name: str) -> str:
    seen, values = found.columns[name], found.frame[name]
    if seen.kind == "ignore":
        return seen.reason
    said = [*_roles(found, name)]
    if seen.values:
        more = f" and {len(seen.values) - _SHOWN} more" if len(seen.values) > _SHOWN else ""
        said.append(", ".join(seen.values[:_SHOWN]) + more)
    else:
        said.append(f"{_short(values.min())} to {_short(values.max())}")
    gaps = values.null_count()
    return "; ".join([*said, *([f"missing in {gaps:,} rows"] if gaps else [])])


def _roles(found: Profile, name: str) -> list[str]:
    roles = []
    if name == found.target["column"]:
        roles.append("the target")
    if found.time and name == found.time["column"]:
        roles.append("the time")
    if name in found.keys:
        roles.append("a key")
    return roles


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def relative(path: Path) -> str:
    """A path as it is written down: with slashes, from the repository where it lies there."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return path.as_posix()
