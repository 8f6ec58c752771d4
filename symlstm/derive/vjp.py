"""Vector-Jacobian products: for each node type, what the gradient of L by y says of its operands.

A rule takes ȳ = ∂L/∂y, the output y and the operands of y, and returns one gradient per operand, None for an
operand that is no matrix. Rules: Magnus and Neudecker 2019, chapter 9; written in the output y where the field
does so.
"""

from collections.abc import Callable, Sequence

from sympy import Basic, BlockMatrix, Expr, HadamardProduct, Integer, MatAdd, MatMul, MatrixExpr, Transpose
from sympy.core.symbol import Str
from sympy.matrices.expressions.hadamard import HadamardPower

from symlstm.algebra import Apply, ColumnBlock, hadamard, matmul, power, rows, scale, transpose, zeros
from symlstm.algebra.build import columns, stack_columns
from symlstm.algebra.function import Activation
from symlstm.algebra.rewrite import children
from symlstm.errors import MissingRuleError

__all__ = ["VJP", "pull_back", "vjp"]

Rule = Callable[..., Sequence[MatrixExpr | None]]

VJP: dict[type[Basic], Rule] = {}


def vjp(node: type[Basic]) -> Callable[[Rule], Rule]:
    """Enter a rule for a node type into the table."""

    def enter(rule: Rule) -> Rule:
        VJP[node] = rule
        return rule

    return enter


def pull_back(y_bar: MatrixExpr, y: MatrixExpr, node: MatrixExpr) -> list[tuple[MatrixExpr, MatrixExpr]]:
    """The gradients of the operands of `node`, whose value is called y: pairs (operand, gradient).

    Raises MissingRuleError for a node type without a rule.
    """
    if type(node) not in VJP:
        raise MissingRuleError(f"no derivative rule for {type(node).__name__} in {node}; add one with @vjp")
    operands = children(node)
    gradients = VJP[type(node)](y_bar, y, *(operands if not isinstance(node, BlockMatrix) else [node]))
    return [(operand, bar) for operand, bar in zip(operands, gradients, strict=True) if bar is not None]


@vjp(MatAdd)
def add_vjp(y_bar: MatrixExpr, y: MatrixExpr, *terms: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = a + b  ⟹  ā = ȳ,  b̄ = ȳ."""
    return [y_bar for _ in terms]


@vjp(HadamardProduct)
def hadamard_vjp(y_bar: MatrixExpr, y: MatrixExpr, *factors: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = a ⊙ b  ⟹  ā = ȳ ⊙ b,  b̄ = ȳ ⊙ a."""
    return [hadamard(y_bar, *factors[:k], *factors[k + 1 :]) for k in range(len(factors))]


@vjp(HadamardPower)
def power_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, k: Expr) -> Sequence[MatrixExpr | None]:
    """y = a^{∘k}  ⟹  ā = k ȳ ⊙ a^{∘(k−1)}."""
    return [scale(k, hadamard(y_bar, power(a, k - 1))), None]


@vjp(MatMul)
def matmul_vjp(y_bar: MatrixExpr, y: MatrixExpr, *factors: Expr) -> Sequence[MatrixExpr | None]:
    """y = s A B  ⟹  Ā = s ȳ Bᵀ,  B̄ = s Aᵀ ȳ."""

    def bar(k: int) -> MatrixExpr | None:
        if not isinstance(factors[k], MatrixExpr):
            return None
        left = [transpose(A) for A in reversed(factors[:k]) if isinstance(A, MatrixExpr)]
        right = [transpose(A) for A in reversed(factors[k + 1 :])]
        number = Integer(1) if isinstance(factors[0], MatrixExpr) else factors[0]
        return scale(number, matmul(*left, y_bar, *right))

    return [bar(k) for k in range(len(factors))]


@vjp(Transpose)
def transpose_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = aᵀ  ⟹  ā = ȳᵀ."""
    return [transpose(y_bar)]


@vjp(Apply)
def apply_vjp(y_bar: MatrixExpr, y: MatrixExpr, f: Activation, x: MatrixExpr) -> Sequence[MatrixExpr | None]:
    """y = f(x)  ⟹  x̄ = ȳ ⊙ f′(x), with f′ written in y."""
    return [None, hadamard(y_bar, f.entry.derivative(y, x))]


@vjp(BlockMatrix)
def stack_vjp(y_bar: MatrixExpr, y: MatrixExpr, node: BlockMatrix) -> Sequence[MatrixExpr]:
    """y = [a; b]  ⟹  ā, b̄ = the rows of ȳ that belong to a, to b; the same for columns."""
    bars: list[MatrixExpr] = []
    top = Integer(0)
    for row in node.blocks.tolist():
        left, bottom = Integer(0), top + row[0].shape[0]
        for block in row:
            right = left + block.shape[1]
            band = y_bar if node.blocks.shape[0] == 1 else rows(y_bar, _label(block), top, bottom)
            bars.append(band if len(row) == 1 else columns(band, _label(block), left, right))
            left = right
        top = bottom
    return bars


def _label(block: MatrixExpr) -> str:
    return str(getattr(block, "name", block))


@vjp(ColumnBlock)
def columns_vjp(
    y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, part: Str, start: Expr, stop: Expr
) -> Sequence[MatrixExpr | None]:
    """y = the columns s … e of a  ⟹  ā = [0  ȳ  0]."""
    height, width = a.shape
    parts = [(start, zeros), (stop - start, None), (width - stop, zeros)]
    blocks = [y_bar if make is None else make((height, size)) for size, make in parts if size != 0]
    return [stack_columns(*blocks), None, None, None]
