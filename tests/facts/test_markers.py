from __future__ import annotations

import pytest

from goldenpath.facts.markers import same_marker, same_pythons


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("", "", True),
        ("", "sys_platform == 'linux'", False),
        ('python_version < "3.12"', "python_full_version < '3.12'", True),
        ("python_version <= '3.11'", "python_full_version < '3.12'", True),
        ("python_version > '3.11'", "python_full_version >= '3.12'", True),
        ("python_version == '3.11'", "python_full_version == '3.11.*'", True),
        ("python_version != '3.11'", "python_full_version < '3.11' or python_full_version >= '3.12'", True),
        ("python_version < '3.12'", "python_full_version < '3.13'", False),
        ("python_full_version < '3.12'", "python_full_version < '3.12.4'", False),
        ("python_full_version <= '3.12.3'", "python_full_version < '3.12.3'", False),
        ("sys_platform == 'linux' and os_name == 'posix'", "os_name == 'posix' and sys_platform == 'linux'", True),
        ("sys_platform == 'linux' or os_name == 'nt'", "sys_platform == 'linux'", False),
        ("(a == 'x')", "sys_platform == 'linux'", None),
        ("platform_machine in 'x86_64 AMD64'", "platform_machine == 'x86_64' or platform_machine == 'AMD64'", False),
        ("'linux' in sys_platform", "sys_platform == 'linux'", False),
        ("'linux' == sys_platform", "sys_platform == 'linux'", True),
        ("sys_platform not in 'win32'", "sys_platform != 'win32'", False),
        ("extra == 'a' and sys_platform == 'linux'", "sys_platform == 'linux' and extra == 'a'", True),
        ("extra == 'a'", "extra == 'b'", False),
    ],
)
def test_markers_are_the_same_where_they_hold_in_the_same_environments(
    one: str,
    other: str,
    same: bool | None,  # noqa: FBT001
) -> None:
    assert same_marker(one, other) is same
    assert same_marker(other, one) is same


def test_markers_of_too_many_environments_cant_be_compared() -> None:
    names = ("sys_platform", "os_name", "platform_machine", "platform_system", "implementation_name")
    many = " or ".join(f"{name} == '{word}'" for name in names for word in "abc")

    assert same_marker(many, f"{many} or sys_platform == 'z'") is None


@pytest.mark.parametrize(
    ("all_of", "other", "same"),
    [
        ([">=3.10"], ">=3.10.0", True),
        ([">=3.9", ">=3.10"], ">=3.10", True),
        ([">=3.9", "<4"], ">=3.9,<4", True),
        (["~=3.11"], ">=3.11,<4", True),
        (["==3.11.*"], ">=3.11,<3.12", True),
        ([">=3.10"], ">=3.11", False),
        ([">=3.10,<3.13"], ">=3.10", False),
        ([">=3.10,!=3.11.4"], ">=3.10", False),
        (["nonsense"], ">=3.10", None),
    ],
)
def test_a_range_of_pythons_is_the_same_where_it_admits_the_same(
    all_of: list[str],
    other: str,
    same: bool | None,  # noqa: FBT001
) -> None:
    assert same_pythons(all_of, other) is same
