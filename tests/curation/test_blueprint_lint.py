"""The lint of blueprints over standards in a temporary folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.curation.blueprint_lint import lint
from goldenpath.errors import GoldenpathError
from goldenpath.standard import read_standard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldenpath.curation.fault import Fault

    MakeStandard = Callable[..., Path]
    Faults = Callable[..., tuple[Fault, ...]]

BASE = "blueprints/_base/"
SMALL = "blueprints/small/"
PACKAGE = "template/src/{{ project_name }}/"
LAYER = """\
name: _base
{more}
ownership:
  managed: [.copier-answers.yml{managed}]
  seeded: [README.md{seeded}]
"""
BLUEPRINT = """\
name: {name}
version: 1.2.0
layers: [{layers}]
ownership:
  managed: [size.txt{managed}]
  seeded: [{seeded}]
"""


def _layer(more: str = "", managed: str = "", seeded: str = "") -> dict[str, str]:
    return {f"{BASE}layer.yaml": LAYER.format(more=more, managed=managed, seeded=seeded)}


def _blueprint(name: str = "small", layers: str = "_base", managed: str = "", seeded: str = "") -> dict[str, str]:
    text = BLUEPRINT.format(name=name, layers=layers, managed=managed, seeded=seeded)
    return {f"blueprints/{name}/blueprint.yaml": text}


SOUND = {**_layer(), **_blueprint()}


@pytest.fixture
def faults(make_standard: MakeStandard) -> Faults:
    """Give `faults(files, *names)`: those of a sound standard with some files changed."""

    def find(files: dict[str, str | None], *names: str) -> tuple[Fault, ...]:
        return lint(read_standard(str(make_standard({**SOUND, **files}))), names)

    return find


def _told(found: tuple[Fault, ...]) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in found]


def test_a_sound_blueprint_has_no_fault(faults: Faults) -> None:
    assert faults({}) == ()


def test_a_managed_file_that_imports_what_is_the_teams_is_told_with_the_line(
    faults: Faults,
) -> None:
    (fault,) = faults(
        {
            **_blueprint(managed=", 'src/*/server.py'", seeded="'src/*/admission.py'"),
            f"{SMALL}{PACKAGE}server.py.jinja": "import os\n\nfrom .admission import admit\n",
            f"{SMALL}{PACKAGE}admission.py": "from .server import serve\n",
        }
    )

    assert (fault.code, fault.where) == ("managed-imports-seeded", f"{SMALL}{PACKAGE}server.py.jinja:3")
    assert fault.message == (
        "src/{{ project_name }}/server.py is managed and imports src/{{ project_name }}/admission.py, "
        "which is the team's"
    )
    assert "through a hook" in fault.remedy


@pytest.mark.parametrize(("owner", "told"), [("seeded", True), ("managed", False)])
def test_what_another_layer_brings_counts_and_the_uppermost_layer_says_whose_it_is(
    faults: Faults, owner: str, *, told: bool
) -> None:
    found = faults(
        {
            **_layer(managed=", serve.py", seeded=", 'src/*/model.py'"),
            **_blueprint(**{owner: ", 'src/*/model.py'" if owner == "managed" else "'src/*/model.py'"}),
            f"{BASE}template/serve.py.jinja": "import {{ project_name }}.model\n",
            f"{SMALL}{PACKAGE}{{% if size == 3 %}}model.py{{% endif %}}": "",
        }
    )

    assert [fault.code for fault in found] == ["managed-imports-seeded"] * told


def test_an_import_of_what_is_shared_managed_or_nobodys_module_is_no_fault_but_of_an_unnamed_file_is(
    faults: Faults,
) -> None:
    files = {
        **_blueprint(managed=", a.py, b.py"),
        f"{SMALL}template/a.py": "import b, json, numpy\nimport c\n",
        f"{SMALL}template/b.py": "import a\n",
        f"{SMALL}template/c.py": "",
    }

    assert _told(faults(files)) == [
        ("managed-imports-seeded", f"{SMALL}template/a.py:2"),
        ("unnamed", f"{SMALL}template/c.py"),
    ]


def test_a_file_that_no_layer_names_is_told_and_one_that_is_only_included_is_not(
    faults: Faults,
) -> None:
    (fault,) = faults({f"{BASE}template/docs/guide.md.jinja": "", f"{BASE}parts/guide.md": ""})

    assert (fault.code, fault.where) == ("unnamed", f"{BASE}template/docs/guide.md.jinja")
    assert fault.message == "no layer says whose docs/guide.md is"
    assert "`ownership` of _base" in fault.remedy


@pytest.mark.parametrize(
    ("glob", "remedy"),
    [
        ("scripts/publsh.sh", "Did you mean 'scripts/publish.sh'?"),
        ("script/**", "Did you mean 'scripts/**'?"),
        ("'src/*/sever.py'", "Did you mean 'src/*/server.py'?"),
        ("zzz", "Take it out, or write it as the file is called in a rendered repo."),
    ],
)
@pytest.mark.parametrize("key", ["managed", "sealed", "seeded", "shared", "instead"])
def test_a_glob_that_finds_no_file_is_told_with_the_nearest_one(
    faults: Faults, key: str, glob: str, remedy: str
) -> None:
    value = {"shared": f"{{{glob}: []}}", "instead": f"{{{glob}: a hook}}"}.get(key, f"[{glob}]")
    rest = "".join(f"  {name}: ['**']\n" for name in ("managed", "seeded") if name != key)
    head = f"name: small\nversion: 1.2.0\nlayers: [_base]\nownership:\n{rest}"
    (fault,) = faults(
        {
            f"{SMALL}blueprint.yaml": f"{head}  {key}: {value}\n",
            f"{SMALL}template/scripts/publish.sh": "",
            f"{SMALL}{PACKAGE}server.py": "",
        }
    )

    line = 5 + rest.count("\n")
    assert (fault.code, fault.where) == ("no-file", f"{SMALL}blueprint.yaml:{line}:{len(key) + 6}")
    assert fault.message == f"{glob.strip(chr(39))} finds no file of the template"
    assert fault.remedy == remedy


def test_a_shared_file_is_named_by_its_path_and_not_by_a_glob(faults: Faults) -> None:
    text = "name: small\nversion: 1.2.0\nlayers: [_base]\nownership: {{managed: ['**'], shared: {{{}: []}}}}\n"
    answered = {f"{SMALL}template/{{{{ project_name }}}}.toml": ""}

    assert not faults({f"{SMALL}blueprint.yaml": text.format("size.txt")})
    for path in ("'*.txt'", "'{{ project_name }}.toml'"):
        assert [fault.code for fault in faults({f"{SMALL}blueprint.yaml": text.format(path), **answered})] == [
            "no-file"
        ]


def test_a_layers_glob_may_find_its_file_in_any_blueprint_that_stands_on_it(
    faults: Faults,
) -> None:
    other = {**_blueprint("other", managed=""), "blueprints/other/template/size.txt": ""}
    named = {**_layer(managed=", only.txt"), **other}

    assert _told(faults(named)) == [("no-file", f"{BASE}layer.yaml:4:34")]
    assert faults({**named, "blueprints/other/template/only.txt": ""}, "small") == ()


def test_globs_that_find_what_is_left_out_are_no_fault_and_a_part_that_finds_nothing_is(
    faults: Faults,
) -> None:
    parts = "parts: {training: ['road/training/**'], batch: ['road/bacth/**', size.txt]}"
    found = faults(
        {
            **_layer(parts, managed=", 'road/training/**', 'road/batch/**'"),
            f"{BASE}template/road/training/a.py": "",
            f"{BASE}template/road/batch/a.py": "",
        }
    )

    assert _told(found) == [("no-file", f"{BASE}layer.yaml:2:49"), ("no-file", f"{BASE}layer.yaml:2:66")]
    assert found[0].remedy == "Did you mean 'road/batch/**'?"


@pytest.mark.parametrize(
    ("package", "where", "said"),
    [
        ('__version__ = "1.0.0"\n', None, ""),
        ('"""Says __version__ = "2"."""\n__version__: Final = "1.0.0"\n', None, ""),
        ('"""The road."""\n\n__version__ = "1.1.0"\n', "template/road/__init__.py:3", "`__version__` is 1.1.0, and"),
        ("VERSION = 1\n", "layer.yaml:2:1", "the road is 1.0.0, and no package of the layer says so"),
        ("def f():\n    __version__ = '1.0.0'\n", "layer.yaml:2:1", "no package of the layer says so"),
    ],
)
def test_the_road_is_the_version_that_its_package_says(
    faults: Faults, package: str, where: str | None, said: str
) -> None:
    found = faults({**_layer("road: 1.0.0", managed=", 'road/**'"), f"{BASE}template/road/__init__.py": package})

    assert [(fault.code, fault.where) for fault in found] == ([("road-version", f"{BASE}{where}")] if where else [])
    assert all(said in fault.message for fault in found)


TEXT = "Tell whom it serves.\nSay what it may cost.\nName who answers for it.\n"


def test_text_that_two_blueprints_bring_is_told_with_both_places_and_how_many_lines(
    faults: Faults,
) -> None:
    files = {
        **_blueprint(seeded="notes.md"),
        **_blueprint("other", managed="", seeded="about.md"),
        f"{SMALL}template/notes.md": f"# Notes\n\n{TEXT}",
        "blueprints/other/template/size.txt": "",
        "blueprints/other/template/about.md.jinja": TEXT,
        "blueprints/other/parts/notes.md": f"At the end.\n{TEXT}",
        f"{BASE}parts/shared.md": TEXT,
    }

    found = faults(files)

    assert _told(found) == [
        ("repeated", "blueprints/other/parts/notes.md:2"),
        ("repeated", "blueprints/other/template/about.md.jinja:1"),
    ]
    assert found[0].message == f"3 lines from here on stand in small too: {SMALL}template/notes.md:3"
    assert faults(files, "small") == found


def test_what_is_no_text_is_compared_with_nothing(faults: Faults) -> None:
    model = f"\0{TEXT}"

    assert not faults(
        {
            **_blueprint(seeded="m.onnx"),
            **_blueprint("other", seeded="m.onnx"),
            f"{SMALL}template/m.onnx": model,
            "blueprints/other/template/m.onnx": model,
            "blueprints/other/template/size.txt": "",
        }
    )


def test_only_the_named_blueprints_are_told_of_and_an_unknown_name_is_an_error(
    faults: Faults,
) -> None:
    files = {**_blueprint("other"), "blueprints/other/template/size.txt": "", f"{SMALL}template/mine.txt": ""}

    assert [fault.where for fault in faults(files)] == [f"{SMALL}template/mine.txt"]
    assert faults(files, "other") == ()
    with pytest.raises(GoldenpathError) as raised:
        faults(files, "othr")
    assert raised.value.hint.startswith("Did you mean 'other'?")


def test_of_an_inherited_layer_nothing_is_told_but_of_what_stands_on_it_is(
    make_standard: MakeStandard, tmp_path: Path
) -> None:
    lower = make_standard(
        {f"{BASE}template/extra.py": "import mine\n", **_layer(managed=", extra.py, gone.py")}, "lower"
    )
    upper = tmp_path / "upper"
    for name, text in {
        "goldenpath.yaml": f"name: upper\nversion: 1.0.0\nextends: {lower}\nblueprints: blueprints/\n",
        "blueprints/own/blueprint.yaml": (
            "name: own\nversion: 1.0.0\nlayers: [_base]\nownership: {seeded: [mine.py, gone.txt]}\n"
        ),
        "blueprints/own/template/mine.py": "",
    }.items():
        (upper / name).parent.mkdir(parents=True, exist_ok=True)
        (upper / name).write_text(text)
    standard = read_standard(str(upper))

    assert _told(lint(standard)) == [
        ("managed-imports-seeded", f"{lower}/{BASE}template/extra.py:1"),
        ("no-file", "blueprints/own/blueprint.yaml:4:31"),
    ]
    with pytest.raises(GoldenpathError, match="'small' is inherited"):
        lint(standard, ("small",))
