"""What stands behind a recurrent cell: a readout, losses and dropout, each one step to compose by name."""

from sympy import MatrixExpr, MatrixSymbol, Rational

from symlstm.algebra import add, hadamard, logsumexp, matmul, n, ones, power, scale, softmax, subtract
from symlstm.algebra.dimensions import as_dimension
from symlstm.notation.suffix import split
from symlstm.system import Equation, Leaf, LeafKind, Role, Size, System
from symlstm.system.builder import check_free

__all__ = ["cross_entropy", "dropout", "readout", "squared_error"]

_CLASSES = "K"  # how many entries a readout has


def readout(output: str = "y", of: str = "h", rows: Size = _CLASSES) -> System:
    """A linear readout: y = W_y h + b_y.

    h is n × 1, y `rows` × 1 (a positive integer, or a symbol or its name), W_y `rows` × n, b_y `rows` × 1; `of` and
    `output` are the names of h and y. Raises InputError for a size that is none, DefinitionError for a name.

    >>> print(readout())
    yₜ = W_y·hₜ + b_y
    """
    height = as_dimension(rows, "rows")
    h = _column(of, n)
    y = _column(output, height)
    W, b = MatrixSymbol(f"W_{output}", height, n), MatrixSymbol(f"b_{output}", height, 1)
    return _system("readout", [Equation(y, add(matmul(W, h), b))], inputs=[h], parameters=[W, b])


def squared_error(of: str = "y") -> System:
    """Half the squared distance of a column from its target: loss = ½ 1ᵀ (y − target)².

    y and target are K × 1, the loss a number, one for every column of a batch. Its role is LOSS: `backprop` takes L for
    the sum of all losses. Source: Bishop 2006, eq. (5.11).

    >>> print(squared_error())
    Lₜ = 1/2·𝟏ᵀ·(yₜ - targetₜ)²
    """
    y, target = _column(of, as_dimension(_CLASSES, "rows")), _column(_beside("target", of), _CLASSES)
    total = matmul(ones((1, y.shape[0])), power(subtract(y, target), 2))
    return _system("squared-error", [_loss(of, scale(Rational(1, 2), total))], inputs=[y, target])


def cross_entropy(of: str = "y") -> System:
    """Softmax with cross-entropy: p = softmax(y), loss = logsumexp(y) − 1ᵀ (target ⊙ y), which is −1ᵀ (target ⊙ log p).

    y (the logits), p and target are K × 1, the loss a number, one for every column of a batch; every column of the
    target sums to 1, as a class written with one 1 does. Neither overflows; ∂L/∂y is p − target. The role of the loss
    is LOSS: `backprop` takes L for the sum of all losses. Source: Bishop 2006, eqs. (4.108) and (4.109).

    >>> print(cross_entropy())
    pₜ = softmax(yₜ)
    Lₜ = logsumexp(yₜ) - 𝟏ᵀ·(targetₜ ⊙ yₜ)
    """
    y, target = _column(of, as_dimension(_CLASSES, "rows")), _column(_beside("target", of), _CLASSES)
    p = Equation(_column(_beside("p", of), _CLASSES), softmax(y))
    total = matmul(ones((1, y.shape[0])), hadamard(target, y))
    loss = _loss(of, subtract(logsumexp(y), total))
    return _system("cross-entropy", [p, loss], inputs=[y, target])


def dropout(of: str = "h", mask: str | None = None) -> System:
    """Dropout with a given mask: h_dropped = mask ⊙ h, of layer 1 h_dropped_l1 = mask_l1 ⊙ h_l1.

    All are n × 1. The mask is an input: 0 where a unit is dropped, 1/(1 − rate) elsewhere. `of` is the name of h,
    `mask` another name for the mask. Source: Srivastava et al. 2014, section 4; Zaremba, Sutskever and Vinyals 2014,
    section 3.2, for where it stands in a stack of layers.

    >>> print(dropout())
    h_droppedₜ = maskₜ ⊙ hₜ
    """
    h, kept = _column(of, n), _column(_beside("mask", of) if mask is None else mask, n)
    bare, suffix, *_ = split(of)
    line = Equation(MatrixSymbol(f"{bare}_dropped{suffix}", n, 1), hadamard(kept, h))
    return _system("dropout", [line], inputs=[h, kept])


def _column(name: str, rows: Size) -> MatrixSymbol:
    check_free(name)
    return MatrixSymbol(name, as_dimension(rows, f"rows of {name}"), 1)


def _beside(name: str, of: str) -> str:
    """The name with the layer of another one: target_l2 beside y_l2."""
    return name + (split(of).suffix if isinstance(of, str) else "")


def _loss(of: str, value: MatrixExpr) -> Equation:
    return Equation(MatrixSymbol(_beside("loss", of), 1, 1), value, Role.LOSS)


def _system(
    name: str, lines: list[Equation], *, inputs: list[MatrixSymbol], parameters: list[MatrixSymbol] | None = None
) -> System:
    leaves = [Leaf(symbol, LeafKind.INPUT) for symbol in inputs]
    leaves += [Leaf(symbol, LeafKind.PARAMETER) for symbol in parameters or []]
    return System(name, tuple(leaves), tuple(lines), (lines[-1].name,))
