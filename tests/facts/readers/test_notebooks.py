from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.readers import notebooks

if TYPE_CHECKING:
    from goldenpath.facts.model import Facts


def _read(document: Any) -> Facts:
    return notebooks.read(File(path="a.ipynb", data=json.dumps(document, indent=1).encode()))


def _cell(*lines: str, **keys: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": [f"{line}\n" for line in lines], "outputs": [], **keys}


def _modules(*lines: str) -> list[str]:
    return [row.module for row in _read({"cells": [_cell(*lines)], "nbformat": 4}).imports]


def test_cells_with_outputs_are_counted() -> None:
    cells = [_cell("1", outputs=[{"output_type": "stream"}]), _cell("2"), {"cell_type": "markdown", "source": ["x"]}]

    (notebook,) = _read({"cells": cells, "metadata": {"kernelspec": {"language": "Python"}}}).notebooks

    assert (notebook.cells, notebook.outputs, notebook.language) == (2, 1, "python")


@pytest.mark.parametrize(
    ("lines", "modules"),
    [
        (["import torch", "from sklearn import svm"], ["torch", "sklearn"]),
        (["%matplotlib inline", "!pip install import foo", "?x", "import torch"], ["torch"]),
        (["%%time", "import torch"], ["torch"]),
        (["%%bash", "import torch"], []),
        (["%%sql", "import torch"], []),
        (["# import torch", "x = '''", "import torch", "'''"], []),
    ],
)
def test_magics_are_no_python(lines: list[str], modules: list[str]) -> None:
    assert _modules(*lines) == modules


def test_an_import_has_its_source_and_the_line_of_the_notebook() -> None:
    (row,) = _read({"cells": [_cell("x = 1", 'import torch  # "why"')]}).imports

    assert (row.source, row.line) == ("notebook", 7)


def test_source_as_one_string_and_format_3_are_understood() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["import a\n"], "language": "python"}]}]}

    assert [row.module for row in _read(old).imports] == ["a"]
    assert [
        row.module for row in _read({"cells": [{"cell_type": "code", "source": "import b\nimport c"}]}).imports
    ] == [
        "b",
        "c",
    ]


def test_a_notebook_in_another_language_imports_no_python() -> None:
    facts = _read({"cells": [_cell("import Base")], "metadata": {"language_info": {"name": "julia"}}})

    assert (facts.imports, facts.notebooks[0].language) == ((), "julia")


@pytest.mark.parametrize("data", [b"", b"{", b'{"a": 1}', b"[]", b'{"cells": 3}', b"[" * 100_000])
def test_what_is_no_notebook_is_told(data: bytes) -> None:
    with pytest.raises(ReadError):
        notebooks.read(File(path="a.ipynb", data=data))


def test_odd_shapes_are_survived() -> None:
    facts = _read({"cells": [1, {"cell_type": "code", "source": [1, None]}, {}], "metadata": [], "worksheets": {}})

    assert facts.notebooks[0].cells == 1


def test_a_marked_and_a_wide_notebook_are_read() -> None:
    text = json.dumps({"cells": [_cell("import torch")]})

    for data in (text.encode("utf-8-sig"), text.encode("utf-16")):
        facts = notebooks.read(File(path="a.ipynb", data=data))
        assert [row.module for row in facts.imports] == ["torch"]


def test_a_conflict_is_told_as_one() -> None:
    data = b'{\n<<<<<<< HEAD\n "a": 1\n=======\n "a": 2\n>>>>>>> x\n}\n'

    with pytest.raises(ReadError, match="conflict") as caught:
        notebooks.read(File(path="a.ipynb", data=data))

    assert caught.value.line == 2


def test_pictures_change_nothing() -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo\n" * 99, "text/plain": ["<Figure>"]}}
    said = 'x = \'"image/png": "\''

    document = {"cells": [_cell(said, outputs=[picture, picture]), _cell("import torch")], "nbformat": 4}
    line = json.dumps(document, indent=1).split("\n").index('    "import torch\\n"') + 1

    drawn = _read(document)

    assert [(row.module, row.line) for row in drawn.imports] == [("torch", line)]
    assert [(row.cells, row.outputs) for row in drawn.notebooks] == [(2, 1)]


