"""Reads container files: the images they start and copy from, and what the final stage runs as."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError
from goldenpath.facts.base_users import user_of
from goldenpath.facts.expand import expand, unresolved
from goldenpath.facts.instructions import Instruction, instructions, unquote
from goldenpath.facts.model import Container, Facts, Image
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = tuple(
    pattern.format(name)
    for name in ("dockerfile", "containerfile")
    for pattern in ("{}", "{}.*", "{}-*", "{}_*", "*.{}", "*-{}", "*_{}", "*[._-]{}[._-]*")
)
VERSION = 9

_NAME = re.compile(r"(?:.*\.)?(?:docker|container)file\Z", re.IGNORECASE)
_OTHER_SUFFIXES = (
    "adoc bats css diff dockerignore go html ini ipynb java js json jsx lock log lua md mdx patch png ps1 py pyc rb rs "
    "rst sh svg toml ts tsx txt vue xml yaml yml zip bash zsh fish"
)
_OTHER_LANGUAGES = frozenset(_OTHER_SUFFIXES.split())
_SERVER = re.compile(
    r"\b(?:uvicorn|gunicorn|hypercorn|granian|daphne|waitress(?:-serve)?|uwsgi|flask run|fastapi run|litestar run"
    r"|sanic|mlserver start|bentoml serve|serve run|torchserve|tritonserver|tensorflow_model_server|vllm serve"
    r"|streamlit run|chainlit run)\b"
)
_PLATFORM = re.compile(r"\$\{?(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)\}?")

_WHOLE = frozenset({".", "./", "./.", "/", "*", "./*"})


@dataclass(slots=True)
class _Stage:
    """A stage while its instructions are read; `parent` is the earlier stage that it starts from."""

    index: int
    name: str | None
    parent: _Stage | None
    line: int
    variables: dict[str, str] = field(default_factory=dict)
    user: Instruction | None = None
    healthcheck: bool | None = None
    exposes: bool = False
    entrypoint: str | None = None
    command: str | None = None

    def lineage(self) -> Iterable[_Stage]:
        stage: _Stage | None = self
        while stage is not None:
            yield stage
            stage = stage.parent


def read(file: File) -> Facts:
    """Return the images and the container of a Dockerfile.

    `FROM scratch` is an image like any other; a name that an earlier stage bears is none.
    """
    _, _, suffix = file.name.lower().rpartition(".")
    if suffix in _OTHER_LANGUAGES:
        return Facts()
    found = instructions(decode(file.data))
    if not _NAME.match(file.name) and not any(_is_from(instruction) for instruction in found):
        return Facts()  # by its name only nearly a Dockerfile, by its words none
    return _Build(file.path).run(found)


def _is_from(instruction: Instruction) -> bool:
    return instruction.name == "FROM" and len(instruction.words) in {1, 3}


class _Build:
    """One pass over the instructions of a file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._global: dict[str, str] = {}
        self._stages: list[_Stage] = []
        self._images: list[tuple[_Stage, str, str, int]] = []
        self._copies_context = False

    def run(self, found: tuple[Instruction, ...]) -> Facts:
        for instruction in found:
            if instruction.name == "FROM":
                self._start(instruction)
            elif not self._stages:
                if instruction.name == "ARG":
                    _declare(instruction, self._global, {})
            else:
                self._step(instruction, self._stages[-1])
        if not self._stages:
            raise ReadError("has no FROM instruction that names an image")
        return Facts(images=tuple(self._records()), containers=(self._container(),))

    def _start(self, instruction: Instruction) -> None:
        words = [unquote(word) for word in instruction.words]
        if not words:
            return
        # Only arguments declared above the first FROM count here: what a stage declares ends with it.
        base = expand(words[0], self._global)
        named = len(words) > 2 and words[1].lower() == "as"  # noqa: PLR2004 - FROM image AS name
        parent = self._stage_named(base)
        stage = _Stage(len(self._stages), words[2] if named else None, parent, instruction.line)
        self._stages.append(stage)
        if parent is None:
            self._images.append((stage, base, "from", instruction.line))

    def _stage_named(self, base: str) -> _Stage | None:
        pattern = re.escape(base)
        if _PLATFORM.search(base):  # `FROM build-${TARGETARCH}` picks one of the stages above
            pattern = ".+".join(re.escape(part) for part in _PLATFORM.split(base))
        wanted = re.compile(pattern, re.IGNORECASE)
        return next((stage for stage in reversed(self._stages) if stage.name and wanted.fullmatch(stage.name)), None)

    def _step(self, instruction: Instruction, stage: _Stage) -> None:
        name = instruction.name.removeprefix("ONBUILD ")
        source = None
        if name in {"COPY", "ADD"}:
            source = instruction.flag("from")
            self._copies_context |= not source and _is_whole(instruction)
        elif name == "RUN":
            for key, value in instruction.flags:
                if key == "mount":
                    self._copy(_mount_source(value), instruction, stage)
        self._copy(source, instruction, stage)
        if name == instruction.name:
            self._configure(instruction, stage)

    def _copy(self, source: str | None, instruction: Instruction, stage: _Stage) -> None:
        if source:
            self._images.append((stage, expand(source, _scope(stage)), "copy", instruction.line))

    def _configure(self, instruction: Instruction, stage: _Stage) -> None:
        if instruction.name == "ARG":
            _declare(instruction, stage.variables, self._global)
        elif instruction.name == "ENV":
            _declare(instruction, stage.variables, {})
        elif instruction.name == "USER" and instruction.words:
            stage.user = instruction
        elif instruction.name == "HEALTHCHECK" and instruction.words:
            stage.healthcheck = instruction.words[0].upper() != "NONE"
        elif instruction.name == "EXPOSE" and instruction.words:
            stage.exposes = True
        elif instruction.name == "ENTRYPOINT":
            stage.entrypoint, stage.command = _started(instruction), ""
        elif instruction.name == "CMD":
            stage.command = _started(instruction)

    def _records(self) -> Iterable[Image]:
        last = self._stages[-1]
        shipped = {stage.index for stage in last.lineage()}
        names = {stage.name.lower() for stage in self._stages if stage.name}
        for stage, text, origin, line in self._images:
            if origin == "copy" and (text.lower() in names or text.isdigit()):
                continue  # a stage by name or number; a builder finds those below the line as well
            name, tag, digest = split_reference(text)
            yield Image(
                image=name,
                tag=tag,
                digest=digest,
                origin=origin,
                stage=stage.name,
                final=stage is last,
                shipped=stage.index in shipped,
                resolved=not unresolved(text),
                path=self._path,
                line=line,
            )

    def _container(self) -> Container:
        last = self._stages[-1]
        owner = next((stage for stage in last.lineage() if stage.user), None)
        user, group, line = None, None, last.line
        if owner and owner.user:
            written = expand(unquote(owner.user.words[0]), _scope(owner))
            user, group, _ = split_reference(written)
            line = owner.user.line
        health = next((stage.healthcheck for stage in last.lineage() if stage.healthcheck is not None), False)
        bases = [text for stage, text, origin, _ in self._images if origin == "from" and stage in last.lineage()]
        base = bases[0] if bases else ""
        return Container(
            path=self._path,
            user=user,
            group=group,
            base=base,
            base_user=user_of(base),
            serves=_serves(tuple(last.lineage())),
            healthcheck=health,
            copies_context=self._copies_context,
            stages=len(self._stages),
            line=line,
        )


