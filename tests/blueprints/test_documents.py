from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from goldenpath import _yaml
from goldenpath.cli.main import main

TOP = Path(__file__).resolve().parents[2]
BLUEPRINTS = sorted(file.parent.name for file in (TOP / "blueprints").glob("*/blueprint.yaml"))
MODEL = """
const m = require("@backstage/catalog-model");
const entity = JSON.parse(require("fs").readFileSync(0, "utf8"));
const policy = m.EntityPolicies.allOf([
  new m.DefaultNamespaceEntityPolicy(), new m.FieldFormatEntityPolicy(),
  new m.NoForeignRootFieldsEntityPolicy(), new m.SchemaValidEntityPolicy(),
]);
policy.enforce(entity).then(() => m.componentEntityV1alpha1Validator.check(entity))
  .then((ok) => { if (!ok) throw new Error("is no Component"); })
  .catch((error) => { console.error(String(error)); process.exit(1); });
"""


def render(name: str, folder: Path) -> Path:
    assert main(["new", name, str(folder), "--defaults", "--no-lock", "--no-git"]) == 0
    return folder


def tool(name: str) -> str:
    """Return a validator's path; `make tools` gets it, so a machine without it fails."""
    found = shutil.which(name, path=f"{TOP / '.tools' / 'bin'}:{os.environ['PATH']}")
    assert found, f"{name} isn't there: run `make tools`"
    return found


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_the_alert_rules_are_rules_to_prometheus(name: str, tmp_path: Path) -> None:
    rules = render(name, tmp_path / "repo") / "monitoring" / "alerts.yaml"

    done = subprocess.run([tool("promtool"), "check", "rules", rules], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_the_service_catalogue_takes_the_component(name: str, tmp_path: Path) -> None:
    entity = _yaml.load((render(name, tmp_path / "repo") / "catalog-info.yaml").read_text(encoding="utf-8"))

    done = subprocess.run(
        [tool("node"), "-e", MODEL], cwd=TOP, input=json.dumps(entity), capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
