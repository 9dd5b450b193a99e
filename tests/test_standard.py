from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath import __version__, _git
from goldenpath._whereabouts import ALLOWED, builtin_folder, cache_folder, follows, public, split_ref
from goldenpath.errors import GoldenpathError
from goldenpath.standard import VARIABLE, find_standard, read_standard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Git = Callable[..., str]
    MakeRepo = Callable[..., Path]

POLICY = """\
- id: has-readme
  title: There is a README
  capability: ownership
  level: 1
  severity: low
  enforcement: {audit: 2026-01-01}
  file: {exists: README.md}
  rationale: People start there.
  cases: {fail: [{}], pass: [{README.md: ""}]}
"""


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDENPATH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    for name in (VARIABLE, ALLOWED):
        monkeypatch.delenv(name, raising=False)


def _write(folder: Path, text: str, *parts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "goldenpath.yaml").write_text(text)
    for part in parts:
        (folder / part).mkdir()
    return folder


def test_with_no_word_from_anybody_the_built_in_one_serves() -> None:
    standard = find_standard()

    assert (standard.name, standard.source, standard.ref) == ("builtin", "builtin", f"v{__version__}")
    assert standard.folder == builtin_folder()
    assert standard.url_of("training") == "https://goldenpath.invalid/builtin/training.git"


def test_a_name_goes_before_the_environment_and_the_environment_before_the_repo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("named", "environment", "repos"):
        _write(tmp_path / name, f"name: {name}\nversion: 1.0.0\n")
    (tmp_path / ".goldenpath.yaml").write_text(f"standard: {tmp_path}/repos\n")
    monkeypatch.setenv(ALLOWED, f"{tmp_path}/*")

    by_repo = find_standard(repo=tmp_path).name
    monkeypatch.setenv(VARIABLE, str(tmp_path / "environment"))
    by_environment = find_standard(repo=tmp_path).name
    by_name = find_standard(str(tmp_path / "named"), tmp_path).name

    assert (by_repo, by_environment, by_name) == ("repos", "environment", "named")


def test_a_standard_has_what_it_extends_below_its_own(tmp_path: Path) -> None:
    _write(tmp_path / "lower", "name: lower\nversion: 1.0.0\npolicies: p\nblueprints: b\nwaivers: w\n", "p", "b", "w")
    text = "name: upper\nversion: 2.0.0\nextends: ../lower\npolicies: p\noverride: {x: {level: 2}}\n"
    upper = _write(tmp_path / "upper", text, "p")

    standard = read_standard(str(upper))

    assert (standard.name, standard.version) == ("upper", "2.0.0")
    assert standard.policies == (tmp_path / "lower/p", tmp_path / "upper/p")
    assert standard.blueprints == (tmp_path / "lower/b",)
    assert standard.waivers == (tmp_path / "lower/w",)
    assert standard.overrides == ((upper / "goldenpath.yaml", {"x": {"level": 2}}),)


def test_an_override_changes_the_policy_of_the_standard_below(tmp_path: Path) -> None:
    _write(tmp_path / "lower", "name: lower\nversion: 1.0.0\npolicies: p\n", "p")
    (tmp_path / "lower/p/ownership.yaml").write_text(POLICY)
    upper = _write(
        tmp_path / "upper", "name: u\nversion: 1.0.0\nextends: ../lower\noverride: {has-readme: {severity: high}}\n"
    )

    assert [(p.id, str(p.severity)) for p in read_standard(str(upper)).load_policies()] == [("has-readme", "high")]


def test_a_circle_of_standards_is_told(tmp_path: Path) -> None:
    _write(tmp_path / "a", "name: a\nversion: 1.0.0\nextends: ../b\n")
    _write(tmp_path / "b", "name: b\nversion: 1.0.0\nextends: ../a\n")

    with pytest.raises(GoldenpathError, match=r"extends itself: .*a -> .*b -> .*a"):
        read_standard(str(tmp_path / "a"))