def _serves(lineage: tuple[_Stage, ...]) -> bool:
    """Tell whether a stage exposes a port, or what it starts in the end is a server by its name."""
    entrypoint = next((stage.entrypoint for stage in lineage if stage.entrypoint is not None), "")
    command = next((stage.command for stage in lineage if stage.command is not None), "")
    return any(stage.exposes for stage in lineage) or _SERVER.search(f"{entrypoint} {command}") is not None


def _started(instruction: Instruction) -> str:
    """Return a command as words, whether it is written as a list or as a line for the shell."""
    return " ".join(re.findall(r"[^\s\[\],\"']+", " ".join(instruction.words)))


def _is_whole(instruction: Instruction) -> bool:
    """Tell whether a COPY or ADD takes all that the build is given, in either way to write it."""
    written = " ".join(instruction.words)
    words = re.findall(r'"([^"]*)"', written) if written.startswith("[") else written.split()
    return any(word in _WHOLE for word in words[:-1])


def _scope(stage: _Stage) -> dict[str, str]:
    scope: dict[str, str] = {}
    for ancestor in reversed(list(stage.lineage())):
        scope.update(ancestor.variables)
    return scope


def _declare(instruction: Instruction, variables: dict[str, str], inherited: dict[str, str]) -> None:
    """Note what ARG or ENV sets; an ARG without a default takes the one above the first FROM."""
    words = instruction.words
    if instruction.name == "ENV" and len(words) > 1 and "=" not in words[0]:
        words = (f"{words[0]}={' '.join(words[1:])}",)
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            variables[name] = expand(unquote(value), {**inherited, **variables})
        elif name in inherited:
            variables[name] = inherited[name]


def _mount_source(value: str) -> str | None:
    options = dict(part.partition("=")[::2] for part in value.split(","))
    return options.get("from")


def split_reference(text: str) -> tuple[str, str | None, str | None]:
    """Split a reference into name, tag and digest; a registry's port is no tag, nor is a colon inside `${...}`."""
    masked = re.sub(r"\$\{[^}]*\}|\{\{.*?\}\}", lambda match: "_" * len(match[0]), text)
    at = masked.find("@")
    digest = text[at + 1 :] if at >= 0 else None
    end = at if at >= 0 else len(text)
    colon = masked.rfind(":", masked.rfind("/", 0, end) + 1, end)
    if colon < 0:
        return text[:end], None, digest
    return text[:colon], text[colon + 1 : end] or None, digest
