"""`catalog lint` as a platform team runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run

    MakeStandard = Callable[..., Path]

LAYER = "name: _base\nownership: {managed: [.copier-answers.yml], seeded: [README.md, runn.sh]}\n"
BLUEPRINT = "name: small\nversion: 1.2.0\nlayers: [_base]\nownership: {managed: [size.txt]}\n"


def test_faults_are_told_with_place_and_remedy_and_fail_the_run(call: Run, make_standard: MakeStandard) -> None:
    standard = make_standard(
        {
            "blueprints/_base/layer.yaml": LAYER,
            "blueprints/_base/template/run.sh": "#!/bin/sh\n",
            "blueprints/small/blueprint.yaml": BLUEPRINT,
        }
    )
    of = ("--standard", str(standard))

    said, told = call("catalog", "lint", *of), call("catalog", "lint", "small", *of, "--format", "json")
    (standard / "blueprints/_base/layer.yaml").write_text(LAYER.replace("runn", "run"))
    sound = call("catalog", "lint", *of)

    assert (said.returncode, told.returncode, sound.returncode) == (1, 1, 0)
    assert said.stdout == (
        "blueprints/_base/layer.yaml:2:65: runn.sh finds no file of the template [no-file]\n"
        "  Did you mean 'run.sh'?\n"
        "blueprints/_base/template/run.sh: no layer says whose run.sh is [unnamed]\n"
        "  Name it in `ownership` of _base: managed, sealed, shared or seeded.\n"
    )
    assert [fault["code"] for fault in json.loads(told.stdout)] == ["no-file", "unnamed"]
    assert set(json.loads(told.stdout)[0]) == {"code", "where", "message", "remedy"}
    assert (said.stderr, sound.stdout, sound.stderr) == ("2 faults\n", "", "0 faults\n")


def test_a_blueprint_that_is_not_there_is_the_users_error(call: Run, make_standard: MakeStandard) -> None:
    done = call("catalog", "lint", "smal", "--standard", str(make_standard()))

    assert done.returncode == 2
    assert "Did you mean 'small'?" in done.stderr
