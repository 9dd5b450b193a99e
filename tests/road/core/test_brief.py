from pathlib import Path

import pytest
import yaml

from {{ package_name }}.brief import read_brief, schema_text
from {{ package_name }}.errors import UserError

BRIEF = Path("brief.yaml")


def test_the_brief_is_valid_and_about_this_project() -> None:
    assert read_brief(BRIEF).project == "{{ project_name }}"


def test_the_schema_file_is_that_of_the_code() -> None:
    assert Path("brief.schema.json").read_text() == schema_text()


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    content = yaml.safe_load(BRIEF.read_text())
    content["objective"]["requirement"]["treshold"] = 1
    (tmp_path / "brief.yaml").write_text(yaml.safe_dump(content))

    with pytest.raises(UserError, match=r"objective\.requirement\.treshold"):
        read_brief(tmp_path / "brief.yaml")


@pytest.mark.parametrize("text", ["[", "just text"])
def test_what_is_no_brief_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "brief.yaml").write_text(text)

    with pytest.raises(UserError, match=r"brief\.yaml"):
        read_brief(tmp_path / "brief.yaml")


def test_a_number_that_the_brief_lacks_is_an_error() -> None:
    with pytest.raises(UserError, match=r"no number at quality_attributes\.nothing"):
        read_brief(BRIEF).number("quality_attributes.nothing")


def test_decisions_and_evidence_exist() -> None:
    brief = read_brief(BRIEF)
    concerns = brief.concerns
    evidence = [
        concern.evidence
        for concern in (concerns.privacy, concerns.ethics, concerns.regulation, concerns.security)
    ]

    assert [path for path in [*evidence, *brief.decisions] if not Path(path).is_file()] == []
