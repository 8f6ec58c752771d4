"""Evaluating a matrix expression at a point, in any domain: one rule per node type."""

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any, Protocol

from sympy import (
    Basic,
    BlockMatrix,
    Expr,
    HadamardProduct,
    Identity,
    Integer,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.hadamard import HadamardPower

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
)
from symlstm.checker.identity.domain import Domain
from symlstm.checker.identity.scalars import activation
from symlstm.checker.identity.vec import Vec
from symlstm.errors import MissingRuleError

__all__ = ["Place", "evaluate"]


class Place(Protocol):
    """Where expressions are evaluated: the values of symbols, the sizes of dimensions, the numbers in front."""

    domain: Domain

    def value(self, name: str) -> Any:
        """The value of a quantity."""

    def size(self, dimension: Expr) -> int:
        """A dimension as a number."""

    def number(self, number: Expr) -> Any:
        """A number, or one made of dimensions such as 1/n, in the domain."""


def evaluate(expression: MatrixExpr, at: Place) -> Any:
    """The value of a matrix expression. Raises MissingRuleError for a node without a rule."""
    rule = _RULES.get(type(expression))
    if rule is None:
        raise MissingRuleError(f"checking: no rule to evaluate {type(expression).__name__} in {expression}")
    return rule(expression, at)


def _symbol(node: MatrixSymbol, at: Place) -> Any:
    return at.value(node.args[0].name)


def _sum(node: MatAdd, at: Place) -> Any:
    return reduce(at.domain.add, [evaluate(term, at) for term in node.args])


def _product(node: MatMul, at: Place) -> Any:
    """Numbers may stand anywhere among the factors."""
    numbers, matrices = _factors(node)
    whole = reduce(at.domain.product, [evaluate(factor, at) for factor in matrices])
    for number in numbers:
        whole = at.domain.scale(at.number(number), whole)
    return whole


@lru_cache(maxsize=1 << 14)
def _factors(node: MatMul) -> tuple[tuple[Expr, ...], tuple[MatrixExpr, ...]]:
    matrices = tuple(factor for factor in node.args if isinstance(factor, MatrixExpr))
    return tuple(factor for factor in node.args if not isinstance(factor, MatrixExpr)), matrices


def _hadamard(node: HadamardProduct, at: Place) -> Any:
    return reduce(lambda a, b: at.domain.entrywise(_times, a, b), [evaluate(factor, at) for factor in node.args])


def _times(a: Any, b: Any) -> Any:
    return a * b


def _entry_power(node: HadamardPower, at: Place) -> Any:
    base, exponent = node.args
    if not isinstance(exponent, Rational):
        raise MissingRuleError(f"checking: no rule for the exponent {exponent} in {node}")
    return at.domain.entrywise(lambda entry: at.domain.power(entry, exponent), evaluate(base, at))


def _matrix_power(node: MatPow, at: Place) -> Any:
    base, exponent = node.args
    if not isinstance(exponent, Integer) or not 0 <= exponent <= 64:
        raise MissingRuleError(f"checking: no rule for the exponent {exponent} of a matrix in {node}")
    value = evaluate(base, at)
    return reduce(at.domain.product, [value] * int(exponent), _unit(value.nrows(), at))


def _transpose(node: Transpose, at: Place) -> Any:
    return at.domain.transpose(evaluate(node.args[0], at))


def _apply(node: Apply, at: Place) -> Any:
    function, domain = activation(node.args[0]), at.domain
    return domain.entrywise(lambda entry: function(domain, entry), evaluate(node.args[1], at))


def _columns(node: ColumnBlock, at: Place) -> Any:
    matrix, _, start, stop = node.args
    return at.domain.transpose(_row_range(at.domain.transpose(evaluate(matrix, at)), start, stop, at))


def _rows(node: RowBlock, at: Place) -> Any:
    matrix, _, start, stop = node.args
    return _row_range(evaluate(matrix, at), start, stop, at)


def _row_range(matrix: Any, start: Expr, stop: Expr, at: Place) -> Any:
    first, last, columns = at.size(start), at.size(stop), matrix.ncols()
    return at.domain.matrix(last - first, columns, at.domain.entries(matrix)[first * columns : last * columns])


def _blocks(node: BlockMatrix, at: Place) -> Any:
    bands = [_beside([evaluate(block, at) for block in row], at) for row in _table(node)]
    return _above(bands, at)


@lru_cache(maxsize=1 << 12)
def _table(node: BlockMatrix) -> tuple[tuple[MatrixExpr, ...], ...]:
    rows, columns = node.blocks.shape
    return tuple(tuple(node.blocks[i, j] for j in range(columns)) for i in range(rows))


def _above(blocks: list[Any], at: Place) -> Any:
    if len(blocks) == 1:
        return blocks[0]
    entries = [entry for block in blocks for entry in at.domain.entries(block)]
    return at.domain.matrix(sum(block.nrows() for block in blocks), blocks[0].ncols(), entries)


def _beside(blocks: list[Any], at: Place) -> Any:
    if len(blocks) == 1:
        return blocks[0]
    return at.domain.transpose(_above([at.domain.transpose(block) for block in blocks], at))


