from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from goldenpath import _yaml

TOP = Path(__file__).resolve().parents[2]
TEMPLATES = [path for path in sorted((TOP / "blueprints").rglob("*")) if path.is_file() and "template" in str(path)]
USES = re.compile(r"uses:\s*([\w.-]+/[\w./-]+)@(\S+)(?:\s+#\s*(\S+))?")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def entries(name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = _yaml.load((TOP / "policies" / name).read_text(encoding="utf-8"))
    return read


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def test_every_action_of_a_blueprint_is_pinned_as_the_lock_says() -> None:
    locked = {(entry["action"], entry["sha"], entry["version"]) for entry in entries("action-lock.yaml")}

    used = {found for path in TEMPLATES for found in USES.findall(text_of(path))}

    assert used, "no blueprint uses an action"
    assert {("/".join(name.split("/")[:2]), sha, version) for name, sha, version in used} <= locked


def test_every_image_digest_of_a_blueprint_is_one_of_the_lock() -> None:
    locked = {entry["digest"] for entry in entries("image-lock.yaml")}

    used = {digest for path in TEMPLATES if "ocker" in path.name for digest in DIGEST.findall(text_of(path))}

    assert used
    assert used <= locked


@pytest.mark.parametrize(("name", "key", "form"), [
    ("action-lock.yaml", "sha", r"[0-9a-f]{40}"),
    ("image-lock.yaml", "digest", r"sha256:[0-9a-f]{64}"),
])  # fmt: skip
def test_an_entry_of_a_lock_was_read_in_two_independent_places(name: str, key: str, form: str) -> None:
    for entry in entries(name):
        projects = {str(place.get("project") or place["repo"]).partition("/")[0] for place in entry["seen-in"]}

        assert re.fullmatch(form, entry[key]), entry
        assert len(projects) > 1, entry
