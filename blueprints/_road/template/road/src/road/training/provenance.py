"""What wrote a model: the commit of the code and the versions of the libraries that matter."""

import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from road.core.errors import UserError

PACKAGES = ("numpy", "onnx", "onnxruntime", "polars")


def code_commit(stated: str | None) -> tuple[str, bool]:
    """The commit, and whether files differ from it; an image has no git and states its own."""
    if stated:
        return stated, False
    commit = _git("rev-parse", "HEAD")
    return (commit, bool(_git("status", "--porcelain"))) if commit else ("unknown", True)


def package_versions(libraries: Iterable[str]) -> dict[str, str]:
    """Versions of the libraries that decide what the model is: those it is made with, and ours."""
    try:
        return {name: version(name) for name in sorted({*PACKAGES, *libraries})}
    except PackageNotFoundError as error:
        raise UserError(f"project.yaml: model: its libraries name {error.name}, which isn't installed") from error


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", *arguments],  # noqa: S607 - whichever git the user works with
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
