"""Jacobian-vector products: for each node type, the tangent of y from those of its operands.

A rule takes the output y, the node, and a tangent for every operand, None for one that does not move; it is asked
only where some operand moves. Rules: Griewank and Walther 2008, section 3.1; written in the output y where the
field does so.
"""

from collections.abc import Callable, Mapping, Sequence

from sympy import Basic, BlockMatrix, HadamardProduct, MatAdd, MatMul, MatrixExpr, MatrixSymbol, Transpose, ZeroMatrix
from sympy.matrices.expressions.hadamard import HadamardPower

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
    add,
    apply,
    hadamard,
    matmul,
    mean,
    one_minus,
    ones,
    power,
    rebuild,
    scale,
    softmax,
    spread,
    subtract,
    zeros,
)
from symlstm.algebra.build import factors
from symlstm.algebra.rewrite import children
from symlstm.derive.stacks import times
from symlstm.errors import MissingRuleError

__all__ = ["JVP", "jvp_rule", "linear", "push_forward"]

Tangents = Sequence[MatrixExpr | None]
Rule = Callable[[MatrixExpr, MatrixExpr, Tangents], MatrixExpr]

JVP: dict[type[Basic], Rule] = {}


def jvp_rule(*nodes: type[Basic]) -> Callable[[Rule], Rule]:
    """Enter a rule for node types into the table."""

    def enter(rule: Rule) -> Rule:
        JVP.update(dict.fromkeys(nodes, rule))
        return rule

    return enter


def push_forward(y: MatrixExpr, node: MatrixExpr, known: Mapping[MatrixSymbol, MatrixExpr]) -> MatrixExpr | None:
    """The tangent of an expression whose value is called y, from those known; None where it does not move.

    Raises MissingRuleError for a node type without a rule.
    """
    if isinstance(node, MatrixSymbol):
        return known.get(node)
    parts = children(node)
    dots = [push_forward(part, part, known) if isinstance(part, MatrixExpr) else None for part in parts]
    if all(dot is None for dot in dots):
        return None
    if type(node) not in JVP:
        raise MissingRuleError(f"no tangent rule for {type(node).__name__} in {node}; add one with @jvp_rule")
    tangent = JVP[type(node)](y, node, dots)
    return None if isinstance(tangent, ZeroMatrix) else tangent


@jvp_rule(MatAdd, Transpose, BlockMatrix, ColumnBlock, RowBlock, Mean, Diag, Earlier, Later, Total, First, Last)
def linear(y: MatrixExpr, node: MatrixExpr, dots: Tangents) -> MatrixExpr:
    """y = f(a, b), linear in both at once  ⟹  ẏ = f(ȧ, ḃ), with zeros for what does not move."""
    return rebuild(node, [_or_zeros(part, dot) for part, dot in zip(children(node), dots, strict=True)])


def _or_zeros(part: Basic, dot: MatrixExpr | None) -> Basic:
    """The tangent of an operand; what is no matrix stays."""
    if not isinstance(part, MatrixExpr):
        return part
    return zeros(part.shape) if dot is None else dot


@jvp_rule(MatMul)
def matmul_jvp(y: MatrixExpr, node: MatrixExpr, dots: Tangents) -> MatrixExpr:
    """y = s A B  ⟹  ẏ = s Ȧ B + s A Ḃ; of a stack B = [h; x] of which only h moves, s A_h ḣ."""
    number, matrices = factors(node)
    *front, last = dots[len(dots) - len(matrices) :]
    terms = [matmul(*matrices[:k], dot, *matrices[k + 1 :]) for k, dot in enumerate(front) if dot is not None]
    if isinstance(last, BlockMatrix) and any(isinstance(block, ZeroMatrix) for block in last.blocks):
        terms.append(times(matmul(*matrices[:-1]), matrices[-1], last))
    elif last is not None:
        terms.append(matmul(*matrices[:-1], last))
    return scale(number, add(*terms))


@jvp_rule(HadamardProduct, Scaled, Kronecker)
def product(y: MatrixExpr, node: MatrixExpr, dots: Tangents) -> MatrixExpr:
    """y = a b, linear in each  ⟹  ẏ = ȧ b + a ḃ."""
    parts = children(node)
    terms = [rebuild(node, [*parts[:k], dot, *parts[k + 1 :]]) for k, dot in enumerate(dots) if dot is not None]
    return add(*terms)


@jvp_rule(HadamardPower)
def power_jvp(y: MatrixExpr, node: MatrixExpr, dots: Tangents) -> MatrixExpr:
    """y = a^{∘k}  ⟹  ẏ = k a^{∘(k−1)} ⊙ ȧ."""
    a, k = node.args
    return scale(k, hadamard(power(a, k - 1), dots[0]))


@jvp_rule(Apply)
def apply_jvp(y: MatrixExpr, node: MatrixExpr, dots: Tangents) -> MatrixExpr:
    """y = f(x)  ⟹  ẏ = f′(x) ⊙ ẋ, with f′ written in y."""
    f, x = node.args
    return hadamard(f.entry.derivative(y, x), dots[1])


@jvp_rule(Variance)
def variance_jvp(y: MatrixExpr, node: MatrixExpr, dots: Tangents) -> MatrixExpr:
    """y = var(a)  ⟹  ẏ = 2 mean((a − mean(a)) ⊙ ȧ)."""
    a, axis = node.args[0], int(node.args[1])
    return scale(2, mean(hadamard(subtract(a, spread(mean(a, axis), a)), dots[0]), axis))


@jvp_rule(Maximum)
def maximum_jvp(y: MatrixExpr, node: MatrixExpr, dots: Tangents) -> MatrixExpr:
    """y = max(a, b)  ⟹  ẏ = ȧ where a > b, ḃ elsewhere."""
    a, b = node.args
    chosen = apply("step", subtract(a, b))
    terms = [(chosen, dots[0]), (one_minus(chosen), dots[1])]
    return add(*(hadamard(share, dot) for share, dot in terms if dot is not None))


@jvp_rule(Softmax)
def softmax_jvp(y: MatrixExpr, node: MatrixExpr, dots: Tangents) -> MatrixExpr:
    """y = softmax(a)  ⟹  ẏ = y ⊙ (ȧ − 1 s) with s = 1ᵀ (y ⊙ ȧ), a number per column; per row where y is one."""
    total = _summed(hadamard(y, dots[0]), int(node.args[1]))
    return hadamard(y, subtract(dots[0], spread(total, dots[0])))


@jvp_rule(LogSumExp)
def logsumexp_jvp(y: MatrixExpr, node: MatrixExpr, dots: Tangents) -> MatrixExpr:
    """y = log Σ exp(a)  ⟹  ẏ = 1ᵀ (softmax(a) ⊙ ȧ), a number per column; per row where y is one."""
    a, axis = node.args[0], int(node.args[1])
    return _summed(hadamard(softmax(a, axis), dots[0]), axis)


def _summed(matrix: MatrixExpr, axis: int) -> MatrixExpr:
    """The sum of every column, or of every row."""
    rows, columns = matrix.shape
    return matmul(ones((1, rows)), matrix) if axis == 0 else matmul(matrix, ones((columns, 1)))
