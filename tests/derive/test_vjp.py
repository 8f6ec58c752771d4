"""Each rule by itself against the complex step, and broken on purpose to see that it is guarded."""

import numpy as np
import pytest
from sympy import (
    Basic,
    BlockMatrix,
    HadamardProduct,
    Integer,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Rational,
    Transpose,
)
from sympy.matrices.expressions.hadamard import HadamardPower

import symlstm as sl
from symlstm.activations import Activation, defined
from symlstm.algebra import (
    Apply,
    ColumnBlock,
    Diag,
    Kronecker,
    LogSumExp,
    Maximum,
    Mean,
    RowBlock,
    Scaled,
    Softmax,
    Variance,
    add,
    apply,
    columns,
    diag,
    divide,
    hadamard,
    kronecker,
    logsumexp,
    matmul,
    maximum,
    mean,
    one_minus,
    ones,
    power,
    rows,
    scale,
    scaled,
    softmax,
    spread,
    stack,
    stack_columns,
    subtract,
    transpose,
    variance,
)
from symlstm.algebra.time import AT_A_STEP, SHIFTS
from symlstm.derive import VJP
from symlstm.derive.vjp import pull_back
from symlstm.errors import MissingRuleError
from symlstm.system import Equation, Leaf, LeafKind, System

SIDES = {"number": (1, 1), "row": (1, 3), "column": (2, 1), "other": (2, 1)}
A = MatrixSymbol("A", 2, 3)
B = MatrixSymbol("B", 2, 3)
C = MatrixSymbol("C", 3, 4)
D = MatrixSymbol("D", 5, 3)
number, row, column, other = (MatrixSymbol(name, *shape) for name, shape in SIDES.items())

EXPRESSIONS: dict[str, MatrixExpr] = {
    "sum": add(A, B, A),
    "difference": add(A, scale(-3, B)),
    "elementwise": hadamard(A, B, A),
    "scaled elementwise": scale(-2, hadamard(A, B)),
    "product": matmul(A, C),
    "three factors": scale(3, matmul(A, C, transpose(C))),
    "product with its transpose": matmul(A, transpose(A), B),
    "power": power(A, 3),
    "transpose": transpose(hadamard(A, B)),
    "one minus": hadamard(A, one_minus(B)),
    "sum over columns": matmul(hadamard(A, B), ones((Integer(3), Integer(1)))),
    "stack": stack(A, D, B),
    "side by side": stack_columns(A, matmul(A, C), B),
    "block of columns": columns(hadamard(A, B), "part", Integer(1), Integer(3)),
    "first columns": columns(A, "part", Integer(0), Integer(2)),
    "identity": hadamard(Apply(Activation("identity"), A), B),
    "sum over rows": matmul(ones((Integer(1), Integer(2))), hadamard(A, B)),
    "rows of a stack": rows(hadamard(stack(A, D), stack(B, D)), "part", Integer(1), Integer(4)),
    "block of rows": rows(hadamard(A, B), "part", Integer(1), Integer(2)),
    "number times matrix": scaled(number, hadamard(A, B)),
    "number times outer product": scaled(number, matmul(column, row)),
    "number times column": hadamard(scaled(number, column), other),
    "number times row": hadamard(scaled(number, row), row),
    "row times matrix": hadamard(scaled(row, A), B),
    "column times matrix": hadamard(scaled(column, A), B),
    "block of a broadcast product": columns(scaled(row, scaled(column, A)), "part", Integer(0), Integer(2)),
    "spread": hadamard(A, add(spread(row, A), spread(column, A), spread(number, A))),
    "mean of columns": hadamard(mean(hadamard(A, B)), row),
    "mean of rows": hadamard(mean(hadamard(A, B), axis=1), column),
    "variance of columns": hadamard(variance(hadamard(A, B)), row),
    "variance of rows": hadamard(variance(A, axis=1), column),
    "normalised": hadamard(
        scaled(power(add(variance(A), ones((1, 3))), Rational(-1, 2)), subtract(A, spread(mean(A), A))), B
    ),
    "statistics of a stack": scaled(variance(stack(A, D, B)), spread(mean(stack(A, D)), B)),
    "maximum": hadamard(maximum(A, B), add(A, B)),
    "softmax of columns": hadamard(softmax(hadamard(A, B)), A),
    "softmax of rows": hadamard(softmax(A, axis=1), B),
    "logsumexp of columns": hadamard(logsumexp(hadamard(A, B)), row),
    "logsumexp of rows": hadamard(logsumexp(A, axis=1), column),
    "diagonal of a column": matmul(diag(hadamard(column, other)), A),
    "diagonal of a row": matmul(A, diag(row), C),
    "Kronecker product": hadamard(kronecker(A, B), kronecker(B, A)),
    "quotient": divide(hadamard(A, B), add(power(A, 2), ones((2, 3)))),
    **{f"activation {name}": hadamard(apply(Activation(name), A), B) for name in defined()},
}

