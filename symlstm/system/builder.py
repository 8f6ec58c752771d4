"""Builder: the few words in which a cell file is written."""

from typing import Any, TypeAlias

from sympy import Expr, MatrixExpr, MatrixSymbol, S

from symlstm.algebra import add, apply, d, hadamard, matmul, n, ones, scale, stack, symbols_of
from symlstm.algebra.checking import check_shapes
from symlstm.algebra.dimensions import as_dimension
from symlstm.algebra.function import Activation
from symlstm.errors import DefinitionError, InputError, Located, UnknownNameError, brief, choice
from symlstm.notation.derived import is_derived
from symlstm.system.equation import Equation, Role
from symlstm.system.leaf import Leaf, LeafKind
from symlstm.system.system import System

__all__ = ["LAYOUTS", "ORDERS", "Builder", "Size", "check_free"]

LAYOUTS = ("concat", "split")
ORDERS = ("hx", "xh")
Size: TypeAlias = Expr | int | str
_OWN: Any = object()  # stands for the state h of the step before


def check_free(name: str) -> None:
    """Raise DefinitionError for a name that a derivative may have."""
    if not isinstance(name, str) or is_derived(name):
        raise DefinitionError(
            f"{name!r} is no name for a quantity: d_… and seed_… are the names of gradients and seeds, "
            f"dot_… those of tangents, …_by_… those of Jacobians"
        )


