from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath import _yaml
from goldenpath.catalog.create import Options, create, preview
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldenpath.catalog.create import Made, Order

    Git = Callable[..., str]
    MakeStandard = Callable[..., Path]
    MakeOrder = Callable[..., Order]

PLAIN = Options(lock=False)
HOOKS = "repos:\n  - repo: local\n    hooks: [{id: a, name: a, language: system, entry: 'true'}]\n"


def _made(order: Order, options: Options = PLAIN, **keywords: Any) -> Made:
    made = create(order, options, step=lambda _: None, **keywords)
    assert made is not None
    return made


@pytest.fixture
def order(make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path) -> Order:
    return make_order(make_standard(), tmp_path / "work" / "repo")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()


def test_a_new_repo_is_one_commit_on_main_with_a_clean_status(order: Order, git: Git) -> None:
    made = _made(order)

    assert git(made.folder, "status", "--porcelain", "--ignored") == ""
    assert git(made.folder, "rev-list", "--count", "main") == "1"
    assert git(made.folder, "log", "-1", "--format=%(trailers:key=Goldenpath-Blueprint,valueonly)") == "small 1.2.0"
    assert sorted(git(made.folder, "ls-files").splitlines()) == sorted(made.files)
    assert [path.name for path in made.folder.parent.iterdir()] == ["repo"]


def test_the_recorded_tree_is_the_one_that_git_writes_for_the_rendered_files(order: Order, git: Git) -> None:
    made = _made(order)
    git(made.folder, "rm", "-q", "--cached", ".goldenpath.yaml")

    assert git(made.folder, "write-tree") == made.tree
    assert f"tree: {made.tree}\n" in (made.folder / ".goldenpath.yaml").read_text()


def test_a_new_repo_records_the_road_that_its_blueprint_brings_and_none_without(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path
) -> None:
    bare = _made(make_order(make_standard(name="bare"), tmp_path / "without")).folder
    layer = {"blueprints/_base/layer.yaml": "name: _base\nroad: 1.10.0\n"}
    road = _made(make_order(make_standard(layer, name="roaded"), tmp_path / "with")).folder

    assert "road" not in (bare / ".goldenpath.yaml").read_text()
    said = _yaml.load((road / ".goldenpath.yaml").read_text())
    assert (list(said)[4:6], said["road"]) == (["tree", "road"], "1.10.0")


def test_the_same_order_twice_gives_the_same_bytes(make_standard: MakeStandard, make_order: MakeOrder) -> None:
    standard = make_standard()
    one, two = (_made(make_order(standard, standard / name, project_name="x"), Options(lock=False, git=False))
                for name in ("one", "two"))  # fmt: skip

    def bytes_of(made: Made) -> dict[str, tuple[int, bytes]]:
        return {name: ((made.folder / name).stat().st_mode, (made.folder / name).read_bytes()) for name in made.files}

    assert bytes_of(one) == bytes_of(two)


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_modes_follow_the_mask_and_the_executable_bit_stays(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path, git: Git, mask: int
) -> None:
    standard = make_standard({"blueprints/small/template/run.sh": "#!/bin/sh\n"})
    (standard / "blueprints/small/template/run.sh").chmod(0o755)
    before = os.umask(mask)
    try:
        made = _made(make_order(standard, tmp_path / "repo"))
    finally:
        os.umask(before)

    assert git(made.folder, "ls-files", "-s", "run.sh").startswith("100755")
    assert git(made.folder, "ls-files", "-s", "README.md").startswith("100644")
    assert made.folder.stat().st_mode & 0o777 == 0o777 & ~mask
    assert os.access(made.folder / "run.sh", os.X_OK)


def test_an_empty_folder_is_taken_and_missing_parents_are_made(order: Order) -> None:
    order.destination.mkdir(parents=True)

    made = _made(order)

    assert (made.folder / "README.md").read_text() == "# thing of team-a\n"


@pytest.mark.parametrize(
    ("answers", "said"),
    [({"ownr": "x"}, "no question 'ownr'"), ({"size": "big"}, "whole number"), ({"size": 2}, "size can't be 2")],
)
def test_wrong_answers_are_told_before_anything_is_written(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path, answers: dict[str, Any], said: str
) -> None:
    order = make_order(make_standard(), tmp_path / "new/repo", **answers)

    with pytest.raises(GoldenpathError, match=said):
        _made(order)

    assert not (tmp_path / "new").exists()


