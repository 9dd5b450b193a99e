"""The beginning of a policy: commented YAML that loads, and whose cases hold, for each kind of rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import indent
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goldenpath.finding import Capability

_WARN = timedelta(days=90)
_BLOCK = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A rule of a kind as its YAML has it, and a file map that fails and one that passes it."""

    rule: str
    fail: str
    passes: str


_LOCK = '{{uv.lock: "version = 1\\n\\n[[package]]\\nname = \\"shelf\\"\\nversion = \\"{}\\"\\n", "osv:EX-1.json": {}}}'
_RECORD = (
    """'{"id": "EX-1", "modified": "2026-01-01T00:00:00Z", "database_specific": {"severity": "CRITICAL"}, """
    """"affected": [{"package": {"ecosystem": "PyPI", "name": "shelf"}, "versions": ["1.2.0"]}]}'"""
)
_MADE = (
    '{{.goldenpath.yaml: "blueprint: small\\nversion: 1.0.0\\n", '
    '"blueprint:1.0.0/Makefile": "test:\\n\\tpytest\\n", Makefile: "test:\\n\\t{}\\n"}}'
)

EXAMPLES: Mapping[str, Example] = {
    "action": Example(
        rule="{pinned: true}",
        fail='{.github/workflows/ci.yml: "on: push\\njobs: {a: {runs-on: x, steps: [{uses: acme/build@v1}]}}\\n"}',
        passes='{.github/workflows/ci.yml: "on: push\\njobs: {a: {runs-on: x, steps: '
        '[{uses: acme/build@0123456789abcdef0123456789abcdef01234567}]}}\\n"}',
    ),
    "advisory": Example(
        rule="{severity: high, days: 30}",
        fail=_LOCK.format("1.2.0", _RECORD),
        passes=_LOCK.format("1.3.0", _RECORD),
    ),
    "dependency": Example(
        rule='{deny: ["flask*"]}',
        fail='{requirements.txt: "flask==3.0.0\\n"}',
        passes='{requirements.txt: "fastapi==0.115.0\\n"}',
    ),
    "either": Example(
        rule="{of: [{dependency: {any_of: [mlflow]}}, {fact: {table: imports, any: {module: mlflow}}}]}",
        fail='{requirements.txt: "torch==2.5.0\\n"}',
        passes='{requirements.txt: "mlflow==3.5.0\\n"}',
    ),
    "fact": Example(
        rule='{table: containers, each: {user: {not_in: [root, "0"]}}, missing: fail}',
        fail='{Dockerfile: "FROM x\\nUSER root\\n"}',
        passes='{Dockerfile: "FROM x\\nUSER 10001\\n"}',
    ),
    "file": Example(rule="{exists: README.md}", fail='{main.py: ""}', passes='{README.md: "# What it is for\\n"}'),
    "hook": Example(
        rule="{required: [ruff-check]}",
        fail='{.pre-commit-config.yaml: "repos:\\n- {repo: local, hooks: [{id: black}]}\\n"}',
        passes='{.pre-commit-config.yaml: "repos:\\n- {repo: local, hooks: [{id: ruff-check}]}\\n"}',
    ),
    "image": Example(
        rule="{deny_tags: [latest]}",
        fail='{Dockerfile: "FROM python\\n"}',
        passes='{Dockerfile: "FROM python:3.12\\n"}',
    ),
    "lockfile": Example(
        rule="{present: true}",
        fail="{pyproject.toml: \"[project]\\nname = 'x'\\nversion = '1'\\n\"}",
        passes="{pyproject.toml: \"[project]\\nname = 'x'\\nversion = '1'\\n\", uv.lock: \"version = 1\\n\"}",
    ),
    "python_version": Example(
        rule='{at_least: "3.11"}',
        fail="{pyproject.toml: \"[project]\\nname = 'x'\\nversion = '1'\\nrequires-python = '>=3.8'\\n\"}",
        passes="{pyproject.toml: \"[project]\\nname = 'x'\\nversion = '1'\\nrequires-python = '>=3.11'\\n\"}",
    ),
    "schema": Example(
        rule="{file: brief.yaml, schema: {type: object, required: [objective]}, missing: fail}",
        fail='{brief.yaml: "metric: rmse\\n"}',
        passes='{brief.yaml: "objective: fewer empty shelves\\n"}',
    ),
    "technology": Example(
        rule="{deny: [hold]}",
        fail='{requirements.txt: "flask==3.0.0\\n"}',
        passes='{requirements.txt: "fastapi==0.115.0\\n"}',
    ),
    "template": Example(
        rule="{states: [edited, both, deleted, moved, differs]}",
        fail=_MADE.format("true"),
        passes=_MADE.format("pytest"),
    ),
    "value": Example(
        rule="{file: pyproject.toml, path: tool.mypy.strict, equals: true, missing: fail}",
        fail='{pyproject.toml: "[tool.mypy]\\nstrict = false\\n"}',
        passes='{pyproject.toml: "[tool.mypy]\\nstrict = true\\n"}',
    ),
}


def skeleton(name: str, *, kind: str, capability: Capability, today: date) -> str:
    """Return the YAML of a new policy, audited from today; raise GoldenpathError for a kind without an example."""
    example = EXAMPLES.get(kind)
    if example is None:
        raise GoldenpathError(f"there is no example of a rule {kind!r}", hint=did_you_mean(kind, EXAMPLES))
    return _TEXT.format(
        name=name,
        capability=capability,
        audit=today,
        warn=today + _WARN,
        block=today + _BLOCK,
        kind=kind,
        rule=example.rule,
        fail=indent(f"- {example.fail}", "      "),
        passes=indent(f"- {example.passes}", "      "),
    )


_TEXT = """\
- id: {name}
  # One sentence that is true of a repo which passes.
  title: TODO say what holds
  # scalability, reproducibility, integration, security, observability, framing or ownership
  capability: {capability}
  # 1: every repo; 2: what runs in production; 3: the best
  level: 2
  # low, medium, high or critical: it ranks findings and decides no exit code
  severity: medium
  # It is told from `audit` on, warns from `warn` on, and fails runs from `block` on. Leave out what shall never come.
  enforcement: {{audit: {audit}, warn: {warn}, block: {block}}}
  # `repo`, or `project` to ask each project of a monorepo alone
  scope: repo
  # Where it applies; leave it out for every repo. `not applicable` is no pass.
  # when: {{uses: [fastapi]}}
  {kind}: {rule}
  rationale: TODO say what goes wrong in a repo that fails, so that a team wants to mend it.
  remediation:
    text: TODO say what to do, in a sentence.
    before: |
      TODO the file as it fails
    after: |
      TODO the file as it passes
  # false for what nobody may negotiate
  waivable: true
  references: []
  # Small repos as maps of paths to texts; `goldenpath policy test` runs them. With `when:`, add `not_applicable:`.
  cases:
    fail:
{fail}
    pass:
{passes}
"""
