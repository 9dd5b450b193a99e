from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from road.serving import page
from starlette.testclient import TestClient

LOADS = {"src", "href", "srcset", "action", "poster", "data", "background", "formaction"}


class Links(HTMLParser):
    """Everything that a page loads or links to, and its scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += [value or "" for name, value in attributes if name in LOADS]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] in (["script"], ["style"]) and data.strip():
            self.inline.append(data)


@pytest.fixture
def text(client: TestClient) -> str:
    answer = client.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    return str(answer.text)


def links(text: str) -> Links:
    found = Links()
    found.feed(text)
    return found


def test_the_page_loads_nothing_and_names_no_other_host(text: str) -> None:
    """A link goes to this server or to a place in the page; nothing else is named."""
    found = links(text)

    assert found.found
    assert all(re.fullmatch(r"#\w+|\./openapi\.json", link) for link in found.found)
    assert not {"link", "img", "iframe", "object", "embed", "base"} & set(found.tags)
    assert not re.search(r"https?:|//[\w-]+\.|@import|url\(", text)


def test_the_security_policy_lets_the_page_load_nothing_and_ask_this_server_alone(client: TestClient) -> None:
    policy = client.get("/docs").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert {rules[name].startswith("'sha256-") for name in ("script-src", "style-src")} == {True}


def test_the_security_policy_lets_in_the_pages_own_script_and_style(text: str) -> None:
    inline = links(text).inline

    assert len(inline) == 2
    for part in inline:
        assert page._hash(part) in page.HEADERS["content-security-policy"]


def test_the_page_shows_every_operation_with_its_example(client: TestClient, text: str) -> None:
    content = client.get("/openapi.json").json()

    for path, methods in content["paths"].items():
        for method in methods:
            assert f'data-path="{path}" data-method="{method.upper()}"' in text
    assert "&quot;guests&quot;: 5" in text
    for name in content["components"]["schemas"]:
        assert f'<details id="{name}">' in text


def test_what_the_model_says_of_itself_is_text_and_no_markup() -> None:
    evil = "<script>alert(1)</script>\"'>"
    told = {
        "info": {"title": evil, "version": evil, "description": evil},
        "paths": {
            "/a": {"get": {"tags": [evil], "summary": evil, "responses": {"200": {"description": evil, "content": {}}}}}
        },
        "components": {"schemas": {evil: {"enum": [evil]}}},
    }

    text = page.render(told)

    assert text.count("<script>") == 1
    assert evil not in text
    assert set(links(text).tags) <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "small", "p", "a", "details", "summary",
        "span", "code", "form", "button", "pre", "output", "script", "b",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/redoc", "/docs/oauth2-redirect"])
def test_pages_that_load_from_elsewhere_are_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
