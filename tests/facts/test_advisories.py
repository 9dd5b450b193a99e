from __future__ import annotations

import json
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.facts.advisories import Advisory, advisories_of, load_advisories
from goldenpath.finding import Severity

if TYPE_CHECKING:
    from pathlib import Path


def record(name: str = "EX-1", package: str = "shelf", **more: Any) -> dict[str, Any]:
    """Return a record in OSV's schema; `events` and `versions` are those of its one affected package."""
    affected: dict[str, Any] = {"package": {"ecosystem": more.pop("ecosystem", "PyPI"), "name": package}}
    if "events" in more:
        affected["ranges"] = [{"type": more.pop("type", "ECOSYSTEM"), "events": more.pop("events")}]
    if "versions" in more:
        affected["versions"] = more.pop("versions")
    return {
        "schema_version": "1.6.0",
        "id": name,
        "modified": "2026-02-01T00:00:00Z",
        "published": "2026-01-15T12:00:00Z",
        "affected": [affected],
        **more,
    }


def one(*records: dict[str, Any], package: str = "shelf") -> Advisory:
    (found,) = advisories_of([("here", said) for said in records]).by_package["pypi", package]
    return found


RANGE = [{"introduced": "1.0"}, {"fixed": "1.4"}, {"introduced": "2.0"}, {"last_affected": "2.2"}]


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ("0.9", False),
        ("1.0", True),
        ("1.0.post1", True),
        ("1.0rc1", False),
        ("1.3.9", True),
        ("1.4rc1", True),
        ("1.4", False),
        ("1.10", False),
        ("2.0", True),
        ("2.2", True),
        ("2.2.0", True),
        ("2.2.1", False),
        ("1!1.0", False),
        ("1.3+local", True),
        ("1.4+cpu", False),
        ("1.4rc1+cpu", True),
        ("2.2+cpu", True),
        ("2.2+cu124", True),
        ("2.2.0+cu12.4", True),
        ("2.2.1+cpu", False),
        ("1.0+rocm6.2", True),
        ("1.0rc1+cpu", False),
        ("latest", None),
    ],
)
def test_versions_are_ordered_as_pep_440_orders_them(version: str, affected: bool | None) -> None:  # noqa: FBT001 - a case
    assert one(record(events=RANGE)).affects(version) is affected


def test_events_count_in_the_order_of_their_versions() -> None:
    assert one(record(events=[*reversed(RANGE)])).affects("1.2") is True


def test_everything_from_the_beginning_is_introduced_at_zero() -> None:
    found = one(record(events=[{"introduced": "0"}, {"fixed": "1.0"}]))

    assert found.affects("0.0.0.dev1")
    assert not found.affects("1.0")


def test_a_limit_ends_a_range() -> None:
    found = one(record(events=[{"introduced": "0"}, {"limit": "2.0"}]))

    assert (found.affects("1.9"), found.affects("2.0")) == (True, False)


def test_a_version_can_be_listed_alone_however_it_is_written() -> None:
    found = one(record(versions=["1.2", "odd-one"]))

    assert (found.affects("1.2.0"), found.affects("1.3"), found.affects("odd-one")) == (True, False, True)


def test_commits_order_no_versions() -> None:
    assert not one(record(type="GIT", events=[{"introduced": "0"}])).affects("1.0")


@pytest.mark.parametrize(("version", "fixed"), [("1.2", "1.4"), ("2.1", ""), ("2.9", "")])
def test_the_next_version_that_mends_it_is_named(version: str, fixed: str) -> None:
    assert one(record(events=RANGE)).fixed_after(version) == fixed


def test_a_fix_that_is_affected_again_mends_nothing() -> None:
    first = record(events=[{"introduced": "0"}, {"fixed": "1.1"}])
    second = record("EX-2", aliases=["EX-1"], events=[{"introduced": "0"}, {"fixed": "1.3"}])

    assert one(first, second).fixed_after("1.0") == "1.3"


def test_records_that_name_each_other_are_one_vulnerability() -> None:
    found = one(
        record("PYSEC-1", aliases=["CVE-2026-1"], versions=["1.0"]),
        record("GHSA-1", aliases=["CVE-2026-1"], versions=["1.1"], database_specific={"severity": "MODERATE"}),
        record("OTHER", aliases=["PYSEC-1"], published="2025-12-24T00:00:00Z", summary="It leaks."),
    )

    assert found.ids == ("CVE-2026-1", "GHSA-1", "OTHER", "PYSEC-1")
    assert (found.severity, found.published, found.summary) == (Severity.MEDIUM, date(2025, 12, 24), "It leaks.")
    assert found.affects("1.0")
    assert found.affects("1.1")


def test_other_ecosystems_and_what_was_withdrawn_are_left_out() -> None:
    records = [record(ecosystem="crates.io"), record("EX-2", withdrawn="2026-03-01T00:00:00Z")]

    assert advisories_of([("here", said) for said in records]).by_package == {}


def test_names_are_those_of_pypi_however_they_are_written() -> None:
    found = advisories_of([("here", record(package="My_Shelf.Py", versions=["1.0"]))])

    assert len(found.of("my-shelf-py", "1.0")) == 1


