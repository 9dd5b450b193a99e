from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.inventory import inventory
from goldenpath.facts.model import Container, Facts
from goldenpath.facts.readers import dockerfile
from goldenpath.snapshot.memory import MemorySnapshot
from tests.growth import LINEAR, growth


def _read(text: str, path: str = "Dockerfile") -> Facts:
    return dockerfile.read(File(path=path, data=text.encode()))


def _images(text: str) -> list[tuple[str, str | None, str | None]]:
    return [(image.image, image.tag, image.digest) for image in _read(text).images]


def _container(text: str) -> Container:
    (container,) = _read(text).containers
    return container


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("python", ("python", None, None)),
        ("python:3.11-slim", ("python", "3.11-slim", None)),
        ("localhost:5000/team/img", ("localhost:5000/team/img", None, None)),
        ("reg.example.org:5000/team/img:1", ("reg.example.org:5000/team/img", "1", None)),
        ("img@sha256:" + "a" * 64, ("img", None, "sha256:" + "a" * 64)),
        ("r:5000/img:2@sha256:" + "b" * 64, ("r:5000/img", "2", "sha256:" + "b" * 64)),
        ('"python:3.11"', ("python", "3.11", None)),
        ("scratch", ("scratch", None, None)),
    ],
)
def test_a_reference_is_split_into_name_tag_and_digest(
    reference: str, expected: tuple[str, str | None, str | None]
) -> None:
    assert _images(f"FROM {reference}\n") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG V=3.11\nFROM python:${V}", ("python", "3.11")),
        ("ARG V=3.11\nFROM python:$V-slim", ("python", "3.11-slim")),
        ('ARG V="3.11"\nFROM python:"${V}-slim"', ("python", "3.11-slim")),
        ('ARG V="3.11"\nFROM python:$V', ("python", "3.11")),
        ("ARG A=1 B=$A.2\nFROM x:$B", ("x", "1.2")),
        ("ARG BASE=python:3.11\nFROM $BASE", ("python", "3.11")),
        ("FROM python:${V:-3.12}", ("python", "3.12")),
        ("ARG V=\nFROM python:${V:-3.12}", ("python", "3.12")),
        ("ARG R=\nFROM ${R:+$R/}python", ("python", None)),
        ("ARG R=reg\nFROM ${R:+$R/}python", ("reg/python", None)),
        ("FROM ${X:-${Y:-z}}:1", ("z", "1")),
    ],
)
def test_arguments_take_their_defaults(text: str, expected: tuple[str, str | None]) -> None:
    (image,) = _read(text).images

    assert (image.image, image.tag, image.resolved) == (*expected, True)


def test_a_name_without_defaults_stays_as_written() -> None:
    (image,) = _read("ARG X\nFROM ${X}:${Y}").images

    assert (image.image, image.tag, image.resolved) == ("${X}", "${Y}", False)


def test_an_argument_of_a_stage_reaches_no_later_from() -> None:
    text = "ARG G=1\nFROM a:$G\nARG G=2\nARG L=9\nFROM b:$G-$L\n"

    assert _images(text) == [("a", "1", None), ("b", "1-$L", None)]


def test_a_stage_by_name_is_no_image_whatever_its_case() -> None:
    text = "FROM python:3 AS Base\nFROM base AS test\nFROM test\n"

    assert _images(text) == [("python", "3", None)]


def test_a_name_that_only_a_later_stage_bears_is_an_image() -> None:
    assert _images("FROM python\nFROM node AS python\n") == [("python", None, None), ("node", None, None)]


def test_a_stage_that_the_platform_picks_is_no_image() -> None:
    text = "FROM a AS build-amd64\nFROM b AS build-arm64\nFROM build-${TARGETARCH}\n"

    assert [image[0] for image in _images(text)] == ["a", "b"]


def test_copies_from_images_count_and_copies_from_stages_do_not() -> None:
    text = (
        "FROM a AS build\nFROM b\nCOPY --from=build /x /x\nCOPY --from=0 /x /x\n"
        "COPY --chown=1 --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/\n"
        "RUN --mount=type=cache,target=/c --mount=type=bind,from=img:2,target=/x true\n"
        "RUN --mount=from=build,target=/x true\nONBUILD COPY --from=third /x /x\n"
    )

    copies = [image for image in _read(text).images if image.origin == "copy"]

    assert [(image.image, image.tag, image.line) for image in copies] == [
        ("ghcr.io/astral-sh/uv", "0.9", 5),
        ("img", "2", 6),
        ("third", None, 8),
    ]


def test_final_is_the_last_stage_and_shipped_what_it_is_built_on_too() -> None:
    text = "FROM a AS base\nFROM b AS build\nFROM base\nCOPY --from=c /x /x\n"

    assert {image.image: (image.final, image.shipped) for image in _read(text).images} == {
        "a": (False, True),
        "b": (False, False),
        "c": (True, True),
    }


