from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts.cvss import base_score, severity
from goldenpath.finding import Severity

VECTORS = st.builds(
    "CVSS:3.{}/AV:{}/AC:{}/PR:{}/UI:{}/S:{}/C:{}/I:{}/A:{}".format,
    *(st.sampled_from(letters) for letters in ("01", "NALP", "LH", "NLH", "NR", "UC", "HLN", "HLN", "HLN")),
)


@pytest.mark.parametrize(
    ("metrics", "score", "rating"),
    [
        ("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0, Severity.CRITICAL),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, Severity.CRITICAL),
        ("AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8, Severity.HIGH),
        ("AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, Severity.MEDIUM),
        ("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, Severity.MEDIUM),
        ("AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9, Severity.MEDIUM),
        ("AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", 1.8, Severity.LOW),
        ("AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, None),
    ],
)
def test_a_vector_has_the_score_that_the_specification_gives_it(
    metrics: str, score: float, rating: Severity | None
) -> None:
    for version in ("3.0", "3.1"):
        assert base_score(f"CVSS:{version}/{metrics}") == score
        assert severity(f"CVSS:{version}/{metrics}") is rating


@pytest.mark.parametrize(
    ("vector", "score", "rating"),
    [
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0, Severity.CRITICAL),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, Severity.CRITICAL),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 8.1, Severity.HIGH),
        ("CVSS:4.0/AV:P/AC:H/AT:P/PR:L/UI:P/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 1.0, Severity.LOW),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0, None),
        ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0, Severity.HIGH),
        ("AV:N/AC:L/Au:N/C:N/I:N/A:P", 5.0, Severity.MEDIUM),
    ],
)
def test_versions_2_and_4_are_scored_too(vector: str, score: float, rating: Severity | None) -> None:
    assert (base_score(vector), severity(vector)) == (score, rating)


@pytest.mark.parametrize(
    "vector",
    ["", "7.5", "CVSS:4.0/AV:N/AC:L", "CVSS:5.0/AV:N", "AV:N/AC:L", "CVSS:3.1/AV:X/AC:L", "CVSS:3.1/" + "X" * 99],
)
def test_what_is_no_vector_has_no_score(vector: str) -> None:
    assert (base_score(vector), severity(vector)) == (None, None)


@given(VECTORS)
def test_every_score_lies_between_0_and_10_in_whole_tenths(vector: str) -> None:
    score = base_score(vector)

    assert score is not None
    assert 0 <= score <= 10
    assert round(score, 1) == score
