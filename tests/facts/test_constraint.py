from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from goldenpath.facts import constraint


@pytest.mark.parametrize(
    ("written", "specifier", "pinned"),
    [
        ("^1.2.3", "<2.0.0,>=1.2.3", False),
        ("^0.2", "<0.3,>=0.2", False),
        ("^0.0.3", "<0.0.4,>=0.0.3", False),
        ("^0", "<1,>=0", False),
        ("^2.0b1", "<3.0,>=2.0b1", False),
        ("~1.2.3", "<1.3.0,>=1.2.3", False),
        ("~1", "<2,>=1", False),
        ("1.2.3", "==1.2.3", True),
        ("=1.2.3", "==1.2.3", True),
        ("==1.2.3", "==1.2.3", True),
        ("1.2.*", "==1.2.*", False),
        ("*", "", False),
        ("@latest", "", False),
        ("latest", "latest", False),
        (">=1 <2", "<2,>=1", False),
        (">=3.7,<4", "<4,>=3.7", False),
        ("^2.7 || ^3.6", "^2.7 || ^3.6", False),
    ],
)
def test_poetry_is_said_in_pep_440(written: str, specifier: str, pinned: bool) -> None:  # noqa: FBT001 - a table
    assert constraint.poetry(written) == (specifier, pinned)


@pytest.mark.parametrize(
    ("spec", "name", "specifier", "pinned"),
    [
        ("numpy", "numpy", "", False),
        ("numpy=1.2", "numpy", "==1.2.*", False),
        ("numpy = 1.2", "numpy", "==1.2.*", False),
        ("numpy==1.2", "numpy", "==1.2", True),
        ("numpy 1.8.1", "numpy", "==1.8.1", True),
        ("numpy 1.8* py27_0", "numpy", "==1.8.*", False),
        ("numpy=1.2=py38_0", "numpy", "==1.2", True),
        ("conda-forge::numpy>=1.2,<2", "numpy", "<2,>=1.2", False),
        ("conda-forge/linux-64::numpy", "numpy", "", False),
        ("numpy[version='>=1.2', build=x]", "numpy", ">=1.2", False),
        ("numpy >=1.2|1.1", "numpy", ">=1.2|1.1", False),
        ("pytorch=*=*cuda*", "pytorch", "", False),
        ("python>=3.7.*", "python", ">=3.7", False),
        ("numpy==1.2=py38_0", "numpy", "==1.2", True),
        ("pytorch>=2.0=*cuda*", "pytorch", ">=2.0", False),
        ("7zip", "7zip", "", False),
        ("foo=1.2.*  # why", "foo", "==1.2.*", False),
    ],
)
def test_a_match_specification_is_said_in_pep_440(
    spec: str,
    name: str,
    specifier: str,
    pinned: bool,  # noqa: FBT001 - a table
) -> None:
    found = constraint.conda(spec)

    assert found
    assert (found.name, found.specifier, found.pinned, found.source) == (name, specifier, pinned, "conda")


@pytest.mark.parametrize(
    "spec", ["3.10", "1", "-r requirements.txt", "https://x/y.tar.bz2", "", "{{ name }}", "two words here and more"]
)
def test_what_is_no_match_specification_gives_nothing(spec: str) -> None:
    assert constraint.conda(spec) is None


@pytest.mark.parametrize(
    ("version", "specifier"), [("3.11", "==3.11.*"), ("3.11.4", "==3.11.4"), ("3", "==3.*"), ("x", "")]
)
def test_a_python_version_is_a_specifier(version: str, specifier: str) -> None:
    assert constraint.exactly(version) == specifier


@given(st.lists(st.integers(0, 30), min_size=1, max_size=3))
def test_a_caret_allows_its_own_version_and_never_the_next_major(figures: list[int]) -> None:
    version = ".".join(map(str, figures))

    allowed = SpecifierSet(constraint.poetry(f"^{version}")[0])

    assert allowed.contains(version)
    assert not allowed.contains(f"{figures[0] + 1}.0.1")


@given(st.text(max_size=40))
def test_no_text_breaks_the_parsers(text: str) -> None:
    constraint.poetry(text)
    constraint.conda(text)
    constraint.conda_version(text)