def test_platform_flags_lower_case_and_tabs_are_understood() -> None:
    text = "from --platform=$BUILDPLATFORM\tpython:3 as b\n  from b\nuser app\n"

    assert _images(text) == [("python", "3", None)]
    assert _container(text).user == "app"


def test_comments_and_empty_lines_inside_a_continuation_are_skipped() -> None:
    text = "FROM \\\n# comment\n\n  python:3 \\  \n AS x\nRUN a && \\\n# FROM no\n  FROM nothing\nUSER u\n"

    facts = _read(text)

    assert [(image.image, image.tag, image.stage, image.line) for image in facts.images] == [("python", "3", "x", 1)]
    assert (facts.containers[0].user, facts.containers[0].line) == ("u", 9)


def test_the_escape_directive_changes_continuations() -> None:
    text = "# escape=`\nFROM win:1\nRUN dir c:\\\nUSER u\nRUN a `\n  FROM b\n"

    assert _images(text) == [("win", "1", None)]
    assert _container(text).user == "u"


def test_an_escape_directive_below_a_comment_is_a_comment() -> None:
    text = "# a comment\n# escape=`\nFROM a\nRUN x \\\n  FROM b\n"

    assert _images(text) == [("a", None, None)]


@pytest.mark.parametrize("opening", ["<<EOF", "<<-EOF", "<<'EOF'", '<<"EOF"', "3<<EOF"])
def test_heredoc_bodies_are_no_instructions(opening: str) -> None:
    end = "\tEOF" if "-" in opening else "EOF"
    text = (
        f"FROM a\nRUN bash {opening}\nFROM inside\nUSER root\n{end}\nCOPY <<x <<y /d/\nUSER 1\nx\nUSER 2\ny\nUSER me\n"
    )

    assert _images(text) == [("a", None, None)]
    assert _container(text).user == "me"


def test_a_heredoc_that_nobody_ends_and_a_here_string_hide_nothing() -> None:
    assert _container("FROM a\nRUN cat <<EOF\nRUN grep x <<< EOF\nUSER u\n").user == "u"


@pytest.mark.parametrize(
    ("text", "user", "group"),
    [
        ("FROM a", None, None),
        ("FROM a\nUSER app:staff", "app", "staff"),
        ("FROM a\nUSER 0:0", "0", "0"),
        ("FROM a\nUSER app\nUSER root", "root", None),
        ("FROM a AS b\nUSER app\nFROM b", "app", None),
        ("FROM a AS b\nUSER app\nFROM c", None, None),
        ("FROM a\nARG U=app\nUSER $U", "app", None),
        ("FROM a\nENV U app\nUSER ${U}", "app", None),
        ("ARG U=app\nFROM a\nARG U\nUSER $U", "app", None),
        ("ARG U=app\nFROM a\nUSER $U", "$U", None),
        ("FROM a\nONBUILD USER app", None, None),
    ],
)
def test_the_user_is_the_effective_one_of_the_final_stage(text: str, user: str | None, group: str | None) -> None:
    container = _container(text)

    assert (container.user, container.group) == (user, group)


@pytest.mark.parametrize(
    ("text", "healthy"),
    [
        ("FROM a", False),
        ("FROM a\nHEALTHCHECK --interval=5s CMD curl x", True),
        ("FROM a AS b\nHEALTHCHECK CMD x\nFROM b", True),
        ("FROM a AS b\nHEALTHCHECK CMD x\nFROM b\nHEALTHCHECK none", False),
        ("FROM a AS b\nHEALTHCHECK CMD x\nFROM c", False),
    ],
)
def test_a_health_check_is_inherited_and_can_be_taken_away(text: str, healthy: bool) -> None:  # noqa: FBT001 - a case
    assert _container(text).healthcheck is healthy


def test_a_templates_placeholder_stays_in_one_piece() -> None:
    (image,) = _read("FROM {{ base image }}:{{ tag }} AS x\n").images

    assert (image.image, image.tag, image.stage, image.resolved) == ("{{ base image }}", "{{ tag }}", "x", False)


def test_windows_line_ends_leave_nothing_behind() -> None:
    assert _images("FROM a:1 \\\r\n  AS b\r\nFROM b\r\n") == [("a", "1", None)]


def test_a_dockerfile_that_starts_from_nothing_is_told() -> None:
    with pytest.raises(ReadError, match="no FROM"):
        _read("RUN make\n")


@pytest.mark.parametrize(
    "path", ["Dockerfile.dockerignore", "dockerfile_lint.py", "Dockerfile.md", "custom-dockerfile.mdx"]
)
def test_a_file_of_another_kind_says_nothing(path: str) -> None:
    assert _read("FROM a\n", path) == Facts()


