"""Parts of a layer: a blueprint asks for some of them and has nothing of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.catalog.blueprint import read_blueprint
from goldenpath.catalog.compose import Template, compose
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    MakeStandard = Callable[..., Path]

BASE = "blueprints/_base/"
SMALL = "blueprints/small/blueprint.yaml"
PARTED = {
    f"{BASE}layer.yaml": (
        "name: _base\n"
        "parts:\n"
        "  training: [road/training/**, road/shared.py]\n"
        "  serving: [road/serving/**, road/shared.py, 'src/*/app.py', docs/serving.md]\n"
        "ownership: {managed: [road/**]}\n"
    ),
    f"{BASE}template/road/core.py": "",
    f"{BASE}template/road/shared.py": "",
    f"{BASE}template/road/training/run.sh": "#!/bin/sh\n",
    f"{BASE}template/road/serving/server.py": "",
    f"{BASE}template/src/{{{{ project_name }}}}/app.py.jinja": "",
    f"{BASE}template/docs/{{% if size == 3 %}}serving.md{{% endif %}}": "",
    f"{BASE}parts/serving.md": "",
}
CORE = {"road/core.py"}
TRAINING = {"road/shared.py", "road/training/run.sh"}
SERVING = {
    "road/shared.py",
    "road/serving/server.py",
    "src/{{ project_name }}/app.py.jinja",
    "docs/{% if size == 3 %}serving.md{% endif %}",
}


def _composed(make_standard: MakeStandard, layers: str, **changes: str | None) -> Template:
    text = f"name: small\nversion: 1.2.0\nlayers: [{layers}]\n"
    standard = make_standard({**PARTED, SMALL: text, **{f"{BASE}{name}": change for name, change in changes.items()}})
    (standard / BASE / "template/road/training/run.sh").chmod(0o755)
    return compose(read_blueprint(standard / "blueprints/small"))


@pytest.mark.parametrize(
    ("layers", "has"),
    [
        ("_base", CORE),
        ("'_base[]'", CORE),
        ("'_base[training]'", CORE | TRAINING),
        ("'_base[training,serving]'", CORE | TRAINING | SERVING),
        ("'_base[ serving , training ]'", CORE | TRAINING | SERVING),
    ],
)
def test_a_blueprint_has_what_stands_in_no_part_and_the_parts_that_it_asks_for(
    make_standard: MakeStandard, layers: str, has: set[str]
) -> None:
    found = _composed(make_standard, layers)

    parted = {path.removeprefix("template/") for path in found.files if path.startswith("template/")}
    assert parted & (CORE | TRAINING | SERVING) == has
    assert ("template/road/training/run.sh" in found.executable) is (has >= TRAINING)


def test_what_is_only_included_and_the_questions_are_there_without_any_part(make_standard: MakeStandard) -> None:
    found = _composed(make_standard, "_base")

    assert "parts/serving.md" in found.files
    assert [question.name for question in found.questions] == ["project_name", "owner", "size"]


def test_the_template_says_which_parts_it_has(make_standard: MakeStandard) -> None:
    found = _composed(make_standard, "'_base[ serving, training]'")

    assert b"from the layers of the blueprint small: _base[serving,training], small." in found.files["copier.yml"]


@pytest.mark.parametrize(
    ("layers", "said", "hint"),
    [
        ("'_base[trainign]'", "the layer '_base' has no part 'trainign'", "Did you mean 'training'?"),
        ("'_base[x]'", "the layer '_base' has no part 'x'", "Known: serving, training."),
        (
            "_base, '_base[training]'",
            "the layer '_base' is named twice",
            "Name it once, with every part that it should",
        ),
        ("'_bsae[training]'", "there is no layer '_bsae'", "Did you mean '_base'?"),
        ("'_base[training'", "'_base[training' is no name of a layer", "Name a folder beside it"),
    ],
)
def test_what_no_layer_has_is_told_with_its_place(
    make_standard: MakeStandard, layers: str, said: str, hint: str
) -> None:
    with pytest.raises(GoldenpathError) as raised:
        _composed(make_standard, layers)

    column = 10 + len("_base, ") * layers.startswith("_base,")
    assert raised.value.message == said
    assert raised.value.hint.startswith(hint)
    assert raised.value.where.endswith(f"blueprint.yaml:3:{column}")


def test_a_layer_without_parts_says_that_it_has_none(make_standard: MakeStandard) -> None:
    with pytest.raises(GoldenpathError, match="has no part 'training'") as raised:
        _composed(make_standard, "'_base[training]'", **{"layer.yaml": "name: _base\n"})

    assert raised.value.hint == "It has none: write '_base' alone."


def test_a_file_that_is_left_out_is_free_for_the_blueprint_and_is_overridden_by_nobody(
    make_standard: MakeStandard,
) -> None:
    standard = make_standard({**PARTED, "blueprints/small/template/road/serving/server.py": "mine = 1\n"})

    free = compose(read_blueprint(standard / "blueprints/small"))
    (standard / SMALL).write_text("name: small\nversion: 1.2.0\nlayers: ['_base[serving]']\n")

    assert free.files["template/road/serving/server.py"] == b"mine = 1\n"
    with pytest.raises(GoldenpathError, match=r"road/serving/server\.py comes from the layers '_base' and 'small'"):
        compose(read_blueprint(standard / "blueprints/small"))
