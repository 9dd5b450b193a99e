from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
BLUEPRINTS = TOP / "blueprints"


@pytest.mark.parametrize("road", ["batch-inference", "realtime-serving"])
def test_the_settings_let_in_the_shipped_model_and_no_other(road: str) -> None:
    settings = tomllib.loads((BLUEPRINTS / road / "parts/settings.toml.jinja").read_text(encoding="utf-8"))
    place, _, digest = str(settings["model"]).partition("#sha256=")

    sums = (BLUEPRINTS / "_departures/template" / place / "SHA256SUMS").read_bytes()

    assert hashlib.sha256(sums).hexdigest() == digest, "after scripts/sample_bundle.py, put the new digest here"


def test_the_roads_run_the_same_versions_of_what_they_share() -> None:
    def pins(name: str) -> dict[str, set[str]]:
        lines = (BLUEPRINTS / name / "constraints.txt").read_text(encoding="utf-8").splitlines()
        found: dict[str, set[str]] = {}
        for line in (line for line in lines if "==" in line):
            found.setdefault(re.split("==", line)[0], set()).add(line)
        return found

    training, batch = pins("training"), pins("batch-inference")

    assert len(batch) > 20
    assert {name: batch[name] for name in batch if training.get(name) != batch[name]} == {}
