"""Every cell worked out in numbers, forward and backward, in every format; the numbers are those of the function."""

import json

import numpy as np
import pytest
from math_core import LatexToMathML

import symlstm as sl
from symlstm.worked import WorkedExample
from tests.cells.variants import VARIANTS, columns


def worked(name: str, options: dict, notation: str = "default", n: int = 3, batch: int = 1) -> WorkedExample:
    back = sl.backprop(sl.cell(name, **options))
    sizes = {"n": n, "d": 2, **({"r": 2} if "r" in map(str, back.sizes) else {})}
    return sl.example(back, {"*": "random", "x": np.ones((2, batch))}, sizes=sizes, notation=notation)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_every_cell(name: str, options: dict) -> None:
    example = worked(name, options)
    values = {leaf.symbol.name: example.values[leaf.symbol.name] for leaf in example.system.leaves}
    results = sl.lambdify(sl.backprop(sl.cell(name, **options)))(**values)
    document = json.loads(example.json())
    assert {step["name"] for step in document["steps"]} <= set(results)
    for step in document["steps"]:
        assert np.array_equal(np.array(step["result"]), results[step["name"]]), step["name"]
    text = example.text()
    assert text.count("Backward\n") == 1
    assert max(map(len, text.splitlines())) <= 140
    for block in example.markdown().split("```math\n")[1:]:
        LatexToMathML().convert_with_local_state(block.split("```")[0], displaystyle=True)


@pytest.mark.parametrize("notation", ["d2l", "onnx", "greff"])
@pytest.mark.parametrize("name", ["gru", "layernorm-lstm-tflite", "mlstm", "slstm"])
def test_other_notations(name: str, notation: str) -> None:
    example = worked(name, {}, notation, batch=columns(name))
    for block in example.markdown().split("```math\n")[1:]:
        LatexToMathML().convert_with_local_state(block.split("```")[0], displaystyle=True)
    assert example.text()
