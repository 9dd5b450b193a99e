from __future__ import annotations

from goldenpath.facts.model import Dependency, Facts, Import, Project
from goldenpath.facts.own import without_own


def _left(
    path: str,
    module: str,
    *files: str,
    script: bool = False,
    declared: tuple[str, ...] = (),
    roots: tuple[str, ...] = (),
) -> bool:
    """Tell whether an import counts as third-party."""
    facts = Facts(
        imports=(Import(module=module, source="python", script=script, path=path, line=1),),
        dependencies=tuple(Dependency(name=name, specifier="", path="pyproject.toml") for name in declared),
        projects=tuple(Project(root=root, name=None, build_backend=None, path=f"{root}/x") for root in roots),
    )
    return bool(without_own(facts, [path, *files]).imports)


def test_an_import_that_nothing_in_the_repo_explains_is_third_party() -> None:
    assert _left("train.py", "torch")
    assert _left("train.py", "some_lib", "other.py")


def test_a_module_at_the_root_or_under_src_is_own() -> None:
    assert not _left("tests/test_x.py", "fraud", "fraud/__init__.py")
    assert not _left("tests/test_x.py", "fraud", "src/fraud/__init__.py")
    assert not _left("train.py", "config", "config.py")


def test_a_module_of_a_projects_root_is_own_from_another_project() -> None:
    files = ("libs/features/src/features/__init__.py",)

    assert not _left(
        "apps/api/main.py", "features", *files, declared=("features",), roots=("apps/api", "libs/features")
    )


def test_a_module_beside_a_script_hides_an_installed_one() -> None:
    assert not _left("tools/run.py", "mlflow", "tools/mlflow.py")


def test_a_module_inside_a_package_hides_nothing() -> None:
    files = ("pkg/__init__.py", "pkg/loggers/__init__.py", "pkg/loggers/wandb.py")

    assert _left("pkg/loggers/base.py", "wandb", *files)


def test_a_module_beside_a_script_in_a_package_folder_is_own() -> None:
    assert not _left("src/train.py", "torch", "src/__init__.py", "src/torch.py", script=True)


def test_a_folder_without_init_never_hides_a_package_of_the_field() -> None:
    assert _left("train.py", "mlflow", "mlflow/server.py")
    assert _left("train.py", "acme_lib", "acme_lib/notes.py", declared=("acme-lib",))


def test_a_folder_without_init_explains_a_name_that_nobody_else_bears() -> None:
    assert not _left("train.py", "models", "models/net.py")
    assert not _left("code/scripts/x.py", "mypkg", "code/python/mypkg/__init__.py")


def test_a_file_that_is_no_python_explains_nothing() -> None:
    assert _left("train.py", "helm", "helm/values.yaml", "helm.md")