def test_a_question_without_a_default_is_asked_only_when_it_applies(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path
) -> None:
    size = "size: {type: int, default: 3}\n"
    basis = "personal: {type: bool, default: false}\nbasis: {type: str, when: '{{ personal }}'}\n"
    standard = make_standard({"blueprints/small/copier.yml": size + basis})

    with pytest.raises(GoldenpathError, match="the question 'basis' has no default") as raised:
        _made(make_order(standard, tmp_path / "new/repo", personal=True))
    made = _made(make_order(standard, tmp_path / "new/other", personal=False))

    assert raised.value.hint == "Answer it: --data basis=..."
    assert made.folder.is_dir()
    assert not (tmp_path / "new/repo").exists()


def test_a_validator_that_refuses_names_the_question_and_leaves_nothing(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path
) -> None:
    question = "size: {type: int, default: 3, validator: '{% if size > 3 %}Too big{% endif %}'}\n"
    order = make_order(make_standard({"blueprints/small/copier.yml": question}), tmp_path / "new/repo", size=4)

    with pytest.raises(GoldenpathError, match="the answer to 'size' won't do: Too big") as raised:
        _made(order)

    assert raised.value.hint == "Give another one: --data size=..."
    assert not (tmp_path / "new").exists()


def test_a_mistake_in_a_template_is_the_blueprints(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path
) -> None:
    order = make_order(make_standard({"blueprints/small/template/x.jinja": "{{ nobody }}"}), tmp_path / "repo")

    with pytest.raises(GoldenpathError, match="the blueprint can't be rendered: 'nobody' is undefined"):
        _made(order)

    assert not (tmp_path / "repo").exists()


def test_a_template_without_an_answers_file_is_refused(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path
) -> None:
    name = "blueprints/_base/template/{{ _copier_conf.answers_file }}.jinja"
    order = make_order(make_standard({name: None}), tmp_path / "repo")

    with pytest.raises(GoldenpathError, match="writes no answers file"):
        _made(order)


def test_a_preview_has_the_tree_of_the_repo_and_writes_nothing(order: Order) -> None:
    planned = preview(order, PLAIN, step=lambda _: None)
    nothing = not order.destination.parent.exists()
    made = _made(order)

    assert nothing
    assert (planned.tree, planned.files) == (made.tree, made.files)


def test_a_person_who_says_no_gets_nothing(order: Order) -> None:
    asked: list[Made] = []

    def refuse(planned: Made) -> bool:
        asked.append(planned)
        return False

    made = create(order, PLAIN, step=lambda _: None, confirm=refuse)

    assert made is None
    assert asked[0].answers["owner"] == "team-a"
    assert not order.destination.parent.exists()


def test_a_destination_that_others_fill_meanwhile_is_left_to_them(order: Order) -> None:
    def fill(_: Made) -> bool:
        order.destination.mkdir(parents=True)
        (order.destination / "theirs").touch()
        return True

    with pytest.raises(GoldenpathError, match="can't be made"):
        _made(order, confirm=fill)

    assert [path.name for path in order.destination.iterdir()] == ["theirs"]
    assert [path.name for path in order.destination.parent.iterdir()] == ["repo"]


def test_inside_a_repo_it_is_a_folder_of_that_repo(
    make_standard: MakeStandard, make_order: MakeOrder, make_repo: Callable[..., Path], git: Git
) -> None:
    outer = make_repo({"README.md": ""}, "mono")

    made = _made(make_order(make_standard(), outer / "services/forecast"))

    assert not made.committed
    assert not (made.folder / ".git").exists()
    assert str(outer) in made.notes[0]
    assert git(outer, "status", "--porcelain") == "?? services/"


def test_in_an_ignored_folder_of_a_repo_it_is_a_repo_of_its_own(
    make_standard: MakeStandard, make_order: MakeOrder, make_repo: Callable[..., Path], git: Git
) -> None:
    outer = make_repo({".gitignore": "/play/\n"}, "mono")

    made = _made(make_order(make_standard(), outer / "play/forecast"))

    assert made.committed
    assert git(made.folder, "status", "--porcelain") == ""


def test_a_folder_that_is_merely_named_git_makes_no_repo_around_it(order: Order, tmp_path: Path) -> None:
    (tmp_path / "work/.git").mkdir(parents=True)

    assert _made(order).committed


def test_without_git_there_are_files_only(order: Order) -> None:
    made = _made(order, Options(lock=False, git=False))

    assert not (made.folder / ".git").exists()
    assert not made.committed


