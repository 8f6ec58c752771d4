"""Files of arrays: whole or not at all, and one line on what is wrong."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symlstm.conventions import from_library, read_weights, to_library, write_weights
from symlstm.errors import InputError, UnknownNameError

ARRAYS = {
    "encoder.weight_ih_l0": np.arange(6.0).reshape(2, 3),
    "a/b": np.ones(2, np.float32),
    "file": np.zeros((2, 2), np.float16).T,
    "a": np.ones(1),
    "a.npy": np.zeros(1),
}
SUFFIXES = [".npz", ".safetensors"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_arrays_come_back_bit_for_bit(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    write_weights(path, ARRAYS)
    write_weights(str(path), ARRAYS)
    back = read_weights(path)
    assert back.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert back[name].dtype == array.dtype
        assert back[name].tobytes() == array.tobytes()
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_numpy_reads_what_is_written(tmp_path: Path) -> None:
    write_weights(tmp_path / "w.npz", {"W_f": ARRAYS["a/b"]})
    with np.load(tmp_path / "w.npz") as file:
        assert file["W_f"].tolist() == [1, 1]
    np.savez_compressed(tmp_path / "packed.npz", W_f=ARRAYS["a/b"])
    assert read_weights(tmp_path / "packed.npz")["W_f"].tolist() == [1, 1]


def test_weights_and_library_arrays_are_written(tmp_path: Path) -> None:
    weights = from_library({"weight_ih": np.ones((8, 3)), "weight_hh": np.ones((8, 2))}, "pytorch")
    write_weights(tmp_path / "ours.npz", weights)
    assert read_weights(tmp_path / "ours.npz").keys() == weights.values.keys()
    write_weights(tmp_path / "keras.safetensors", to_library(weights, "keras"))
    assert read_weights(tmp_path / "keras.safetensors").keys() == {"kernel", "recurrent_kernel", "bias"}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("damage", [b"", b"no such format", b"PK\x03\x04", b"\xff" * 20])
def test_a_damaged_file_is_one_line(tmp_path: Path, suffix: str, damage: bytes) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(damage)
    with pytest.raises(InputError, match=f"broken{suffix}: not a readable {suffix} file") as caught:
        read_weights(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_truncation_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cut{suffix}"
    write_weights(path, ARRAYS)
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError, match=r"not a readable"):
            read_weights(path)


def test_what_is_no_array_is_refused(tmp_path: Path) -> None:
    pickled, other, whole = tmp_path / "pickled.npz", tmp_path / "other.npz", tmp_path / "whole.npz"
    np.savez(pickled, W=np.array([print], dtype=object))
    with pytest.raises(InputError, match="Object arrays cannot be loaded"):
        read_weights(pickled)
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("notes.txt", "hello")
    with pytest.raises(InputError, match=r"other.npz: not a readable .npz file: notes.txt is no array"):
        read_weights(other)
    np.savez(whole, W=np.ones(2, np.int8))
    with pytest.raises(InputError, match=r"whole.npz: W: expected floating-point numbers"):
        read_weights(whole)
    single = io.BytesIO()
    np.save(single, np.ones(2))
    pickled.write_bytes(single.getvalue())
    with pytest.raises(InputError, match="not a zip file"):
        read_weights(pickled)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"W": np.ones(2), "b": ["x"]}, "b: expected floating-point numbers"),
        ({}, "expected arrays by name"),
        ({"": np.ones(2)}, "expected arrays by name"),
        ({"a\0b": np.ones(2)}, "printable characters"),
        ({"__metadata__": np.ones(2)}, "printable characters"),
        ({"x" * 1001: np.ones(2)}, "printable characters"),
        ({"\udcff": np.ones(2)}, "printable characters"),
        ({"W": np.ones(2, np.longdouble)}, "W: expected float16, float32 or float64"),
        ([np.ones(2)], "expected arrays by name"),
        ({"W": np.ones(2, complex)}, "W: expected floating-point numbers"),
    ],
)
def test_nothing_is_written_when_something_is_wrong(tmp_path: Path, suffix: str, arrays: Any, reason: str) -> None:
    path = tmp_path / f"kept{suffix}"
    path.write_bytes(b"before")
    with pytest.raises(InputError, match=reason):
        write_weights(path, arrays)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_places_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written: No such file"):
        write_weights(tmp_path / "nowhere" / "w.npz", ARRAYS)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_weights(tmp_path / "w.safetensors")
    with pytest.raises(UnknownNameError, match=r"unknown file format of 'w.h5' '.h5'; known: .npz, .safetensors"):
        read_weights("w.h5")
    with pytest.raises(InputError, match="expected the path of a file, got 3"):
        read_weights(3)  # type: ignore[arg-type]
    (tmp_path / "dir.npz").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_weights(tmp_path / "dir.npz", ARRAYS)
    assert [entry.name for entry in tmp_path.iterdir()] == ["dir.npz"]
