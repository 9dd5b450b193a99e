from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
import yaml
from road.core.brief import Brief, read_brief
from road.core.documents import schema_text
from road.core.errors import UserError

from tests.road.briefs import BRIEF, write_brief

ROAD = Path(__file__).resolve().parents[3] / "blueprints/_road/template/road"


def test_a_brief_is_read_with_its_numbers_and_times(tmp_path: Path) -> None:
    brief = read_brief(write_brief(tmp_path))

    assert brief.number("objective.requirement.threshold") == 2.0
    assert brief.demands()["quality_attributes.batch.deadline"] == time(9)


def test_any_metric_may_decide(tmp_path: Path) -> None:
    assert read_brief(write_brief(tmp_path, metric="pinball")).objective.requirement.metric == "pinball"


def test_the_schema_file_is_that_of_the_code() -> None:
    assert (ROAD / "brief.schema.json").read_text() == schema_text(Brief), "write it anew: schema brief"


def test_an_unknown_key_is_told_with_its_line_and_the_nearest_right_one(tmp_path: Path) -> None:
    path = write_brief(tmp_path, treshold=1)
    line = next(at for at, text in enumerate(path.read_text().splitlines(), 1) if "treshold" in text)

    with pytest.raises(UserError) as error:
        read_brief(path)

    said = f"brief.yaml:{line}: objective.requirement.treshold: there is no such key; did you mean threshold?"
    assert said in str(error.value)


@pytest.mark.parametrize("text", ["[", "just text", "\x00"])
def test_what_is_no_brief_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "brief.yaml").write_text(text)

    with pytest.raises(UserError, match=r"brief\.yaml"):
        read_brief(tmp_path / "brief.yaml")


def test_a_time_without_quotes_is_refused_with_the_remedy(tmp_path: Path) -> None:
    text = yaml.safe_dump(BRIEF).replace("deadline: 09:00", "deadline: 10:00").replace("'10:00'", "10:00")
    (tmp_path / "brief.yaml").write_text(text.replace("deadline: '09:00'", "deadline: 10:00"))

    with pytest.raises(UserError, match=r"quality_attributes\.batch\.deadline: write a time of day in quotes"):
        read_brief(tmp_path / "brief.yaml")


def test_a_number_that_the_brief_lacks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no number at quality_attributes\.nothing"):
        read_brief(write_brief(tmp_path)).number("quality_attributes.nothing")


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ({"rule": "f1", "value": 0.5}, "f1 takes no value"),
        ({"rule": "recall_at_least"}, "recall_at_least takes a value from 0 to 1"),
        ({"rule": "best"}, "Input should be 'fixed', 'f1', 'precision_at_least' or 'recall_at_least'"),
    ],
)
def test_an_operating_point_says_by_which_rule(tmp_path: Path, point: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        read_brief(write_brief(tmp_path, operating_point=point))