FLAT = ("identity", "step", "sign")  # what twice the derivative changes nothing of

RULE_OF = {
    MatAdd: "sum",
    HadamardProduct: "elementwise",
    HadamardPower: "power",
    MatMul: "product",
    Transpose: "transpose",
    Apply: "activation tanh",
    BlockMatrix: "stack",
    ColumnBlock: "block of columns",
    RowBlock: "block of rows",
    Scaled: "number times matrix",
    Mean: "mean of columns",
    Variance: "variance of columns",
    Maximum: "maximum",
    Softmax: "softmax of columns",
    LogSumExp: "logsumexp of columns",
    Diag: "diagonal of a column",
    Kronecker: "Kronecker product",
}


def system_of(expression: MatrixExpr) -> System:
    leaves = tuple(Leaf(symbol, LeafKind.PARAMETER) for symbol in sl.algebra.symbols_of(expression))
    line = Equation(MatrixSymbol("y", *expression.shape), expression)
    return System("test", leaves, (line,), ("y",))


def check(expression: MatrixExpr, positive: bool = False) -> bool:
    """Whether every gradient of an expression agrees with the complex step, at random or random positive values."""
    back = sl.backprop(system_of(expression))
    generator = np.random.default_rng(7)
    values = {str(leaf.symbol.name): generator.standard_normal(leaf.symbol.shape) for leaf in back.leaves}
    values = {name: abs(value) if positive else value for name, value in values.items()}
    return bool(sl.gradcheck(back, values))


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_rule(name: str) -> None:
    assert check(EXPRESSIONS[name], positive=name == "activation log")


@pytest.mark.parametrize("name", [name for name in EXPRESSIONS if "activation" not in name])
def test_rules_are_closed(name: str) -> None:
    back = sl.backprop(sl.backprop(system_of(EXPRESSIONS[name])))
    generator = np.random.default_rng(8)
    values = {str(leaf.symbol.name): generator.standard_normal(leaf.symbol.shape) for leaf in back.leaves}
    assert sl.gradcheck(back, values)


def test_every_rule_has_an_expression_here_or_in_test_time_rules() -> None:
    assert set(RULE_OF) == set(VJP) - {*SHIFTS, *AT_A_STEP}


@pytest.mark.parametrize("node", RULE_OF, ids=lambda node: node.__name__)
@pytest.mark.parametrize("operand", [0, 1])
def test_a_broken_rule_is_found(node: type[Basic], operand: int, monkeypatch: pytest.MonkeyPatch) -> None:
    right = VJP[node]

    def wrong(*arguments: MatrixExpr) -> list[MatrixExpr | None]:
        bars = list(right(*arguments))
        matrices = [k for k, bar in enumerate(bars) if bar is not None]
        k = matrices[operand % len(matrices)]
        bars[k] = scale(2, bars[k])
        return bars

    expression = EXPRESSIONS[RULE_OF[node]]
    assert check(expression)
    monkeypatch.setitem(VJP, node, wrong)
    assert not check(expression)


@pytest.mark.parametrize("name", [name for name in defined() if name not in FLAT])
def test_a_broken_activation_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from symlstm.algebra import function

    entry = Activation(name).entry
    broken = replace(entry, derivative=lambda y, x: scale(2, entry.derivative(y, x)))
    monkeypatch.setitem(function._ENTRIES, name, broken)
    assert not check(EXPRESSIONS[f"activation {name}"], positive=name == "log")


def test_a_missing_rule_is_named() -> None:
    square = MatrixSymbol("S", 2, 2)
    with pytest.raises(MissingRuleError, match="no derivative rule for Inverse"):
        pull_back(square, square, square.inverse())
