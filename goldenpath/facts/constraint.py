"""Version constraints of Poetry and Conda, said in the words of PEP 440 where it has them."""

from __future__ import annotations

import re
from functools import lru_cache

from goldenpath.facts.requirement import Requirement, canonical, is_pinned

_RELEASE = re.compile(r"v?(\d+(?:\.\d+)*)")
_PART = re.compile(r"(===|==|~=|!=|<=|>=|<|>|=|\^|~)?\s*([^\s,<>=!~^|]+)")
_MAX_LENGTH = 500
_EXACT = re.compile(r"v?\d[A-Za-z0-9.+!_-]*")
_CHANNEL = re.compile(r"[^\s\[\]=<>!~]*::")
_SPEC = re.compile(r"(?=[^=<>!~\s\[]*[A-Za-z_])([A-Za-z0-9_][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(.*)")
_START = re.compile(r"[=<>!~(*]|v?\d")
_BRACKET = re.compile(r"""(\w+)\s*=\s*('[^']*'|"[^"]*"|[^,\s]+)""")
_BUILD = re.compile(r"(={0,2})\s*([^\s=<>!~,|]+?)(?:\s*=\s*|\s+)([^\s=<>!~,|]+)")
_BUILD_AFTER_CLAUSE = re.compile(r"(?<=[\w.*])=[\w.*]+\Z")
_VERSION = re.compile(r"[\s\w.*+!<>=~|,()-]*")


@lru_cache(maxsize=4096)
def poetry(text: str) -> tuple[str, bool]:
    """Return Poetry's constraint as a specifier and whether it pins; a bare version pins, `||` has no PEP 440 word."""
    text = text.strip()
    if text in {"", "*", "@latest"}:
        return "", False
    if "|" in text or not _is_list(text):
        return " ".join(text.split()), False
    pairs = [pair for operator, version in _PART.findall(text) for pair in _poetry_pairs(operator, version)]
    return _joined(pairs), is_pinned(pairs)


@lru_cache(maxsize=4096)
def conda(text: str) -> Requirement | None:
    """Return what a match specification asks for (`channel::name=1.2=build`), None where it is none.

    The name is as Conda has it, in small letters: `typing_extensions` and `typing-extensions` are two packages there.
    """
    if len(text) > _MAX_LENGTH:
        return None
    spec = _CHANNEL.sub("", text.partition("#")[0].strip(), count=1)
    found = _SPEC.fullmatch(spec)
    if not found or not _VERSION.fullmatch(found[3]):
        return None
    rest = found[3].strip()
    if found[2] is not None and not rest:
        rest = {key: value.strip("'\"") for key, value in _BRACKET.findall(found[2])}.get("version", "")
    if rest and not _START.match(rest):
        return None
    specifier, pinned = conda_version(rest)
    return Requirement(name=found[1].lower(), specifier=specifier, source="conda", pinned=pinned, written=rest)


@lru_cache(maxsize=4096)
def conda_version(text: str) -> tuple[str, bool]:
    """Return the version part of a match specification as a specifier, and whether it pins.

    `=1.2` is any 1.2, `==1.2` one version; so is a version with a build (`=1.2=py38_0`) or one after a blank.
    """
    text = text.strip().strip("()")
    if len(text) > _MAX_LENGTH:
        return "", False
    build = _BUILD.fullmatch(text)
    if build and _EXACT.fullmatch(build[2]):
        return canonical(f"=={build[2]}"), True
    if build:
        text = "*" if build[2] == "*" else f"{build[1]}{build[2]}"
    if text in {"", "*"}:
        return "", False
    if text[0] in "<>!~":
        text = _BUILD_AFTER_CLAUSE.sub("", text)
    if "|" in text or not _is_list(text):
        return "".join(text.split()), False
    pairs = [_conda_pair(operator, version) for operator, version in _PART.findall(text)]
    known = [pair for pair in pairs if pair[1] != "*"]
    return _joined(known), is_pinned(known)


def exactly(version: str) -> str:
    """Return the specifier of a Python version as tools name it: `3.11` is any 3.11, `3.11.4` one version."""
    match = _RELEASE.fullmatch(version.strip())
    if not match:
        return ""
    return f"=={match[1]}" if match[1].count(".") >= 2 else f"=={match[1]}.*"  # noqa: PLR2004 - major.minor.micro


def _is_list(text: str) -> bool:
    """Tell whether a text is clauses and what parts them, and nothing else."""
    return len(text) <= _MAX_LENGTH and not _PART.sub("", text).strip(" ,\t")


def _joined(pairs: list[tuple[str, str]]) -> str:
    text = ",".join(f"{operator}{version}" for operator, version in pairs)
    return canonical(text) if text else ""


def _poetry_pairs(operator: str, version: str) -> list[tuple[str, str]]:
    if version == "*":
        return []
    if operator in {"^", "~"}:
        return _between(operator, version)
    if operator in {"", "="}:
        # A word that is no version (`latest`) is kept as it stands: it names another one each month.
        return [("==" if _EXACT.fullmatch(version) or version.endswith("*") else "", _dotted(version))]
    return [(operator, version)]


def _between(operator: str, version: str) -> list[tuple[str, str]]:
    """`^1.2` may grow right of its first figure that isn't zero, `~1.2` right of its minor."""
    release = _RELEASE.match(version)
    if not release:
        return [(operator, version)]
    figures = [int(figure) for figure in release[1].split(".")]
    if operator == "~":
        place = min(1, len(figures) - 1)
    else:
        place = next((index for index, figure in enumerate(figures) if figure), len(figures) - 1)
    upper = [*figures[:place], figures[place] + 1, *([0] * (len(figures) - place - 1))]
    lowest = version.removesuffix(".*")
    return [(">=", lowest), ("<", ".".join(map(str, upper)))]


def _conda_pair(operator: str, version: str) -> tuple[str, str]:
    version = _dotted(version)
    if operator == "=":
        return ("==", version if version.endswith("*") else f"{version}.*")
    if operator in {"", "=="}:
        return ("==", version)
    if version.endswith(".*") and operator in {">=", "<", ">", "<="}:
        return (operator, version[:-2])
    return (operator, version)


def _dotted(version: str) -> str:
    """`1.2*` is how some write `1.2.*`."""
    if version.endswith("*") and not version.endswith(".*") and version != "*":
        return f"{version[:-1]}.*"
    return version