@pytest.mark.parametrize(
    ("text", "place", "said", "hint"),
    [
        ("name: a\nversoin: 1\n", "2:1", "unknown key 'versoin'", "Did you mean 'version'?"),
        ("name: a\nversion: 1.0.0\nrequires-goldenpath: '>=99'\n", "3:1", "wants goldenpath >=99", "pip install"),
        ("name: a\nversion: 1.0.0\nrequires-goldenpath: new\n", "3:1", "is no version range", "PEP 440"),
        ("name: a\nversion: 1.0.0\npolicies: nowhere\n", "3:1", "which isn't there", "Make it"),
        ("name: a\nversion: 1.0.0\nwaivers: ../w\n", "3:1", "leads out of the standard", "Keep it inside"),
        ("name: a\nversion: 1.0.0\nblueprint-url: https://x/y\n", "3:1", "no URL that Copier takes", "{blueprint}.git"),
        ("name: a\nversion: 1.0.0\nextends: nowhere\n", "", "there is no standard 'nowhere'", "git URL"),
        ("name: [a\n", "2:1", "is no YAML", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, place: str, said: str, hint: str) -> None:
    folder = _write(tmp_path / "standard", text)

    with pytest.raises(GoldenpathError) as raised:
        read_standard(str(folder))

    assert said in raised.value.message
    assert hint in raised.value.hint
    assert raised.value.where.endswith(f"goldenpath.yaml:{place}" if place else "nowhere")


@pytest.mark.parametrize("name", ["nowhere", "ext::sh -c true", "-uevil", "--upload-pack=evil", "a@b"])
def test_a_name_that_leads_nowhere_is_told_and_nothing_is_run(name: str) -> None:
    with pytest.raises(GoldenpathError, match="there is no standard"):
        read_standard(name)


@pytest.mark.parametrize(
    ("name", "url", "ref"),
    [
        ("https://h/p.git@v1", "https://h/p.git", "v1"),
        ("https://h/p.git@feature/x", "https://h/p.git", "feature/x"),
        ("https://user@h/p.git", "https://user@h/p.git", None),
        ("https://user:word@h/p.git@v1", "https://user:word@h/p.git", "v1"),
        ("ssh://git@h/p.git", "ssh://git@h/p.git", None),
        ("ssh://git@h:22/p.git@v1", "ssh://git@h:22/p.git", "v1"),
        ("git@h:o/p.git", "git@h:o/p.git", None),
        ("git@h:p.git@v1", "git@h:p.git", "v1"),
        ("file:///srv/p.git@v1", "file:///srv/p.git", "v1"),
        ("../standard@v1", "../standard", "v1"),
        ("standard", "standard", None),
        ("@v1", "@v1", None),
        ("standard@", "standard@", None),
    ],
)
def test_a_ref_is_told_from_a_user(name: str, url: str, ref: str | None) -> None:
    assert split_ref(name) == (url, ref)


def test_a_password_is_neither_recorded_nor_shown(tmp_path: Path) -> None:
    assert public("https://ann:s3cret@h/p.git") == "https://h/p.git"
    assert public("ssh://git@h/p.git") == "ssh://git@h/p.git"
    with pytest.raises(GoldenpathError) as raised:
        read_standard("http://ann:s3cret@127.0.0.1:9/p.git@v1")

    assert "s3cret" not in str(raised.value)
    assert not list((tmp_path / "cache/standards").iterdir())


@pytest.fixture
def published(make_repo: MakeRepo, git: Git, tmp_path: Path) -> str:
    """Give the URL of a bare repo with a standard in two versions, v1 and v2."""
    work = make_repo({"goldenpath.yaml": "name: acme\nversion: 1.0.0\n"}, "work")
    git(work, "tag", "v1")
    (work / "goldenpath.yaml").write_text("name: acme\nversion: 2.0.0\n")
    git(work, "commit", "-q", "-a", "-m", "second")
    git(work, "tag", "-a", "-m", "two", "v2")
    git(tmp_path, "clone", "-q", "--bare", str(work), "acme.git")
    return f"file://{tmp_path}/acme.git"


def test_a_standard_in_git_is_read_at_its_ref(published: str) -> None:
    found = {ref: read_standard(f"{published}@{ref}") for ref in ("v1", "v2", "main")}
    newest = read_standard(published)

    assert {ref: standard.version for ref, standard in found.items()} == {"v1": "1.0.0", "v2": "2.0.0", "main": "2.0.0"}
    assert (found["v1"].source, found["v1"].ref) == (published, "v1")
    assert (newest.version, newest.ref) == ("2.0.0", None)


def test_a_fetched_standard_brings_the_releases_of_its_blueprints(published: str, git: Git, tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "blueprints/small").mkdir(parents=True)
    (work / "blueprints/small/blueprint.yaml").write_text("name: small\nversion: 1.2.0\n")
    (work / "goldenpath.yaml").write_text("name: acme\nversion: 3.0.0\nblueprints: blueprints\n")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "blueprints")
    git(work, "push", "-q", f"{tmp_path}/acme.git", "HEAD:refs/heads/main")
    tree = git(work, "hash-object", "-t", "tree", "-w", "/dev/null")
    for name in ("small-v1.0.0", "small-v1.1.0", "small-vnext", "other"):
        git(work, "tag", name, git(work, "commit-tree", tree, "-m", name))
    git(work, "push", "-q", "--tags", f"{tmp_path}/acme.git")

    templates = read_standard(f"{published}@main").load_templates()

    assert [release.version for release in templates.releases("small")] == ["1.0.0", "1.1.0"]
    assert templates.releases("small")[0].template().files == {}


def test_a_copy_of_a_standard_brings_no_release_into_it(published: str, git: Git, tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "blueprints/small").mkdir(parents=True)
    (work / "blueprints/small/blueprint.yaml").write_text("name: small\nversion: 1.2.0\n")
    (work / "goldenpath.yaml").write_text("name: acme\nversion: 3.0.0\nblueprints: blueprints\n")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "blueprints")
    git(work, "push", "-q", f"{tmp_path}/acme.git", "HEAD:refs/heads/main")
    git(tmp_path, "clone", "-q", "--bare", f"{tmp_path}/acme.git", "copy.git")
    git(tmp_path / "copy.git", "tag", "small-v9.0.0", "main")
    commit = git(work, "rev-parse", "HEAD")

    copy = read_standard(f"file://{tmp_path}/copy.git@{commit}").load_templates()
    real = read_standard(f"{published}@{commit}").load_templates()

    assert [release.version for release in copy.releases("small")] == ["9.0.0"]
    assert real.releases("small") == ()