def test_severity_is_the_database_s_word_or_else_the_vector_s() -> None:
    vector = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]
    newer = [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N"}]

    assert one(record(versions=["1"], severity=vector)).severity is Severity.CRITICAL
    assert one(record(versions=["1"], severity=vector, database_specific={"severity": "LOW"})).severity is Severity.LOW
    assert one(record(versions=["1"], severity=newer)).severity is None


def test_a_vector_of_version_2_counts_only_where_no_newer_one_rates() -> None:
    oldest = {"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:C/I:C/A:C"}
    newest = {"type": "CVSS_V4", "score": "CVSS:4.0/AV:P/AC:H/AT:P/PR:L/UI:P/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"}

    assert one(record(versions=["1"], severity=[oldest])).severity is Severity.HIGH
    assert one(record(versions=["1"], severity=[oldest, newest])).severity is Severity.LOW


def test_a_folder_and_an_archive_tell_the_same(tmp_path: Path) -> None:
    folder, archive = tmp_path / "osv", tmp_path / "all.zip"
    (folder / "deep").mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as made:
        for name in ("EX-1", "EX-2"):
            text = json.dumps(record(name, versions=["1.0"]))
            (folder / "deep" / f"{name}.json").write_text(text)
            made.writestr(f"{name}.json", text)
        made.writestr("README.txt", "no record")

    assert load_advisories(folder) == load_advisories(archive)
    assert len(load_advisories(archive).of("shelf", "1.0")) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "is no record in OSV's schema"),
        ("{}", "is no record in OSV's schema"),
        ('{"id": "x", "affected": [{"package": {"ecosystem": "PyPI"}}]}', "is no record in OSV's schema"),
        (
            '{"id": "x", "published": "soon", "affected": [{"package": {"ecosystem": "PyPI", "name": "a"}}]}',
            "is no rec",
        ),
    ],
)
def test_a_record_that_can_t_be_read_is_told_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(text)

    with pytest.raises(GoldenpathError, match=told) as caught:
        load_advisories(tmp_path)

    assert caught.value.where.endswith("bad.json")


def test_a_path_that_is_neither_folder_nor_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")

    for name in ("notes.txt", "none"):
        with pytest.raises(GoldenpathError, match="can't be read"):
            load_advisories(tmp_path / name)


def test_npm_s_versions_are_ordered_as_npm_orders_them() -> None:
    events = [{"introduced": "0"}, {"fixed": "1.0.0-rc.2"}, {"introduced": "2.0.0-beta.9"}, {"fixed": "2.0.0"}]
    found = advisories_of([("here", record(ecosystem="npm", package="@Shelf/x", events=events))])

    hit = [
        version for version in ("1.0.0-rc.1", "1.0.0-rc.11", "2.0.0-beta.10") if found.of("@Shelf/x", version, "npm")
    ]

    assert hit == ["1.0.0-rc.1", "2.0.0-beta.10"]
    assert found.of("@Shelf/x", "1.0.0-rc.1") == ()
    assert found.ecosystems == {"npm", "pypi"}


def test_one_record_may_speak_of_several_ecosystems() -> None:
    said = record(versions=["1.0.0"])
    said["affected"].append({"package": {"ecosystem": "npm", "name": "shelf"}, "versions": ["2.0.0"]})

    found = advisories_of([("here", said)])

    assert [bool(found.of("shelf", "1.0.0", name)) for name in ("pypi", "npm")] == [True, False]
    assert [bool(found.of("shelf", "2.0.0", name)) for name in ("pypi", "npm")] == [False, True]


@pytest.mark.parametrize(
    ("listed", "version", "affected"),
    [
        ("2.12.0", "2.12.0+cpu", True),
        ("2.12", "2.12.0+cu124", True),
        ("2.12.0+cpu", "2.12.0+cpu", True),
        ("2.12.0+cpu", "2.12.0+cu124", False),
        ("2.12.0+cpu", "2.12.0", False),
        ("2.12.0", "2.12.1+cpu", False),
    ],
)
def test_a_listed_version_is_met_as_pep_440_meets_it(listed: str, version: str, affected: bool) -> None:  # noqa: FBT001
    assert one(record(versions=[listed])).affects(version) is affected


def test_a_range_that_ends_at_a_local_label_is_of_that_build() -> None:
    found = one(record(events=[{"introduced": "0"}, {"fixed": "2.6.0+cpu"}]))

    assert [found.affects(version) for version in ("2.6.0", "2.6.0+cpu", "2.6.0+cu124", "2.5.1+cu124")] == [
        True,
        False,
        False,
        True,
    ]


def test_what_mends_a_build_is_not_the_version_that_it_is_of() -> None:
    found = one(record(events=[{"introduced": "0"}, {"fixed": "2.6.0"}]))

    assert [found.fixed_after(version) for version in ("2.5.1+cu124", "2.6.0+cpu")] == ["2.6.0", ""]


def test_malware_is_critical_whatever_a_record_says() -> None:
    plain = one(record("MAL-2026-1", versions=["1.0"]))
    rated = one(record("MAL-2026-2", versions=["1.0"], database_specific={"severity": "LOW"}))
    alias = one(record("MAL-2026-3", versions=["1.0"], aliases=["GHSA-x"]), record("GHSA-x", versions=["1.0"]))

    assert [(row.severity, row.malicious) for row in (plain, rated, alias)] == [(Severity.CRITICAL, True)] * 3
    assert not one(record(versions=["1.0"])).malicious
