"""How severe a vulnerability is by its CVSS vector, of version 2, 3.0, 3.1 or 4.0."""

from __future__ import annotations

from goldenpath.finding import Severity

_KINDS = (("CVSS:4.0/", "CVSS4"), ("CVSS:3.", "CVSS3"), ("AV:", "CVSS2"))
_RATINGS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))


def base_score(vector: str) -> float | None:
    """Return the score of a vector, 0.0 to 10.0; None for what is none.

    It is the base score; one of version 4 counts the threat metrics that it has, as that version wants it.
    """
    import cvss  # noqa: PLC0415 - only advisories without a rating of their own need it

    kind = next((kind for head, kind in _KINDS if vector.startswith(head)), None)
    if kind is None:
        return None
    try:
        return float(getattr(cvss, kind)(vector).base_score)
    except cvss.CVSSError:
        return None


def severity(vector: str) -> Severity | None:
    """Return the rating of a vector; None for what is none, and for a score of zero.

    The bounds are those of versions 3 and 4; version 2, which has no rating of its own, ends at high, as NVD rates it.
    """
    score = base_score(vector)
    found = next((rating for least, rating in _RATINGS if score is not None and score >= least), None)
    return Severity.HIGH if found is Severity.CRITICAL and not vector.startswith("CVSS:") else found
