from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from goldenpath.catalog.workshop import MARK, PREFIX, check_destination, workshop
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from pathlib import Path


def _killed(parent: Path) -> Path:
    """Leave what a run leaves that is killed in the middle of its work."""
    code = (
        "import os, signal, sys; from pathlib import Path; from goldenpath.catalog.workshop import workshop\n"
        "with workshop(Path(sys.argv[1])) as shop:\n"
        "    (shop / 'half').mkdir(); print(shop, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(parent / "repo")], capture_output=True, check=False)
    left = next(parent.glob(f"{PREFIX}*"))
    assert done.returncode == -9
    assert (left / "half").is_dir()
    return left


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_is_gone_at_the_end_also_after_an_error(tmp_path: Path) -> None:
    def work() -> None:
        with workshop(tmp_path / "deep/er/repo") as shop:
            assert shop.parent == tmp_path
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()

    assert _names(tmp_path) == []


def test_what_a_killed_run_left_is_swept_by_the_next_one_for_any_destination(tmp_path: Path) -> None:
    _killed(tmp_path)

    with workshop(tmp_path / "other"):
        assert len(_names(tmp_path)) == 1

    assert _names(tmp_path) == []


def test_a_run_killed_while_it_cleans_up_is_swept_too(tmp_path: Path) -> None:
    code = (
        "import os, shutil, signal, sys; from pathlib import Path; from goldenpath.catalog import workshop\n"
        "remove = shutil.rmtree\n"
        "def dying(path, **options): remove(path, **options); os.kill(os.getpid(), signal.SIGKILL)\n"
        "shutil.rmtree = dying\n"
        "with workshop.workshop(Path(sys.argv[1])) as shop: (shop / 'a').mkdir(); (shop / 'b').mkdir()"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "repo")], check=False)
    left = len(_names(tmp_path))
    with workshop(tmp_path / "repo"):
        pass

    assert left == 1
    assert _names(tmp_path) == []


def test_the_folder_of_a_living_run_stays(tmp_path: Path) -> None:
    with workshop(tmp_path / "one") as shop:
        with workshop(tmp_path / "two"):
            pass

        assert shop.is_dir()


def test_a_living_run_whose_number_says_otherwise_is_told_by_its_lock(tmp_path: Path) -> None:
    left = _killed(tmp_path)
    with (left / MARK).open() as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)

        with workshop(tmp_path / "repo"):
            pass

        assert left.is_dir()


@pytest.mark.parametrize("content", [None, "", "my own notes\n"])
def test_a_folder_of_the_user_with_such_a_name_stays(tmp_path: Path, content: str | None) -> None:
    own = tmp_path / f"{PREFIX}999999999-notes"
    (own / "work").mkdir(parents=True)
    if content is not None:
        (own / MARK).write_text(content)

    with workshop(tmp_path / "repo"):
        pass

    assert (own / "work").is_dir()


def test_a_link_with_such_a_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    left = _killed(tmp_path / "elsewhere")
    link = tmp_path / f"{PREFIX}999999999-link"
    link.symlink_to(left)

    with workshop(tmp_path / "repo"):
        pass

    assert left.is_dir()
    assert link.is_symlink()


def test_a_run_killed_before_its_mark_leaves_an_empty_folder_that_is_swept(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}999999999-abc").mkdir()
    (tmp_path / f"{PREFIX}{os.getppid()}-abc").mkdir()

    with workshop(tmp_path / "repo"):
        pass

    assert _names(tmp_path) == [f"{PREFIX}{os.getppid()}-abc"]


def test_a_destination_may_be_new_or_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    check_destination(tmp_path / "empty")
    check_destination(tmp_path / "new/and/deep")


@pytest.mark.parametrize(
    ("destination", "said"),
    [
        ("full", "isn't empty"),
        ("file", "is no folder"),
        ("link", "is no folder"),
        ("dangling", "is no folder"),
        ("file/below", "is no folder"),
        ("dangling/below", "is no folder"),
    ],
)
def test_a_destination_that_can_take_no_repo_is_refused(tmp_path: Path, destination: str, said: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/.hidden").touch()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    (tmp_path / "empty").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")

    with pytest.raises(GoldenpathError, match=said):
        check_destination(tmp_path / destination)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_closed_parent_is_refused(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)

    with pytest.raises(GoldenpathError, match="can't be written to"):
        check_destination(tmp_path / "closed/repo")


def test_a_file_system_that_takes_no_folder_is_told() -> None:
    from pathlib import Path  # noqa: PLC0415 - a place that is closed even to root

    with pytest.raises(GoldenpathError, match="nothing can be made there"), workshop(Path("/proc/new-repo")):
        pass