@pytest.mark.parametrize("text", ['{"image/png": "', '{"image/png": "a\\\\'])
def test_a_notebook_that_breaks_off_in_a_picture_is_no_json(text: str) -> None:
    with pytest.raises(ReadError):
        notebooks.read(File(path="a.ipynb", data=text.encode()))


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
CODE = st.text("importa\n%'\"é\ud800 ", max_size=20)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "code", "markdown"]) | ODD,
        "source": st.lists(CODE, max_size=3) | CODE | ODD,
        "input": st.lists(CODE, max_size=3) | CODE | ODD,
        "outputs": st.lists(st.dictionaries(CODE, ODD, max_size=2), max_size=2) | ODD,
        "language": st.sampled_from(["python", "R", ""]) | ODD,
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "cells": st.lists(CELLS, max_size=3) | ODD,
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "kernelspec": st.fixed_dictionaries({}, optional={"language": st.just("Julia") | ODD}) | ODD,
                "language_info": st.fixed_dictionaries({}, optional={"name": st.just("python") | ODD}) | ODD,
            },
        )
        | ODD,
        "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(CELLS, max_size=2)}), max_size=2) | ODD,
    },
)


def _closely(data: bytes) -> object:
    try:
        return notebooks._any(data)
    except ReadError:
        return "none"


@given(document=DOCUMENTS, escaped=st.booleans(), at=st.integers(0, 400), damage=st.none() | st.binary(max_size=2))
def test_a_notebook_of_the_common_form_says_what_a_close_look_says(
    *, document: dict[str, Any], escaped: bool, at: int, damage: bytes | None
) -> None:
    data = json.dumps(document, ensure_ascii=escaped, indent=1).encode("utf-8", "replace")
    if damage is not None:
        data = data[:at] + damage + data[at + 1 :]

    quick = notebooks._common(data)

    assert quick is None or quick == _closely(data)


def test_a_plain_notebook_needs_no_close_look() -> None:
    cells = [_cell("import torch", outputs=[{"text": ["é", 1, None]}]), {"cell_type": "markdown", "source": "x"}]
    document = {"cells": cells, "metadata": {"kernelspec": {"language": "python"}, "widgets": {}}, "nbformat": 4}

    assert notebooks._common(json.dumps(document).encode()) is not None


def test_outputs_in_another_encoding_are_read_as_that() -> None:
    document = {"cells": [_cell("import torch", outputs=[{"text": "caf\xe9"}])]}
    data = json.dumps(document, ensure_ascii=False).encode("latin-1")

    facts = notebooks.read(File(path="a.ipynb", data=data))

    assert [row.module for row in facts.imports] == ["torch"]


def test_the_last_of_two_keys_counts() -> None:
    data = b'{"cells": [], "cells": [{"cell_type": "code", "source": "import a", "source": "import b"}]}'

    facts = notebooks.read(File(path="a.ipynb", data=data))

    assert [row.module for row in facts.imports] == ["b"]


def test_a_notebook_stands_where_its_outputs_do() -> None:
    cells = [
        {"cell_type": "code", "source": ['x = {"outputs": [1]}'], "outputs": []},
        {"cell_type": "code", "source": ["1"], "outputs": [{"output_type": "stream", "text": ["1"]}]},
    ]
    text = json.dumps({"cells": cells, "metadata": {}}, indent=1)
    (row,) = notebooks.read(File(path="a.ipynb", data=text.encode())).notebooks
    (clean,) = notebooks.read(File(path="a.ipynb", data=b'{"cells": [{"cell_type": "code", "outputs": []}]}')).notebooks

    assert row.line is not None
    assert text.split("\n")[row.line - 1].strip() == '"outputs": ['
    assert row.line > text.split("\n").index('   "outputs": []')
    assert clean.line is None
