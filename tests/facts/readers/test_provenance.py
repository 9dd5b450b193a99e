from __future__ import annotations

import pytest

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.readers import goldenpath_yaml, provenance


def _read(path: str, text: str) -> tuple[str, str | None, str | None, int | None]:
    (record,) = provenance.read(File(path=path, data=text.encode())).provenance
    return record.tool, record.template, record.version, record.line


def test_a_copier_answers_file_names_template_and_version() -> None:
    text = "# Changes here will be overwritten\n_commit: v1.2.0\n_src_path: https://example.org/t.git\nname: x\n"

    assert _read(".copier-answers.yml", text) == ("copier", "https://example.org/t.git", "v1.2.0", 3)


def test_a_version_that_looks_like_a_number_keeps_its_text() -> None:
    assert _read("a/.copier-answers.ml.yml", "_src_path: gh:a/b\n_commit: 1.10\n") == ("copier", "gh:a/b", "1.10", 1)


def test_a_cruft_record_names_template_and_commit() -> None:
    text = '{\n  "template": "https://example.org/t.git",\n  "commit": "abc123",\n  "checkout": null\n}\n'

    assert _read(".cruft.json", text) == ("cruft", "https://example.org/t.git", "abc123", 2)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".cruft.json", '{"template": "https://me:secret@host/t.git", "commit": "a"}'),
        (".copier-answers.yml", "_src_path: https://me:secret@host/t.git\n_commit: a\n"),
    ],
)
def test_a_secret_in_a_templates_url_stays_where_it_is(path: str, text: str) -> None:
    assert _read(path, text)[1] == "https://host/t.git"


@pytest.mark.parametrize(
    ("path", "text"),
    [(".cruft.json", "{"), (".cruft.json", "[]"), (".copier-answers.yml", "a: [\n"), (".copier-answers.yml", "")],
)
def test_a_broken_record_is_told(path: str, text: str) -> None:
    with pytest.raises(ReadError):
        _read(path, text)


def test_the_repos_own_word_on_its_standard_is_read() -> None:
    text = (
        "standard: https://example.org/s.git\nref: v1\nblueprint: training\nversion: 1.10\nroad: 1.0.0\n"
        "lifecycle: production\n"
    )

    (standing,) = goldenpath_yaml.read(File(path=".goldenpath.yaml", data=text.encode())).standing

    assert (standing.standard, standing.ref, standing.blueprint) == ("https://example.org/s.git", "v1", "training")
    assert (standing.version, standing.road, standing.tier, standing.line) == ("1.10", "1.0.0", None, 1)
    assert standing.lifecycle == "production"


def test_a_standing_without_keys_is_told() -> None:
    with pytest.raises(ReadError):
        goldenpath_yaml.read(File(path=".goldenpath.yaml", data=b"- a\n"))


def test_the_template_of_an_answers_file_is_no_answers_file() -> None:
    file = File(path=".copier-answers.yml", data=b"# Changes\n{{ _copier_answers|to_nice_yaml -}}\n")

    assert provenance.read(file).provenance == ()
