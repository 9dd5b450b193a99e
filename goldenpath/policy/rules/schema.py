"""The rule kind `schema`: a parsed file against a JSON Schema that stands in the policy.

    schema:
      file: brief.yaml
      schema: {type: object, required: [objective], properties: {objective: {type: string, minLength: 10}}}
      missing: fail

It knows the keywords that say what a configuration looks like, and refuses a policy that uses another: a keyword that
is silently not checked would be a pass. Take `value` for one value, this for the shape of a whole file.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic resolves the annotations
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.finding import Place
from goldenpath.policy import documents, engine, shapes
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.policy.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRule:
    """The files that a glob finds must be valid under a JSON Schema; each place that isn't is a finding.

    `missing` is the verdict where the glob finds no file.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    file: str
    schema: Mapping[str, Any]
    missing: Missing = Missing.FAIL

    def __post_init__(self) -> None:
        for path, message in shapes.unknown(self.schema):
            raise SpecError(message, "schema", *path)

    def check(self, subject: Subject) -> Outcome:
        """Return whether the files have the shape."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask each file, once if it is right, for each place that is wrong if it isn't."""
        paths = subject.paths(self.file)
        lacking = f"{subject.root}/{self.file}" if subject.root else self.file
        return engine.Question(
            items=tuple(item for path in paths for item in self._items(subject.document(path))),
            quantifier=engine.Quantifier.EACH,
            missing=self.missing,
            absent=engine.nothing_found(subject, what=self.file, wanted="a file with this shape", path=lacking),
        )

    def _items(self, document: documents.Document) -> Iterator[engine.Item]:
        wrong = list(shapes.violations(document.data, self.schema))
        for steps, found, wanted in wrong:
            place = Place(path=document.path, line=document.line(steps))
            subject = ".".join(str(step) for step in steps if not isinstance(step, int)) or document.path
            yield engine.Item(met=engine.Met.NO, place=place, subject=subject, found=found, wanted=wanted)
        if not wrong:
            yield engine.Item(
                met=engine.Met.YES,
                place=Place(path=document.path),
                subject=document.path,
                found="the shape",
                wanted="another shape",
            )
