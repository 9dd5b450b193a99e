from __future__ import annotations

import os
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.reports.write import write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("output", [None, "-"])
def test_without_a_file_it_goes_to_stdout(output: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    write("said\n", output)

    assert capsys.readouterr().out == "said\n"


def test_a_new_file_has_the_mode_of_any_other_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text("before")
    old.chmod(0o600)
    mask = os.umask(0o027)
    try:
        write("ä\n", str(tmp_path / "new.json"))
        write("after\n", str(old))
    finally:
        os.umask(mask)

    assert (tmp_path / "new.json").read_text(encoding="utf-8") == "ä\n"
    assert stat.S_IMODE((tmp_path / "new.json").stat().st_mode) == 0o640
    assert (old.read_text(), stat.S_IMODE(old.stat().st_mode)) == ("after\n", 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.json", "old.json"]


def test_a_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to("target.json")

    write("said\n", str(tmp_path / "link.json"))

    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "target.json").read_text() == "said\n"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()))
    reader.start()

    write("said\n", str(pipe))

    reader.join(5)
    assert heard == ["said\n"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["nowhere/report.json", "folder"])
def test_a_file_that_cant_be_written_is_told_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(GoldenpathError, match="the report can't be written"):
        write("said\n", str(tmp_path / name))

    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
