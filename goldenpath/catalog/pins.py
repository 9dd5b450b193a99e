"""The pins of a file: where versions of others' work are fixed, and the file without those versions.

Found are the pins that Dependabot and Renovate move, where they move them: actions and runners in workflows, images in
Dockerfiles and YAML, hooks of pre-commit, requirements in `pyproject.toml`. A file that isn't what its name says holds
none, so that nothing of it is overlooked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from goldenpath import _yaml
from goldenpath.catalog import pin_forms
from goldenpath.facts import toml
from goldenpath.facts.base import ReadError
from goldenpath.facts.instructions import instructions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from goldenpath.facts.instructions import Instruction

Edit = tuple[int, int, str]
"""Start and end in a text, and what comes in between instead."""

MOST = 256 * 1024
"""Bytes of the longest file that is searched for pins."""

_LONGEST = 300  # characters of a pin, or of the comment beside it


class PinKind(StrEnum):
    """What a pin fixes: an action or runner of a workflow, an image, a hook of pre-commit, a Python requirement."""

    ACTIONS = "actions"
    IMAGES = "images"
    HOOKS = "hooks"
    REQUIREMENTS = "requirements"


class PinOwner(StrEnum):
    """Who moves a pin: the bot of the repo, or the standard with a new release of the blueprint."""

    BOT = "bot"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """Who owns the pins of each kind, as a layer says it; None where it leaves that to the layers below."""

    actions: PinOwner | None = None
    images: PinOwner | None = None
    hooks: PinOwner | None = None
    requirements: PinOwner | None = None

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic reads it; no field

    def owner(self, kind: PinKind) -> PinOwner | None:
        """Return who owns the pins of a kind."""
        found: PinOwner | None = getattr(self, kind.value)
        return found


@dataclass(frozen=True, slots=True)
class _Key:
    """A key whose value is a pin, or a list of them, in YAML files of some paths."""

    name: str
    kind: PinKind
    paths: re.Pattern[str]
    form: Callable[[str], str]


_WORKFLOW = re.compile(r"(?:^|/)(?:\.github/workflows/[^/]+|action)\.ya?ml\Z")
_HOOKS = re.compile(r"(?:^|/)\.pre-commit-config\.ya?ml\Z")
_YAML = re.compile(r"\.ya?ml\Z")
_DOCKERFILE = re.compile(r"(?:^|/)(?:[^/]*[._-])?(?:docker|container)file(?:[._-][^/]*)?(?<!ignore)\Z", re.IGNORECASE)
_MANIFEST = re.compile(r"(?:^|/)pyproject\.toml\Z")
_KEYS = (
    _Key("uses", PinKind.ACTIONS, _WORKFLOW, pin_forms.use),
    _Key("runs-on", PinKind.ACTIONS, _WORKFLOW, pin_forms.runner),
    _Key("container", PinKind.IMAGES, _WORKFLOW, pin_forms.image),
    _Key("image", PinKind.IMAGES, _YAML, pin_forms.image),
    _Key("rev", PinKind.HOOKS, _HOOKS, pin_forms.revision),
    _Key("additional_dependencies", PinKind.HOOKS, _HOOKS, pin_forms.addition),
)
# What YAML allows before a text (an anchor, a tag), and a text without escapes in one line.
_TEXT = re.compile(r"""(?:[&!]\S*\s+)*(?:"(?P<double>[^"\\\n]*)"|'(?P<single>[^'\n]*)'|(?P<plain>[^"'\n][^\n]*))""")
_WORD = re.compile(r"""[^\s"'=,\\`]+""")
_REMARK = re.compile(r"(?P<close>(?:[ \t]*[\]},])*)[ \t]+#(?P<said>[^\n]*)")
_ARRAYS = re.compile(
    r"project\.dependencies|project\.optional-dependencies\.[^.]+|dependency-groups\.[^.]+|build-system\.requires"
    r"|tool\.uv\.dev-dependencies"
)


def may_hold(path: str, kinds: Collection[PinKind]) -> bool:
    """Tell whether a file can hold pins of some kinds, by its name."""
    return (
        any(key.kind in kinds and key.paths.search(path) for key in _KEYS)
        or (PinKind.IMAGES in kinds and _DOCKERFILE.search(path) is not None)
        or (PinKind.REQUIREMENTS in kinds and _MANIFEST.search(path) is not None)
    )