def test_without_a_name_the_commit_is_goldenpaths_and_it_says_so(order: Order, git: Git) -> None:
    made = _made(order)

    assert git(made.folder, "log", "-1", "--format=%an <%ae>") == "goldenpath <goldenpath@localhost>"
    assert "Git knows no name for you" in made.notes[0]


@pytest.mark.parametrize("file", [".gitconfig", ".config/git/config"])
def test_the_person_is_the_author_whatever_else_their_configuration_does(
    order: Order, git: Git, tmp_path: Path, file: str
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    config = tmp_path / "home" / file
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f"[user]\nname = Ann Other\nemail = ann@example.org\n[core]\nhooksPath = {hooks}\nautocrlf = true\n"
        "[commit]\ngpgSign = true\n[gpg]\nprogram = false\n[init]\ndefaultBranch = trunk\n"
    )

    made = _made(order)

    assert git(made.folder, "log", "-1", "--format=%an <%ae> %D") == "Ann Other <ann@example.org> HEAD -> main"
    assert made.notes == ()
    assert subprocess.check_output(["git", "status", "--porcelain"], cwd=made.folder) == b""


def test_hooks_are_installed_and_no_trace_of_their_making_stays(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path, git: Git
) -> None:
    standard = make_standard({"blueprints/small/template/.pre-commit-config.yaml": HOOKS})

    made = _made(make_order(standard, tmp_path / "repo"))
    hook = (made.folder / ".git/hooks/pre-commit").read_text()

    assert not any("hooks" in note for note in made.notes)
    assert "--config=.pre-commit-config.yaml" in hook
    assert "goldenpath-new" not in hook
    assert git(made.folder, "status", "--porcelain") == ""


def test_hooks_of_a_configuration_that_is_a_template_are_installed_too(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path
) -> None:
    text = "# of {{ owner }}\ndefault_install_hook_types: [pre-push]\n" + HOOKS
    standard = make_standard({"blueprints/small/template/.pre-commit-config.yaml.jinja": text})

    made = _made(make_order(standard, tmp_path / "repo"))

    assert (made.folder / ".git/hooks/pre-push").is_file()
    assert not (made.folder / ".git/hooks/pre-commit").exists()


def test_hooks_that_cant_be_installed_are_told_with_the_reason(
    make_standard: MakeStandard, make_order: MakeOrder, tmp_path: Path
) -> None:
    (tmp_path / "home/.gitconfig").write_text("[core]\nhooksPath = /somewhere\n[user]\nname = A\nemail = a@b.c\n")
    standard = make_standard({"blueprints/small/template/.pre-commit-config.yaml": HOOKS})

    made = _made(make_order(standard, tmp_path / "repo"))

    assert made.notes == (
        "The hooks are not installed (your git configuration sets core.hooksPath): run `make setup` in the repo.",
    )


def test_copier_itself_would_have_recorded_the_same_and_updates_from_it(order: Order, git: Git, tmp_path: Path) -> None:
    url = order.source.url
    origin = tmp_path / "template"
    origin.mkdir()
    order.template.write(origin)
    git(origin, "init", "-q", "-b", "main")
    git(origin, "add", "-A", "-f")
    git(origin, "commit", "-q", "-m", "v1.2.0")
    git(origin, "tag", "v1.2.0")
    (tmp_path / "home/.gitconfig").write_text(
        f'[url "{origin}"]\n\tinsteadOf = {url}\n[user]\n\tname = A\n\temail = a@b.c\n'
    )
    env = os.environ | {"COPIER_CACHE_DIR": str(tmp_path / "cache")}

    def copier(*arguments: str, cwd: Path) -> None:
        subprocess.run(
            [sys.executable, "-m", "copier", *arguments, "--quiet", "--defaults"], cwd=cwd, env=env, check=True
        )

    made = _made(order)
    copier("copy", url, str(tmp_path / "by-copier"), cwd=tmp_path)
    name = ".copier-answers.yml"
    assert (made.folder / name).read_bytes() == (tmp_path / "by-copier" / name).read_bytes()

    (origin / "template/size.txt.jinja").write_text("now {{ size }}\n")
    git(origin, "commit", "-q", "-a", "-m", "v1.3.0")
    git(origin, "tag", "v1.3.0")
    copier("update", cwd=made.folder)

    assert (made.folder / "size.txt").read_text() == "now 3\n"
    assert "_commit: v1.3.0\n" in (made.folder / name).read_text()
    assert Path(made.folder / "README.md").read_text() == "# thing of team-a\n"
