"""Random expressions: value, gradient, closed form and batch, each against something else."""

from collections.abc import Callable

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sympy import HadamardProduct, MatAdd, MatMul, MatrixExpr, MatrixSymbol, OneMatrix, Rational, Transpose, ZeroMatrix
from sympy.matrices.expressions.hadamard import HadamardPower

import symlstm as sl
from symlstm.algebra import (
    LogSumExp,
    Maximum,
    Mean,
    Scaled,
    Softmax,
    Variance,
    add,
    apply,
    divide,
    hadamard,
    logsumexp,
    matmul,
    maximum,
    mean,
    one_minus,
    ones,
    power,
    scale,
    scaled,
    softmax,
    spread,
    subtract,
    transpose,
    variance,
)
from symlstm.errors import DefinitionError
from symlstm.system import Builder, RowLayout
from tests.support import random_values, relative_error

SIZES = {sl.algebra.n: 3, sl.algebra.d: 2, sl.algebra.B: 4}
Column = Callable[[dict[str, MatrixExpr]], MatrixExpr]

leaves = st.sampled_from(["v", "h", "p", "c"]).map(lambda name: lambda given: given[name])
columns: st.SearchStrategy[Column] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda ab: lambda given: add(ab[0](given), ab[1](given))),
        st.tuples(inner, inner).map(lambda ab: lambda given: subtract(ab[0](given), ab[1](given))),
        st.tuples(inner, inner).map(lambda ab: lambda given: hadamard(ab[0](given), ab[1](given))),
        st.tuples(inner, st.integers(-3, 3)).map(lambda ak: lambda given: scale(ak[1], ak[0](given))),
        st.tuples(inner, st.integers(1, 3)).map(lambda ak: lambda given: power(ak[0](given), ak[1])),
        inner.map(lambda a: lambda given: one_minus(a(given))),
        inner.map(lambda a: lambda given: apply("tanh", a(given))),
        inner.map(lambda a: lambda given: apply("sigmoid", a(given))),
        inner.map(lambda a: lambda given: matmul(given["V"], a(given))),
        inner.map(lambda a: lambda given: matmul(transpose(given["V"]), a(given))),
        st.tuples(inner, inner, inner).map(
            lambda abc: lambda given: matmul(abc[0](given), transpose(abc[1](given)), abc[2](given))
        ),
        st.tuples(inner, inner).map(lambda ab: lambda given: normalised(ab[0](given), ab[1](given))),
        st.tuples(inner, inner).map(lambda ab: lambda given: scaled(mean(ab[0](given)), ab[1](given))),
        inner.map(lambda a: lambda given: softmax(a(given))),
        st.tuples(inner, inner).map(lambda ab: lambda given: scaled(logsumexp(ab[0](given)), ab[1](given))),
        st.tuples(inner, inner).map(lambda ab: lambda given: maximum(ab[0](given), ab[1](given))),
        st.tuples(inner, inner).map(lambda ab: lambda given: divide(ab[0](given), above_one(ab[1](given)))),
    ),
    max_leaves=8,
)


def above_one(a: MatrixExpr) -> MatrixExpr:
    """1 + a², which is never 0."""
    return add(ones(a.shape), power(a, 2))


def normalised(a: MatrixExpr, b: MatrixExpr) -> MatrixExpr:
    """b without its mean, divided by a root of the variance of a."""
    v = variance(a)
    return scaled(power(add(v, ones(v.shape)), Rational(-1, 2)), subtract(b, spread(mean(b), b)))


def build(column: Column) -> sl.System:
    """A cell whose new hidden state is the random expression; every leaf is used."""
    cell = Builder("random")
    given = {"v": cell.gate("v", "tanh"), "h": cell.previous("h"), "c": cell.previous("c")}
    given |= {"p": cell.parameter("p_v", cell.n, 1), "V": cell.parameter("V", cell.n, cell.n)}
    kept = add(hadamard(given["c"], given["p"]), matmul(given["V"], given["v"]))
    cell.let("c", kept)
    cell.let("h", column(given))
    return cell.system()


