import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from road.core.bundle import (
    SUMS,
    Bundle,
    BundleError,
    write_bundle,
)
from road.core.encoding import InputError
from road.core.reference import (
    Distribution,
    count_all,
    describe,
    shifts,
)

from tests.road.bundles import INPUTS, ROWS, make_bundle, make_manifest, make_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_bundle(tmp_path / "bundle")
    return tmp_path / "bundle"


def rewrite(folder: Path, name: str, content: bytes) -> None:
    """Change a file as somebody would who also mends the checksums."""
    (folder / name).write_bytes(content)
    names = sorted(path.name for path in folder.iterdir() if path.name != SUMS)
    sums = [f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    (folder / SUMS).write_text("".join(sums))


def test_a_bundle_predicts_what_its_model_says(folder: Path) -> None:
    predicted = Bundle.load(folder).predict(ROWS)

    assert predicted.values.tolist() == [3.5, 4.0]


def test_loading_reports_nothing_to_anyone(folder: Path, tmp_path: Path) -> None:
    """onnxruntime keeps an id and a queue of events in the home folder when it reports."""
    home = tmp_path / "home"
    home.mkdir()
    load = f"import sys, {Bundle.__module__} as b; b.Bundle.load(b.Path(sys.argv[1]))"
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}

    subprocess.run([sys.executable, "-c", load, str(folder)], env=environment, check=True)

    assert list(home.iterdir()) == []


def test_the_same_facts_give_the_same_digest(tmp_path: Path) -> None:
    assert make_bundle(tmp_path / "a") == make_bundle(tmp_path / "b")


def test_a_bundle_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(BundleError, match="never changed"):
        make_bundle(folder)


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_bundle(tmp_path / "bundle", make_manifest(INPUTS), "no bytes")  # type: ignore[arg-type]

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["model.onnx", "bundle.json", "MODEL_CARD.md", "SHA256SUMS"])
def test_one_changed_byte_is_refused(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))

    with pytest.raises(BundleError, match="was changed after it was written"):
        Bundle.load(folder)


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "MODEL_CARD.md").unlink()

    with pytest.raises(BundleError, match="not a whole bundle"):
        Bundle.load(folder)


def test_a_file_that_does_not_belong_is_refused(folder: Path) -> None:
    (folder / "model.pkl").write_bytes(b"")

    with pytest.raises(BundleError, match=r"other files than a bundle.*model\.pkl"):
        Bundle.load(folder)


def test_a_bundle_rewritten_as_a_whole_is_refused_by_its_digest(folder: Path) -> None:
    digest = Bundle.load(folder).digest
    rewrite(folder, "MODEL_CARD.md", b"all is well")

    Bundle.load(folder)
    with pytest.raises(BundleError, match="has digest"):
        Bundle.load(folder, expect=digest)


def test_a_newer_format_is_refused_by_name(folder: Path) -> None:
    facts = json.loads((folder / "bundle.json").read_bytes())
    rewrite(folder, "bundle.json", json.dumps({**facts, "format_version": 2}).encode())

    with pytest.raises(BundleError, match="bundle format 2, this code reads up to 1"):
        Bundle.load(folder)


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"format_version": 1}'])
def test_facts_that_are_not_valid_are_refused(folder: Path, content: bytes) -> None:
    rewrite(folder, "bundle.json", content)

    with pytest.raises(BundleError, match=r"bundle\.json is not valid"):
        Bundle.load(folder)


def test_a_model_that_does_not_load_is_refused(folder: Path) -> None:
    rewrite(folder, "model.onnx", b"no model")

    with pytest.raises(BundleError, match="can't be loaded"):
        Bundle.load(folder)


def test_a_model_with_other_inputs_than_declared_is_refused(tmp_path: Path) -> None:
    write_bundle(tmp_path / "bundle", make_manifest(INPUTS), make_model(len(INPUTS) + 1))

    with pytest.raises(BundleError, match="declares"):
        Bundle.load(tmp_path / "bundle")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": None}, r"missing \['count'\]"),
        ({"extra": [1, 2]}, r"unknown \['extra'\]"),
        ({"place": ["south", "west"]}, r"place is none of .* in rows 1: \['west'\]"),
        ({"count": ["2", "3"]}, "count must be numbers"),
        ({"count": [True, False]}, "count must be numbers"),
        ({"count": [2, None]}, "count is missing in rows 1"),
        ({"wind": [np.inf, 1]}, "wind is infinite in rows 0"),
        ({"wind": [1.0]}, "differ in length"),
        ({"wind": [[1.0], [2.0]]}, "must be one column"),
        ({"wind": [[1.0], 2.0]}, "must be one column"),
        ({"wind": [10**400, 1.0]}, "wind is out of range"),
        ({"wind": [1e300, 1.0]}, "wind is infinite in rows 0"),
        ({"place": [["south"], "north"]}, "place must be texts"),
        ({"place": [["south"], ["north"]]}, "place must be one column"),
        ({"place": [{"a": 1}, None]}, "place must be texts"),
    ],
)
def test_rows_that_are_not_as_declared_are_refused(folder: Path, change: dict[str, Any], message: str) -> None:
    rows = {name: values for name, values in {**ROWS, **change}.items() if values is not None}

    with pytest.raises(InputError, match=message):
        Bundle.load(folder).predict(rows)


def test_a_missing_value_passes_where_it_may(folder: Path) -> None:
    rows: dict[str, Any] = {**ROWS, "wind": [None, 1.0]}

    matrix = Bundle.load(folder).encode(rows)

    assert np.isnan(matrix[0, 2])


def test_the_card_says_what_the_facts_say(folder: Path) -> None:
    card = (folder / "MODEL_CARD.md").read_text()

    assert "| model | 0.1000 |" in card
    assert "| place | one of north, south | no |" in card


def test_values_like_the_reference_have_no_shift() -> None:
    values = np.random.default_rng(1).normal(size=(4000, 1)).astype(np.float32)
    reference = describe(["x"], values[:2000])

    assert shifts(reference, ["x"], values[2000:])["x"] < 0.02
    assert shifts(reference, ["x"], values[2000:] + 1)["x"] > 0.2


def test_a_reference_counts_missing_values() -> None:
    reference = Distribution.of([1.0, 2.0, np.nan, np.nan])

    assert reference.missing == 0.5
    assert reference.psi([np.nan, 1.0, 2.0, np.nan]) == pytest.approx(0)
    assert reference.psi([1.0, 2.0, 1.0, 2.0]) > 0.2


def test_counts_of_parts_add_up_to_the_shift_of_the_whole() -> None:
    values = np.random.default_rng(2).normal(size=(300, 1)).astype(np.float32)
    values[::7] = np.nan
    reference = describe(["x"], values[:150])
    parts = [count_all(reference, ["x"], part)["x"] for part in (values[:100], values[100:])]

    added = [sum(both) for both in zip(*parts, strict=True)]

    assert sum(added) == 300
    assert reference["x"].psi_of_counts(added) == pytest.approx(reference["x"].psi(values[:, 0]))


def test_columns_without_any_value_can_be_described() -> None:
    assert Distribution.of([np.nan]).shares == [0.0]
