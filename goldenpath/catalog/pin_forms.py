"""The form of a pin: what stays of it when a bot moves it to another version.

A commit stays a commit, a tag a tag, `==` stays `==`; names, extras and markers stay as they are. So two pins have the
same form where one is the other after a bump. What is no pin in a form that bots keep is returned unchanged.
"""

from __future__ import annotations

import re

MARK = "«"
"""Every form of a pin has it; whoever puts one into a text tells it from the text's own."""

COMMIT, DIGEST, VERSION = "«commit»", "«digest»", "«version»"

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.IGNORECASE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NUMBER = r"v?\d+(?:\.\d+)*(?:[-+.][0-9A-Za-z.-]+)?"
_TAG = re.compile(rf"(?P<prefix>(?:[A-Za-z][\w-]*?[-/])?){_NUMBER}")
_USE = re.compile(r"(?P<name>(?:https://[\w.-]+/)?[\w.-]+/[\w./-]+)@(?P<ref>[\w./+-]+)")
_RUNNER = re.compile(r"(?P<system>ubuntu|macos|windows)-\d+(?:\.\d+)*(?P<kind>(?:-[a-z0-9]+)*)")
_IMAGE_NAME = re.compile(r"[\w.-]+(?::\d+(?=/))?(?:/[\w.-]+)*")
_IMAGE_TAG = re.compile(r"\w[\w.-]{0,127}")
_FIGURES = re.compile(r"\d+(?:[._]\d+)*")
_HEAD = re.compile(r"\s*(?P<name>[A-Za-z0-9][\w.-]*)\s*(?P<extras>\[[^\]\[]*\])?\s*")
_CLAUSE = re.compile(r"\s*(?P<operator>===|==|~=|!=|<=|>=|<|>)\s*(?P<version>[\w.*+!-]+)\s*")
_OTHER_PACKAGE = re.compile(rf"(?P<name>@?[\w.-]+(?:/[\w.-]+)*)@(?P<range>[~^]?){_NUMBER}")
# The ways in which bots name the version beside a commit: pinact, Renovate, ratchet, `pre-commit autoupdate --freeze`.
_SAID_FIRST = re.compile(
    r"\s*(?:renovate\s*:\s*)?(?:pin\s+|tag\s*=\s*|frozen:\s*|ratchet:[\w.-]+(?:/[\w.-]+)+)?@?"
    rf"(?:[A-Za-z][\w-]*?[-/])?{_NUMBER}(?=[\s,;]|\Z)"
)
_SAID_LAST = re.compile(rf"(?<!\S){_NUMBER}\Z")


def use(text: str) -> str:
    """Return the form of what a step or job uses: `owner/repo/path@REF`, or `docker://image:tag@digest`."""
    if text.startswith("docker://"):
        return "docker://" + image(text.removeprefix("docker://"))
    found = _USE.fullmatch(text)
    return f"{found['name']}@{revision(found['ref'])}" if found else text


def runner(text: str) -> str:
    """Return the form of a forge's runner, such as `ubuntu-24.04`."""
    found = _RUNNER.fullmatch(text)
    return f"{found['system']}-{VERSION}{found['kind']}" if found else text


def revision(text: str) -> str:
    """Return the form of a revision: of a full commit, or of a tag that names a version. A branch stays as it is."""
    if _COMMIT.fullmatch(text):
        return COMMIT
    found = _TAG.fullmatch(text)
    return f"{found['prefix']}{VERSION}" if found else text


def image(text: str) -> str:
    """Return the form of an image: its name, the words of its tag (`-slim-bookworm`), and whether it has a digest."""
    named, at, digest = text.partition("@")
    head, slash, last = named.rpartition("/")
    name, colon, tag = last.partition(":")
    name = head + slash + name
    if not _IMAGE_NAME.fullmatch(name) or (colon and not _IMAGE_TAG.fullmatch(tag)):
        return text
    if at and not _DIGEST.fullmatch(digest):
        return text
    return name + colon + _FIGURES.sub(VERSION, tag) + (f"@{DIGEST}" if at else "")


def requirement(text: str) -> str:
    """Return the form of a requirement: name, extras, operators and marker.

    Bots order and space the clauses anew, and turn `>` into `>=`. What is excluded (`!=`), fixed to the letter (`===`)
    or of a local version (`==0+ours`, which no index has) is none of theirs.
    """
    head = _HEAD.match(text)
    clauses, semicolon, marker = text[head.end() if head else 0 :].partition(";")
    found = _clauses(clauses)
    if not head or not found:
        return text
    marked = f" ; {marker.strip()}" if semicolon else ""
    return f"{head['name']}{head['extras'] or ''}{','.join(sorted(found))}{marked}"


def addition(text: str) -> str:
    """Return the form of what a hook is installed with: a requirement, or `name@version` of Node or Go."""
    found = _OTHER_PACKAGE.fullmatch(text)
    return f"{found['name']}@{found['range']}{VERSION}" if found else requirement(text)


def remark(text: str) -> str:
    """Return a comment beside a commit without the version that it names; "" for one that names nothing else."""
    first = _SAID_FIRST.match(text)
    if first:
        return text[first.end() :].strip()
    return _SAID_LAST.sub("", text.strip()).strip()


def _clauses(text: str) -> list[str]:
    """Return the form of each clause of a specifier; none for what isn't one."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    found = []
    for part in text.split(","):
        clause = _CLAUSE.fullmatch(part)
        if not clause:
            return []
        found.append(_clause(clause["operator"], clause["version"]))
    return found


def _clause(operator: str, version: str) -> str:
    if operator in {"!=", "==="} or "+" in version:
        return operator + version
    wildcard = ".*" if version.endswith(".*") else ""
    return f"{'>=' if operator == '>' else operator}{VERSION}{wildcard}"