def test_a_folder_with_a_ref_is_read_from_its_commits(published: str, tmp_path: Path) -> None:
    assert published
    (tmp_path / "work/goldenpath.yaml").write_text("name: acme\nversion: 3.0.0\n")

    assert read_standard(f"{tmp_path}/work@v1").version == "1.0.0"
    assert read_standard(f"{tmp_path}/work").version == "3.0.0"


def test_a_full_commit_that_is_in_the_cache_is_not_asked_for_again(published: str, git: Git, tmp_path: Path) -> None:
    commit = git(tmp_path / "acme.git", "rev-parse", "v1")
    read_standard(f"{published}@{commit}")
    (tmp_path / "acme.git").rename(tmp_path / "gone.git")

    assert read_standard(f"{published}@{commit}").version == "1.0.0"


def test_a_ref_that_is_not_there_is_told(published: str) -> None:
    with pytest.raises(GoldenpathError, match="can't be fetched") as raised:
        read_standard(f"{published}@v9")

    assert raised.value.where == f"{published}@v9"


def test_a_fetched_standard_extends_no_folder_outside_its_tree(make_repo: MakeRepo, tmp_path: Path) -> None:
    _write(tmp_path / "secret", "name: s\nversion: 1.0.0\n")
    repo = make_repo({"goldenpath.yaml": f"name: a\nversion: 1.0.0\nextends: {tmp_path}/secret\n"})

    with pytest.raises(GoldenpathError, match="extends leads out of the standard"):
        read_standard(f"file://{repo}")


def test_a_fetched_standard_may_extend_a_folder_of_its_own(make_repo: MakeRepo) -> None:
    repo = make_repo(
        {
            "goldenpath.yaml": "name: a\nversion: 1.0.0\nextends: core\n",
            "core/goldenpath.yaml": "name: core\nversion: 1.0.0\npolicies: p\n",
            "core/p/a.yaml": POLICY,
        }
    )

    assert [policy.id for policy in read_standard(f"file://{repo}").load_policies()] == ["has-readme"]


