"""Requirements files of any sensible name; a generated one with hashes, or that says who made it, is a lock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts import compiled, constraint, pip
from goldenpath.facts.known import known
from goldenpath.facts.model import Dependency, Facts, Include, Package, Python, Unreadable
from goldenpath.facts.readers import conda_lock
from goldenpath.facts.requirement import Requirement, place
from goldenpath.facts.text import decode, matches

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (
    "*requirement*.txt",
    "*requirements*.in",
    "*requirements*.lock",
    "*requirements*.pip",
    "*constraints*.txt",
    "*constraints*.in",
    "*requirments*.txt",
    "requirements",
    "requirements.dev",
    "req.txt",
    "req[-_.]*.txt",
    "reqs*.txt",
    "*[-_]req.txt",
    "*[-_]reqs.txt",
    "*-requires",
    "dependencies.txt",
    "deps.txt",
    "**/requirements/**/*.txt",
    "**/requirements/**/*.in",
    "**/requirements/**/*.pip",
    "**/*[-_]requirements/*.txt",
    "**/_requirements/*.txt",
    "**/requirement/*.txt",
    "**/reqs/*.txt",
    "**/reqs/*.in",
    "**/reqs/*.pip",
)
VERSION = 8

_MAKER = re.compile(
    r"#.*?(?:generated|frozen|compiled|locked|created)\b[^.;,]{0,30}?\b"
    r"(hatch-pip-compile|pip-compile-multi|pip-compile|pip-deepfreeze|pip-tools|conda-lock|poetry|pipenv|pixi|pdm|rye|uv)\b",
    re.IGNORECASE,
)
_CONDA = re.compile(r"^# ?\$ conda create --name ", re.MULTILINE)
_HASHED = re.compile(r"\s--hash[= ]")
_BARE = re.compile(r"[A-Za-z0-9](?![^;]*(?:@|://))")
_HASH = re.compile(r"^[^#\n]*--hash[= ]", re.MULTILINE)
_PACKAGE = re.compile(
    r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]\n]*\])? ?==(?!=) ?([^\s;,\\*]+)(?![^\s;\\])", re.MULTILINE
)
_HEADER_WIDTH = 500
_WEAK = frozenset({"dependencies.txt", "deps.txt"})
_PIPS_OWN = re.compile(r"[=~!<>]=|[<>]|^-|://")
_SCOPES = {
    "test": frozenset({"test", "tests", "testing", "unittest", "unittests"}),
    "dev": frozenset({"dev", "devel", "develop", "development", "lint", "linting", "ci", "style", "typing", "mypy"}),
    "docs": frozenset({"doc", "docs", "documentation", "rtd"}),
    "build": frozenset({"build", "packaging"}),
}


def read(file: File) -> Facts:
    """Return what a requirements file asks for, or that it is a lock."""
    if file.name.lower().rpartition(".")[0] in known("lists")["others"]:
        return Facts()
    kind = "constraint" if "constraint" in file.name.lower() else "requirement"
    return read_as(file, kind=kind, scope=scope_of(file.path), named=False)


def read_as(file: File, *, kind: str, scope: str, named: bool = True) -> Facts:
    """Read a file that another one names, whatever its own name is; `kind` is requirement or constraint.

    Without one that names it (`named`), its own name may say that it is another manager's.
    """
    text = decode(file.data)
    tool = _maker(text)
    if tool == "conda":
        return conda_lock.listed(file.path, text)
    hashed = _HASH.search(text) is not None
    whole = hashed and (compiled.is_hashed(text) if tool else _is_whole(text))
    if tool or whole or compiled.is_annotated(text):
        return compiled.lock(file.path, text, tool or ("pip" if whole else "pip-compile"), hashes=whole)
    found = list(pip.lines(text))
    if named:
        return _manifest(file, found, kind=kind, scope=scope)
    if _is_condas(file.path):
        return _of_conda(file, found, scope=scope)
    # A list of words, of which nothing says that they are Python's, or whose name says that they are not.
    if _is_vague(file) and not any(_PIPS_OWN.search(line.text) for line in found):
        return Facts()
    return Facts() if _words(file.path) & set(known("lists")["own"]) else _manifest(file, found, kind=kind, scope=scope)


def packages(file: File) -> tuple[Package, ...]:
    """Return the packages of a lock, found by a scan: generated lines have one form, and there are thousands."""
    text = decode(file.data)
    if _maker(text) == "conda":
        return conda_lock.packages(file)
    return tuple(
        Package(name=canonicalize_name(found[1]), version=found[2], lock=file.path, path=file.path, line=line)
        for found, line in matches(_PACKAGE, text)
    )


def scope_of(path: str) -> str:
    """Return the scope that a requirements file's name or folder tells (`requirements-dev.txt`, `docs/...`)."""
    words = _words(path)
    return next((scope for scope, those in _SCOPES.items() if words & those), "runtime")


