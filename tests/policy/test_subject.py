"""What a rule can ask of a repo or of one project in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.facts.model import Artifact, Dependency, Facts, Import, Project, Python, Secret, Standing, Unreadable
from goldenpath.policy.base import Scope
from goldenpath.policy.subject import subjects
from goldenpath.repo import Repo
from goldenpath.snapshot.base import Entry, Kind
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.policy.conftest import MakeSubject, MakeSubjects

_FILES = {"README.md": "", "a/x.py": "", "a/b/y.py": "", "ab/z.py": ""}


def _project(root: str) -> Project:
    return Project(root=root, name=None, build_backend=None, path=f"{root}/pyproject.toml", project=root)


def _standing(project: str, lifecycle: str) -> Standing:
    nothing = dict.fromkeys(("standard", "ref", "blueprint", "version", "tree", "road", "tier", "owner"))
    return Standing(**nothing, lifecycle=lifecycle, path=f"{project}/.goldenpath.yaml", project=project)


def test_a_repo_comes_first_and_then_each_of_its_projects(make_subjects: MakeSubjects) -> None:
    found = make_subjects(_FILES, Facts(projects=(_project("ab"), _project("a"))))

    assert [(subject.scope, subject.root) for subject in found] == [
        (Scope.REPO, ""),
        (Scope.PROJECT, "a"),
        (Scope.PROJECT, "ab"),
    ]


def test_a_project_has_its_own_files_and_none_of_those_inside_or_beside_it(make_subjects: MakeSubjects) -> None:
    repo, outer, inner, beside = make_subjects(_FILES, Facts(projects=(_project("a"), _project("a/b"), _project("ab"))))

    assert repo.files == ("README.md", "a/b/y.py", "a/x.py", "ab/z.py")
    assert (outer.files, inner.files, beside.files) == (("a/x.py",), ("a/b/y.py",), ("ab/z.py",))


def test_globs_are_relative_to_the_project_and_paths_to_the_repo(make_subjects: MakeSubjects) -> None:
    _, project = make_subjects(_FILES, Facts(projects=(_project("a"),)))

    assert project.paths("x.py") == ("a/x.py",)
    assert project.paths("*.py") == ("a/x.py",)
    assert project.paths("**/*.py") == ("a/b/y.py", "a/x.py")
    assert project.paths("b/") == ("a/b/y.py",)
    assert project.paths("a/x.py") == ()
    assert project.paths("README.md") == ()


@pytest.mark.parametrize("glob", ["*e", "**/*e", "**/Makefile", "*[e]", "*le", "Make*"])
def test_a_glob_finds_a_file_however_short_its_ending_is(make_subject: MakeSubject, glob: str) -> None:
    subject = make_subject({"Makefile": "", "m": "", "x/y.md": ""})

    found = subject.paths(glob)

    assert found == ("Makefile",)


def test_a_project_has_its_own_facts(make_subjects: MakeSubjects) -> None:
    rows = tuple(Dependency(name=name, specifier="", path="p", project=name) for name in ("a", "ab"))
    repo, a, ab = make_subjects({}, Facts(projects=(_project("a"), _project("ab")), dependencies=rows))

    assert [len(subject.table("dependencies")) for subject in (repo, a, ab)] == [2, 1, 1]
    with pytest.raises(KeyError):
        repo.table("dependency")


def test_what_is_used_is_declared_or_imported_and_not_only_built_with(make_subject: MakeSubject) -> None:
    facts = Facts(
        dependencies=(
            Dependency(name="torch", specifier="", path="a"),
            Dependency(name="hatchling", specifier="", scope="build", path="a"),
        ),
        imports=(Import(module="sklearn", source="python", path="a.py"),),
    )

    assert make_subject({}, facts).used == {"torch", "sklearn"}


def test_a_projects_own_standing_goes_before_the_repos(make_subjects: MakeSubjects) -> None:
    facts = Facts(
        projects=(_project("a"), _project("b")), standing=(_standing("", "production"), _standing("a", "sandbox"))
    )
    repo, a, b = make_subjects({}, facts, ("ml",))

    assert [subject.position.lifecycle for subject in (repo, a, b)] == ["production", "sandbox", "production"]
    assert a.position.topics == ("ml",)
    assert make_subjects({}, None, ("ml",))[0].position.topics == ("ml",)


def test_a_document_is_parsed_once_and_a_missing_one_is_unreadable(make_subject: MakeSubject) -> None:
    subject = make_subject({"a.toml": "x = 1\n"})

    assert subject.document("a.toml") is subject.document("a.toml")
    with pytest.raises(UnreadableError):
        subject.document("b.toml")


def test_a_submodule_is_no_file() -> None:
    class Snapshot(MemorySnapshot):
        def entries(self) -> Mapping[str, Entry]:
            return {**super().entries(), "lib": Entry(path="lib", kind=Kind.SUBMODULE)}

    (repo, _) = subjects(Repo(id="x", name="x", path=""), Snapshot({"a.py": ""}), Facts())

    assert repo.files == ("a.py",)
    assert repo.paths("lib") == ()


def test_templates_of_other_repos_are_not_judged(make_subjects: MakeSubjects) -> None:
    template = "{{ cookiecutter.name }}"
    files = {**_FILES, f"{template}/train.py": "", "Dockerfile.j2": "", "t/[% if x %]{% if x %}a.py": ""}
    imports = tuple(Import(module="torch", source="python", path=path) for path in (f"{template}/train.py", "a/x.py"))

    found = make_subjects(files, Facts(projects=(_project("a"), _project(template)), imports=imports))

    assert [subject.root for subject in found] == ["", "a"]
    assert found[0].files == ("README.md", "a/b/y.py", "a/x.py", "ab/z.py")
    assert [row.path for row in found[0].facts.imports] == ["a/x.py"]


def test_manifests_of_test_data_are_not_judged_but_what_weighs_there_is(make_subjects: MakeSubjects) -> None:
    path = "tests/fixtures/old/pyproject.toml"
    facts = Facts(
        projects=(_project("a"), _project("tests/fixtures/old")),
        python=(Python(specifier="==2.7.*", path=path),),
        unreadable=(Unreadable(path=path, reason="is no TOML"),),
        secrets=(Secret(kind="private-key", path="tests/fixtures/key.pem"),),
        models=(Artifact(kind="pickle", path="tests/data/model.pkl"),),
    )

    found = make_subjects({**_FILES, path: ""}, facts)

    assert [subject.root for subject in found] == ["", "a"]
    assert found[0].facts.python == ()
    assert found[0].facts.unreadable == ()
    assert [row.path for row in found[0].facts.secrets] == ["tests/fixtures/key.pem"]
    assert [row.path for row in found[0].facts.models] == ["tests/data/model.pkl"]
