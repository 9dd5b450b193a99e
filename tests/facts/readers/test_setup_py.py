from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.inventory import inventory
from goldenpath.facts.model import Facts
from goldenpath.facts.readers import setup_py
from goldenpath.snapshot.memory import MemorySnapshot
from tests.growth import LINEAR, growth

if TYPE_CHECKING:
    from collections.abc import Callable


def read(text: str) -> Facts:
    return setup_py.read(File(path="setup.py", data=text.encode()))


def asked(facts: Facts) -> list[tuple[str, str, str, int | None]]:
    return [(row.name, row.specifier, row.scope, row.line) for row in facts.dependencies]


def test_what_is_written_out_is_read_in_python_2_too() -> None:
    facts = read(
        """from setuptools import setup
print "building"
NAME = 'demo'
install_requires = [
    "numpy>=1",  # the arrays
    'pandas' ,
    "scipy; python_version < '3'",
]
if sys.version_info[0] == 2:
    install_requires.append('enum34')
    install_requires += ["futures"]
setup(name=NAME, install_requires=install_requires, python_requires='>=2.7, <4',
      tests_require=("nose",), setup_requires=['cython'] if BUILD else [])
"""
    )

    assert asked(facts) == [
        ("numpy", ">=1", "runtime", 5),
        ("pandas", "", "runtime", 6),
        ("scipy", "", "runtime", 7),
        ("enum34", "", "runtime", 10),
        ("futures", "", "runtime", 11),
        ("nose", "", "test", 13),
        ("cython", "", "build", 13),
    ]
    assert [(row.specifier, row.line) for row in facts.python] == [("<4,>=2.7", 12)]
    assert [(row.name, row.build_backend) for row in facts.projects] == [("demo", "setuptools")]
    assert facts.unreadable == ()


def test_extras_are_followed_through_sums_and_keys() -> None:
    facts = read(
        """TESTS = ["pytest"] + MORE
MORE = ["coverage"]
extras = {"test": TESTS, "docs": "sphinx", ":python_version < '3'": ["enum34"]}
extras["all"] = extras["docs"] + ["rich"]
extras.update(gpu=["cupy"])
setup(extras_require=extras)
"""
    )

    assert {row[:1] + row[2:3] for row in asked(facts)} == {
        ("pytest", "optional:test"),
        ("coverage", "optional:test"),
        ("sphinx", "optional:docs"),
        ("enum34", "runtime"),
        ("sphinx", "optional:all"),
        ("rich", "optional:all"),
        ("cupy", "optional:gpu"),
    }
    assert [row.marker for row in facts.dependencies if row.name == "enum34"] == ['python_version < "3"']


def test_arguments_in_a_dict_count() -> None:
    facts = read(
        '''arguments = dict(name="demo", install_requires="""
numpy
scipy>=1
""")
arguments["tests_require"] = "a b".split()
setup(**arguments)
'''
    )

    assert [row[:3] for row in asked(facts)] == [
        ("numpy", "", "runtime"),
        ("scipy", ">=1", "runtime"),
        ("a", "", "test"),
        ("b", "", "test"),
    ]
    assert [row.name for row in facts.projects] == ["demo"]


def test_what_a_function_here_returns_is_read() -> None:
    facts = read("def needs():\n    found = ['a']\n    return found\nsetup(install_requires=needs())\n")

    assert [row[0] for row in asked(facts)] == ["a"]


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("with open('requirements.txt') as f:\n    needs = f.read().splitlines()\nsetup(install_requires=needs)\n", 1),
        ("setup(install_requires=[str(r) for r in parse('requirements.txt')])\n", 1),
        ("def lines(): return list(open('requirements.txt'))\nsetup(install_requires=lines())\n", 1),
        ("setup(long_description=open('readme.txt').read(), install_requires=lines())\n", 0),
    ],
)
def test_a_file_that_a_computed_list_comes_from_is_named(text: str, files: int) -> None:
    facts = read(text)

    assert [row.target for row in facts.includes] == ["requirements.txt"] * files
    assert len(facts.unreadable) == 1 - files


def test_a_files_folder_is_kept_and_each_extra_has_its_own() -> None:
    facts = read(
        "here = os.path.dirname(__file__)\n"
        "setup(extras_require={'dev': read(os.path.join(here, 'reqs', 'dev.txt')), 'x': read('x.txt'), 'y': ['z']})\n"
    )

    assert [(row.scope, row.target) for row in facts.includes] == [
        ("optional:dev", "reqs/dev.txt"),
        ("optional:x", "x.txt"),
    ]
    assert [row[0] for row in asked(facts)] == ["z"]


