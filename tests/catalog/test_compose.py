from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from goldenpath.catalog.blueprint import read_blueprint
from goldenpath.catalog.catalog import find_blueprint, read_catalog
from goldenpath.catalog.compose import Template, compose
from goldenpath.errors import GoldenpathError

MakeStandard = Callable[..., Path]
SMALL = "blueprints/small/"
BASE = "blueprints/_base/"


def _composed(standard: Path) -> Template:
    return compose(read_blueprint(standard / "blueprints/small"))


def test_layers_become_one_template_with_the_questions_of_all_in_order(make_standard: MakeStandard) -> None:
    template = _composed(make_standard())

    assert [question.name for question in template.questions] == ["project_name", "owner", "size"]
    assert "template/README.md.jinja" in template.files
    assert "template/size.txt.jinja" in template.files


def test_a_file_in_two_layers_is_an_error_that_names_both(make_standard: MakeStandard) -> None:
    standard = make_standard({f"{SMALL}template/README.md": "mine\n"})

    with pytest.raises(GoldenpathError, match=r"README\.md comes from the layers '_base' and 'small'"):
        _composed(standard)


def test_a_declared_override_replaces_the_file_of_the_lower_layer_and_its_mode(make_standard: MakeStandard) -> None:
    standard = make_standard(
        {
            f"{SMALL}template/README.md": "mine\n",
            f"{SMALL}blueprint.yaml": "name: small\nversion: 1.2.0\nlayers: [_base]\noverrides: [README.md]\n",
        }
    )
    (standard / BASE / "template/README.md.jinja").chmod(0o755)

    template = _composed(standard)

    assert template.files["template/README.md"] == b"mine\n"
    assert "template/README.md.jinja" not in template.files
    assert template.executable == frozenset()


def test_a_file_beside_its_own_template_in_one_layer_is_an_error_whatever_is_declared(
    make_standard: MakeStandard,
) -> None:
    standard = make_standard(
        {
            f"{SMALL}template/size.txt": "3\n",
            f"{SMALL}blueprint.yaml": "name: small\nversion: 1.2.0\nlayers: [_base]\noverrides: [size.txt]\n",
        }
    )

    with pytest.raises(GoldenpathError, match=r"size\.txt comes from the layers 'small' and 'small'"):
        _composed(standard)


def test_an_override_of_nothing_is_an_error_with_the_nearest_name(make_standard: MakeStandard) -> None:
    standard = make_standard(
        {f"{SMALL}blueprint.yaml": "name: small\nversion: 1.2.0\nlayers: [_base]\noverrides: [READMEE.md]\n"}
    )

    with pytest.raises(GoldenpathError, match=r"overrides READMEE\.md, which no layer below it has"):
        _composed(standard)


def test_a_question_that_two_layers_ask_is_an_error_with_its_place(make_standard: MakeStandard) -> None:
    standard = make_standard({f"{SMALL}copier.yml": "size: {type: int, default: 3}\nowner: {type: str}\n"})

    with pytest.raises(GoldenpathError, match="both ask 'owner'") as raised:
        _composed(standard)

    assert raised.value.where.endswith("small/copier.yml:2:1")


def test_a_declared_override_replaces_the_question_of_the_lower_layer(make_standard: MakeStandard) -> None:
    standard = make_standard(
        {
            f"{BASE}copier.yml": "owner:\n  type: str\n  default: a\n\nproject_name: {default: p}\n",
            f"{SMALL}copier.yml": "owner: {type: str, default: team-b}\n",
            f"{SMALL}template/size.txt.jinja": None,
            f"{SMALL}blueprint.yaml": ("name: small\nversion: 1.2.0\nlayers: [_base]\noverrides: [copier.yml#owner]\n"),
        }
    )

    template = _composed(standard)

    assert {question.name: question.default for question in template.questions} == {
        "project_name": "p",
        "owner": "team-b",
    }
    assert template.files["copier.yml"].count(b"owner:") == 1


def test_overriding_a_question_that_it_does_not_ask_is_an_error(make_standard: MakeStandard) -> None:
    standard = make_standard(
        {f"{SMALL}blueprint.yaml": "name: small\nversion: 1.2.0\nlayers: [_base]\noverrides: [copier.yml#owner]\n"}
    )

    with pytest.raises(GoldenpathError, match="the question 'owner', which it doesn't ask"):
        _composed(standard)


def test_a_path_that_is_a_file_below_and_a_folder_above_is_an_error(make_standard: MakeStandard) -> None:
    standard = make_standard({f"{BASE}template/docs": "a file\n", f"{SMALL}template/docs/index.md": "text\n"})

    with pytest.raises(GoldenpathError, match="template/docs is a file in one layer and a folder in another"):
        _composed(standard)


@pytest.mark.parametrize("name", ["link.txt", "folder"])
def test_symbolic_links_are_refused(make_standard: MakeStandard, name: str) -> None:
    standard = make_standard()
    target = "/etc/hostname" if name == "link.txt" else "/etc"
    (standard / SMALL / "template" / name).symlink_to(target)

    with pytest.raises(GoldenpathError, match="no symbolic links") as raised:
        _composed(standard)

    assert raised.value.where.endswith(name)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("size: [1\n", ":2:1", "is no YAML"),
        ("_tasks: [rm -rf /]\n", ":1:1", "the setting '_tasks' is the composer's"),
        ("size: 3\n", ":1:1", "the question 'size' has no type"),
        ("size: {type: nit}\n", ":1:8", "unknown type 'nit'"),
        ("- size\n", "copier.yml", "holds no questions"),
        ("a: {type: str}\n---\nb: {type: str}\n", ":2:1", "'---' starts or ends a document"),
        ("  size: {type: int}\n", ":1:3", "the questions don't start their lines"),
        ("{size: {type: int}}\n", ":1:1", "the questions don't start their lines"),
    ],
)
def test_what_is_wrong_with_questions_is_told_with_its_place(
    make_standard: MakeStandard, text: str, place: str, said: str
) -> None:
    standard = make_standard({f"{SMALL}copier.yml": text, f"{SMALL}template/size.txt.jinja": None})

    with pytest.raises(GoldenpathError) as raised:
        _composed(standard)

    assert said in raised.value.message
    assert raised.value.where.endswith(place)