@pytest.mark.parametrize(
    "name",
    [
        "ext::sh -c 'touch pwned'",
        "-ufoo",
        "--upload-pack=touch pwned",
        "../elsewhere",
        "/etc",
        ".",
        "~/secret",
        "file:///srv/x.git",
        "git://h/x.git",
        "http://h/x.git",
        "ssh://-oProxyCommand=touch/x.git",
        "git@-oProxyCommand=touch:x",
        "git@h:-x",
        "https://ann:word@h/x.git",
        "https:// h/x",
    ],
)
def test_a_repo_leads_to_no_place_on_this_machine_and_to_no_other_protocol(tmp_path: Path, name: str) -> None:
    (tmp_path / ".goldenpath.yaml").write_text(f"standard: {name!r}\n" if "'" not in name else f'standard: "{name}"\n')

    with pytest.raises(GoldenpathError, match="isn't followed on its word") as raised:
        find_standard(repo=tmp_path)

    assert ALLOWED in raised.value.hint


@pytest.mark.parametrize(
    "name", ["https://git.example.org/a/b.git", "ssh://git@h:22/a/b.git", "git@github.com:acme/standard.git", "builtin"]
)
def test_a_repo_may_name_an_https_or_ssh_url(tmp_path: Path, name: str) -> None:
    (tmp_path / ".goldenpath.yaml").write_text(f"standard: {name}\nref: v1\n")

    assert follows(tmp_path).name == (name if name == "builtin" else f"{name}@v1")


def test_a_url_that_a_repo_names_is_fetched_and_may_extend_no_folder_and_no_file_url(
    published: str, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gitconfig").write_text(f'[url "{published}"]\n\tinsteadOf = https://git.example.org/acme.git\n')
    (tmp_path / ".goldenpath.yaml").write_text("standard: https://git.example.org/acme.git\nref: v1\n")

    assert find_standard(repo=tmp_path).version == "1.0.0"

    (tmp_path / "work/goldenpath.yaml").write_text(f"name: acme\nversion: 3.0.0\nextends: {published}@v1\n")
    git(tmp_path / "work", "commit", "-q", "-a", "-m", "third")
    git(tmp_path / "work", "push", "-q", f"{tmp_path}/acme.git", "HEAD:refs/tags/v3")
    (tmp_path / ".goldenpath.yaml").write_text("standard: https://git.example.org/acme.git\nref: v3\n")
    with pytest.raises(GoldenpathError, match="a repo's standard may extend no such place"):
        find_standard(repo=tmp_path)

    monkeypatch.setenv(ALLOWED, "https://git.example.org/*")
    assert find_standard(repo=tmp_path).version == "3.0.0"


def test_another_ref_of_the_built_in_standard_is_a_note_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / ".goldenpath.yaml").write_text("standard: builtin\nref: v0.0.1\n")

    notes = find_standard(repo=tmp_path).notes

    assert notes == (
        f"the repo follows the built-in standard v0.0.1, and is held against v{__version__}: goldenpath's own",
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", f"standard: builtin\nref: v{__version__}\n"])
def test_a_repo_that_names_none_is_held_against_the_built_in_one(tmp_path: Path, text: str) -> None:
    (tmp_path / ".goldenpath.yaml").write_text(text)

    standard = find_standard(repo=tmp_path)

    assert (standard.source, standard.notes) == ("builtin", ())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"standard: [a\n", "is no YAML"),
        (b"\xff\xfe", "can't be read"),
        (b"standard: {a: b}\n", "names no standard"),
        (b"standard: builtin\nref: [1]\n", "names no standard"),
    ],
)
def test_a_broken_file_of_the_repo_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / ".goldenpath.yaml").write_bytes(content)

    with pytest.raises(GoldenpathError, match=said):
        find_standard(repo=tmp_path)


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".goldenpath.yaml").symlink_to("/etc/passwd")

    with pytest.raises(GoldenpathError, match="is a link"):
        find_standard(repo=tmp_path)


def test_the_file_of_a_commit_counts_where_a_commit_is_judged(make_repo: MakeRepo, git: Git, tmp_path: Path) -> None:
    repo = make_repo({".goldenpath.yaml": "standard: git@h:a/b.git\n"})
    git(repo, "tag", "old")
    (repo / ".goldenpath.yaml").write_text("standard: git@h:c/d.git\n")
    git(repo, "commit", "-q", "-a", "-m", "second")
    (repo / ".goldenpath.yaml").write_text("standard: git@h:e/f.git\n")
    git(tmp_path, "clone", "-q", "--bare", str(repo), "bare.git")

    assert follows(repo, "old").name == "git@h:a/b.git"
    assert follows(repo, "main").name == "git@h:c/d.git"
    assert follows(repo).name == "git@h:e/f.git"
    assert follows(tmp_path / "bare.git").name == "git@h:c/d.git"