def test_many_heredocs_without_an_end_cost_no_more_than_their_length() -> None:
    def text_of(count: int) -> str:
        return "FROM a\n" + "".join(f"RUN x <<E{number}\n" for number in range(count)) + "USER u\n"

    def read(text: str) -> None:
        assert _container(text).user == "u"

    assert growth(read, text_of, 20_000) <= LINEAR


def test_a_file_that_is_only_nearly_named_so_must_start_from_an_image() -> None:
    assert _read("from here on it is prose\n", "dockerfile_notes") == Facts()
    assert _read("RUN x\nFROM a:1\n", "Dockerfile-odd").images[0].tag == "1"


@given(
    st.lists(
        st.sampled_from(
            [
                "FROM ",
                "ARG A=",
                "USER ",
                "COPY --from=",
                "${A}",
                "$",
                "{",
                "<<E",
                "\\",
                "\n",
                "'",
                '"',
                "AS ",
                ":",
                "@",
                "#",
            ]
        )
    )
)
def test_any_text_is_read_or_refused(parts: list[str]) -> None:
    with contextlib.suppress(ReadError):
        facts = _read("FROM a\n" + "".join(parts))
        assert len(facts.containers) == 1


def test_arguments_that_double_cost_nothing() -> None:
    text = "ARG A0=xxxxxxxxxx\n" + "".join(f"ARG A{n + 1}=$A{n}$A{n}\n" for n in range(60)) + "FROM a:$A2-$A60\n"

    (image,) = _read(text).images

    assert image.tag is not None
    assert len(image.tag) < 1_000
    assert not image.resolved


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("FROM python:3.12-slim\n", "python:3.12-slim"),
        ("FROM golang:1.25 AS build\nFROM gcr.io/distroless/static:nonroot\n", "gcr.io/distroless/static:nonroot"),
        ("FROM python:3.12 AS base\nFROM golang:1 AS other\nFROM base\nCOPY --from=busybox /a /a\n", "python:3.12"),
    ],
)
def test_a_container_tells_the_image_that_its_final_stage_goes_back_to(text: str, base: str) -> None:
    assert _container(text).base == base


@pytest.mark.parametrize(
    ("text", "serves"),
    [
        ("FROM x\nEXPOSE 8080\n", True),
        ("FROM x AS base\nEXPOSE 8080\nFROM base\nUSER app\n", True),
        ('FROM x\nCMD ["uvicorn", "app:app", "--port", "80"]\n', True),
        ("FROM x\nCMD exec gunicorn --bind :$PORT app:app\n", True),
        ('FROM x\nENTRYPOINT ["/init", "--"]\nCMD ["flask", "run"]\n', True),
        ("FROM x AS web\nEXPOSE 80\nFROM x\nCMD python train.py\n", False),
        ('FROM x AS base\nCMD ["uvicorn", "a:b"]\nFROM base\nCMD ["python", "train.py"]\n', False),
        ('FROM x AS base\nCMD ["uvicorn", "a:b"]\nFROM base\nENTRYPOINT ["python", "train.py"]\n', False),
        ("FROM x\nRUN pip install gunicorn\n", False),
    ],
)
def test_a_container_serves_by_its_port_or_by_what_it_starts(text: str, serves: bool) -> None:  # noqa: FBT001 - a table
    assert _container(text).serves is serves


@pytest.mark.parametrize(
    ("text", "copies"),
    [
        ("FROM x\nCOPY . .\n", True),
        ("FROM x\nADD --chown=1:1 ./ /app\n", True),
        ('FROM x\nCOPY [".", "/app"]\n', True),
        ('FROM x\nCOPY [".","/app"]\n', True),
        ("FROM x AS build\nCOPY pyproject.toml . /app/\nFROM x\nCOPY --from=build /app /app\n", True),
        ("FROM x\nCOPY src .\nCOPY pyproject.toml uv.lock ./\n", False),
        ("FROM y AS build\nFROM x\nCOPY --from=build . .\n", False),
        ("FROM x\nRUN cp -r . /app\n", False),
    ],
)
def test_a_container_tells_that_the_whole_context_is_copied(text: str, copies: bool) -> None:  # noqa: FBT001 - a table
    assert _container(text).copies_context is copies


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("x.dockerfile", True),
        ("test_dockerfile_with_base", True),
        ("gpu.Dockerfile.prod", True),
        ("my_dockerfile_notes.md", False),
        ("Dockerfile.dockerignore", False),
    ],
)
def test_a_dockerfile_is_known_by_its_name_and_its_words(path: str, known: bool) -> None:  # noqa: FBT001 - a table
    assert [row.path for row in inventory(MemorySnapshot({path: "FROM python:3.12\n"})).images] == [path] * known