def test_questions_that_are_no_utf8_are_told(make_standard: MakeStandard) -> None:
    standard = make_standard({f"{SMALL}copier.yml": b"size: {help: \xff}\n"})

    with pytest.raises(GoldenpathError, match="can't be read"):
        _composed(standard)


def test_a_byte_order_mark_does_not_break_the_questions_below_another_layer(make_standard: MakeStandard) -> None:
    standard = make_standard({f"{SMALL}copier.yml": b"\xef\xbb\xbfsize: {type: int, default: 3}\n"})

    assert "\ufeff".encode() not in _composed(standard).files["copier.yml"]


def test_a_missing_layer_is_told_with_its_place_and_the_nearest_one(make_standard: MakeStandard) -> None:
    standard = make_standard({f"{SMALL}blueprint.yaml": "name: small\nversion: 1.2.0\nlayers:\n  - _bsae\n"})

    with pytest.raises(GoldenpathError, match="no layer '_bsae'") as raised:
        _composed(standard)

    assert raised.value.where.endswith("blueprint.yaml:4:5")
    assert raised.value.hint == "Did you mean '_base'?"


@pytest.mark.parametrize("name", ["../secret", "/etc", ".hidden"])
def test_a_layer_stands_beside_its_blueprint_and_nowhere_else(make_standard: MakeStandard, name: str) -> None:
    standard = make_standard({f"{SMALL}blueprint.yaml": f"name: small\nversion: 1.2.0\nlayers: ['{name}']\n"})

    with pytest.raises(GoldenpathError, match="is no name of a layer"):
        _composed(standard)


def test_a_blueprint_may_stand_on_a_layer_of_the_standard_that_its_own_extends(make_standard: MakeStandard) -> None:
    lower = make_standard(name="lower")
    upper = make_standard({f"{BASE}layer.yaml": None}, name="upper")

    found = read_catalog([lower / "blueprints", upper / "blueprints"]).get("small")

    assert found.folder == upper / "blueprints/small"
    assert found.layers[0].folder == lower / "blueprints/_base"


def test_an_executable_file_stays_executable(make_standard: MakeStandard, tmp_path: Path) -> None:
    standard = make_standard({f"{SMALL}template/run.sh": "#!/bin/sh\n"})
    (standard / SMALL / "template/run.sh").chmod(0o755)
    template = _composed(standard)

    template.write(tmp_path / "out")

    assert template.executable == {"template/run.sh"}
    assert os.access(tmp_path / "out/template/run.sh", os.X_OK)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("name: smal\nversion: 1.2.0\n", ":1:1", "stands in the folder 'small'"),
        ("name: small\nversion: latest\n", ":2:1", "is no version"),
        ("name: small\nversion: 1.2.0\nlayrs: []\n", ":3:1", "unknown key 'layrs'"),
        ("name: small\nversion: 1.2.0\nsuccessor: big\n", ":3:1", "names a successor"),
    ],
)
def test_what_is_wrong_with_a_blueprint_is_told_with_its_place(
    make_standard: MakeStandard, text: str, place: str, said: str
) -> None:
    standard = make_standard({f"{SMALL}blueprint.yaml": text})

    with pytest.raises(GoldenpathError) as raised:
        _composed(standard)

    assert said in raised.value.message
    assert raised.value.where.endswith(place)


@pytest.mark.parametrize(
    ("road", "said"),
    [("1.0", "road is 1.0, it should be a text"), ("new", "'new' is no version")],
)
def test_a_road_has_a_version(make_standard: MakeStandard, road: str, said: str) -> None:
    standard = make_standard({f"{BASE}layer.yaml": f"name: _base\nroad: {road}\n"})

    with pytest.raises(GoldenpathError) as raised:
        _composed(standard)

    assert said in raised.value.message
    assert raised.value.where.endswith("layer.yaml:2:1")


def test_two_layers_that_bring_a_road_are_an_error_that_names_both(make_standard: MakeStandard) -> None:
    standard = make_standard(
        {
            f"{BASE}layer.yaml": "name: _base\nroad: 1.0.0\n",
            "blueprints/_other/layer.yaml": "name: _other\nroad: 1.0.0\n",
            f"{SMALL}blueprint.yaml": "name: small\nversion: 1.2.0\nlayers: [_base, _other]\n",
        }
    )

    with pytest.raises(GoldenpathError, match="'_base' and '_other' both bring a road") as raised:
        _composed(standard)

    assert raised.value.where.endswith("blueprint.yaml:3:17")


def test_a_blueprint_is_found_whatever_state_its_neighbours_are_in(make_standard: MakeStandard) -> None:
    standard = make_standard({"blueprints/broken/blueprint.yaml": "name: [\n"})

    assert find_blueprint([standard / "blueprints"], "small").version == "1.2.0"
    with pytest.raises(GoldenpathError, match="no blueprint 'smal'") as raised:
        find_blueprint([standard / "blueprints"], "smal")
    assert raised.value.hint.startswith("Did you mean 'small'?")