class Builder:
    """Collects the equations of one step of a recurrent cell, in the author's order.

    `layout` is "concat" (one matrix on a stack) or "split" (W on x, U on h_prev); `order` says which stack: "hx" for
    [h_prev; x], "xh" for [x; h_prev]; `biases` is 1 or 2 (the second, `bh_f`, goes with the recurrent product, as in
    PyTorch). Dimensions are symbols or positive integers. Raises InputError for any other value.

    >>> from symlstm.algebra import add, apply, hadamard, one_minus
    >>> cell = Builder("coupled")
    >>> f, g = cell.gate("f", "sigmoid"), cell.gate("g", "tanh")
    >>> c = cell.let("c", add(hadamard(f, cell.previous("c")), hadamard(one_minus(f), g)))
    >>> h = cell.let("h", apply("tanh", c))
    >>> print(cell.system().text(only=["c", "h"]))
    Cₜ = fₜ ⊙ Cₜ₋₁ + (1 - fₜ) ⊙ C̃ₜ
    hₜ = tanh(Cₜ)
    """

    def __init__(
        self,
        name: str,
        *,
        layout: str = "concat",
        order: str = "hx",
        biases: int = 1,
        n: Size = n,
        d: Size = d,
    ) -> None:
        if order == "xh" and layout == "split":
            raise InputError("order: [x; h] is a stack, and the layout split has none; leave one of the two out")
        self.name = name
        self.layout = choice("layout", layout, LAYOUTS)
        self.order = choice("order", order, ORDERS)
        self.biases = choice("biases", biases, (1, 2))
        self.n = as_dimension(n, "n")
        self.d = as_dimension(d, "d")
        self._leaves: dict[str, Leaf] = {}
        self._lines: list[Equation] = []
        self.x = self._leaf("x", self.d, S.One, LeafKind.INPUT)

    def _leaf(self, name: str, rows: Expr, columns: Expr, kind: LeafKind) -> MatrixSymbol:
        check_free(name)
        leaf = Leaf(MatrixSymbol(name, rows, columns), kind)
        if self._leaves.setdefault(name, leaf) != leaf:
            raise DefinitionError(f"cell {self.name}: {name} is declared twice with different shapes or meanings")
        return leaf.symbol

    def previous(self, name: str, rows: Expr | int | None = None, columns: Expr | int = 1) -> MatrixSymbol:
        """The state `name` of the step before: an n × 1 column unless sizes are given, or what it was declared as."""
        known = self._leaves.get(f"{name}_prev")
        if known and rows is None:
            return known.symbol
        sizes = as_dimension(self.n if rows is None else rows, f"rows of {name}"), as_dimension(columns, "columns")
        return self._leaf(f"{name}_prev", *sizes, LeafKind.STATE)

    def parameter(self, name: str, rows: Expr | int | str, columns: Expr | int | str) -> MatrixSymbol:
        """A weight, bias or peephole; sizes are as in `Builder`. Raises InputError for a size that is none."""
        sizes = as_dimension(rows, f"rows of {name}"), as_dimension(columns, f"columns of {name}")
        return self._leaf(name, *sizes, LeafKind.PARAMETER)

    def let(self, name: str, expression: MatrixExpr, role: Role = Role.QUANTITY) -> MatrixSymbol:
        """Name an expression, built with the functions of `symlstm.algebra`; the name can be used below.

        Raises InputError for anything but a matrix expression, ShapeError where the shapes in it do not fit.
        """
        check_free(name)
        if not isinstance(expression, MatrixExpr):
            raise InputError(f"equation {name}: expected a matrix expression, got {brief(expression)}")
        with Located(f"cell {self.name}, equation {name}"):
            check_shapes(expression)
        symbol = MatrixSymbol(name, *expression.shape)
        self._lines.append(Equation(symbol, expression, role))
        return symbol

    def __contains__(self, name: object) -> bool:
        return any(line.name == name for line in self._lines)

    def __getitem__(self, name: str) -> MatrixSymbol:
        """The quantity of this name, defined above. Raises UnknownNameError."""
        known = {line.name: line.lhs for line in self._lines}
        if name not in known:
            raise UnknownNameError(f"quantity of {self.name}", name, known)
        return known[name]

    def affine(
        self,
        gate: str,
        *terms: MatrixExpr,
        recurrent: MatrixExpr | None = _OWN,
        rows: Expr | int | None = None,
        shift: float = 0,
    ) -> MatrixExpr:
        """The net input of a gate: W [h; x] + b, or W x + U h + b, by the layout, the order and the number of biases.

        `recurrent` stands in the place of h_prev, None for W x + b alone; further `terms`, such as a peephole's, come
        before the bias, and the number `shift` after it. W has n rows unless `rows` says otherwise.
        """
        products = self.products(gate, recurrent=recurrent, rows=rows)
        height = products[0].shape[0]
        bias = self.parameter(f"b_{gate}", height, S.One)
        net = add(*products, *terms, bias)
        if self.biases == 2 and recurrent is not None:
            second = self.parameter(f"bh_{gate}", height, S.One)
            net = add(products[0], bias, *products[1:], *terms, second)
        return add(net, scale(shift, ones(net.shape)))

    def products(
        self, gate: str, *, recurrent: MatrixExpr | None = _OWN, rows: Expr | int | None = None
    ) -> list[MatrixExpr]:
        """The products of a net input alone: W on the stack, or W x and U h; options as in `affine`."""
        h = self.previous("h") if recurrent is _OWN else recurrent
        height = self.n if rows is None else as_dimension(rows, f"rows of W_{gate}")
        if h is None or self.layout == "split":
            weight = self.parameter(f"W_{gate}", height, self.d)
            recurrent_weight = [] if h is None else [self.parameter(f"U_{gate}", height, h.shape[0])]
            return [matmul(weight, self.x), *(matmul(matrix, h) for matrix in recurrent_weight)]
        stacked = stack(h, self.x) if self.order == "hx" else stack(self.x, h)
        return [matmul(self.parameter(f"W_{gate}", height, stacked.shape[0]), stacked)]

    def peephole(self, gate: str, state: MatrixExpr) -> MatrixExpr:
        """What a gate sees of the cell state: p_gate ⊙ state, with a diagonal matrix of weights kept as a column."""
        return hadamard(self.parameter(f"p_{gate}", state.shape[0], S.One), state)

    def gate(self, name: str, activation: Activation | str, *terms: MatrixExpr, **options: Any) -> MatrixSymbol:
        """A gate or candidate: its net input `a_name` and the activation of it, an Activation or its name.

        Further terms and options are those of `affine`.
        """
        net_input = self.let(f"a_{name}", self.affine(name, *terms, **options), Role.NET_INPUT)
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
        """Inputs, states, h first, parameters; of these all W, then all U, then the biases, in the author's order."""
        families = list(dict.fromkeys(name.partition("_")[0] for name in self._leaves))
        kind = list(LeafKind).index(leaf.kind)
        if leaf.kind is not LeafKind.PARAMETER:
            return kind, int(leaf.symbol.name != "h_prev")
        return kind, families.index(str(leaf.symbol.name).partition("_")[0])
