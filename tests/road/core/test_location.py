import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from road.core.bundle import BundleError
from road.core.location import find_release, load_bundle

from tests.road.bundles import make_bundle

OTHER = "0" * 64


@pytest.fixture
def digest(tmp_path: Path) -> str:
    """The digest of a bundle in the folder `model`."""
    return make_bundle(tmp_path / "model")


@pytest.fixture
def registry(tmp_path: Path, digest: str) -> Path:
    """A registry as training keeps it, with the bundle as champion."""
    folder = tmp_path / "registry"
    (folder / "versions").mkdir(parents=True)
    (tmp_path / "model").rename(folder / "versions" / digest[:16])
    entry = {"digest": digest, "run": "r", "trained": "2026-01-01T00:00:00Z", "seconds": 1}
    (folder / "aliases.json").write_text(json.dumps({"champion": entry}))
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A web server of this machine that gives out the folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_port}"
        web.shutdown()


def test_a_folder_is_taken_as_it_is(tmp_path: Path, digest: str) -> None:
    assert load_bundle(str(tmp_path / "model")).digest == digest
    assert load_bundle((tmp_path / "model").as_uri()).digest == digest


def test_a_digest_lets_in_one_model_alone(tmp_path: Path, digest: str) -> None:
    folder = tmp_path / "model"

    assert load_bundle(f"{folder}#sha256={digest}").digest == digest
    with pytest.raises(BundleError, match="has digest"):
        load_bundle(f"{folder}#sha256={OTHER}")
    with pytest.raises(BundleError, match="64 digits"):
        load_bundle(f"{folder}#sha256=")


def test_the_champion_of_a_registry_is_taken(registry: Path, digest: str) -> None:
    release = find_release(f"{registry}#champion")

    assert release.load().digest == digest
    assert release.trained is not None
    assert release.trained.year == 2026
    with pytest.raises(BundleError, match="has no candidate"):
        find_release(f"{registry}#candidate")


def test_a_registry_alone_names_no_model(registry: Path) -> None:
    with pytest.raises(BundleError, match="name one of its models"):
        find_release(str(registry))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "can't be read"),
        ("[]", "can't be read"),
        ('{"champion": 1}', "can't be read"),
        ("{}", "has no champion"),
        ('{"champion": {"digest": "../../etc"}}', "not valid"),
    ],
)
def test_a_registry_that_is_wrong_is_named(registry: Path, text: str, message: str) -> None:
    (registry / "aliases.json").write_text(text)

    with pytest.raises(BundleError, match=message):
        find_release(f"{registry}#champion")


def test_a_model_is_fetched_by_its_address_and_digest(server: str, digest: str) -> None:
    assert load_bundle(f"{server}/model#sha256={digest}").digest == digest
    with pytest.raises(BundleError, match="needs its digest"):
        load_bundle(f"{server}/model")
    with pytest.raises(BundleError, match="can't be fetched"):
        load_bundle(f"{server}/gone#sha256={digest}")


def test_a_place_that_holds_nothing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="not a whole bundle"):
        load_bundle(str(tmp_path / "gone"))
