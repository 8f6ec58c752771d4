"""Recorded layers of real libraries: their outputs and all their gradients, by our one-step functions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.published import layouts, layouts_tensorflow
from tests.published.cases import read
from tests.published.stack import Found, Given, Stack
from tests.support import DATA, relative_error

LAYOUTS = layouts.LAYOUTS | layouts_tensorflow.LAYOUTS
ALL = sorted((DATA / "libraries").glob("*.json"))
FILES = [path for path in ALL if not path.stem.startswith("onnx")]  # those are in test_onnx_node
TOLERANCE = {"float64": 1e-12, "float32": 4 * 2.0**-23}


def recorded(path: Path) -> tuple[Stack, dict[str, Found], float]:
    """The stack of cells, everything that was recorded under our names, and how exactly the library computed."""
    data: dict[str, Any] = read(path)
    stack, translate = LAYOUTS[data["library"]](data)
    groups: dict[str, Found] = {}
    for group in ("arrays", "inputs", "outputs", "seeds", "gradients"):
        parts = [translate(key, np.array(value, dtype=float)) for key, value in data[group].items()]
        groups[group] = {place: part for found in parts for place, part in found.items()}
        assert len(groups[group]) == sum(map(len, parts)), f"{group}: two arrays under one name"
    return stack, groups, TOLERANCE[data["dtype"]]


def compare(found: Given, reference: Given, tolerance: float) -> None:
    """Everything that was recorded."""
    assert reference
    for place, value in reference.items():
        assert relative_error(found[place], value) <= tolerance, place


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_outputs(path: Path) -> None:
    stack, groups, tolerance = recorded(path)
    compare(stack.outputs(groups["arrays"] | groups["inputs"]), groups["outputs"], tolerance)


@pytest.mark.parametrize("path", [path for path in FILES if read(path)["gradients"]], ids=lambda path: path.stem)
def test_gradients(path: Path) -> None:
    """Of every weight and every input, from seeds into every output."""
    stack, groups, tolerance = recorded(path)
    given = groups["arrays"] | groups["inputs"]
    assert set(groups["gradients"]) == set(given)
    assert set(groups["seeds"]) == set(groups["outputs"])
    compare(stack.gradients(given, groups["seeds"]), groups["gradients"], tolerance)
