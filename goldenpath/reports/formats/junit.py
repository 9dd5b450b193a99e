"""JUnit's XML, which every CI server shows: a suite a repo, a case for each policy and project.

A finding that is audited, warned or blocks is a failure of that type; what is waived, known, only planned, the
blueprint's or not applicable is skipped with the reason; what could not be judged is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape as markup
from xml.sax.saxutils import quoteattr

from goldenpath._text import escape
from goldenpath.finding import Result, Stage
from goldenpath.reports.words import justification, sentence, whose
from goldenpath.survey.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from goldenpath.finding import Finding
    from goldenpath.policy.evaluate import PolicyResult
    from goldenpath.survey.result import Assessment, Survey


def render(survey: Survey, *, width: int = 0, color: bool = False, every: bool = True) -> str:  # noqa: ARG001 - the seam's
    """Return the document, without a time of its own."""
    suites = [_suite(found.repo.id, list(_cases(found, survey))) for found in survey.assessments]
    if survey.problems:
        cases = [_case("fleet", problem.path, "error", problem.reason) for problem in survey.problems]
        suites.append(_suite("fleet", cases))
    body = "".join(suites)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<testsuites name="goldenpath"{_counts(suites)}>\n{body}</testsuites>\n'


def _suite(name: str, cases: Sequence[str]) -> str:
    inner = "".join(cases)
    return f"  <testsuite name={_attribute(name)}{_counts(cases)}>\n{inner}  </testsuite>\n"


def _counts(parts: Sequence[str]) -> str:
    """Return the counting attributes; text of others can't be counted, since it holds no `<`."""
    text = "".join(parts)
    counted = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    return "".join(f' {name}="{text.count(f"<{tag} ")}"' for name, tag in counted.items())


def _cases(assessment: Assessment, survey: Survey) -> Iterator[str]:
    repo = assessment.repo.id
    if assessment.status is Status.UNREADABLE:
        yield _case(repo, "readable", "error", assessment.reason)
    for file in assessment.unreadable:
        place = f"{file.path}:{file.line}" if file.line else file.path
        yield _case(repo, f"readable: {place}", "skipped", f"can't be read: {file.reason}")
    for result in assessment.results:
        name = f"{result.policy} ({result.project})" if result.project else result.policy
        yield _case(f"{repo}.{result.capability}", name, *_verdict(result, survey))


def _verdict(result: PolicyResult, survey: Survey) -> tuple[str, str, str, str]:
    """Return the element, its message, its type and its text; no element for a pass."""
    if result.result is Result.PASS:
        return "", "", "", ""
    if result.result is Result.ERROR:
        return "error", result.reason, "error", ""
    if result.result is Result.NOT_APPLICABLE:
        return "skipped", f"not applicable: {result.reason}", "", ""
    left = [f for f in result.findings if f.result is Result.FAIL and not survey.is_known(f)]
    if not left:
        return "skipped", _why_skipped(result.findings, survey), "", ""
    if result.stage is Stage.PLANNED:
        return "skipped", f"not enforced yet: {_places(left)[0]}", "", ""
    message = left[0].title if len(left) == 1 else f"{left[0].title} ({len(left)} places)"
    remedy = (left[0].remediation,) if left[0].remediation else ()
    return "failure", message, str(result.stage), "\n".join(escape(line) for line in (*_places(left), *remedy))


def _why_skipped(findings: Sequence[Finding], survey: Survey) -> str:
    return "; ".join(sorted({_why(finding, survey) for finding in findings}))


def _why(finding: Finding, survey: Survey) -> str:
    if finding.waiver:
        return f"waived: {justification(survey, finding)}"
    return whose(finding) if finding.result is Result.BLUEPRINT else "known from the baseline"


def _places(findings: Sequence[Finding]) -> list[str]:
    return [f"{finding.place}: {sentence(finding)}" for finding in findings]


def _case(group: str, name: str, element: str, message: str, kind: str = "", text: str = "") -> str:  # noqa: PLR0913, PLR0917 - the parts of one element
    head = f"    <testcase classname={_attribute(group)} name={_attribute(name)}"
    if not element:
        return f"{head}/>\n"
    typed = f" type={_attribute(kind)}" if kind else ""
    inner = f"<{element} message={_attribute(message)}{typed}"
    inner += f">{markup(text)}</{element}>" if text else "/>"
    return f"{head}>\n      {inner}\n    </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(escape(text))
