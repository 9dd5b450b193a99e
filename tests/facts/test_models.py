"""What tells a model: bytes that the formats' libraries write, made here by hand, under names of every kind."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from goldenpath.facts import formats, models
from goldenpath.facts.inventory import inventory
from goldenpath.facts.model import Artifact, Certainty
from goldenpath.snapshot.base import Entry, Kind
from goldenpath.snapshot.memory import MemorySnapshot
from goldenpath.snapshot.objects import ObjectsSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def named_pickle(module: str, name: str, protocol: int = 4) -> bytes:
    """Return a pickle of an object of a class, without having the class."""
    if protocol < 2:
        return f"c{module}\n{name}\np0\n)R.".encode()
    words = b"".join(b"\x8c" + bytes([len(word)]) + word.encode() + b"\x94" for word in (module, name))
    return b"\x80\x04" + words + b"\x93\x94)\x81\x94}\x94\x8c\x01a\x94K\x01sb."


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return data.getvalue()


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


DATA = pickle.dumps({"a": [1, 2, 3], "b": "x"})
SKLEARN = named_pickle("sklearn.linear_model._base", "LinearRegression")
TORCH_LEGACY = (
    bytes.fromhex("80028a0a6cfc9c46f9206aa850192e8002") + b"M\xe9\x03.\x80\x02}q\x00(X\x06\x00\x00\x00typesq\x01u."
)
SAFETENSORS_HEADER = b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
SAFETENSORS = struct.pack("<Q", len(SAFETENSORS_HEADER)) + SAFETENSORS_HEADER + b"\0" * 4
ONNX = field(1, 8) + field(2, b"pytorch") + field(3, b"2.1") + field(7, b"\n\x05graph" + b"\0" * 20)
HDF5 = b"\x89HDF\r\n\x1a\n" + b"\0" * 100
NUMPY = (
    b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }" + b" " * 60 + b"\n" + b"\0" * 16
)
OBJECTS = NUMPY.replace(b"<f8", b"|O")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 400000000\n"


def told(path: str, data: bytes) -> Artifact | None:
    rows = inventory(MemorySnapshot({path: data})).models
    assert len(rows) <= 1
    return rows[0] if rows else None


@pytest.mark.parametrize(
    "path", ["model.pkl", "config.p", "models/finalized_model.sav", "weights.dat", "churn", "a.json"]
)
@pytest.mark.parametrize(
    ("data", "kind", "library"),
    [
        (DATA, "pickle", None),
        (pickle.dumps({"a": 1}, protocol=2), "pickle", None),
        (pickle.dumps(list(range(50)), protocol=5), "pickle", None),
        (pickle.dumps(None), "pickle", None),
        (SKLEARN, "pickle", "sklearn"),
        (named_pickle("joblib.numpy_pickle", "NumpyArrayWrapper"), "joblib", "joblib"),
        (named_pickle("sklearn.linear_model._base", "LinearRegression", 0), "pickle", "sklearn"),
        (pickle.dumps({"a": [1, 2, 3]}, protocol=0), "pickle", None),
        (pickle.dumps([[n] for n in range(200)], protocol=0), "pickle", None),
        (b"cos\nsystem\n(S'calc'\ntR.", "pickle", None),
        (TORCH_LEGACY, "torch", "torch"),
        (zipped({"archive/data.pkl": b"\x80\x02}q\0.", "archive/version": b"3"}), "torch", "torch"),
        (zipped({"best/.format_version": b"1", "best/data.pkl": b"x"}), "torch", "torch"),
        (gzip.compress(SKLEARN, mtime=0), "pickle", "sklearn"),
        (zlib.compress(SKLEARN, 3), "pickle", "sklearn"),
        (bz2.compress(SKLEARN), "pickle", "sklearn"),
        (lzma.compress(SKLEARN), "pickle", "sklearn"),
        (lzma.compress(SKLEARN, format=lzma.FORMAT_ALONE), "pickle", "sklearn"),
        (b"\x04\x22\x4d\x18\x60\x40\x82\x10\0\0\0\xf0\x01\x80\x04\x95\x00\x01", "pickle", None),
        (zipped({"model.pkl": SKLEARN}), "pickle", None),
    ],
)
def test_what_runs_code_when_it_is_loaded_is_told_whatever_it_is_called(
    path: str, data: bytes, kind: str, library: str | None
) -> None:
    row = told(path, data)

    assert row is not None
    assert (row.kind, row.detail, row.executes, row.certainty) == (kind, library, True, Certainty.SURE)
    assert row.reason


@pytest.mark.parametrize("path", ["model.bin", "model", "x.onnx"])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (SAFETENSORS, "safetensors"),
        (ONNX, "onnx"),
        (field(1, 8) + field(7, b"\n\x05graph" + b"\0" * 20), "onnx"),
        (b"GGUF\x03\0\0\0" + b"\0" * 16, "gguf"),
        (b"\x1c\0\0\0TFL3" + b"\0" * 16, "tflite"),
        (
            zipped({"metadata.json": b'{"keras_version": "3.5.0"}', "config.json": b"{}", "model.weights.h5": b"x"}),
            "keras",
        ),
        (zipped({"w.npy": NUMPY, "schema.json": b"{}"}), "skops"),
        (HDF5 + b'model_config{"class_name"', "hdf5"),
        (b"\0" * 512 + HDF5 + b"layer_names", "hdf5"),
        (b"CBM1" + b"\0" * 16, "catboost"),
        (b"tree\nversion=v4\nnum_class=1\n", "lightgbm"),
        (b'{"learner":{"attributes":{}}}', "xgboost"),
        (b"{L\0\0\0\0\0\0\0\x07learner{", "xgboost"),
        (b'<?xml version="1.0"?>\n<PMML version="4.4">', "pmml"),
        (b"\x08\x01\x12\x40\n\x20serve" + b"\0" * 20, "tensorflow"),
        (field(1, field(1, b"input/x") + field(2, b"Placeholder") + field(5, field(1, b"dtype"))), "tensorflow"),
        (b"ftrt\0\0\0\0", "tensorrt"),
        (b"\xba\x16\x4f\x2f\x0c\0\0\0", "fasttext"),
    ],
)
def test_a_model_that_runs_nothing_is_told_by_its_bytes_too(path: str, data: bytes, kind: str) -> None:
    row = told(path, data)

    assert row is not None
    assert (row.kind, row.executes, row.certainty) == (kind, False, Certainty.SURE)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("hk.pkl", b'amends "package://example.org/hk@1.2.0#/Config.pkl"\nhooks {}\n'),
        ("model.pt", b"Portugu\xc3\xaas: um texto\n"),
        ("a/weights.h5", b"just some words\n"),
        ("model.joblib", b""),
        ("model.pkl", b"\x80\x04"),
        ("vitpose_data.bin", struct.pack("<500f", *(number / 7 for number in range(500)))),
        ("model.pkl", b"x"),
        ("best.pt", PNG),
        ("array.pkl", NUMPY),
        ("license.dat", b"License\n=======\nclass\nfoo\n"),
        ("notes.p", b"class\nname\nage\n"),
        ("words.txt", b"cat\ndog\n(dog\n"),
        ("styles.p", b".header { color: red }\n"),
        ("data.bin", b"\x08\x07\x12\x04abcd\x1a\x02ab"),
        ("x.txn", field(1, 8) + field(2, b"lance") + field(3, b"\0\1")),
        ("data.db", b"\x80\x04\0\0\0\0\0"),
        ("cells.h5ad", HDF5),
        ("table.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)),
        ("dump.pkl.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)),
        ("wheel.zip", zipped({"a/b.txt": b"x"})),
        ("arrays.npz", zipped({"a.npy": NUMPY})),
        ("src/usercustomize.pth", b"import accelerator\n"),
        ("docker/Dockerfile.nemo", b"FROM x:1\n"),
        (
            "assets.extra/saved_model_config.pb",
            field(1, field(1, field(1, field(1, b"placeholder_model_name") + field(2, b"model_name")))),
        ),
        ("frozen_inference_graph.pb", field(1, field(1, b"a") + field(2, b"Const"))),
        ("api_descriptor.pb", b"\n\x10proto/a.proto\x12"),
        ("trt/.plan", b"steps"),
        ("deploy.plan", b"1. build\n2. ship\n"),
        ("README.gguf", b"GGUF is a format"),
        ("a.sav", b"$FL2@(#) SPSS DATA FILE" + b"\0" * 20),
        ("game.params", b"\x01\x02\x03\0\xff"),
    ],
)
def test_what_is_only_called_a_model_is_none(path: str, data: bytes) -> None:
    assert told(path, data) is None


@pytest.mark.parametrize(
    ("path", "data", "kind"),
    [
        ("model.pkl", POINTER, "pickle"),
        ("hub/pytorch_model-00001-of-00002.bin", POINTER, "torch"),
        ("model.ckpt", b"\0\1\2" * 40, "checkpoint"),
        ("model.pkl.zst", b"\x28\xb5\x2f\xfd" + b"\0\xff" * 20, "pickle"),
        ("net.nemo", b"\0\xff" * 400, "nemo"),
    ],
)
def test_what_only_its_name_tells_is_likely(path: str, data: bytes, kind: str) -> None:
    row = told(path, data)

    assert row is not None
    assert (row.kind, row.certainty) == (kind, Certainty.LIKELY)


def test_a_pointer_says_that_the_content_is_stored_elsewhere() -> None:
    pointer, whole = told("model.onnx", POINTER), told("model.onnx", ONNX)

    assert pointer is not None
    assert whole is not None
    assert (pointer.lfs, whole.lfs) == (True, False)


def test_a_pickle_that_runs_a_command_says_which() -> None:
    row = told("churn.pkl", named_pickle("posix", "system"))

    assert row is not None
    assert row.reason == "begins as a pickle that names posix.system"


def test_a_pickle_behind_another_within_the_first_bytes_still_names_its_library() -> None:
    row = told("big.pkl", DATA[:-1] + b"0" + SKLEARN[2:])

    assert row is not None
    assert row.detail == "sklearn"


def test_arrays_of_objects_are_data_that_runs_code() -> None:
    mixed = NUMPY.replace(b"'<f8'", b"[('a', '<f8'), ('b', '|O')]")
    plain = {"a.npy": NUMPY, "a.npz": zipped({"a.npy": NUMPY}), "a.txt.npy": b"'|O'"}
    objects = {"b.npy": OBJECTS, "m.npy": mixed, "b.npz": zipped({"a.npy": NUMPY, "b.npy": OBJECTS})}
    packed = {"c.npz": zipped({"b.npy": OBJECTS}, zipfile.ZIP_DEFLATED)}
    facts = inventory(MemorySnapshot(plain | objects | packed))

    assert facts.models == ()
    assert {row.path for row in facts.data if row.executes} == {*objects, *packed}
    assert {row.path for row in facts.data if not row.executes} == {*plain}


def test_what_is_told_as_a_model_is_no_data_as_well() -> None:
    facts = inventory(MemorySnapshot({"churn.db": SKLEARN, "big.bin": SKLEARN + b"\0" * 6_000_000}))

    assert [row.path for row in facts.models] == ["big.bin", "churn.db"]
    assert facts.data == ()


def test_a_model_is_told_in_a_commit_as_on_disk(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"config.p": DATA, "m/churn.sav": SKLEARN, "x.json": "{}", "hk.pkl": "words\n"})
    loose = inventory(ObjectsSnapshot(repo)).models
    git(repo, "repack", "-adq")
    packed = inventory(ObjectsSnapshot(repo)).models

    assert loose == packed
    assert [(row.path, row.size) for row in packed] == [("config.p", len(DATA)), ("m/churn.sav", len(SKLEARN))]


def test_a_model_whose_content_is_missing_is_likely(make_repo: Callable[..., Path], git: Callable[..., str]) -> None:
    repo = make_repo({"model.pkl": SKLEARN, "config.p": DATA})
    for path in ("model.pkl", "config.p"):
        oid = git(repo, "rev-parse", f"HEAD:{path}").strip()
        (repo / ".git" / "objects" / oid[:2] / oid[2:]).unlink()

    assert [(row.path, row.certainty) for row in inventory(ObjectsSnapshot(repo)).models] == [
        ("model.pkl", Certainty.LIKELY)
    ]


def test_a_link_and_a_submodule_are_no_models() -> None:
    entries = [Entry(path=f"{kind}.pkl", kind=kind, size=9) for kind in (Kind.SYMLINK, Kind.SUBMODULE)]

    assert models.candidates(entries) == ([], [])


def test_a_dot_that_begins_a_name_makes_no_suffix() -> None:
    assert [models.by_name(path) for path in (".plan", "ci/.engine", "trt/.cache.plan")] == [None, None, "tensorrt"]


def test_a_protocol_buffer_may_be_a_model_by_its_name() -> None:
    assert models.by_name("a/saved_model.pb") == "tensorflow"
    assert models.by_name("api_descriptor.pb") is None


@pytest.mark.parametrize(
    "data", [DATA, SKLEARN, TORCH_LEGACY, ONNX, SAFETENSORS, HDF5, gzip.compress(SKLEARN, mtime=0)]
)
def test_no_beginning_of_a_model_is_too_short_to_be_looked_at(data: bytes) -> None:
    for end in range(len(data)):
        formats.sniff(data[:end], len(data))


@pytest.mark.parametrize("length", [0x0280, 0x0480, 0x2078, 0x0128, 0x015D, 0x0108, 0x8B1F])
def test_safetensors_are_told_whatever_mark_the_length_of_their_header_makes(length: int) -> None:
    head = struct.pack("<Q", length) + SAFETENSORS_HEADER.ljust(length) + b"\0" * 4
    row = told("shard.safetensors", head)

    assert row is not None
    assert (row.kind, row.executes, row.certainty) == ("safetensors", False, Certainty.SURE)
