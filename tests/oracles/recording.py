"""Random arrays that are the same on every run, and one JSON file per recorded case.

Run a recorder as `python -m tests.oracles.record_torch` from the root of the repository, in an environment that has
its library and NumPy.
"""

from __future__ import annotations  # TensorFlow 1.15 needs Python 3.7

import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA = Path(__file__).parent.parent / "data"
N, D, R, B, T = 3, 2, 2, 4, 3  # hidden, input, projected (with n, d, B below), batch, steps
N_PROJECTED, D_PROJECTED, B_PROJECTED = 4, 3, 5

Array = np.ndarray


class Draw:
    """Normal numbers, drawn from the name of a case: adding a case changes no other."""

    def __init__(self, case: str, dtype: str = "float64") -> None:
        self._rng = np.random.default_rng(zlib.crc32(case.encode()))
        self.dtype = dtype

    def __call__(self, *shape: int, scale: float = 1.0) -> Array:
        return (scale * self._rng.standard_normal(shape)).astype(self.dtype)

    def weights(self, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Array]:
        """One array of scale 0.5 per name."""
        return {name: self(*shape, scale=0.5) for name, shape in shapes.items()}

    def seeds(self, outputs: Mapping[str, Any]) -> dict[str, Array]:
        """One array per output: L = sum(seed * output) is what is differentiated."""
        return {name: self(*np.shape(value)) for name, value in outputs.items()}


def save(case: str, folder: str = "libraries", **fields: Any) -> None:
    """Write a case, each array on a line of its own; float32 values are written as the doubles they are."""
    lines = []
    for key, value in fields.items():
        if key in ("arrays", "inputs", "outputs", "seeds", "gradients"):
            arrays = {name: np.asarray(array) for name, array in value.items()}
            assert all(np.isfinite(array).all() for array in arrays.values()), case
            inner = ",\n".join(f"  {json.dumps(name)}: {json.dumps(array.tolist())}" for name, array in arrays.items())
            lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}" if inner else f" {json.dumps(key)}: {{}}")
        else:
            lines.append(f" {json.dumps(key)}: {json.dumps(value)}")
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    path = DATA / folder / f"{case}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert len(text) < 200_000, case
    print(f"{path.name}: {len(text)} bytes")
