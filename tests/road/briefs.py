"""A brief for tests of the road: everything that it can say, of an invented shop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

BRIEF: dict[str, Any] = {
    "version": 1,
    "project": "shop-sales",
    "objective": {
        "statement": "Shelves are filled for the day's sales.",
        "owner": "Head of shops",
        "requirement": {
            "prediction": "Sales of each shop in each hour of the next day.",
            "metric": "mae",
            "direction": "lower",
            "threshold": 2.0,
            "baseline": "yesterday",
            "min_gain": 0.05,
        },
    },
    "quality_attributes": {
        "training": {"max_minutes": 5, "max_champion_age_days": 30},
        "batch": {"input_ready": "08:00", "deadline": "09:00", "max_bad_row_share": 0.01},
        "serving": {"latency_p50_ms": 5, "latency_p99_ms": 25, "throughput_rps": 500, "availability": 0.999},
    },
    "constraints": {"time": "Six weeks.", "budget": "One machine.", "skills": "One engineer."},
    "concerns": {
        "privacy": {"personal_data": False, "position": "Rows count sales.", "evidence": "README.md"},
        "ethics": {"position": "Fills shelves.", "evidence": "README.md"},
        "regulation": {"position": "None applies.", "evidence": "README.md"},
        "security": {"position": "Dependencies are locked.", "evidence": "README.md"},
    },
    "roles": {"product_owner": "Ada", "ml_engineering": "Grace", "operations": "Joan"},
    "decisions": ["README.md"],
}


def write_brief(folder: Path, **requirement: object) -> Path:
    """Write the brief into a folder, with another requirement where some is given, and give its path."""
    objective = {**BRIEF["objective"], "requirement": {**BRIEF["objective"]["requirement"], **requirement}}
    path = folder / "brief.yaml"
    path.write_text(yaml.safe_dump({**BRIEF, "objective": objective}, sort_keys=False), encoding="utf-8")
    return path
