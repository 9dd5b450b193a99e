from __future__ import annotations

from pathlib import Path

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.facts.radar import Radar, Ring, load_radar

SHIPPED = Path(__file__).parents[2] / "policies" / "radar.yaml"


def _load(folder: Path, *texts: str) -> Radar:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"radar-{number}.yaml")
        paths[-1].write_text(text, encoding="utf-8")
    return load_radar(paths)


def test_an_entry_has_ring_versions_successor_and_date(tmp_path: Path) -> None:
    text = """
serving:
  - {name: fastapi, match: {dependency: fastapi}, ring: adopt, versions: ">=0.110"}
  - {name: flask, match: {dependency: [flask, flask-restful]}, ring: hold, successor: fastapi, until: 2027-06-30}
  - {name: other, match: {import: other}}
"""

    radar = _load(tmp_path, text)

    flask = radar.get("flask")
    assert flask
    assert (flask.ring, flask.successor, str(flask.until)) == (Ring.HOLD, "fastapi", "2027-06-30")
    assert radar.by_name["other"][1].ring is Ring.UNLISTED
    assert radar.by_name["other"][1].match.words("import") == ("other",)
    assert radar.get("django") is None


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("serving:\n  - {name: a, match: {dependency: a}, rink: adopt}\n", "2:39", "ring"),
        ("serving:\n  - {name: a, match: {dependancy: a}}\n", "2:23", "dependency"),
        ("serving:\n  - {name: a, match: {dependency: a}, ring: adopted}\n", "2:", "adopt"),
        ("serving:\n  - {name: a, match: {}}\n", "2:15", "nothing shows"),
        ("serving:\n  - {name: a, match: {dependency: a}, versions: latest}\n", "2:39", "range"),
        ("x:\n  - {name: a, match: {dependency: a}}\ny:\n  - {name: a, match: {dependency: a}}\n", "4:6", "twice"),
        ("x:\n  - {name: fastapi, match: {import: a}, successor: fastapy}\n", "2:41", "'fastapi'"),
        ("x:\n  - {name: a, match: {import: a}, until: soon}\n", "2:", "date"),
        ("x: [\n", "2:1", "no YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_right_word(
    tmp_path: Path, text: str, place: str, message: str
) -> None:
    with pytest.raises(GoldenpathError) as caught:
        _load(tmp_path, text)

    assert caught.value.where.startswith(f"{tmp_path / 'radar-0.yaml'}:{place}")
    assert message in str(caught.value)


def test_a_higher_radar_governs_the_categories_that_it_names(tmp_path: Path) -> None:
    lower = (
        "serving:\n  - {name: fastapi, match: {dependency: fastapi}, ring: adopt}\n"
        "  - {name: flask, match: {dependency: flask}, ring: trial, successor: fastapi}\n"
        "tracking:\n  - {name: mlflow, match: {dependency: mlflow}, ring: adopt}\n"
    )
    higher = "serving:\n  - {name: fastapi, match: {dependency: fastapi}, ring: hold}\n"

    radar = _load(tmp_path, lower, higher)

    rings = {name: blip.ring.value for name, (_, blip) in radar.by_name.items()}
    assert rings == {"fastapi": "hold", "flask": "unlisted", "mlflow": "adopt"}


def test_an_entry_that_moves_to_another_category_stands_once(tmp_path: Path) -> None:
    entry = "\n  - {name: a, match: {dependency: a}, ring: adopt}\n"

    radar = _load(tmp_path, f"x:{entry}", f"y:{entry}")

    assert {name: len(blips) for name, blips in radar.categories.items()} == {"x": 0, "y": 1}


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoldenpathError, match="can't be read"):
        load_radar([tmp_path / "none.yaml"])


def test_the_shipped_radar_covers_the_field() -> None:
    radar = load_radar([SHIPPED])

    wanted = "language packaging ml-framework data-frame validation tracking registry orchestration serving batch"
    wanted += " scale-out monitoring ci container-base"
    assert set(wanted.split()) <= set(radar.categories)
    assert len(radar.by_name) >= 120
    for category, blips in radar.categories.items():
        assert any(blip.ring in {Ring.ADOPT, Ring.TRIAL} for blip in blips), category


def test_what_is_on_hold_says_where_to_go() -> None:
    radar = load_radar([SHIPPED])

    lost = [name for name, (_, blip) in radar.by_name.items() if blip.ring is Ring.HOLD and not blip.successor]
    assert lost == []
    for _, blip in radar.by_name.values():
        successor = radar.get(blip.successor) if blip.successor else None
        assert successor is None or successor.ring is not Ring.HOLD, blip.name
