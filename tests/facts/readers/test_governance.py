from __future__ import annotations

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.readers import brief, codeowners, licenses, model_card, owners_file

MIT = "MIT License\n\nCopyright X\n\nPermission is hereby granted, free of charge, to any person obtaining\na copy"
BSD = "Redistribution and use in source and binary forms, with or without\nmodification, are permitted"


@pytest.mark.parametrize(
    ("text", "spdx"),
    [
        (MIT, "MIT"),
        ("    Apache License\n    Version 2.0, January 2004\n", "Apache-2.0"),
        ("GNU GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007", "GPL-3.0"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3", "AGPL-3.0"),
        (BSD, "BSD-2-Clause"),
        (BSD + "\n3. Neither the name of X nor", "BSD-3-Clause"),
        ("SPDX-License-Identifier: MIT OR Apache-2.0\n", "MIT OR Apache-2.0"),
        ("All rights reserved.", None),
    ],
)
def test_a_plain_licence_is_named(text: str, spdx: str | None) -> None:
    (row,) = licenses.read(File(path="LICENSE", data=text.encode())).governance

    assert (row.kind, row.detail) == ("license", spdx)


def test_code_about_licences_is_no_licence_and_an_empty_one_is_told() -> None:
    for path in ("license_check.py", "license_header", "license_info.csv"):
        assert licenses.read(File(path=path, data=MIT.encode())).governance == ()
    with pytest.raises(ReadError):
        licenses.read(File(path="LICENSE", data=b"\n"))


def test_codeowners_name_who_owns_the_rest() -> None:
    text = "# x\n* @acme/ml a@example.org # all\n/docs/ @acme/docs\n/empty/\n"

    (row,) = codeowners.read(File(path=".github/CODEOWNERS", data=text.encode())).governance

    assert (row.kind, row.detail) == ("codeowners", "@acme/ml a@example.org")


@pytest.mark.parametrize("path", ["src/CODEOWNERS", ".github/codeowners"])
def test_codeowners_elsewhere_are_nobodys(path: str) -> None:
    assert codeowners.read(File(path=path, data=b"* @a\n")).governance == ()


@pytest.mark.parametrize(
    ("path", "text", "owners"),
    [
        (".gitlab/CODEOWNERS", "* @@maintainer\n", "@@maintainer"),
        ("CODEOWNERS", "* @@maintainers @@developer @a/b\n", "@@maintainers @@developer @a/b"),
        ("CODEOWNERS", "* @group/sub.team-1\n", "@group/sub.team-1"),
        ("CODEOWNERS", "[Everything] @a\n*\n", "@a"),
        ("CODEOWNERS", "^[Optional][2] @a @b\n*\n[Docs] @c\ndocs/\n", "@a @b"),
        ("CODEOWNERS", "CODEOWNERS.@@@ml @a @b\n* @@ml\n", "@@ml"),
        (".gitea/CODEOWNERS", ".* @a\n", "@a"),
        ("CODEOWNERS", "* @a # who else\n", "@a"),
        ("CODEOWNERS", "docs/ @@owner\n", None),
    ],
)
def test_owners_are_named_as_each_forge_names_them(path: str, text: str, owners: str | None) -> None:
    (row,) = codeowners.read(File(path=path, data=text.encode())).governance

    assert row.detail == owners


@pytest.mark.parametrize("text", ["* @@nobody\n", "* maintainer\n", "[Docs]\n*\n", "#* @a\n"])
def test_a_word_that_names_nobody_owns_nothing(text: str) -> None:
    with pytest.raises(ReadError, match="names no owner"):
        codeowners.read(File(path="CODEOWNERS", data=text.encode()))


def test_codeowners_without_an_owner_are_told() -> None:
    with pytest.raises(ReadError):
        codeowners.read(File(path="CODEOWNERS", data=b"# later\n/x\n"))


def test_a_brief_carries_its_objective() -> None:
    (row,) = brief.read(File(path="brief.yaml", data=b"# x\nobjective: fewer empty shelves\n")).governance

    assert (row.kind, row.detail, row.line) == ("brief", "fewer empty shelves", 2)


@pytest.mark.parametrize("data", [b"", b"- x\n", b"a: [\n"])
def test_a_brief_that_says_nothing_is_told(data: bytes) -> None:
    with pytest.raises(ReadError):
        brief.read(File(path="brief.yaml", data=data))


@pytest.mark.parametrize("path", ["brief.yml", "Brief.yaml", "docs/BRIEF.yaml"])
def test_a_brief_that_no_gate_would_read_is_none(path: str) -> None:
    assert brief.read(File(path=path, data=b"objective: x\n")).governance == ()


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("approvers:\n  - ann\n  - ben\nreviewers: [cid]\n", "ann ben"),
        ("filters:\n  '.*':\n    approvers: [ann]\n  '\\.go$':\n    approvers: [ben]\n", "ann"),
        ("# team\nann@example.org\nben@example.org # lead\n", "ann@example.org ben@example.org"),
    ],
)
def test_owners_whom_a_bot_asks_are_owners(text: str, owners: str) -> None:
    (row,) = owners_file.read(File(path="OWNERS", data=text.encode())).governance

    assert (row.kind, row.detail) == ("owners", owners)


def test_owners_of_a_folder_or_of_nobody_own_nothing() -> None:
    assert owners_file.read(File(path="src/OWNERS", data=b"approvers: [ann]\n")).governance == ()
    with pytest.raises(ReadError):
        owners_file.read(File(path="OWNERS", data=b"reviewers: [ann]\n"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\nlicense: mit\npipeline_tag: text-classification\n---\n# Churn\n", 1),
        ("# Churn\n\n## Intended use\n", 3),
        ("# Churn\n## Model Card\n", 2),
        ("Intended use\n------------\n", 1),
    ],
)
def test_a_readme_with_a_card_s_form_is_a_model_card(text: str, line: int) -> None:
    (row,) = model_card.read(File(path="README.md", data=text.encode())).governance

    assert (row.kind, row.line) == ("model-card", line)


@pytest.mark.parametrize(
    "text",
    [
        "# Churn\nSee the model card of BERT.\n",
        "---\ntitle: Demo\nsdk: gradio\n---\n",
        "# x\n---\npipeline_tag: x\n---\n",
        "",
    ],
)
def test_a_readme_that_only_speaks_of_models_is_no_model_card(text: str) -> None:
    assert model_card.read(File(path="README.md", data=text.encode())).governance == ()
