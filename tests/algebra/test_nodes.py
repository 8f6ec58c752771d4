"""Our own nodes keep SymPy's contract: rebuilt from their arguments, stable under doit, explicit on request."""

import pytest
from sympy import Integer, MatrixSymbol, exp, log, tanh
from sympy.core.symbol import Str

import symlstm as sl
from symlstm.activations import Activation, defined
from symlstm.algebra import (
    Apply,
    ColumnBlock,
    Diag,
    Earlier,
    First,
    Kronecker,
    Last,
    Later,
    LogSumExp,
    Maximum,
    Mean,
    RowBlock,
    Scaled,
    Softmax,
    Total,
    Variance,
    n,
)
from symlstm.derive import VJP
from symlstm.errors import DefinitionError, UnknownNameError

X = MatrixSymbol("X", 2, 3)
NODES = [
    Apply(Activation("tanh"), X),
    ColumnBlock(X, Str("x"), Integer(1), Integer(3)),
    RowBlock(X, Str("x"), Integer(1), Integer(2)),
    Scaled(MatrixSymbol("s", 1, 1), X),
    Mean(X, 0),
    Variance(X, 1),
    Maximum(X, X),
    Softmax(X, 0),
    Earlier(X, X, 0),
    Later(X, MatrixSymbol("E", 2, 3), 4),
    Total(X),
    First(X),
    Last(X),
    LogSumExp(X, 1),
    Diag(MatrixSymbol("v", 3, 1)),
    Diag(MatrixSymbol("v", 1, 3)),
    Kronecker(X, MatrixSymbol("Y", 3, 2)),
]


@pytest.mark.parametrize("node", NODES, ids=lambda node: type(node).__name__)
def test_contract(node: Apply | ColumnBlock) -> None:
    assert node.func(*node.args) == node
    assert hash(node.func(*node.args)) == hash(node)
    assert node.doit() == node
    assert node.as_explicit().shape == tuple(node.shape)


def test_entries() -> None:
    assert NODES[0].as_explicit()[1, 2] == tanh(X[1, 2])
    assert NODES[1].as_explicit()[1, 0] == X[1, 1]
    assert Apply(Activation("sigmoid"), X)[0, 0] == 1 / (1 + exp(-X[0, 0]))
    assert Softmax(X, 0)[1, 2] == exp(X[1, 2]) / (exp(X[0, 2]) + exp(X[1, 2]))
    assert Softmax(X, 1)[1, 2] == exp(X[1, 2]) / (exp(X[1, 0]) + exp(X[1, 1]) + exp(X[1, 2]))
    assert LogSumExp(X, 0)[0, 2] == log(exp(X[0, 2]) + exp(X[1, 2]))
    assert LogSumExp(X, 1)[1, 0] == log(exp(X[1, 0]) + exp(X[1, 1]) + exp(X[1, 2]))


def test_symbolic_shape() -> None:
    W = MatrixSymbol("W", n, n + 2)
    assert ColumnBlock(W, Str("x"), n, n + 2).shape == (n, 2)


@pytest.mark.parametrize("name", defined())
def test_activation_is_a_node(name: str) -> None:
    activation = Activation(name)
    assert activation.func(*activation.args) == activation
    assert activation.name == name


def test_activation_names() -> None:
    with pytest.raises(UnknownNameError, match="unknown activation 'sigmiod'; did you mean 'sigmoid'"):
        Activation("sigmiod")
    with pytest.raises(DefinitionError, match="defined already"):
        sl.activations.define("tanh", Activation("tanh").entry)
    with pytest.raises(DefinitionError, match="expected an identifier"):
        sl.activations.define("not a name", Activation("tanh").entry)


def test_every_node_with_a_rule_is_here() -> None:
    ours = {node for node in VJP if node.__module__.startswith("symlstm.")}
    assert ours <= {type(node) for node in NODES}
