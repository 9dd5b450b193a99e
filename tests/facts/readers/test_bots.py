from __future__ import annotations

import pytest

from goldenpath.facts.inventory import inventory
from goldenpath.snapshot.memory import MemorySnapshot

UPDATES = "version: 2\nupdates:\n  - {package-ecosystem: pip, directory: /, schedule: {interval: weekly}}\n"
NONE_OPEN = "version: 2\nupdates:\n  - package-ecosystem: pip\n    open-pull-requests-limit: 0\n"


def bots(path: str, text: str) -> list[tuple[str, str | None]]:
    rows = inventory(MemorySnapshot({path: text})).governance
    return [(row.kind, row.detail) for row in rows if "updates" in row.kind]


@pytest.mark.parametrize(
    ("path", "text", "bot"),
    [
        (".github/dependabot.yml", UPDATES, "dependabot"),
        (".github/dependabot.yaml", UPDATES, "dependabot"),
        (".gitlab/dependabot.yml", UPDATES, "dependabot"),
        ("renovate.json", "{}", "renovate"),
        ("renovate.json5", "{extends: ['config:recommended'],}", "renovate"),
        (".github/renovate.jsonc", '// weekly\n{"extends":["config:recommended"]}\n', "renovate"),
        (".renovaterc", '{"extends": ["local>acme/renovate"]}', "renovate"),
        (".renovaterc.jsonc", "{}", "renovate"),
        (".gitlab/renovate.json", "{}", "renovate"),
        (".forgejo/renovate.json5", "{}", "renovate"),
        (".renovaterc.json5", "{\n  // weekly\n  extends: ['config:recommended'],\n}", "renovate"),
        ("package.json", '{"name": "x", "renovate": {"extends": ["config:base"]}}', "renovate"),
        (".pyup.yml", "schedule: every week\n", "pyup"),
    ],
)
def test_a_bot_is_known_by_the_files_that_it_reads(path: str, text: str, bot: str) -> None:
    assert bots(path, text) == [("dependency-updates", bot)]


@pytest.mark.parametrize(
    "path",
    [
        "x/dependabot.yml",
        "package.json",
        "docs/renovate.json",
        ".github/renovate.toml",
        ".dependabot/config.yml",
        "Renovate.json",
    ],
)
def test_a_file_elsewhere_configures_no_bot(path: str) -> None:
    assert bots(path, UPDATES) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("renovate.json", '{"enabled": false}'),
        (
            "renovate.json",
            '{\n\t"$schema": "https://docs.renovatebot.com/renovate-schema.json",\n\t"enabled": false\n}\n',
        ),
        ("renovate.json5", "// not any more\n{enabled: false, /* since May */ extends: ['config:recommended'],}\n"),
        ("renovate.json", '{"mode": "silent"}'),
        ("renovate.json", '{"extends": [":disableRenovate"]}'),
        ("renovate.json", '{"packageRules": [{"matchPackageNames": ["*"], "enabled": false}]}'),
        ("renovate.json", '{"packageRules": [{"packagePatterns": ["*"], "enabled": false}]}'),
        ("renovate.json", '{"enabled": false, "lockFileMaintenance": {"enabled": true}}'),
        ("package.json", '{"name": "x", "renovate": {"enabled": false}}'),
        (".github/dependabot.yml", f'{UPDATES[:-2]}, ignore: [{{dependency-name: "*"}}]}}\n'),
        (".github/dependabot.yml", "version: 2\n"),
        (".github/dependabot.yml", "version: 2\nupdates: []\n"),
        (".github/dependabot.yml", ""),
        (".github/dependabot.yml", NONE_OPEN),
        (".pyup.yml", "update: false\n"),
    ],
)
def test_a_configuration_that_switches_a_bot_off_is_no_bot(path: str, text: str) -> None:
    assert [kind for kind, _ in bots(path, text)] == ["no-dependency-updates"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("renovate.json", '{"vulnerabilityAlerts": {"enabled": false}}'),
        (
            "renovate.json",
            '{"packageRules": [{"matchPackageNames": ["*"], "matchManagers": ["npm"], "enabled": false}]}',
        ),
        ("renovate.json", '{"packageRules": [{"matchPackageNames": ["numpy"], "enabled": false}]}'),
        ("renovate.json", '{"extends": ["https://example.org//x"], "description": "a // b"}'),
        ("renovate.json", '{"packageRules": [{"matchPackageNames": ["*"], "enabled": false}, {"enabled": true}]}'),
        (
            "renovate.json",
            '{"lockFileMaintenance": {"enabled": true}, "packageRules": [{"packageNames": ["*"], "enabled": false}]}',
        ),
        ("renovate.json", '{"enabledManagers": []}'),
        (
            ".github/dependabot.yml",
            f'{UPDATES[:-2]}, ignore: [{{dependency-name: "*", update-types: ["version-update:semver-major"]}}]}}\n',
        ),
        ("renovate.json", "{broken"),
        (".github/dependabot.yml", f"{NONE_OPEN}  - package-ecosystem: docker\n"),
    ],
)
def test_a_bot_that_is_only_limited_is_one(path: str, text: str) -> None:
    assert [kind for kind, _ in bots(path, text)] == ["dependency-updates"]
