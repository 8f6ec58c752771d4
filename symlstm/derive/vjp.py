"""Vector-Jacobian products: for each node type, what the gradient of L by y says of its operands.

A rule takes ȳ = ∂L/∂y, the output y and the operands of y, and returns one gradient per operand, None for an
operand that is no matrix. Rules: Magnus and Neudecker 2019, chapter 9; written in the output y where the field
does so.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from sympy import Basic, BlockMatrix, Expr, HadamardProduct, Identity, Integer, MatAdd, MatMul, MatrixExpr, Transpose
from sympy.core.symbol import Str
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
    apply,
    columns,
    earlier,
    first,
    hadamard,
    kronecker,
    last,
    later,
    matmul,
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
    zeros,
)
from symlstm.algebra.function import Activation
from symlstm.algebra.rewrite import children
from symlstm.derive.stacks import label
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
    labels = Counter(label(block) for block in node.blocks)
    top = Integer(0)
    for row in node.blocks.tolist():
        left, bottom = Integer(0), top + row[0].shape[0]
        for block in row:
            right, own = left + block.shape[1], label(block)
            name = own if labels[own] == 1 else ""  # two blocks of one name are told apart by their places
            band = y_bar if node.blocks.shape[0] == 1 else rows(y_bar, name, top, bottom)
            bars.append(band if len(row) == 1 else columns(band, name, left, right))
            left = right
        top = bottom
    return bars


@vjp(ColumnBlock)
def columns_vjp(
    y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, part: Str, start: Expr, stop: Expr
) -> Sequence[MatrixExpr | None]:
    """y = the columns s … e of a  ⟹  ā = [0  ȳ  0]."""
    height, width = a.shape
    before, after = zeros((height, start)), zeros((height, width - stop))
    return [stack_columns(*(block for block in (before, y_bar, after) if block.shape[1] != 0)), None, None, None]


@vjp(RowBlock)
def rows_vjp(
    y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, part: Str, start: Expr, stop: Expr
) -> Sequence[MatrixExpr | None]:
    """y = the rows s … e of a  ⟹  ā = [0; ȳ; 0]."""
    height, width = a.shape
    above, below = zeros((start, width)), zeros((height - stop, width))
    return [stack(*(block for block in (above, y_bar, below) if block.shape[0] != 0)), None, None, None]


@vjp(Scaled)
def scaled_vjp(y_bar: MatrixExpr, y: MatrixExpr, s: MatrixExpr, a: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = s a, entries repeated  ⟹  ā = s ȳ,  s̄ = the entries of ȳ ⊙ a summed where s repeats.

    That sum is aᵀ ȳ for a column a, ȳ aᵀ for a row, and vᵀ ȳ k for a = v kᵀ.
    """
    if s.shape == (1, 1) and isinstance(a, MatMul) and len(a.args) == 2 and a.args[0].shape[1] == 1:
        column, row = a.args
        return [matmul(transpose(column), y_bar, transpose(row)), scaled(s, y_bar)]
    if s.shape == (1, 1) and a.shape[1] == 1:
        return [matmul(transpose(a), y_bar), scaled(s, y_bar)]
    if s.shape == (1, 1) and a.shape[0] == 1:
        return [matmul(y_bar, transpose(a)), scaled(s, y_bar)]
    above = [] if s.shape[0] == a.shape[0] else [ones((1, a.shape[0]))]
    beside = [] if s.shape[1] == a.shape[1] else [ones((a.shape[1], 1))]
    return [matmul(*above, hadamard(y_bar, a), *beside), scaled(s, y_bar)]


@vjp(Mean)
def mean_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, axis: Expr) -> Sequence[MatrixExpr | None]:
    """y = mean(a) of n entries  ⟹  ā = 1/n ȳ, repeated."""
    return [scale(1 / a.shape[int(axis)], spread(y_bar, a)), None]


@vjp(Variance)
def variance_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, axis: Expr) -> Sequence[MatrixExpr | None]:
    """y = var(a) of n entries  ⟹  ā = 2/n ȳ (a − mean(a)), repeated."""
    centred = subtract(a, spread(mean(a, int(axis)), a))
    return [scale(2 / a.shape[int(axis)], scaled(y_bar, centred)), None]