@pytest.mark.parametrize(
    "item", ['f"core[all]=={v}"', '"core[all]==" + v', '"core[all]==%s" % v', '"core[all]=={}".format(v)']
)
def test_a_computed_version_leaves_the_name(item: str) -> None:
    facts = read(f"setup(install_requires=[{item}, 'numpy'])\n")

    assert [(row.name, row.extras, row.specifier) for row in facts.dependencies] == [
        ("core", ("all",), ""),
        ("numpy", (), ""),
    ]
    assert facts.dependencies[0].written == "=={}"


def test_a_name_that_has_one_text_is_put_into_an_f_string() -> None:
    facts = read("PIN = 'torch==2.1'\nsetup(install_requires=[f'{PIN}; sys_platform == \"linux\"'])\n")

    assert [(row.name, row.specifier, row.pinned) for row in facts.dependencies] == [("torch", "==2.1", True)]


def test_what_is_computed_is_said_to_be() -> None:
    facts = read("setup(install_requires=find(), extras_require={k: v for k, v in x}, python_requires=PY)\n")

    assert sorted(row.reason for row in facts.unreadable) == [
        "extras_require is computed",
        "install_requires is computed",
        "python_requires is computed",
    ]


def test_comments_and_strings_say_nothing() -> None:
    text = (
        '# setup(install_requires=["a"])\n"""\ninstall_requires = ["b"]\n"""\nx = \'install_requires=["c"]\'\nsetup()\n'
    )

    assert read(text).dependencies == ()


def test_a_module_that_merely_has_the_name_is_no_project() -> None:
    assert read("def setup(app):\n    app.add('x')\nself.setup(1)\n") == Facts()


def test_a_parser_of_setup_scripts_computes_nothing_of_its_own() -> None:
    text = "class Setup:\n    install_requires: list = field()\n\nreturn Setup(install_requires=find('setup'))\n"

    assert read(text) == Facts()
    assert read("from setuptools import setup as run\nrun(install_requires=find())\n").unreadable


@pytest.mark.parametrize(
    ("size", "text_of"),
    [
        (5000, lambda n: "a = b\nb = a\n" * n + "setup(install_requires=a)\n"),
        (
            64,
            lambda n: (
                "x0 = ['a']\n"
                + "".join(f"x{i + 1} = x{i} + x{i}\n" for i in range(n))
                + f"setup(install_requires=x{n})\n"
            ),
        ),
        (5000, lambda n: "setup(install_requires=" + "[" * n + "'a'" + "]" * n + ")\n"),
        (100_000, lambda n: "setup(install_requires=" + "(" * n),
        (50_000, lambda n: "'''" + "\\'''" * n + "setup"),
        (50_000, lambda n: "setup; " + "a:a=" * n),
        (30_000, lambda n: "setup; " + "x as y " * n),
        (20_000, lambda n: "install_requires=" * n + "setup"),
    ],
)
def test_a_hostile_script_costs_no_more_than_its_length(size: int, text_of: Callable[[int], str]) -> None:
    assert growth(read, text_of, size) <= LINEAR


def test_a_script_beyond_all_measure_is_told() -> None:
    with pytest.raises(ReadError, match="too long"):
        read("setup" * 200_000)


_PIECES = [
    "install_requires",
    "=",
    "[",
    "]",
    "(",
    ")",
    "'numpy'",
    '"""',
    "'",
    "\\",
    "\n",
    " ",
    "setup",
    ":",
    "+",
    "x",
    ",",
    "f'{x}'",
    ".",
    "if",
    "else",
    "def ",
    "return ",
    "for",
    "%",
    "#",
    ";",
    "{",
    "}",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=40))
def test_no_text_breaks_the_scanner(pieces: list[str]) -> None:
    read("".join(pieces) + "setup")


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("setup(name='x', classifiers=['Programming Language :: Python'])", True),
        ("KINDS = ['Topic :: Software Development']\nsetup(name='x', classifiers=KINDS)", True),
        ("setup(**{'name': 'x', 'classifiers': ['Topic :: Software Development']})", True),
        ("setup(name='x', classifiers=['Private :: Do Not Upload', 'Programming Language :: Python'])", False),
        ("setup(name='x', description='for :: nobody')", False),
    ],
)
def test_a_script_with_classifiers_is_of_a_published_package(text: str, published: bool) -> None:  # noqa: FBT001 - a table
    (project,) = setup_py.read(File(path="setup.py", data=text.encode())).projects

    assert project.published is published


def test_a_version_file_is_no_requirements_file() -> None:
    files: dict[str, str | bytes] = {
        "setup.py": "v = open('version.txt').read()\nr = open('reqs.txt').read().split()\n"
        "setup(install_requires=[x + v for x in r])\n",
        "version.txt": "0.2.1\n",
        "reqs.txt": "numpy\n",
    }

    facts = inventory(MemorySnapshot(files))

    assert [(row.name, row.path) for row in facts.dependencies] == [("numpy", "reqs.txt")]
    assert [row.target for row in facts.includes] == ["reqs.txt"]
