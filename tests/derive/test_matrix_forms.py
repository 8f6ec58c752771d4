"""Matrix forms of Jacobians, rule by rule: against vector-Jacobian products, and broken on purpose."""

import pytest
from sympy import Basic, Integer, MatrixExpr, MatrixSymbol

import symlstm as sl
from symlstm.algebra import (
    add,
    columns,
    diag,
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
from symlstm.derive import MATRIX_FORMS, VJP
from symlstm.derive.matrix_forms import matrix_of
from symlstm.errors import InputError, MissingRuleError
from tests.derive.test_jacobian import check, system_of

v, u, w = (MatrixSymbol(name, 4, 1) for name in "vuw")
A, C = MatrixSymbol("A", 2, 4), MatrixSymbol("C", 2, 4)
p, s, row = MatrixSymbol("p", 3, 1), MatrixSymbol("s", 1, 1), MatrixSymbol("k", 1, 4)

EXPRESSIONS: dict[str, MatrixExpr] = {
    "sum": add(v, scale(-3, u), v),
    "softmax": hadamard(softmax(hadamard(v, u)), u),
    "softmax of a row": hadamard(softmax(hadamard(row, row), axis=1), row),
    "logsumexp": logsumexp(hadamard(v, u)),
    "product": matmul(A, v),
    "outer product": matmul(v, transpose(u)),
    "matrix in the middle": scale(2, matmul(transpose(A), C, v)),
    "quadratic form": matmul(transpose(v), transpose(A), A, v),
    "matrix with its transpose": matmul(A, v, transpose(p), p),
    "number behind": matmul(v, transpose(u), u),
    "elementwise": hadamard(v, u, v),
    "row": hadamard(row, transpose(v)),
    "power": power(v, 3),
    "one minus": hadamard(v, one_minus(v)),
    "function": sl.algebra.apply("tanh", hadamard(v, u)),
    "maximum": maximum(v, u),
    "stack": stack(v, p, hadamard(u, v)),
    "side by side": stack_columns(A, scale(2, C), matmul(C, v)),
    "product with a stack": matmul(stack_columns(A, C), stack(hadamard(u, v), power(v, 2))),
    "product with half a stack": matmul(stack_columns(A, C), stack(u, power(v, 2))),
    "block of rows": rows(stack(v, p), "part", Integer(1), Integer(6)),
    "block of rows of v": rows(v, "part", Integer(1), Integer(3)),
    "block of columns": columns(A, "part", Integer(1), Integer(3)),
    "block of columns of a product": columns(scale(2, stack_columns(C, A)), "part", Integer(2), Integer(6)),
    "number times column": scaled(s, hadamard(v, u)),
    "number times outer product": scaled(s, matmul(v, transpose(u))),
    "number times matrix": scaled(power(matmul(transpose(v), u), 1), ones((2, 4))),
    "row times matrix": scaled(row, A),
    "column times matrix": scaled(MatrixSymbol("q", 2, 1), A),
    "spread": spread(mean(v), v),
    "mean": scale(2, mean(hadamard(v, v))),
    "mean of columns": mean(A),
    "mean of rows": mean(A, axis=1),
    "variance": variance(hadamard(u, v)),
    "variance of a row": variance(row, axis=1),
    "normalised": scaled(power(add(variance(v), ones((1, 1))), -1), subtract(v, spread(mean(v), v))),
    "diagonal": matmul(diag(u), v),
    "Kronecker product": matmul(kronecker(A, C), stack(v, v, u, w)),
}
REFUSED: dict[str, tuple[MatrixExpr, str]] = {
    "entries of matrices": (hadamard(A, C), "a product of matrices, entry by entry, has no matrix form: "),
    "a function of a matrix": (sl.algebra.apply("tanh", A), "a function of matrices, entry by entry, has no matrix"),
    "a transpose": (transpose(A), "the transpose of a matrix has no matrix form: A.T"),
    "a stack": (stack(A, C), "a stack of matrices has no matrix form: "),
    "rows": (rows(A, "", Integer(0), Integer(1)), "a block of rows of a matrix has no matrix form: "),
    "variances": (variance(A), "the variance of every vector of a matrix has no matrix form: "),
    "a diagonal": (diag(hadamard(v, u)), "a diagonal or Kronecker product that depends on what is moved has no"),
    "a number in front": (scaled(s, A), "the derivative by a number in front of a matrix has no matrix form: A"),
    "a repeated factor": (scaled(row, A), "the derivative by a factor that is repeated over a matrix has no"),
}
RULE_OF = {
    "Softmax": "softmax",
    "LogSumExp": "logsumexp",
    "MatAdd": "sum", "MatMul": "product", "HadamardProduct": "elementwise", "HadamardPower": "power",
    "Transpose": "row", "Apply": "function", "BlockMatrix": "stack", "ColumnBlock": "block of columns",
    "RowBlock": "block of rows of v", "Scaled": "number times column", "Mean": "mean", "Variance": "variance",
    "Maximum": "maximum",
}  # fmt: skip


def test_every_node_has_a_matrix_form_or_is_refused() -> None:
    assert set(MATRIX_FORMS) == set(VJP)
    over_time = {node.__name__ for node in (*SHIFTS, *AT_A_STEP)}
    assert {node.__name__ for node in MATRIX_FORMS} - set(RULE_OF) == {"Diag", "Kronecker", *over_time}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_rule(name: str) -> None:
    """Every operand: those that are refused are named in REFUSED."""
    system, seen = system_of(EXPRESSIONS[name]), 0
    for leaf in system.leaves:
        try:
            assert check(system, "y", leaf.symbol.name) <= 1e-13, leaf
            seen += 1
        except InputError as error:
            assert "has no matrix form" in str(error)  # noqa: PT017
    assert seen


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_matrix_is_refused_in_one_line(name: str) -> None:
    expression, reason = REFUSED[name]
    system = system_of(expression)
    with pytest.raises(InputError) as caught:
        sl.jacobian(system, "y", str(system.leaves[0].symbol.name))
    assert reason in str(caught.value)
    assert str(caught.value).startswith("jacobian: y by ")
    assert str(caught.value).endswith("; sl.backprop gives the vector-Jacobian product")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("node", [node for node in MATRIX_FORMS if node.__name__ in RULE_OF], ids=lambda n: n.__name__)
def test_a_broken_rule_is_found(node: type[Basic], monkeypatch: pytest.MonkeyPatch) -> None:
    system, right = system_of(EXPRESSIONS[RULE_OF[node.__name__]]), MATRIX_FORMS[node]
    leaf = str(system.leaves[-1].symbol.name)
    assert check(system, "y", leaf) <= 1e-13
    monkeypatch.setitem(MATRIX_FORMS, node, lambda *given: scale(2, right(*given)))
    assert check(system, "y", leaf) > 1e-3


def test_a_missing_rule_is_named() -> None:
    square: MatrixExpr = MatrixSymbol("S", 2, 2)
    with pytest.raises(MissingRuleError, match="no Jacobian form for Inverse"):
        matrix_of(square, square.inverse(), {square: square})
