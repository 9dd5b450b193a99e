from __future__ import annotations

import pytest

from goldenpath.catalog.outputs import rendered_path


@pytest.mark.parametrize(
    ("path", "stands"),
    [
        ("template/docs/guide.md.jinja", "docs/guide.md"),
        ("template/src/{{ package_name }}/model.py", "src/{{ package_name }}/model.py"),
        ("template/{% if docs %}guide.md{% endif %}.jinja", "guide.md"),
        ("template/{%- if docs -%}docs{%- endif -%}/{% if a %}x{% else %}y{% endif %}.md", "docs/x.md"),
        ("template/{% if a %}x{% elif b %}y{% else %}z{% endif %}", "x"),
        ("template/{{ _copier_conf.answers_file }}.jinja", ".copier-answers.yml"),
        ("template/{{_copier_conf.answers_file}}", ".copier-answers.yml"),
        ("parts/ci.yml", ""),
    ],
)
def test_where_a_file_of_a_template_stands_is_told_before_there_are_answers(path: str, stands: str) -> None:
    assert rendered_path(path) == stands
