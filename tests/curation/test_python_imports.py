from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.curation.python_imports import Modules, imports_in

FILES = (
    "src/{{ package_name }}/__init__.py",
    "src/{{ package_name }}/data.py",
    "src/{{ package_name }}/deep/__init__.py",
    "src/{{ package_name }}/deep/net.py",
    "src/{{ package_name }}/bare/loose.py",
    "tests/data.py",
    "tests/conftest.py",
    "scripts/derive.py",
    "scripts/helper.py",
    "road/pyproject.toml",
    "road/src/road/__init__.py",
    "road/src/road/core/__init__.py",
    "road/src/road/core/brief.py",
    "road/tests/data.py",
    "road/tests/__init__.py",
)
PACKAGE = "src/{{ package_name }}/"


def _found(by: str, text: str, *, template: bool = False) -> list[str]:
    modules = Modules(FILES)
    return [path for what in imports_in(text, template=template) for path in modules.imported(by, what)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from .data import load", [PACKAGE + "data.py"]),
        ("from . import data, VERSION", [PACKAGE + "__init__.py", PACKAGE + "data.py"]),
        ("from . import data", [PACKAGE + "data.py"]),
        ("from .deep import (\n    net as n,  # the net\n)", [PACKAGE + "deep/net.py"]),
        ("from .deep import Net", [PACKAGE + "deep/__init__.py"]),
        ("from .deep import *", [PACKAGE + "deep/__init__.py"]),
        ("from .deep.net import Net", [PACKAGE + "deep/net.py"]),
        ("from .bare import loose", [PACKAGE + "bare/loose.py"]),
        ("from .bare import nothing", []),
        ("if x:\n    from .data import (a,\n  b)\n", [PACKAGE + "data.py"]),
        ("try: from .data import a\nexcept ImportError: pass", [PACKAGE + "data.py"]),
        ("a = 1; from .data import a", [PACKAGE + "data.py"]),
        ("lazy from .data import a", [PACKAGE + "data.py"]),
        ("from .. import derive\nfrom .....scripts import derive", []),
        ("import os, road.core.brief as b, json", ["road/src/road/core/brief.py"]),
        ("import road.core.none", []),
        ("from road.core import brief", ["road/src/road/core/brief.py"]),
        ("import importlib\nimportlib.import_module('road.core.brief')", ["road/src/road/core/brief.py"]),
        ("importlib.import_module(name)", []),
        ('"""\nfrom .data import load\n"""\n# import road.core\nx = "import road.core"', []),
        ("print 'Python 2'\nfrom .data import load\n(", [PACKAGE + "data.py"]),
        ("raise ValueError from error\nyield from data", []),
        ("import data", []),
    ],
)
def test_what_a_module_of_a_package_imports_is_found(text: str, found: list[str]) -> None:
    assert _found(PACKAGE + "app.py", text) == found


@pytest.mark.parametrize(
    ("by", "text", "found"),
    [
        (PACKAGE + "deep/net.py", "from ..data import load", [PACKAGE + "data.py"]),
        (PACKAGE + "deep/__init__.py", "from .net import Net", [PACKAGE + "deep/net.py"]),
        ("scripts/derive.py", "import helper", ["scripts/helper.py"]),
        ("tests/conftest.py", "from tests.data import rows", ["tests/data.py"]),
        ("road/tests/test_core.py", "from tests.data import rows", ["road/tests/data.py"]),
        ("road/tests/test_core.py", "from tests import data", ["road/tests/data.py"]),
        ("setup.py", "from tests import data", ["tests/data.py"]),
        ("setup.py", "from . import tests", []),
    ],
)
def test_a_module_is_looked_for_where_python_would_first(by: str, text: str, found: list[str]) -> None:
    assert _found(by, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "from {{ package_name }}.data import load\n",
        "from {{package_name}} import data\n",
        "import {{ package_name }}.data\n",
        "{% if torch %}\nfrom {{- package_name -}}.data import load\n{% else %}\n{% endif %}\n",
        "{# import road.core #}from {{ package_name }}.data import {{ loader }}\n",
    ],
)
def test_an_answer_stands_for_the_folder_that_is_named_by_it(text: str) -> None:
    assert _found("tests/test_data.py", text, template=True) == [PACKAGE + "data.py"]


def test_another_answer_is_another_module() -> None:
    assert _found("tests/test_data.py", "from {{ other }}.data import load\n", template=True) == []


def test_lines_are_those_of_the_template() -> None:
    text = "{# two\nlines #}\n{% if {\n'a': 1} %}\n{{ licence\n}}\nimport a\nfrom b import (\n    c,\n)\n"

    assert [(what.module, what.line) for what in imports_in(text, template=True)] == [(("a",), 7), (("b",), 8)]


def test_a_package_goes_before_a_module_of_its_name() -> None:
    modules = Modules(("a.py", "a/__init__.py"))
    (what,) = imports_in("import a")

    assert modules.imported("b.py", what) == ("a/__init__.py",)


@given(st.text(alphabet="from import.()*,;\\\n\"'{}%#aA ", max_size=80), st.booleans())
def test_no_text_breaks_it(text: str, template: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    modules = Modules(FILES)
    for what in imports_in(text, template=template):
        modules.imported(PACKAGE + "app.py", what)
