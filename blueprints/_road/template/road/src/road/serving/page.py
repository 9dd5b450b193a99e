"""The page for people: the OpenAPI description as HTML, with a form for each operation to try it.

All of it is in the answer itself, and its security policy lets it load nothing and ask this server alone.
"""

import base64
import hashlib
import json
from html import escape
from typing import Any

ROUTE = "/docs"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; }
h1 small, .quiet { color: #57606a; font-weight: normal; }
h2 { margin: 2rem 0 .5rem; border-bottom: 1px solid #d0d7de; }
details { border: 1px solid #d0d7de; border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; }
code, pre, textarea, input { font: 13px/1.45 ui-monospace, monospace; }
pre, textarea { background: #f6f8fa; border: 1px solid #d0d7de; border-radius: 4px; padding: .5rem; overflow: auto;
  max-height: 24rem; margin: .3rem 0; white-space: pre-wrap; }
textarea { width: 100%; box-sizing: border-box; height: 12rem; }
label { display: block; margin: .3rem 0; }
input { padding: .2rem .4rem; min-width: 20rem; }
pre:has(output:empty) { display: none; }
button { padding: .3rem 1rem; margin: .3rem 0; }
.method { display: inline-block; min-width: 3.5rem; font-weight: bold; color: #0550ae; }
.post { color: #116329; }
"""
_SCRIPT = """
for (const form of document.forms) form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const shown = form.querySelector("output");
  const given = new FormData(form);
  const path = form.dataset.path.replace(/{(\\w+)}/g, (_, name) => encodeURIComponent(given.get("path." + name)));
  const options = { method: form.dataset.method, headers: {} };
  if (given.get("authorization")) options.headers.authorization = given.get("authorization");
  if (given.has("body")) {
    options.headers["content-type"] = "application/json";
    options.body = given.get("body");
  }
  shown.textContent = "...";
  try {
    const answer = await fetch("." + path, options);
    let text = await answer.text();
    try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* no JSON: as it is */ }
    shown.textContent = answer.status + " " + answer.statusText + "\\n" + text;
  } catch (error) {
    shown.textContent = String(error);
  }
});
"""


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; script-src {_hash(_SCRIPT)}; style-src {_hash(_STYLE)}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
}


def render(description: dict[str, Any]) -> str:
    """Give the page for an OpenAPI description."""
    about = description["info"]
    title = escape(about["title"])
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{title} <small>{escape(about['version'])}</small></h1>",
            f"<p>{escape(about.get('description', ''))}</p>",
            '<p class="quiet">Made from <a href="./openapi.json">openapi.json</a>.</p>',
            *_groups(description),
            "<h2>Schemas</h2>",
            *(
                f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>{_pre(schema)}</details>'
                for name, schema in description["components"]["schemas"].items()
            ),
            f"<script>{_SCRIPT}</script></body></html>",
        ]
    )


def _groups(description: dict[str, Any]) -> list[str]:
    """The operations below their tags, in the order in which these come."""
    groups: dict[str, list[str]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["Others"])[0]
            groups.setdefault(tag, []).append(_operation(path, method, operation))
    return [f"<h2>{escape(tag)}</h2>\n" + "\n".join(some) for tag, some in groups.items()]


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    return (
        f'<details><summary><span class="method {escape(method)}">{escape(method.upper())}</span> '
        f'<code>{escape(path)}</code> <span class="quiet">{escape(operation.get("summary", ""))}</span></summary>'
        f"<p>{escape(operation.get('description', ''))}</p>{_form(path, method, operation)}"
        f"<h3>Answers</h3>{''.join(_answer(status, one) for status, one in operation['responses'].items())}</details>"
    )


def _form(path: str, method: str, operation: dict[str, Any]) -> str:
    """What it takes to ask, filled with the example."""
    names = [one["name"] for one in operation.get("parameters", []) if one["in"] == "path"]
    fields = [f'<label>{escape(name)} <input name="path.{escape(name)}" required></label>' for name in names]
    if "401" in operation["responses"]:
        fields.append('<label>authorization <input name="authorization" autocomplete="off"></label>')
    for media in operation.get("requestBody", {}).get("content", {}).values():
        example = escape(json.dumps(media.get("example"), indent=2, ensure_ascii=False))
        fields.append(f'<label>body {_reference(media)}<textarea name="body">{example}</textarea></label>')
    return (
        f'<form data-path="{escape(path)}" data-method="{escape(method.upper())}">{"".join(fields)}'
        "<button>Send</button><pre><output></output></pre></form>"
    )


def _answer(status: str, answer: dict[str, Any]) -> str:
    headers = "".join(f"; header <code>{escape(name)}</code>" for name in answer.get("headers", {}))
    media = "".join(_media(kind, one) for kind, one in answer.get("content", {}).items())
    return f"<p><b>{escape(status)}</b> {escape(answer['description'])}{headers}</p>{media}"


def _media(kind: str, media: dict[str, Any]) -> str:
    example = _pre(media["example"]) if "example" in media else ""
    return f' <span class="quiet">{escape(kind)} {_reference(media)}</span>{example}'


def _reference(media: dict[str, Any]) -> str:
    """A link to the schema, where it has a name."""
    name = str(media.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    return f'<a href="#{escape(name)}">{escape(name)}</a>' if name else ""


def _pre(content: Any) -> str:
    return f"<pre>{escape(json.dumps(content, indent=2, ensure_ascii=False))}</pre>"
