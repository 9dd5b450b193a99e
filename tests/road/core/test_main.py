from __future__ import annotations

from pathlib import Path

import pytest
from road.core.__main__ import main

from tests.road.briefs import write_brief


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_brief(tmp_path)
    (tmp_path / "project.yaml").write_text("version: 1\n")
    return tmp_path


def test_nothing_is_said_where_both_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert capsys.readouterr() == ("", "")


def test_both_are_told_with_their_lines(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_brief(place, treshold=1)
    (place / "project.yaml").write_text("version: 1\nkey: [a]\n")

    assert main() == 2
    said = capsys.readouterr().err
    assert "treshold: there is no such key" in said
    assert "project.yaml:2: key: there is no such key; did you mean keys?" in said