def test_what_a_commit_holds_is_told_with_its_place(make_repo: MakeRepo, git: Git) -> None:
    repo = make_repo({".goldenpath.yaml": "standard: [a\n"})
    (repo / ".goldenpath.yaml").unlink()
    (repo / ".goldenpath.yaml").symlink_to("/etc/passwd")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "second")

    with pytest.raises(GoldenpathError, match=r"^HEAD~1:.goldenpath.yaml:\d+:\d+: is no YAML"):
        follows(repo, "HEAD~1")
    with pytest.raises(GoldenpathError, match=r"^HEAD:.goldenpath.yaml: is no plain file"):
        follows(repo, "HEAD")


def test_the_cache_stands_where_the_platform_keeps_such_things(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GOLDENPATH_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert cache_folder() == tmp_path / "goldenpath"


def test_fetching_runs_no_hook_of_the_fetched_repo(published: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    for name in ("post-checkout", "pre-receive", "reference-transaction", "post-upload-pack"):
        hook = tmp_path / "acme.git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {canary}\n")
        hook.chmod(0o755)
    _git.run(["config", "uploadpack.packObjectsHook", f"touch {canary};"], cwd=tmp_path / "acme.git")

    assert read_standard(f"{published}@v1").version == "1.0.0"
    assert not canary.exists()


def test_a_folder_that_says_where_it_is_published_is_recorded_as_that(tmp_path: Path) -> None:
    text = "name: acme\nversion: 1.0.0\nurl: https://git.example.org/acme/standard.git@v1\n"
    named = read_standard(str(_write(tmp_path / "acme", text)))
    unnamed = read_standard(str(_write(tmp_path / "other", "name: other\nversion: 1.0.0\n")))

    assert named.recorded == ("https://git.example.org/acme/standard.git", "v1")
    assert unnamed.recorded == (str(tmp_path / "other"), None)


def test_a_standard_that_was_fetched_is_recorded_as_the_person_named_it(
    make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ALLOWED, "*")
    repo = make_repo({"goldenpath.yaml": "name: a\nversion: 1.0.0\nurl: ssh://git@git.example.org/a.git\n"})

    assert read_standard(f"file://{repo}@main").recorded == (f"file://{repo}", "main")


def test_a_standard_knows_the_names_of_all_that_it_extends(tmp_path: Path) -> None:
    text = "name: acme\nversion: 1.0.0\nextends: builtin\nurl: https://git.example.org/acme.git\n"
    standard = read_standard(str(_write(tmp_path / "acme", text)))

    assert standard.sources == ("builtin", str(tmp_path / "acme"), "https://git.example.org/acme.git")
    assert [url.format(blueprint="training") for url in standard.blueprint_urls] == [
        "https://goldenpath.invalid/builtin/training.git",
        "https://goldenpath.invalid/acme/training.git",
    ]


@pytest.mark.parametrize(
    "url", ["/srv/standard", "../standard", "http://git.example.org/a.git", "https://ann:word@git.example.org/a.git"]
)
def test_a_standard_is_published_only_where_a_repo_is_followed_to(tmp_path: Path, url: str) -> None:
    folder = _write(tmp_path / "acme", f"name: acme\nversion: 1.0.0\nurl: {url}\n")

    with pytest.raises(GoldenpathError, match="url is no place that a repo is followed to") as raised:
        read_standard(str(folder))

    assert raised.value.where == f"{folder}/goldenpath.yaml:3:1"
    assert "ann:word" not in str(raised.value)


def test_a_key_given_twice_in_a_standard_or_in_the_own_repo_is_told_with_both_places(tmp_path: Path) -> None:
    folder = _write(tmp_path / "acme", "name: acme\nversion: 1.0.0\nname: other\n")
    (tmp_path / ".goldenpath.yaml").write_text("standard: builtin\nref: v1.0.0\nstandard: https://h/a.git\n")

    with pytest.raises(GoldenpathError, match="'name' is given twice, first in line 1, column 1") as of_standard:
        read_standard(str(folder))
    with pytest.raises(GoldenpathError, match="'standard' is given twice, first in line 1, column 1") as of_repo:
        find_standard(repo=tmp_path)

    assert of_standard.value.where == f"{folder}/goldenpath.yaml:3:1"
    assert of_repo.value.where == f"{tmp_path}/.goldenpath.yaml:3:1"
