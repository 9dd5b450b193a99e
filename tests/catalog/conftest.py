"""What the tests of the catalog share: orders for the small blueprint of a standard in a temporary folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from goldenpath.catalog.blueprint import read_blueprint
from goldenpath.catalog.compose import compose
from goldenpath.catalog.create import Options, Order, Source, create
from goldenpath.catalog.drift import State, drift_of
from goldenpath.facts.inventory import inventory
from goldenpath.repo import Repo
from goldenpath.snapshot import open_snapshot
from goldenpath.standard import read_standard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldenpath.catalog.drift import Drift
    from goldenpath.catalog.making import Makings
    from goldenpath.catalog.templates import Templates
    from goldenpath.standard import Standard


class MakeOrder(Protocol):
    def __call__(self, standard: Path, destination: Path, **answers: Any) -> Order: ...


@pytest.fixture
def make_order() -> MakeOrder:
    def make(standard: Path, destination: Path, **answers: Any) -> Order:
        blueprint = read_blueprint(standard / "blueprints/small")
        return Order(
            blueprint=blueprint,
            template=compose(blueprint),
            version=blueprint.version,
            source=Source(standard="acme", ref="v1.4.0", url="https://example.org/blueprints/small.git"),
            answers=answers,
            destination=destination,
        )

    return make


class Road:
    """A standard with one small blueprint whose files are owned, and the repos that are made from it."""

    def __init__(self, folder: Path, git: Callable[..., str], aside: Path) -> None:
        self.folder = folder
        self._git = git
        self._aside = aside

    @property
    def standard(self) -> Standard:
        return read_standard(str(self.folder))

    @property
    def templates(self) -> Templates:
        """What a new run would know: nothing is remembered."""
        return self.standard.load_templates()

    def change(self, **files: str | None) -> None:
        """Change the files of the blueprint's template, None takes one away; `__` stands for a slash."""
        for name, text in files.items():
            path = self.folder / "blueprints/small/template" / name.replace("__", "/")
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)

    def version(self, number: str) -> None:
        file = self.folder / "blueprints/small/blueprint.yaml"
        file.write_text(re.sub("version: .*", f"version: {number}", file.read_text()))

    def make(self, name: str, version: str, **answers: Any) -> Path:
        """Make a repo with one commit from the folder as it is."""
        blueprint = read_blueprint(self.folder / "blueprints/small")
        source, ref = self.standard.recorded
        order = Order(
            blueprint=blueprint,
            template=compose(blueprint),
            version=version,
            source=Source(standard=source, ref=ref, url=self.standard.url_of("small")),
            answers=answers,
            destination=self._aside / name,
        )
        made = create(order, Options(lock=False), step=lambda _: None)
        assert made is not None
        return made.folder

    def release(self, version: str, *, after: str = "", bundle: bool = False) -> None:
        """Release the folder as it is: a tag, or a bundle that stands on the release before it and no tag."""
        repo = self._aside / "releases" if bundle else self.folder
        if not (repo / ".git").exists():
            repo.mkdir(exist_ok=True)
            self._git(repo, "init", "-q")
        work = self._aside / f"template-{version}"
        compose(read_blueprint(self.folder / "blueprints/small")).write(work)
        self._git(repo, f"--work-tree={work}", "add", "-A", "-f")
        tree = self._git(repo, "write-tree")
        self._git(repo, "rm", "-r", "-q", "--cached", ".")
        parents = ("-p", f"small-v{after}") if after else ()
        commit = self._git(repo, "commit-tree", tree, *parents, "-m", version)
        self._git(repo, "tag", f"small-v{version}", commit)
        if bundle:
            target = self.folder / "blueprints/_releases"
            target.mkdir(exist_ok=True)
            since = (f"^small-v{after}",) if after else ()
            file = target / f"small-v{version}.bundle"
            self._git(repo, "bundle", "create", "-q", str(file), *since, f"small-v{version}")

    def drift(self, repo: Path, *, worktree: bool = True, templates: Makings | None = None) -> Drift:
        found = self.ours(repo, worktree=worktree, templates=templates)
        assert found is not None
        return found

    def ours(self, repo: Path, *, worktree: bool = True, templates: Makings | None = None) -> Drift | None:
        snapshot = open_snapshot(Repo(id="r", name="r", path=str(repo)), worktree=worktree)
        (row,) = inventory(snapshot).standing
        return drift_of(snapshot, row, templates or self.templates)

    def states(self, repo: Path, **keywords: Any) -> dict[str, str]:
        """Return what isn't in sync: path and key to state."""
        found = self.drift(repo, **keywords)
        assert not found.making.refused
        rows = (row for row in found.files if row.state is not State.IN_SYNC)
        return {f"{row.path} {row.key}".strip(): str(row.state) for row in rows}


OWNED = """\
name: small
version: 1.2.0
layers: [_base]
ownership:
  managed: [".ci/**", Makefile, .copier-answers.yml, size.txt]
  shared: {pyproject.toml: [tool.ruff, tool.mypy], .gitignore: []}
  seeded: [README.md]
"""
OWNED_FILES = {
    "blueprints/small/blueprint.yaml": OWNED,
    "blueprints/small/template/.ci/build.yml": "steps:\n  - checkout\n  - test\n  - scan\n  - publish\n",
    "blueprints/small/template/Makefile.jinja": "test:\n\tpytest {{ project_name }}\n",
    "blueprints/small/template/pyproject.toml.jinja": (
        '[project]\nname = "{{ project_name }}"\n\n[tool.ruff]\nline-length = 100\n'
        'lint.select = ["E", "F"]\n\n[tool.mypy]\nstrict = true\n'
    ),
    "blueprints/small/template/.gitignore": "# Python\n__pycache__/\n.venv/\n",
}


@pytest.fixture
def road(
    make_standard: Callable[..., Path], git: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Road:
    """Give a `Road`, with a cache of its own."""
    monkeypatch.setenv("GOLDENPATH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return Road(make_standard(OWNED_FILES), git, tmp_path)
