"""Reads licence files, to name the licence where its text says so plainly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Governance
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = tuple(
    f"{name}{suffix}"
    for name in ("license", "licence", "copying", "unlicense")
    for suffix in ("", ".md", ".txt", ".rst", "-*", "_*", ".apache*", ".mit", ".bsd*")
)
VERSION = 1

_HEAD = 3000
_SPDX = re.compile(r"SPDX-License-Identifier:\s*([A-Za-z0-9.+() -]+)")
_OTHER = re.compile(
    r"\.(?:py|js|ts|go|java|json|ya?ml|toml|sh|c|h|html|csv|tsv|xml|png|svg|ipynb|template|tmpl|j2|jinja)\Z"
    r"|[-_](?:header|info|check|template|report|list|3rd|third)",
    re.IGNORECASE,
)
_TEXTS: tuple[tuple[str, str], ...] = (
    ("Apache-2.0", r"apache license,? version 2\.0"),
    ("AGPL-3.0", r"gnu affero general public license,? version 3"),
    ("LGPL-3.0", r"gnu lesser general public license,? version 3"),
    ("LGPL-2.1", r"gnu lesser general public license,? version 2\.1"),
    ("GPL-3.0", r"gnu general public license,? version 3"),
    ("GPL-2.0", r"gnu general public license,? version 2"),
    ("MPL-2.0", r"mozilla public license,? version 2\.0"),
    ("EPL-2.0", r"eclipse public license - v 2\.0"),
    ("BSL-1.0", r"boost software license - version 1\.0"),
    ("CC-BY-NC-SA-4.0", r"attribution-noncommercial-sharealike 4\.0"),
    ("CC-BY-NC-4.0", r"attribution-noncommercial 4\.0"),
    ("CC-BY-SA-4.0", r"attribution-sharealike 4\.0"),
    ("CC-BY-4.0", r"attribution 4\.0 international"),
    ("CC0-1.0", r"cc0 1\.0 universal"),
    ("Unlicense", r"this is free and unencumbered software released into the public domain"),
    ("BUSL-1.1", r"business source license 1\.1"),
    ("Zlib", r"zlib license"),
    ("MIT", r"permission is hereby granted, free of charge, to any person obtaining a copy"),
    ("ISC", r"permission to use, copy, modify, and(?:/or)? distribute this software for any purpose"),
    ("BSD-3-Clause", r"redistribution and use in source and binary forms.{0,1500}neither the names? of"),
    ("BSD-2-Clause", r"redistribution and use in source and binary forms"),
)
_PATTERNS = tuple((spdx, re.compile(text)) for spdx, text in _TEXTS)


def read(file: File) -> Facts:
    """Return the licence; `detail` is its SPDX id, None where the text is none of the plain ones."""
    if _OTHER.search(file.name):
        return Facts()
    text = decode(file.data)
    if not text.strip():
        raise ReadError("is an empty licence file")
    return Facts(governance=(Governance(kind="license", path=file.path, detail=_identified(text)),))


def _identified(text: str) -> str | None:
    stated = _SPDX.search(text)
    if stated:
        return stated[1].strip()
    head = re.sub(r"[\s*#=_]+", " ", text[:_HEAD]).lower()
    return next((spdx for spdx, pattern in _PATTERNS if pattern.search(head)), None)