def _words(path: str) -> set[str]:
    """Return the words of a file's name and of its folder's."""
    folder, _, name = path.lower().rpartition("/")
    return set(re.split(r"[^a-z]+", f"{folder.rpartition('/')[2]} {name}"))


def _is_vague(file: File) -> bool:
    return file.name.lower() in _WEAK or bool(_words(file.path) & set(known("lists")["vague"]))


def _is_condas(path: str) -> bool:
    return bool(_words(path.rpartition("/")[2]) & set(known("lists")["conda"]))


def _of_conda(file: File, found: list[pip.Line], *, scope: str) -> Facts:
    """Return what a list for `conda install --file` asks for; a line that pip alone knows is one of pip's."""
    rows = [(constraint.conda(line.text), line) for line in found if not line.text.startswith("-")]
    if not all(row for row, _ in rows):
        return _manifest(file, found, kind="requirement", scope=scope)
    named = [(row, line) for row, line in rows if row]
    python = [(row, line) for row, line in named if row.name == "python"]
    return Facts(
        dependencies=tuple(
            place(row, path=file.path, line=line.line, scope=scope) for row, line in named if row.name != "python"
        ),
        python=tuple(
            Python(specifier=row.specifier, written=row.written, path=file.path, line=line.line) for row, line in python
        ),
    )


def _manifest(file: File, found: list[pip.Line], *, kind: str, scope: str) -> Facts:
    dependencies: list[Dependency] = []
    includes: list[Include] = []
    wrong: list[int] = []
    for line in found:
        said = pip.meaning(line.text)
        if isinstance(said, Requirement):
            dependencies.append(place(said, path=file.path, line=line.line, scope=scope))
        elif isinstance(said, pip.Pointer):
            includes.append(Include(target=said.target, kind=said.kind, scope=scope, path=file.path, line=line.line))
        elif said is None:
            wrong.append(line.line)
    if len(wrong) > len(dependencies) + len(includes):
        return _prose(file, wrong[0])
    rows = tuple(dependencies)
    return Facts(
        dependencies=rows if kind == "requirement" else (),
        constraints=rows if kind == "constraint" else (),
        includes=tuple(includes),
        unreadable=_wrong(file.path, wrong),
    )


def _prose(file: File, line: int) -> Facts:
    """Tell a file that is none, unless it merely sounds like one (`user_requirements.txt`)."""
    if not re.match(r"requirements?\b.*\.", file.name, re.IGNORECASE):
        return Facts()
    return Facts(unreadable=(Unreadable(path=file.path, reason="is no requirements file", line=line),))


def _wrong(path: str, wrong: list[int]) -> tuple[Unreadable, ...]:
    if not wrong:
        return ()
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return (Unreadable(path=path, reason=f"line is no requirement{more}", partial=True, line=wrong[0]),)


def _is_whole(text: str) -> bool:
    """Tell whether every requirement of an index has its hashes: pip refuses a file where one lacks them."""
    return not any(not _HASHED.search(line.text) and _BARE.match(line.text) for line in pip.lines(text))


def _maker(text: str) -> str:
    head = compiled.head(text)
    if text.startswith("@EXPLICIT") or "\n@EXPLICIT" in text[:_HEADER_WIDTH]:
        return "conda"
    if _CONDA.search("\n".join(head)) and not _PACKAGE.search(text):  # a list kept by hand for pip still has the words
        return "conda"
    found = next((match for line in head if (match := _MAKER.match(line))), None)
    return found[1].lower() if found else ""