def _ones(node: OneMatrix, at: Place) -> Any:
    return _constant(at.size(node.args[0]), at.size(node.args[1]), 1, at)


def _zeros(node: ZeroMatrix, at: Place) -> Any:
    return _constant(at.size(node.args[0]), at.size(node.args[1]), 0, at)


def _constant(rows: int, columns: int, value: int, at: Place) -> Any:
    return at.domain.filled(rows, columns, at.domain.number(Integer(value)))


def _identity(node: Identity, at: Place) -> Any:
    return _unit(at.size(node.args[0]), at)


def _unit(size: int, at: Place) -> Any:
    one, zero = at.domain.number(Integer(1)), at.domain.number(Integer(0))
    return at.domain.matrix(size, size, [one if i == j else zero for i in range(size) for j in range(size)])


def _scaled(node: Scaled, at: Place) -> Any:
    factor, matrix = (evaluate(part, at) for part in node.args)
    return at.domain.entrywise(_times, _spread(factor, matrix, at), matrix)


def _spread(small: Any, matrix: Any, at: Place) -> Any:
    """A number, a row or a column repeated to the shape of a matrix."""
    rows, columns = matrix.nrows(), matrix.ncols()
    if small.nrows() != rows:
        small = at.domain.product(_constant(rows, 1, 1, at), small)
    return small if small.ncols() == columns else at.domain.product(small, _constant(1, columns, 1, at))


def _total(matrix: Any, axis: int, at: Place) -> Any:
    """The sum of every column (axis 0) or of every row (axis 1)."""
    if axis == 0:
        return at.domain.product(_constant(1, matrix.nrows(), 1, at), matrix)
    return at.domain.product(matrix, _constant(matrix.ncols(), 1, 1, at))


def _average(matrix: Any, axis: int, at: Place) -> Any:
    count = matrix.nrows() if axis == 0 else matrix.ncols()
    return at.domain.scale(at.domain.number(Rational(1, count)), _total(matrix, axis, at))


def _mean(node: Mean, at: Place) -> Any:
    return _average(evaluate(node.args[0], at), int(node.args[1]), at)


def _variance(node: Variance, at: Place) -> Any:
    matrix, axis = evaluate(node.args[0], at), int(node.args[1])
    middle = _spread(_average(matrix, axis, at), matrix, at)
    return _average(at.domain.entrywise(lambda a, b: (a - b) * (a - b), matrix, middle), axis, at)


def _softmax(node: Softmax, at: Place) -> Any:
    powers = at.domain.entrywise(at.domain.exp, evaluate(node.args[0], at))
    whole = _spread(_total(powers, int(node.args[1]), at), powers, at)
    return at.domain.entrywise(lambda a, b: a / b, powers, whole)


def _logsumexp(node: LogSumExp, at: Place) -> Any:
    powers = at.domain.entrywise(at.domain.exp, evaluate(node.args[0], at))
    return at.domain.entrywise(at.domain.log, _total(powers, int(node.args[1]), at))


def _maximum(node: Maximum, at: Place) -> Any:
    return at.domain.entrywise(at.domain.maximum, *(evaluate(part, at) for part in node.args))


def _diagonal(node: Diag, at: Place) -> Any:
    vector, zero = at.domain.entries(evaluate(node.args[0], at)), at.domain.number(Integer(0))
    entries = [entry if i == j else zero for i, entry in enumerate(vector) for j in range(len(vector))]
    return at.domain.matrix(len(vector), len(vector), entries)


def _kronecker(node: Kronecker, at: Place) -> Any:
    a, b = (evaluate(part, at) for part in node.args)
    left, right = _row_lists(a, at), _row_lists(b, at)
    entries = [x * y for upper in left for lower in right for x in upper for y in lower]
    return at.domain.matrix(a.nrows() * b.nrows(), a.ncols() * b.ncols(), entries)


def _row_lists(matrix: Any, at: Place) -> list[list[Any]]:
    entries, width = at.domain.entries(matrix), matrix.ncols()
    return [entries[start : start + width] for start in range(0, len(entries), width)]


def _vec(node: Vec, at: Place) -> Any:
    rows = _row_lists(evaluate(node.matrix, at), at)
    return at.domain.matrix(
        len(rows) * len(rows[0]), 1, [entry for column in zip(*rows, strict=True) for entry in column]
    )


_RULES: dict[type[Basic], Callable[[Any, Place], Any]] = {
    MatrixSymbol: _symbol,
    MatAdd: _sum,
    MatMul: _product,
    HadamardProduct: _hadamard,
    HadamardPower: _entry_power,
    MatPow: _matrix_power,
    Transpose: _transpose,
    Apply: _apply,
    ColumnBlock: _columns,
    RowBlock: _rows,
    BlockMatrix: _blocks,
    OneMatrix: _ones,
    ZeroMatrix: _zeros,
    Identity: _identity,
    Scaled: _scaled,
    Mean: _mean,
    Variance: _variance,
    Softmax: _softmax,
    LogSumExp: _logsumexp,
    Maximum: _maximum,
    Diag: _diagonal,
    Kronecker: _kronecker,
    Vec: _vec,
}
