"""Arrays in files: .npz and .safetensors, read without running anything and written whole or not at all."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from symlstm.conventions.blocks import Array
from symlstm.conventions.given import as_array
from symlstm.conventions.weights import Weights
from symlstm.errors import InputError, UnknownNameError, brief

__all__ = ["read_weights", "write_weights"]


def read_weights(path: str | Path) -> dict[str, Array]:
    """The arrays of a .npz or .safetensors file by name.

    Raises InputError, one line that names the file, when it cannot be read or holds anything but arrays of
    floating-point numbers. Pickled objects are not loaded.
    """
    read, _ = _FORMATS[_format(path)]
    try:
        arrays = read(Path(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except Exception as error:
        raise InputError(f"{path}: not a readable {_format(path)} file: {_short(error)}") from None
    return {name: _checked(path, name, array) for name, array in arrays.items()}


def write_weights(path: str | Path, arrays: Any) -> None:
    """Write arrays by name, or `Weights`, to a .npz or .safetensors file; it is replaced as a whole.

    Raises InputError, and leaves the file as it was, when something is wrong.
    """
    _, write = _FORMATS[_format(path)]
    given = arrays.values if isinstance(arrays, Weights) else arrays
    if not isinstance(given, Mapping) or not given:
        raise InputError(f"{path}: expected arrays by name, got {brief(arrays)}")
    for name in given:
        _check_name(path, name)
    checked = {
        name: _storable(path, name, np.ascontiguousarray(as_array(name, value))) for name, value in given.items()
    }
    try:
        _replace(Path(path).resolve(), lambda file: write(file, checked))
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or _short(error)
        raise InputError(f"{str(path)!r}: cannot be written: {reason}") from None


def _replace(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a draft beside the target and put it in its place; the permissions stay those of the target."""
    handle, draft = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        if target.exists():
            shutil.copymode(target, draft)
        else:
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(draft, 0o666 & ~mask)
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise


def _check_name(path: str | Path, name: object) -> None:
    """A name that every reader can read again."""
    usable = isinstance(name, str) and 0 < len(name) <= 1000 and name.isprintable() and name != "__metadata__"
    if not usable:
        raise InputError(f"{path}: expected arrays by names of 1 to 1000 printable characters, got {brief(name)}")


def _storable(path: str | Path, name: str, value: Any) -> Array:
    array = np.ascontiguousarray(as_array(name, value))
    if array.dtype.itemsize > 8:
        raise InputError(f"{path}: {name}: expected float16, float32 or float64, got {array.dtype}")
    return array


def _format(path: str | Path) -> str:
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"expected the path of a file, got {brief(path)}")
    suffix = Path(path).suffix
    if suffix not in _FORMATS:
        raise UnknownNameError(f"file format of {str(path)!r}", suffix, _FORMATS)
    return suffix


def _checked(path: str | Path, name: str, array: Array) -> Array:
    try:
        return as_array(name, array)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__


def _read_npz(path: Path) -> dict[str, Array]:
    """The members of the archive; NumPy's own reader mistakes an array "a.npy" for an array "a"."""
    arrays: dict[str, Array] = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            if not member.endswith(".npy"):
                raise ValueError(f"{member} is no array")
            if member.removesuffix(".npy") in arrays:
                raise ValueError(f"{member} is there twice")
            with archive.open(member) as entry:
                arrays[member.removesuffix(".npy")] = np.lib.format.read_array(entry, allow_pickle=False)
    return arrays


def _write_npz(file: BinaryIO, arrays: Mapping[str, Array]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


def _read_safetensors(path: Path) -> dict[str, Array]:
    from safetensors.numpy import load

    arrays: dict[str, Array] = load(path.read_bytes())
    return arrays


def _write_safetensors(file: BinaryIO, arrays: Mapping[str, Array]) -> None:
    from safetensors.numpy import save

    file.write(save(dict(arrays)))


_Reader = Callable[[Path], dict[str, Array]]
_Writer = Callable[[BinaryIO, Mapping[str, Array]], None]
_FORMATS: dict[str, tuple[_Reader, _Writer]] = {
    ".npz": (_read_npz, _write_npz),
    ".safetensors": (_read_safetensors, _write_safetensors),
}