@vjp(Maximum)
def maximum_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, b: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = max(a, b)  ⟹  ā = ȳ where a > b,  b̄ = ȳ elsewhere."""
    chosen = apply("step", subtract(a, b))
    return [hadamard(y_bar, chosen), hadamard(y_bar, one_minus(chosen))]


@vjp(Earlier)
def earlier_vjp(
    y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, start: MatrixExpr, cut: Expr
) -> Sequence[MatrixExpr | None]:
    """y_t = a_{t−1}, y_1 = s  ⟹  ā_t = ȳ_{t+1}, ā_T = 0,  s̄ = ȳ_1."""
    return [later(y_bar, zeros(a.shape), cut), first(y_bar), None]


@vjp(Later)
def later_vjp(
    y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, end: MatrixExpr, cut: Expr
) -> Sequence[MatrixExpr | None]:
    """y_t = a_{t+1}, y_T = e  ⟹  ā_t = ȳ_{t−1}, ā_1 = 0,  ē = ȳ_T."""
    return [earlier(y_bar, zeros(a.shape), cut), last(y_bar), None]


@vjp(Total)
def total_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = Σ_t a_t  ⟹  ā_t = ȳ."""
    return [y_bar]


@vjp(First)
def first_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = a_1  ⟹  ā_1 = ȳ, and 0 at every other step."""
    return [earlier(zeros(a.shape), y_bar)]


@vjp(Last)
def last_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = a_T  ⟹  ā_T = ȳ, and 0 at every other step."""
    return [later(zeros(a.shape), y_bar)]


@vjp(Softmax)
def softmax_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, axis: Expr) -> Sequence[MatrixExpr | None]:
    """y = softmax(a)  ⟹  ā = y ⊙ (ȳ − 1 s) with s = 1ᵀ (ȳ ⊙ y), a number per column; per row where y is one."""
    across = ones((1, a.shape[0])) if axis == 0 else ones((a.shape[1], 1))
    product = hadamard(y_bar, y)
    total = matmul(across, product) if axis == 0 else matmul(product, across)
    return [hadamard(y, subtract(y_bar, spread(total, a))), None]


@vjp(LogSumExp)
def logsumexp_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, axis: Expr) -> Sequence[MatrixExpr | None]:
    """y = log Σ exp(a)  ⟹  ā = ȳ softmax(a), ȳ repeated."""
    return [scaled(y_bar, softmax(a, int(axis))), None]


@vjp(Diag)
def diag_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = diag(a)  ⟹  ā = the diagonal of ȳ, (ȳ ⊙ I) 1, as a column or as a row."""
    on_diagonal = hadamard(y_bar, Identity(y_bar.shape[0]))
    column = matmul(on_diagonal, ones((y_bar.shape[0], Integer(1))))
    return [column if a.shape[1] == 1 else matmul(ones((Integer(1), y_bar.shape[0])), on_diagonal)]


@vjp(Kronecker)
def kronecker_vjp(y_bar: MatrixExpr, y: MatrixExpr, a: MatrixExpr, b: MatrixExpr) -> Sequence[MatrixExpr]:
    """y = a ⊗ b  ⟹  ā = (I ⊗ 1ᵀ) (ȳ ⊙ (1 ⊗ b)) (I ⊗ 1),  b̄ = (1ᵀ ⊗ I) (ȳ ⊙ (a ⊗ 1)) (1 ⊗ I)."""
    (p, q), (r, s), one = a.shape, b.shape, Integer(1)
    of_a, of_b = hadamard(y_bar, kronecker(ones((p, q)), b)), hadamard(y_bar, kronecker(a, ones((r, s))))
    above, below = kronecker(Identity(p), ones((one, r))), kronecker(Identity(q), ones((s, one)))
    left, right = kronecker(ones((one, p)), Identity(r)), kronecker(ones((q, one)), Identity(s))
    return [matmul(above, of_a, below), matmul(left, of_b, right)]
