from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts.base import File
from goldenpath.facts.readers import imports
from tests.growth import LINEAR, growth


def _modules(text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [row.module for row in imports.read(File(path="a.py", data=data)).imports]


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("import numpy", ["numpy"]),
        ("import numpy as np, torch.nn as nn\n", ["numpy", "torch"]),
        ("import os, sys, torch\n", ["torch"]),
        ("from sklearn.linear_model import Ridge\n", ["sklearn"]),
        ("from torch import (\n    nn,\n    optim,\n)\n", ["torch"]),
        ("from torch import*\n", ["torch"]),
        ("from torch import(nn)\n", ["torch"]),
        ("import torch;import numpy; x = 1\n", ["torch", "numpy"]),
        ("from a import b; import c\nfrom . import d; import e\n", ["a", "c", "e"]),
        ("import a, \\\n    b, \\\n    c\n", ["a", "b", "c"]),
        ("from a \\\n  import b\n", ["a"]),
        ("from a.b import \\\n  c\n", ["a"]),
        ("try: import cPickle, ujson\nexcept ImportError: import orjson\n", ["ujson", "orjson"]),
        ("if x: from a import b\n", ["a"]),
        ("def f():\n\timport lazy_one\n", ["lazy_one"]),
        ("lazy import torch\nlazy from a import b\n", ["torch", "a"]),
        ("import torch  # import comment\n", ["torch"]),
        ("x = {'a': 1}; import torch\n", ["torch"]),
        ("import größe\n", ["größe"]),
        ("import a\r\nimport b\r\n", ["a", "b"]),
        ("\ufeffimport a\n", ["a"]),
        ("print 'x' % y\nexec code in ns\nimport urllib2, requests\n", ["requests"]),
        ("match x:\n    case 1:\n        import a\ntype X = int\ntemplate = t'{x}'\nimport b\n", ["a", "b"]),
        ("except* ValueError:\n  import a\n", ["a"]),
    ],
)
def test_an_import_is_found_however_it_is_written(text: str, modules: list[str]) -> None:
    assert _modules(text) == modules


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("torch = importlib.import_module('torch.nn')\n", ["torch"]),
        ('def f():\n    return import_module("torch")\n', ["torch"]),
        ("x = [importlib.import_module(name='torch', package=None)]\n", ["torch"]),
        ("importlib.import_module(\n    'torch',\n)\n", ["torch"]),
        ("np = __import__('numpy').array\n", ["numpy"]),
        ("np = __import__('numpy', fromlist=['x'])\n", ["numpy"]),
        ("import_module('json'); import_module('numpy')\n", ["numpy"]),
    ],
)
def test_a_call_that_names_a_module_is_an_import(text: str, modules: list[str]) -> None:
    assert _modules(text) == modules


@pytest.mark.parametrize(
    "text",
    [
        "importlib.import_module(name)\n",
        "importlib.import_module(f'torch.{name}')\n",
        "importlib.import_module('torch.' + name)\n",
        "importlib.import_module('.nn', package='torch')\n",
        "importlib.import_module('torch.%s' % name)\n",
        "importlib.import_module('torch'.lower())\n",
        "self.import_module('torch')\n",
        "my_import_module('torch')\n",
        "x__import__('torch')\n",
        "builtins.other__import__('torch')\n",
        "# importlib.import_module('torch')\n",
        "x = \"import_module('torch')\"\n",
        '"""\nimportlib.import_module("torch")\n"""\n',
        "importlib.import_module('json')\n",
    ],
)
def test_a_call_that_may_name_anything_is_none(text: str) -> None:
    assert _modules(text) == []


def test_what_a_string_repeats_is_found_once_and_where_it_is_imported() -> None:
    text = "'''\nimport a\n'''\nimport a\nx = \"\"\"\nimport a\nimport b\n\"\"\"\nimport b\n"

    rows = imports.read(File(path="a.py", data=text.encode())).imports

    assert [(row.module, row.line) for row in rows] == [("a", 4), ("b", 9)]


