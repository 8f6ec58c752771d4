"""Setting: a System, what is set to zero or to something else in it, what is defined on top of it, and its points."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from sympy import Expr, Identity, MatrixExpr, MatrixSymbol, OneMatrix, Symbol, ZeroMatrix

from symlstm.algebra import same_shape, show_shape, symbols_of
from symlstm.checker.identity.degrees import Degrees
from symlstm.checker.identity.domain import Domain
from symlstm.checker.identity.field import PrimeField
from symlstm.checker.identity.floats import Floats
from symlstm.checker.identity.interval import Intervals
from symlstm.checker.identity.point import Point
from symlstm.checker.identity.quadratic import QuadraticField
from symlstm.checker.identity.sizes import symbols_in
from symlstm.errors import InputError, ShapeError, UnknownNameError
from symlstm.system import System

__all__ = ["Setting", "setting_of"]

_MOST_POINTS = 1000
_MOST_SETTINGS = 64
_MOST_TRIED = 1000
_PRESET: dict[str, Callable[[tuple[Expr, Expr]], MatrixExpr]] = {
    "zero": lambda shape: ZeroMatrix(*shape),
    "one": lambda shape: OneMatrix(*shape),
    "identity": lambda shape: Identity(shape[0]),
}
_DOMAINS: dict[str, Callable[[int, list[int]], Domain]] = {
    "field": lambda k, sizes: PrimeField(f"field {k} {sizes}"),
    "quadratic": lambda k, sizes: QuadraticField(f"field {k} {sizes}"),
    "interval": lambda k, sizes: Intervals(k),
    "floats": lambda k, sizes: Floats(f"floats {k}"),
    "degrees": lambda k, sizes: Degrees(k, sizes),
}


class Setting:
    """Where claims are compared. Immutable but for the points that it remembers.

    `changes` gives quantities another meaning than the System does: "zero", "one", "identity" or an expression in
    quantities that do not depend on them. `definitions` adds quantities, in order: by an expression, or by a
    MatrixSymbol of the same name one of which nothing is known.
    Raises UnknownNameError, ShapeError and InputError for what does not fit the System.
    """

    def __init__(
        self,
        system: System,
        changes: Mapping[str, MatrixExpr | str] | None = None,
        definitions: Mapping[str, MatrixExpr] | None = None,
    ) -> None:
        self.system = system
        self.changes = {name: self._change(name, value) for name, value in (changes or {}).items()}
        self.definitions = dict(definitions or {})
        self.equations: dict[str, MatrixExpr] = {line.name: line.rhs for line in system.lines} | self.changes
        self.shapes: dict[str, tuple[Expr, Expr]] = dict(system.shapes)
        for name, expression in self.definitions.items():
            self._define(name, expression)
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._points: OrderedDict[tuple[Any, ...], Point] = OrderedDict()
        self._settings: dict[tuple[Any, ...], Setting] = {}
        self.needs_roots = False  # set when a number had no square root in the prime field
        self.symbols = symbols_in(self.shapes.values())

    def _change(self, name: str, value: MatrixExpr | str) -> MatrixExpr:
        if name not in self.system.symbols:
            raise UnknownNameError("quantity", name, self.system.symbols)
        shape = self.system.symbols[name].shape
        if isinstance(value, str):
            if value not in _PRESET:
                raise InputError(f"{name}: expected one of {', '.join(_PRESET)} or an expression, got {value!r}")
            return _PRESET[value](shape)
        if not same_shape(shape, value.shape):
            raise ShapeError(f"{name}: expected a value of shape {show_shape(shape)}, got {show_shape(value.shape)}")
        return value

    def _define(self, name: str, expression: MatrixExpr) -> None:
        if name in self.shapes:
            raise InputError(f"{name} is defined already; choose another name for the definition")
        self.shapes[name] = expression.shape
        if not (isinstance(expression, MatrixSymbol) and expression.name == name):
            self.equations[name] = expression

    def with_values(self, changes: Mapping[str, MatrixExpr | str]) -> "Setting":
        """The same with other values for some quantities, as in `{"b_f": "zero"}`; the same object when asked again."""
        return self._derived(self.changes | dict(changes), self.definitions)

    def extend(self, name: str, expression: MatrixExpr) -> "Setting":
        """The same with one more quantity, which an expression defines; the same object when asked again."""
        return self._derived(self.changes, self.definitions | {name: expression})

    def with_leaf(self, name: str, shape: tuple[Expr, Expr]) -> "Setting":
        """The same with one more quantity of which nothing is known; the same object when asked again."""
        return self.extend(name, MatrixSymbol(name, *shape))

    def _derived(self, changes: dict[str, Any], definitions: dict[str, MatrixExpr]) -> "Setting":
        key = frozenset(changes.items()), tuple(definitions.items())
        if key not in self._settings:
            if len(self._settings) >= _MOST_SETTINGS:
                del self._settings[next(iter(self._settings))]
            self._settings[key] = Setting(self.system, changes, definitions)
        return self._settings[key]

    def ancestors(self, name: str) -> tuple[str, ...]:
        """What has to be known for a quantity, each after what it needs itself; the quantity last.

        Raises InputError where a change makes a quantity depend on itself.
        """
        if name not in self._ancestors:
            self._order(name)
        return self._ancestors[name]

    def _order(self, name: str) -> None:
        """Depth first without recursion, as chains of equations can be long."""
        found: dict[str, None] = {}
        open_names: set[str] = set()
        stack = [(name, False)]
        while stack:
            current, ready = stack.pop()
            if ready:
                found[current] = None
                open_names.discard(current)
            elif current not in found:
                if current in open_names:
                    raise InputError(f"{current} would depend on itself; set it to something that comes before it")
                open_names.add(current)
                stack.append((current, True))
                stack += [(needed, False) for needed in self._needs(current) if needed not in found]
        self._ancestors[name] = tuple(found)

    def _needs(self, name: str) -> list[str]:
        return [str(symbol.name) for symbol in symbols_of(self.equations[name])] if name in self.equations else []

    def point(self, domain: str, sizes: Mapping[Symbol, int], k: int = 0) -> Point:
        """Point number k in the domain "field", "quadratic", "interval" or "floats"; always the same one.

        Number k of "degrees" counts exponentials with degree k.
        """
        key = (domain, k, *sizes.items())
        if key in self._points:
            self._points.move_to_end(key)
            return self._points[key]
        point = Point(self.shapes, self.equations, self.ancestors, _DOMAINS[domain](k, list(sizes.values())), sizes)
        self._points[key] = point
        if len(self._points) > _MOST_POINTS:
            self._points.popitem(last=False)
        return point

    def field_points(self, sizes: Mapping[Symbol, int]) -> Iterator[Point]:
        """Points over the prime field; with a square root of −1 once `needs_roots` is set."""
        for k in range(_MOST_TRIED):
            yield self.point("quadratic" if self.needs_roots else "field", sizes, k)


@lru_cache(maxsize=64)
def setting_of(system: System) -> Setting:
    """The setting of a System as it is, the same object for an equal System, so that its points are kept."""
    return Setting(system)
