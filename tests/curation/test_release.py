"""Releases of a blueprint in a real git repo, and what is made of them afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from goldenpath.catalog.blueprint import read_blueprint
from goldenpath.catalog.compose import compose
from goldenpath.catalog.making import Word
from goldenpath.catalog.tree import read_files, tree_id
from goldenpath.curation.release import Released, release
from goldenpath.errors import GoldenpathError
from goldenpath.standard import read_standard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldenpath.catalog.releases import Release

    Git = Callable[..., str]
    MakeStandard = Callable[..., Path]

NAME = "blueprints/small/template/notes.md"
LAYER = "name: _base\nownership: {managed: [.copier-answers.yml], seeded: [README.md]}\n"
BLUEPRINT = "name: small\nversion: %s\nlayers: [_base]\nownership: {managed: ['*.txt', run.sh, '*.md']}\n"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDENPATH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def standard(make_standard: MakeStandard, git: Git) -> Path:
    folder = make_standard(
        {
            "blueprints/_base/layer.yaml": LAYER,
            "blueprints/small/blueprint.yaml": BLUEPRINT % "1.2.0",
            "blueprints/small/template/run.sh": "#!/bin/sh\n",
        }
    )
    (folder / "blueprints/small/template/run.sh").chmod(0o755)
    git(folder, "init", "-q", "-b", "main")
    _commit(git, folder)
    return folder


def _commit(git: Git, folder: Path) -> None:
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "-m", "change")


def _change(git: Git, folder: Path, version: str, text: str = "more\n") -> None:
    file = folder / "blueprints/small/blueprint.yaml"
    file.write_text(BLUEPRINT % version)
    (folder / NAME).write_text(text)
    _commit(git, folder)


def _release(folder: Path, *, dry_run: bool = False) -> Released:
    return release(read_standard(str(folder)), "small", dry_run=dry_run)


def test_a_release_is_a_commit_whose_tree_is_the_composed_template(standard: Path, git: Git) -> None:
    done = _release(standard)

    template = compose(read_blueprint(standard / "blueprints/small"))
    assert (done.tag, done.before) == ("small-v1.2.0", "")
    assert git(standard, "rev-parse", "small-v1.2.0^{tree}") == template.tree
    assert git(standard, "rev-parse", "small-v1.2.0") == done.commit
    assert git(standard, "ls-tree", "small-v1.2.0:template", "run.sh").startswith("100755")
    assert git(standard, "status", "--porcelain") == "?? blueprints/_releases/"
    assert git(standard, "fsck", "--strict") == ""
    assert git(standard, "check-attr", "text", str(done.bundle)).endswith("text: unset")


def test_the_next_release_stands_on_it_and_its_bundle_is_thin(standard: Path, git: Git) -> None:
    first = _release(standard)
    _change(git, standard, "1.3.0")

    second = _release(standard)

    assert (second.before, second.changed) == ("1.2.0", 1)
    assert git(standard, "rev-parse", "small-v1.3.0^") == first.commit
    assert f"-{first.commit}" in second.bundle.read_bytes()[:500].decode("utf-8", "replace")


def test_a_release_carries_no_clock_and_no_name_of_a_person(standard: Path, tmp_path: Path, git: Git) -> None:
    shutil.copytree(standard, tmp_path / "other")

    assert _release(standard).commit == _release(tmp_path / "other").commit
    assert git(standard, "log", "-1", "--format=%an %ae %at %cn", "small-v1.2.0") == (
        "goldenpath goldenpath@localhost 0 goldenpath"
    )


def test_bundles_alone_tell_the_same_as_tags(standard: Path, git: Git) -> None:
    _release(standard)
    _change(git, standard, "1.3.0")
    _release(standard)
    tagged = {found.version: found.template().tree for found in _releases(standard)}
    for tag in ("small-v1.2.0", "small-v1.3.0"):
        git(standard, "tag", "-d", tag)

    assert list(tagged) == ["1.2.0", "1.3.0"]
    assert {found.version: found.template().tree for found in _releases(standard)} == tagged
    _change(git, standard, "1.4.0", "even more\n")
    assert _release(standard).before == "1.3.0"


def _releases(standard: Path) -> tuple[Release, ...]:
    return read_standard(str(standard)).load_templates().releases("small")


def test_the_folder_renders_as_the_release_until_it_changes(standard: Path, git: Git) -> None:
    def version() -> str:
        return read_standard(str(standard)).load_templates().version("small")

    before = version()
    _release(standard)
    released = version()
    (standard / NAME).write_text("more\n")
    changed = version()
    _change(git, standard, "1.3.0")

    assert (before, released, changed, version()) == ("1.2.0.dev", "1.2.0", "1.2.1.dev", "1.3.0.dev")


def test_a_dry_run_writes_nothing(standard: Path, git: Git) -> None:
    planned = _release(standard, dry_run=True)
    left = git(standard, "status", "--porcelain"), git(standard, "tag"), (standard / "blueprints/_releases").exists()

    assert left == ("", "", False)
    assert _release(standard).commit == planned.commit


def _dirty(standard: Path, _: Git) -> None:
    (standard / NAME).write_text("more\n")


def _ignored(standard: Path, git: Git) -> None:
    (standard / ".gitignore").write_text("*.env\n")
    _commit(git, standard)
    (standard / "blueprints/_base/template/secret.env").write_text("KEY=1\n")


def _same_version(standard: Path, git: Git) -> None:
    _release(standard)
    _change(git, standard, "1.2.0")


def _lower(standard: Path, git: Git) -> None:
    _release(standard)
    _change(git, standard, "1.1.9")


def _no_change(standard: Path, git: Git) -> None:
    _release(standard)
    (standard / "blueprints/small/blueprint.yaml").write_text(BLUEPRINT % "1.3.0")
    _commit(git, standard)


def _no_final(standard: Path, git: Git) -> None:
    _change(git, standard, "1.3.0rc1")


def _broken(standard: Path, git: Git) -> None:
    _change(git, standard, "1.3.0")
    (standard / f"{NAME}.jinja").write_text("{{ nobody }}")
    (standard / NAME).unlink()
    _commit(git, standard)


def _fault(standard: Path, git: Git) -> None:
    file = standard / "blueprints/small/blueprint.yaml"
    file.write_text(file.read_text().replace("run.sh", "runn.sh"))
    _commit(git, standard)


def _no_repo(standard: Path, _: Git) -> None:
    shutil.rmtree(standard / ".git")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_dirty, "has files that aren't committed as they are, such as blueprints/small/template/notes.md"),
        (_ignored, "such as blueprints/_base/template/secret.env"),
        (_same_version, r"small 1\.2\.0 is released already"),
        (_lower, r"small 1\.1\.9 is lower than the released 1\.2\.0"),
        (_no_change, r"small didn't change since 1\.2\.0"),
        (_no_final, "'1.3.0rc1' can't be released"),
        (_broken, "the blueprint can't be rendered: 'nobody' is undefined"),
        (
            _fault,
            "small has 2 faults:\n.*blueprint.yaml:4:32: runn.sh finds no file.*\n.*no layer says whose run.sh is",
        ),
        (_no_repo, "the standard's folder is no git repo"),
    ],
)
def test_what_is_no_release_is_refused_and_nothing_is_written(
    standard: Path, git: Git, spoil: Callable[[Path, Git], None], said: str
) -> None:
    spoil(standard, git)
    before = sorted(standard.rglob("*"))

    with pytest.raises(GoldenpathError, match=said):
        _release(standard)

    assert sorted(path for path in standard.rglob("*") if path.name != "index.lock") == before


def test_an_inherited_blueprint_is_released_where_it_stands(standard: Path, tmp_path: Path, git: Git) -> None:
    upper = tmp_path / "upper"
    upper.mkdir()
    (upper / "goldenpath.yaml").write_text(f"name: upper\nversion: 1.0.0\nextends: {standard}\n")
    git(upper, "init", "-q")

    with pytest.raises(GoldenpathError, match="the blueprint 'small' is inherited"):
        _release(upper)


def test_a_standard_that_was_fetched_is_released_in_the_folder_that_one_works_in(standard: Path) -> None:
    with pytest.raises(GoldenpathError, match="the standard was fetched") as raised:
        release(read_standard(f"{standard}@main"), "small")

    assert "--standard PATH" in raised.value.hint


def test_nothing_that_the_repo_configures_is_run(standard: Path, git: Git, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    for name in ("reference-transaction", "post-commit", "pre-commit", "post-index-change"):
        hook = standard / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {canary}\n")
        hook.chmod(0o755)
    (standard / ".gitattributes").write_text("* filter=evil\n")
    git(standard, "config", "filter.evil.clean", "cat")
    _commit(git, standard)
    canary.unlink()
    git(standard, "config", "filter.evil.clean", f"touch {canary}; cat")

    _release(standard)

    assert not canary.exists()


def test_copier_itself_makes_the_same_repo_of_a_release_and_records_its_version(
    standard: Path, git: Git, tmp_path: Path
) -> None:
    _release(standard)
    templates = read_standard(str(standard)).load_templates()
    ours = templates.making(Word(standard=str(standard), blueprint="small", version="1.2.0", tree=""))
    bare = tmp_path / "small.git"
    git(tmp_path, "init", "-q", "--bare", str(bare))
    git(bare, "fetch", "-q", "--no-tags", str(standard), "refs/tags/small-v*:refs/tags/v*")

    copier = [sys.executable, "-m", "copier", "copy", "--quiet", "--defaults", "--vcs-ref", "v1.2.0"]
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run([*copier, str(bare), str(tmp_path / "theirs")], env=env, check=True, capture_output=True)

    theirs, executable = read_files(tmp_path / "theirs")
    assert ours is not None
    assert ours.newest is not None
    said = theirs.pop(".copier-answers.yml").decode().replace(str(bare), "https://goldenpath.invalid/acme/small.git")
    assert tree_id({**theirs, ".copier-answers.yml": said.encode()}, executable) == ours.newest.tree
