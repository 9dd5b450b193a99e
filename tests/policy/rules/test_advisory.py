from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from goldenpath.facts.advisories import advisories_of
from goldenpath.facts.inventory import inventory
from goldenpath.finding import Result, Severity
from goldenpath.policy.base import Outcome, SpecError
from goldenpath.policy.rules.advisory import AdvisoryRule
from goldenpath.policy.subject import Knowledge, subjects
from goldenpath.repo import Repo
from goldenpath.snapshot.memory import MemorySnapshot

LOCK = """\
version = 1

[[package]]
name = "shelf"
version = "1.2.0"
source = { registry = "https://index.example.org/simple" }

[[package]]
name = "sound"
version = "3.0"
source = { registry = "https://index.example.org/simple" }
"""
RECORD = {
    "id": "GHSA-1",
    "aliases": ["CVE-2026-1"],
    "modified": "2026-02-01T00:00:00Z",
    "published": "2026-01-10T00:00:00Z",
    "summary": "It leaks",
    "database_specific": {"severity": "HIGH"},
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "shelf"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.3.0"}]}],
        }
    ],
}
DAY = date(2026, 11, 21)


def judged(
    record: dict[str, Any] | None = RECORD, *, as_of: date = DAY, files: dict[str, str] | None = None, **rule: Any
) -> Outcome:
    snapshot = MemorySnapshot({**(files or {"uv.lock": LOCK})})
    known = advisories_of([("here", record)]) if record is not None else None
    facts = inventory(snapshot, packages=True)
    subject = subjects(Repo(id="r", name="r", path=""), snapshot, facts, Knowledge(advisories=known, as_of=as_of))[0]
    return AdvisoryRule(**rule).check(subject)


def test_a_vulnerable_package_is_told_with_its_line_and_what_mends_it() -> None:
    (miss,) = judged().misses

    assert (str(miss.place), miss.subject) == ("uv.lock:3", "shelf CVE-2026-1")
    assert miss.found == "shelf 1.2.0 has CVE-2026-1 (high, told 2026-01-10): It leaks"
    assert miss.wanted == "shelf 1.3.0 or later"


@pytest.mark.parametrize(
    ("as_of", "result"),
    [
        (date(2026, 1, 9), Result.PASS),
        (date(2026, 2, 8), Result.PASS),
        (date(2026, 2, 9), Result.FAIL),
        (date(2027, 1, 1), Result.FAIL),
    ],
)
def test_there_are_days_to_mend_it(as_of: date, result: Result) -> None:
    assert judged(as_of=as_of, days=30).result is result


def test_only_what_is_severe_enough_counts() -> None:
    assert judged(severity=Severity.HIGH).result is Result.FAIL
    assert judged(severity=Severity.CRITICAL).result is Result.PASS


def test_what_nobody_has_rated_counts_unless_it_is_left_out() -> None:
    unrated = {**RECORD, "database_specific": {}}

    assert judged(unrated, severity=Severity.CRITICAL).result is Result.FAIL
    assert judged(unrated, severity=Severity.CRITICAL, unrated=False).result is Result.PASS


def test_without_advisories_nothing_is_asked_and_nothing_passes() -> None:
    outcome = judged(None)

    assert outcome.result is Result.NOT_APPLICABLE
    assert "--advisories" in outcome.reason


def test_without_a_lock_nothing_is_asked() -> None:
    assert judged(files={"README.md": ""}).result is Result.NOT_APPLICABLE


def test_conda_s_names_are_not_those_of_pypi() -> None:
    explicit = "@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/shelf-1.2.0-py311_0.conda\n"

    assert judged(files={"conda-linux-64.lock": explicit}).result is Result.NOT_APPLICABLE


def test_packages_can_be_left_out() -> None:
    assert judged(except_=("sh*",)).result is Result.PASS


def test_days_are_no_debt() -> None:
    with pytest.raises(SpecError, match="zero or more"):
        AdvisoryRule(days=-1)


NPM = '{"lockfileVersion": 3, "packages": {"node_modules/shelf": {"version": "1.2.0"}}}'


def test_a_package_of_npm_is_asked_where_a_record_speaks_of_npm() -> None:
    part = {"package": {"ecosystem": "npm", "name": "shelf"}, "ranges": RECORD["affected"][0]["ranges"]}  # type: ignore[index]

    assert judged({**RECORD, "affected": [part]}, files={"package-lock.json": NPM}).result is Result.FAIL
    assert judged(files={"package-lock.json": NPM}).result is Result.NOT_APPLICABLE


def test_a_package_of_pypi_in_conda_s_lock_is_asked() -> None:
    text = "package:\n- name: shelf\n  version: 1.2.0\n  manager: pip\n"

    assert judged(files={"conda-lock.yml": text}).result is Result.FAIL
    assert judged(files={"conda-lock.yml": text.replace("pip", "conda")}).result is Result.NOT_APPLICABLE


def test_there_are_no_days_for_malware() -> None:
    record = {**RECORD, "id": "MAL-2026-1", "aliases": [], "published": "2026-11-20T00:00:00Z", "database_specific": {}}

    outcome = judged(record, severity=Severity.CRITICAL, days=14, unrated=False)

    assert outcome.result is Result.FAIL
    assert "malware" in outcome.misses[0].found
    assert judged(record, as_of=date(2026, 11, 1), severity=Severity.CRITICAL).result is Result.PASS