def test_an_import_after_one_for_type_checkers_counts() -> None:
    text = "if TYPE_CHECKING:\n    import a\n\ndef f():\n    import a\n"

    (row,) = imports.read(File(path="a.py", data=text.encode())).imports

    assert (row.typing_only, row.line) == (False, 5)


@pytest.mark.parametrize(
    "text",
    [
        "# import torch\n",
        "x = 'import torch'\n",
        'x = "a; import torch"\n',
        "y = 1  # note: import torch\n",
        '"""\nimport torch\n"""\n',
        "'''\nfrom torch import nn\n'''\n",
        'def f():\n    """Say.\n\n    import torch\n    """\n',
        '"""it\'s\nimport torch\n"""\n',
        "from . import torch\n",
        "from .torch import nn\n",
        "from .. torch import nn\n",
        "importlib.import_module(x)\nimport_torch = 1\nreimport torch\n",
        ">>> import torch\n",
        "raise ImportError\n",
        "the import of torch\n",
        "import\n",
        "from  import x\n",
        "x.import y\n",
    ],
)
def test_what_only_looks_like_an_import_is_none(text: str) -> None:
    assert _modules(text) == []


@pytest.mark.parametrize(
    "text",
    [
        's = \'"""\'\nimport torch\n',
        '# a """ in a comment\nimport torch\n',
        '"""doc"""\nimport torch\n',
        '""""quoted" doc"""\nimport torch\n',
        'x = """a""" + "\'\'\'"\nimport torch\n',
        '"""a \\""" b"""\nimport torch\n',
        "'''a\n\"\"\"\n'''\nimport torch\n",
        'f("it\'s", """x""")\nimport torch\n',
        '""""""\nimport torch\n',
    ],
)
def test_strings_end_where_python_ends_them(text: str) -> None:
    assert _modules(text) == ["torch"]


def test_a_string_that_nobody_ends_hides_the_rest() -> None:
    assert _modules('import a\n"""\nimport b\n') == ["a"]


def test_a_utf_16_file_is_read() -> None:
    assert _modules("import torch\n".encode("utf-16")) == ["torch"]


def test_each_module_has_its_first_line() -> None:
    text = '"""Doc.\n\nimport no\n"""\nimport a\n\nfrom b \\\n  import c\nimport a.x\n'

    rows = imports.read(File(path="x/a.py", data=text.encode())).imports

    assert [(row.module, row.line, row.path, row.source) for row in rows] == [
        ("a", 5, "x/a.py", "python"),
        ("b", 7, "x/a.py", "python"),
    ]


def test_what_only_a_type_checker_sees_says_so() -> None:
    text = (
        "if TYPE_CHECKING:\n    # why\n\n    import a\n    import b\nelse:\n    import c\n"
        "if typing.TYPE_CHECKING:\n    if x:\n        import d\nimport b\ndef f():\n    import e\n"
    )

    rows = imports.read(File(path="a.py", data=text.encode())).imports

    assert {row.module: row.typing_only for row in rows} == {"a": True, "b": False, "c": False, "d": True, "e": False}


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("import a\nif __name__ == '__main__':\n  x()\n", True),
        ("#!/usr/bin/env python3\nimport a\n", True),
        ("import a\n", False),
    ],
)
def test_a_file_that_is_run_says_so(text: str, script: bool) -> None:  # noqa: FBT001 - a case
    (row,) = imports.read(File(path="a.py", data=text.encode())).imports

    assert row.script is script


@given(st.binary(max_size=300) | st.text("import from\n\\\"'#;:.x ,()", max_size=200).map(str.encode))
def test_any_bytes_are_survived(data: bytes) -> None:
    if b"\0" not in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _modules(data)


@pytest.mark.parametrize(
    "piece", [b'"""', b"'''a", b"import ", b"import a\\\n", b"if TYPE_CHECKING:\n import a\n", b"'\\"]
)
def test_hostile_repetition_costs_no_more_than_its_length(piece: bytes) -> None:
    assert growth(_modules, lambda size: piece * (size // len(piece)), 300_000) <= LINEAR