def masked(path: str, data: bytes, kinds: Collection[PinKind]) -> bytes:
    """Return a file with the form of each pin of some kinds in place of the pin; everything else, its lines, stays.

    Two files that give the same differ in nothing but versions that a bot may move: the mark of a form is doubled where
    a file has it of its own. In a file that can't be read nothing is a pin.
    """
    if len(data) > MOST or not may_hold(path, kinds):
        return _escaped(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _escaped(data)
    lines = text.split("\n")
    plain = "\n".join(line.removesuffix("\r") for line in lines).removeprefix("\ufeff")
    found = _applied(plain, sorted(set(_edits(path, plain, kinds))))
    ended = zip(found.split("\n"), lines, strict=True)
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    return (bom + "\n".join(f"{line}\r" if was.endswith("\r") else line for line, was in ended)).encode()


def _escaped(data: bytes) -> bytes:
    mark = pin_forms.MARK.encode()
    return data.replace(mark, mark * 2)


def _applied(text: str, edits: list[Edit]) -> str:
    parts, at = [], 0
    for start, end, form in (*edits, (len(text), len(text), "")):
        if start >= at:
            parts += [text[at:start].replace(pin_forms.MARK, pin_forms.MARK * 2), form]
            at = end
    return "".join(parts)


def _edits(path: str, text: str, kinds: Collection[PinKind]) -> Iterator[Edit]:
    keys = {key.name: key.form for key in _KEYS if key.kind in kinds and key.paths.search(path)}
    if keys:
        yield from _in_yaml(text, keys)
    elif PinKind.IMAGES in kinds and _DOCKERFILE.search(path):
        yield from _in_dockerfile(text)
    elif PinKind.REQUIREMENTS in kinds and _MANIFEST.search(path):
        yield from _in_manifest(text)


def _in_yaml(text: str, keys: dict[str, Callable[[str], str]]) -> Iterator[Edit]:
    try:
        documents = _yaml.compose(text)
    except _yaml.YamlError:
        return
    for document in documents:
        for key, value in _pairs(document):
            for node in (value, *value.elements()) if key in keys else ():
                if node.text is not None:
                    yield from _scalar(text, node, keys[key])


def _pairs(root: _yaml.Node) -> Iterator[tuple[str, _yaml.Node]]:
    """Yield each key of a document with its value, however deep; what aliases repeat is walked once."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node.raw) in seen:
            continue
        seen.add(id(node.raw))
        below = list(node.items()) if node.is_mapping else []
        yield from below
        stack += [value for _, value in below]
        stack += node.elements()


def _scalar(text: str, node: _yaml.Node, form: Callable[[str], str]) -> Iterator[Edit]:
    for edit in _text(text, *node.span, form):
        start, end, masked_text = edit
        if text[start:end] == node.text:
            yield edit
            if pin_forms.COMMIT in masked_text:
                yield from _remark(text, node.span[1])


def _text(text: str, start: int, end: int, form: Callable[[str], str]) -> Iterator[Edit]:
    """Yield the edit of a written value, quoted or not, to its form; none where it is no pin."""
    found = _TEXT.fullmatch(text, start, end) if end - start <= _LONGEST else None
    if found:
        pin = found[found.lastgroup or 0]
        said = form(pin)
        if said != pin:
            yield (*found.span(found.lastgroup or 0), said)


def _remark(text: str, at: int) -> Iterator[Edit]:
    """Take the version out of the comment that ends a line; the comment goes where it says nothing else."""
    found = _REMARK.match(text, at)
    if found and len(found["said"]) <= _LONGEST:
        said = pin_forms.remark(found["said"])
        yield found.end("close"), found.end(), f"  # {said}" if said else ""


def _in_dockerfile(text: str) -> Iterator[Edit]:
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
    for instruction in instructions(text):
        forms = {image: pin_forms.image(image) for image in _images(instruction) if len(image) <= _LONGEST}
        start, end = starts[instruction.line - 1], starts[instruction.end]
        for word in _WORD.finditer(text, start, end) if forms else ():
            if forms.get(word[0], word[0]) != word[0]:
                yield (*word.span(), forms[word[0]])


def _images(instruction: Instruction) -> Iterator[str]:
    """Yield what an instruction starts or copies from, a stage or an image."""
    name = instruction.name.removeprefix("ONBUILD ")
    if name == "FROM" and instruction.words:
        yield instruction.words[0].strip("\"'")
    elif name in {"COPY", "ADD"}:
        yield instruction.flag("from") or ""
    elif name == "RUN":
        for key, value in instruction.flags:
            if key == "mount":
                yield from (part.removeprefix("from=") for part in value.split(",") if part.startswith("from="))


def _in_manifest(text: str) -> Iterator[Edit]:
    try:
        document = toml.parse(text)
    except ReadError:
        return
    for path, (start, end) in document.spans.items():
        *array, index = path
        if isinstance(index, int) and _ARRAYS.fullmatch(".".join(map(str, array))):
            yield from _text(text, start, end, pin_forms.requirement)