def value_of(node: MatrixExpr, values: dict[str, np.ndarray]) -> np.ndarray:
    """The expression evaluated node by node, without any code of ours."""
    if isinstance(node, MatrixSymbol):
        return values[node.name]
    if isinstance(node, OneMatrix | ZeroMatrix):
        return np.full([int(side.subs(SIZES)) for side in node.shape], float(isinstance(node, OneMatrix)))
    if isinstance(node, MatMul):
        numbers = [float(part) for part in node.args if not isinstance(part, MatrixExpr)]
        product = [value_of(part, values) for part in node.args if isinstance(part, MatrixExpr)]
        return np.prod(numbers) * (product[0] if len(product) == 1 else np.linalg.multi_dot(product))
    if isinstance(node, MatAdd):
        return np.sum([value_of(part, values) for part in node.args], axis=0)
    if isinstance(node, HadamardProduct):
        return np.prod([value_of(part, values) for part in node.args], axis=0)
    if isinstance(node, HadamardPower):
        return value_of(node.args[0], values) ** float(node.args[1])
    if isinstance(node, Transpose):
        return value_of(node.arg, values).T
    if isinstance(node, Scaled | Maximum):
        left, right = (value_of(part, values) for part in node.args)
        return left * right if isinstance(node, Scaled) else np.where(left > right, left, right)
    if isinstance(node, Softmax | LogSumExp):
        powers = np.exp(value_of(node.matrix, values))
        total = powers.sum(axis=node.axis, keepdims=True)
        return powers / total if isinstance(node, Softmax) else np.log(total)
    if isinstance(node, Mean | Variance):
        entries = value_of(node.matrix, values)
        average = entries.sum(axis=node.axis, keepdims=True) / entries.shape[node.axis]
        return average if isinstance(node, Mean) else ((entries - average) ** 2).mean(axis=node.axis, keepdims=True)
    inner = value_of(node.argument, values)
    return np.tanh(inner) if node.activation.name == "tanh" else 1 / (1 + np.exp(-inner))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(columns)
def test_random_expression(column: Column) -> None:
    system = build(column)
    back = sl.backprop(system)
    values = random_values(back, 3, 2, seed=1)
    function = sl.lambdify(back)
    found = function(**values)
    assume(all(np.isfinite(array).all() and np.abs(array).max() < 1e4 for array in found.values()))
    expected = value_of(system["h"].rhs, {**values, **found})
    assert relative_error(found["h"], expected) <= 1e-12
    report = sl.gradcheck(back, values, tolerance=1e-11)
    assert report.ok, f"{system}\n{report}"
    check_forward(system, values, dict(found))
    check_batch(back)
    check_rows(back, values, dict(found))
    for text in (back.latex(), back.text()):
        assert text


def check_forward(system: sl.System, values: dict[str, np.ndarray], gradients: dict[str, np.ndarray]) -> None:
    """Tangents and Jacobians say the same as the backward pass."""
    leaves = [str(leaf.symbol.name) for leaf in system.leaves]
    given = {name: values[name] for name in leaves}
    directions = {f"dot_{name}": np.cos(value) for name, value in given.items()}
    tangents = sl.lambdify(sl.jvp(system))(**given, **directions)
    one = sum(float((values[f"seed_{output}"] * tangents[f"dot_{output}"]).sum()) for output in system.outputs)
    parts = [gradients[f"d_{name}"] * directions[f"dot_{name}"] for name in leaves]
    size = sum(float(np.abs(part).sum()) for part in parts)
    assert abs(one - sum(float(part.sum()) for part in parts)) <= 1e-11 * max(1.0, size)
    matrices = [sl.lambdify(sl.jacobian(system, output, "h_prev"))(**given) for output in system.outputs]
    names = [f"J_{output}_by_h_prev" for output in system.outputs]
    pulled = [
        matrix[name].T @ values[f"seed_{output}"]
        for matrix, name, output in zip(matrices, names, system.outputs, strict=True)
    ]
    assert relative_error(np.sum(pulled, axis=0), gradients["d_h_prev"]) <= 1e-10


def check_batch(back: sl.System) -> None:
    """A batch is refused, or it is its columns."""
    try:
        batch = sl.batched(back, sl.algebra.B)
    except DefinitionError:
        return
    values = random_values(batch, 3, 2, 4, seed=2)
    together = sl.lambdify(back)(**values)
    shared = {*back.parameters}
    alone = [
        sl.lambdify(back)(**{name: value if name in shared else value[:, [k]] for name, value in values.items()})
        for k in range(4)
    ]
    for name, array in together.items():
        parts = [run[name] for run in alone]
        expected = sum(parts) if name.removeprefix("d_") in shared else np.hstack(parts)
        if np.isfinite(expected).all():
            assert relative_error(array, expected) <= 1e-10, name


def check_rows(back: sl.System, values: dict[str, np.ndarray], found: dict[str, np.ndarray]) -> None:
    """In row vectors the same comes out, transposed."""
    for weights in ("right", "transposed"):
        layout = RowLayout(back, weights)
        turned = {name: value.T if layout.flips(name) else value for name, value in values.items()}
        for name, array in sl.lambdify(layout.system())(**turned).items():
            expected = found[name].T if layout.flips(name) else found[name]
            assert relative_error(array, expected) <= 1e-10, name
