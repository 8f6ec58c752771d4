"""Case: a claim that is to be diagnosed, with all that edits of it need to know."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import MatrixExpr

from symlstm.algebra import substitute, symbols_of
from symlstm.checker.deciding import Pair
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.leaves import Leaf, Leaves, is_name
from symlstm.checker.diagnosis.lettering import signs_of, text_profile
from symlstm.checker.diagnosis.plant import product
from symlstm.checker.diagnosis.trials import Trials
from symlstm.checker.diagnosis.walk import Spot, edited, spots
from symlstm.checker.diagnosis.written import Writer
from symlstm.checker.meaning.frame import Frame, TimeFrame
from symlstm.checker.meaning.scope import Convention
from symlstm.checker.meaning.symbols import Quantity
from symlstm.checker.reader.tree import Big, Call, Group, Name, Product, Scripted, Sum, Tree
from symlstm.errors import InputError
from symlstm.notation import Profile
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.view import printer_of
from symlstm.system import Role, System

__all__ = ["Case", "Edit", "Term"]

_MOST_NESTED = 4


@dataclass(frozen=True)
class Edit:
    """A claim with one slip undone; `left` is None where the left side stays."""

    kind: Kind
    hint: str
    right: Tree
    left: Tree | None = None


@dataclass(frozen=True)
class Term:
    """A term of the right side, inside sums over steps too."""

    tree: Tree
    spot: Spot


class Case:
    """A claim left = right at a frame; `pair` is there where its shapes fit."""

    def __init__(self, left: Tree, right: Tree, leaves: Leaves, trials: Trials, profile: Profile, pair: Pair | None):
        self.leaves = leaves
        self.trials = trials
        self.pair = pair
        self.frame: Frame = leaves.frame
        self.left = left
        self.right = edited(right, self._as_product)
        self.base = _in_layout(profile, leaves.background.convention)

    def _as_product(self, tree: Tree) -> Tree | None:
        """f(1 − f), which reads like a call, and products inside of products, as one product."""
        if is_name(tree):
            return tree
        if isinstance(tree, Call) and len(tree.arguments) == 1 and self.leaves.read(tree.function) is not None:
            inner = edited(tree.arguments[0], self._as_product)
            return Product(tree.span, (tree.function, Group(tree.span, "(", inner)), ("",))
        if (
            isinstance(tree, Scripted)
            and isinstance(tree.body, Call)
            and self.leaves.read(tree.body.function) is not None
        ):
            whole = self._as_product(tree.body)  # the scripts of h(a + b)^T are those of the brackets
            if isinstance(whole, Product):
                return replace(whole, factors=(whole.factors[0], replace(tree, body=whole.factors[1])))
        if isinstance(tree, Product) and any(isinstance(part, Product | Call | Scripted) for part in tree.factors):
            return _flat(replace(tree, factors=tuple(edited(part, self._as_product) for part in tree.factors)))
        return None

    def with_right(self, right: Tree) -> "Case":
        """The case of another right side."""
        return Case(self.left, right, self.leaves, self.trials, self.base, None)

    def against(self, term: Tree, wanted: MatrixExpr) -> "Case":
        """The case of one term that should be an expression of the frame."""
        trials = self.trials.against(self.frame, wanted)
        return Case(self.left, term, self.leaves, trials, self.base, Pair(self.frame, wanted, wanted))

    @cached_property
    def spots(self) -> list[Spot]:
        """The parts of the right side, from the outside in; names are not taken apart."""
        return list(spots(self.right, is_name))

    @cached_property
    def named(self) -> list[tuple[Spot, Leaf]]:
        """The quantities of the right side."""
        pairs = ((spot, self.leaves.read(spot.part)) for spot in self.spots if is_name(spot.part))
        return [(spot, leaf) for spot, leaf in pairs if leaf is not None]

    @cached_property
    def subject(self) -> Leaf | None:
        """The quantity on the left."""
        return self.leaves.read(self.left)

    @cached_property
    def profile(self) -> Profile:
        """The text's letters."""
        leaves = [leaf for _, leaf in self.named]
        split = any(name.startswith("U_") for name in self.frame.cell.parameters)
        base = replace(self.base, **signs_of(self.right))  # type: ignore[arg-type]
        return text_profile(base, [*leaves, *([self.subject] if self.subject else [])], split)

    @cached_property
    def printer(self) -> LatexPrinter:
        """Prints expressions of the frame in the text's letters."""
        stamps = {}
        if isinstance(self.frame, TimeFrame):
            bare = {str(line.name) for line in self.frame.cell.lines} | set(self.frame.cell.inputs) | {"x", "h", "c"}
            for name in self.frame.system.symbols:
                head, _, step = str(name).rpartition("_")
                if step.isdigit() and head in bare:
                    stamps[str(name)] = (head, "t", int(step) - self.frame.t)
        printer = self._printer_of(self.frame.system)
        printer.profile = replace(printer.profile, stamps=stamps)
        return printer

    def _printer_of(self, system: System) -> LatexPrinter:
        """A printer in the text's letters, or in the notation alone where two of these would look alike."""
        try:
            return printer_of(LatexPrinter, system, self.profile)
        except InputError:
            return printer_of(LatexPrinter, system, self.base)

    def show(self, expression: MatrixExpr) -> str:
        """An expression of the frame in LaTeX; the Jacobians in it are written out."""
        return self.printer.print(self._written_out(expression))

    def _written_out(self, expression: MatrixExpr) -> MatrixExpr:
        for _ in range(_MOST_NESTED):
            known = {symbol: self.frame.extra[str(symbol.name)].rhs for symbol in symbols_of(expression)
                     if str(symbol.name) in self.frame.extra}  # fmt: skip
            if not known:
                break
            expression = substitute(expression, known)
        return expression

    def latex(self, quantity: Quantity, offset: int = 0) -> str:
        """A quantity in the text's letters, some steps from t."""
        prefix = f"{quantity.derived}_" if quantity.derived else ""
        printer = self._printer_of(self.leaves.frame.cell)
        with printer.at("t", offset + quantity.shift):
            return printer.name(f"{prefix}{quantity.name}")

    @cached_property
    def write(self) -> Writer:
        """Writes trees."""
        return Writer(self._own)

    def _own(self, tree: Tree) -> str | None:
        """A name that only edits write."""
        leaf = self.leaves_of_edits.read(tree) if _is_planted(tree) else None
        if leaf is None:
            return None
        sign = rf"^{self.profile.transpose}" if leaf.transposed else ""
        return self.latex(replace(leaf.quantity, shift=0), leaf.offset) + sign

    @cached_property
    def leaves_of_edits(self) -> Leaves:
        """The same with the names that edits write."""
        return Leaves(self.leaves.background, self.frame)

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """The gates and the candidate."""
        return tuple(line.name for line in self.frame.cell.lines if line.role is Role.GATE)

    @cached_property
    def states(self) -> tuple[str, ...]:
        """What is handed on from step to step."""
        return tuple(name for name in self.frame.cell.outputs if f"{name}_prev" in self.frame.cell.symbols)

    def terms(self) -> Iterator[Term]:
        """The whole right side, then its terms, those inside sums over steps included."""
        yield from self._terms(Spot(self.right, lambda part: part))

    def _terms(self, spot: Spot) -> Iterator[Term]:
        part = spot.part
        if isinstance(part, Big | Group):
            yield from self._terms(Spot(part.body, lambda new: spot.put(replace(part, body=new))))
            return
        if not isinstance(part, Sum) or len(part.terms) > 1:
            yield Term(part, spot)
        if isinstance(part, Sum):
            for place, term in enumerate(part.terms):
                yield from self._terms(Spot(term, _putting(spot, part, place)))


def _in_layout(profile: Profile, convention: Convention) -> Profile:
    """The notation for a text of rows, where the claim is one."""
    if convention.layout == profile.layout:
        return profile
    weights = "transposed" if convention.transposed_weights else "plain"
    separator = "," if convention.layout == "row" and profile.separator == ";" else profile.separator
    return replace(profile, layout=convention.layout, weights=weights, separator=separator)


def _putting(spot: Spot, part: Sum, place: int):  # type: ignore[no-untyped-def]
    return lambda new: spot.put(replace(part, terms=(*part.terms[:place], new, *part.terms[place + 1 :])))


def _is_planted(tree: Tree) -> bool:
    body = tree
    while hasattr(body, "body") and body.body is not None:
        body = body.body
    return isinstance(body, Name) and body.text.startswith("=")


def _flat(tree: Product) -> Tree:
    factors: list[Tree] = []
    signs: list[str] = []
    for place, factor in enumerate(tree.factors):
        signs += [tree.operators[place - 1]] if place else []
        inner = isinstance(factor, Product)
        factors += factor.factors if inner else [factor]  # type: ignore[union-attr]
        signs += factor.operators if inner else []  # type: ignore[union-attr]
    return product(tuple(factors), tuple(signs))
