"""Builder: the few words in which a cell file is written."""

import re

from sympy import Expr, MatrixExpr, MatrixSymbol, S

from symlstm.algebra import add, apply, d, matmul, n, stack, symbols_of
from symlstm.algebra.dimensions import as_dimension
from symlstm.algebra.function import Activation
from symlstm.errors import DefinitionError, InputError, brief
from symlstm.system.equation import Equation, Role
from symlstm.system.system import Leaf, LeafKind, System

__all__ = ["Builder"]

_LAYOUTS = ("concat", "split")


def _check_free(name: str) -> None:
    """Raise DefinitionError for a name that the backward pass gives to a gradient or a seed."""
    if not isinstance(name, str) or re.match(r"(d|seed)\d*_", name):
        raise DefinitionError(
            f"{name!r} is no name for a quantity: d_… and seed_… are the names of gradients and seeds"
        )


class Builder:
    """Collects the equations of one step of a recurrent cell, in the author's order.

    `layout` is "concat" (one matrix on [h_prev; x]) or "split" (W on x, U on h_prev); `biases` is 1 or 2
    (the second, `bh_f`, goes with the recurrent product, as in PyTorch). Dimensions are symbols or positive integers.
    Raises InputError for any other value.

    >>> from symlstm.algebra import add, apply, hadamard, one_minus
    >>> cell = Builder("coupled")
    >>> f, g = cell.gate("f", "sigmoid"), cell.gate("g", "tanh")
    >>> c = cell.let("c", add(hadamard(f, cell.previous("c")), hadamard(one_minus(f), g)))
    >>> h = cell.let("h", apply("tanh", c))
    >>> print(cell.system().text(only=["c", "h"]))
    Cₜ = fₜ ⊙ Cₜ₋₁ + (1 - fₜ) ⊙ C̃ₜ
    hₜ = tanh(Cₜ)
    """

    def __init__(self, name: str, *, layout: str = "concat", biases: int = 1, n: Expr | int = n, d: Expr | int = d):
        if not isinstance(layout, str) or layout not in _LAYOUTS:
            raise InputError(f"layout: expected one of {', '.join(_LAYOUTS)}, got {layout!r}")
        if not isinstance(biases, int) or isinstance(biases, bool) or biases not in (1, 2):
            raise InputError(f"biases: expected 1 or 2, got {biases!r}")
        self.name = name
        self.layout = layout
        self.biases = biases
        self.n = as_dimension(n, "n")
        self.d = as_dimension(d, "d")
        self._leaves: dict[str, Leaf] = {}
        self._lines: list[Equation] = []
        self.x = self._leaf("x", self.d, S.One, LeafKind.INPUT)

    def _leaf(self, name: str, rows: Expr, columns: Expr, kind: LeafKind) -> MatrixSymbol:
        _check_free(name)
        leaf = Leaf(MatrixSymbol(name, rows, columns), kind)
        if self._leaves.setdefault(name, leaf) != leaf:
            raise DefinitionError(f"cell {self.name}: {name} is declared twice with different shapes or meanings")
        return leaf.symbol

    def previous(self, name: str) -> MatrixSymbol:
        """The state `name` of the step before, an n × 1 column."""
        return self._leaf(f"{name}_prev", self.n, S.One, LeafKind.STATE)

    def parameter(self, name: str, rows: Expr | int | str, columns: Expr | int | str) -> MatrixSymbol:
        """A weight, bias or peephole; sizes are as in `Builder`. Raises InputError for a size that is none."""
        sizes = as_dimension(rows, f"rows of {name}"), as_dimension(columns, f"columns of {name}")
        return self._leaf(name, *sizes, LeafKind.PARAMETER)

    def let(self, name: str, expression: MatrixExpr, role: Role = Role.QUANTITY) -> MatrixSymbol:
        """Name an expression, built with the functions of `symlstm.algebra`; the name can be used below.

        Raises InputError for anything but a matrix expression.
        """
        _check_free(name)
        if not isinstance(expression, MatrixExpr):
            raise InputError(f"equation {name}: expected a matrix expression, got {brief(expression)}")
        symbol = MatrixSymbol(name, *expression.shape)
        self._lines.append(Equation(symbol, expression, role))
        return symbol

    def affine(self, gate: str) -> MatrixExpr:
        """The net input of a gate: W [h; x] + b, or W x + U h + b, by the layout and the number of biases."""
        h = self.previous("h")
        if self.layout == "concat":
            weight = self.parameter(f"W_{gate}", self.n, self.n + self.d)
            products = [matmul(weight, stack(h, self.x))]
        else:
            weight, recurrent = self.parameter(f"W_{gate}", self.n, self.d), self.parameter(f"U_{gate}", self.n, self.n)
            products = [matmul(weight, self.x), matmul(recurrent, h)]
        bias = self.parameter(f"b_{gate}", self.n, S.One)
        if self.biases == 1:
            return add(*products, bias)
        return add(products[0], bias, *products[1:], self.parameter(f"bh_{gate}", self.n, S.One))

    def gate(self, name: str, activation: Activation | str) -> MatrixSymbol:
        """A gate or candidate: its net input `a_name` and the activation of it, an Activation or its name."""
        net_input = self.let(f"a_{name}", self.affine(name), Role.NET_INPUT)
        return self.let(name, apply(activation, net_input), Role.GATE)

    def system(self) -> System:
        """The finished cell: its outputs are the new states, and what no other equation uses.

        Raises DefinitionError for a declared quantity that no equation uses, or a state without an equation.
        """
        used = {symbol.name for line in self._lines for symbol in symbols_of(line.rhs)}
        if idle := [name for name in self._leaves if name not in used]:
            raise DefinitionError(f"cell {self.name}: {idle[0]} is declared and never used")
        states = [name.removesuffix("_prev") for name, leaf in self._leaves.items() if leaf.kind is LeafKind.STATE]
        defined = [line.name for line in self._lines]
        if open_states := [name for name in states if name not in defined]:
            raise DefinitionError(f"cell {self.name}: no equation defines the new state {open_states[0]}")
        lines = tuple(Equation(line.lhs, line.rhs, Role.STATE) if line.name in states else line for line in self._lines)
        outputs = tuple(name for name in defined if name in states or name not in used)
        return System(self.name, tuple(sorted(self._leaves.values(), key=self._rank)), lines, outputs)

    def _rank(self, leaf: Leaf) -> tuple[int, int]:
        """Inputs, states, parameters; of these all W, then all U, then the biases, each in the author's order."""
        families = list(dict.fromkeys(name.partition("_")[0] for name in self._leaves))
        kind = list(LeafKind).index(leaf.kind)
        family = families.index(str(leaf.symbol.name).partition("_")[0]) if leaf.kind is LeafKind.PARAMETER else 0
        return kind, family
