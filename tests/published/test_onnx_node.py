"""ONNX's own node tests of LSTM, GRU and RNN, and recorded layers that see what those are blind to.

All but one of the node tests of LSTM and GRU have constant weights, so that they pass with the gates in any order, and
the one with peepholes takes a single step from c = 0. The recorded layers have random weights and take three steps.
"""

from itertools import permutations
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.published.cases import PUBLISHED, read
from tests.published.onnx_layout import GATES, PEEPHOLES, from_zero, onnx
from tests.published.stack import Found
from tests.support import DATA, relative_error

NODE = sorted((DATA / "onnx_node").glob("*.json"))
RECOMPUTED = sorted(PUBLISHED.glob("onnx_*.json"))
RANDOM = [path for path in sorted((DATA / "libraries").glob("*.json")) if read(path)["library"].startswith("onnx")]
SINGLE, DOUBLE = 4 * 2.0**-23, 1e-12


def stem(path: Path) -> str:
    return path.stem


def collected(translate: Any, group: dict[str, Any]) -> Found:
    """A group of arrays under our names."""
    return {place: part for key, array in group.items() for place, part in translate(key, np.array(array)).items()}


def deviation(data: dict[str, Any], **wrong: str) -> float:
    """How far ours is from the outputs that the data holds, relative to the largest of each."""
    stack, translate = onnx(data, **wrong)
    found = stack.outputs(from_zero(stack, collected(translate, data.get("arrays", {}) | data["inputs"])))
    reference = collected(translate, data["outputs"])
    assert reference
    return max(relative_error(found[place], value) for place, value in reference.items())


@pytest.mark.parametrize("path", NODE, ids=stem)
def test_node(path: Path) -> None:
    """In single precision, as they are published."""
    assert deviation(read(path)) <= SINGLE


@pytest.mark.parametrize("path", RECOMPUTED, ids=stem)
def test_node_in_double_precision(path: Path) -> None:
    """Against the recomputation, and against the published numbers with the tolerance of ONNX's own runner."""
    data = read(path)
    node = read(DATA / "onnx_node" / f"{path.stem.removeprefix('onnx_')}.json")
    assert data["inputs"] == node["inputs"]
    case = {"cell": data["cell"], "options": data["convention"]["attributes"], "inputs": data["inputs"]}
    names = [expected["quantity"] for expected in data["expected"]]
    recomputed = dict(zip(names, data["recomputed_float64"], strict=True))
    assert deviation({**case, "outputs": recomputed}) <= DOUBLE
    for expected in data["expected"]:
        truth, number = np.array(recomputed[expected["quantity"]]), np.array(expected["published"])
        assert np.allclose(number, truth, rtol=expected["rtol"], atol=expected["atol"])


def passing_orders(data: dict[str, Any]) -> set[str]:
    """The orders of the gates with which ours gives what the data holds."""
    orders = map("".join, permutations(GATES[data["cell"]]))
    return {order for order in orders if deviation(data, gates=order) <= SINGLE}


@pytest.mark.parametrize("path", [path for path in NODE if "rnn" not in path.stem], ids=stem)
def test_what_a_node_test_proves(path: Path) -> None:
    data = read(path)
    blind = not np.ptp(data["inputs"]["W"], axis=(1, 2)).any()
    assert len(passing_orders(data)) == (factorial(len(GATES[data["cell"]])) if blind else 1)


@pytest.mark.parametrize(("peephole", "seen"), [("i", False), ("o", True), ("f", False)])
def test_the_node_test_with_peepholes_sees_one_of_three(peephole: str, seen: bool) -> None:
    data = read(DATA / "onnx_node" / "test_lstm_with_peepholes.json")
    other = np.split(np.array(data["inputs"]["P"]), 3, axis=1)
    other[PEEPHOLES.index(peephole)] += 1
    assert (deviation({**data, "inputs": data["inputs"] | {"P": np.hstack(other)}}) > SINGLE) == seen


@pytest.mark.parametrize("path", RANDOM, ids=stem)
def test_recorded_layer(path: Path) -> None:
    data = read(path)
    assert len(data["inputs"]["X"]) == 3
    assert deviation(data) <= (DOUBLE if data["dtype"] == "float64" else SINGLE)


@pytest.mark.parametrize("path", [path for path in RANDOM if "rnn" not in path.stem.partition("_")[2]], ids=stem)
def test_recorded_layer_sees_the_order_of_gates(path: Path) -> None:
    data = read(path)
    assert passing_orders(data) == {GATES[data["cell"]]}


@pytest.mark.parametrize("path", [path for path in RANDOM if "P" in read(path)["arrays"]], ids=stem)
def test_recorded_layer_sees_the_peepholes(path: Path) -> None:
    """Their order, and that there are any."""
    data = read(path)
    for order in permutations(PEEPHOLES):
        assert (deviation(data, peepholes="".join(order)) <= SINGLE) == ("".join(order) == PEEPHOLES), order
    without = data["arrays"] | {"P": np.zeros_like(data["arrays"]["P"])}
    assert deviation({**data, "arrays": without}) > SINGLE
