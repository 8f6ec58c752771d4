"""Summands: the terms of the reference's own equation, and which of them a claim leaves out."""

from collections.abc import Iterator
from itertools import combinations

from sympy import HadamardProduct, MatAdd, MatMul, MatrixExpr, MatrixSymbol

from symlstm.algebra import add, hadamard, matmul, symbols_of, zeros
from symlstm.checker.deciding import Pair
from symlstm.checker.diagnosis.case import Case
from symlstm.checker.diagnosis.kinds import Kind
from symlstm.checker.diagnosis.points import at_a_point
from symlstm.checker.diagnosis.slip import Slip
from symlstm.checker.meaning.frame import Frame

__all__ = ["missing_terms", "summands"]

_MOST = 9


def summands(name: str, frame: Frame) -> Iterator[list[MatrixExpr]]:
    """The terms of the equation of a quantity; then with the sums put in that are inside of them."""
    known = _Known(frame)
    rhs = known.rhs(name)
    if rhs is None:
        return
    terms = _terms(rhs)
    if len(terms) > 1:
        yield terms
    opened = [_opened(term, known) for term in terms]
    for place, parts in enumerate(opened):
        if len(parts) > 1 and len(terms) > 1:
            yield [*terms[:place], *parts, *terms[place + 1 :]]
    if any(len(parts) > 1 for parts in opened):
        yield [part for parts in opened for part in parts]


class _Known:
    """The equations of a frame, those of its Jacobians included."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def rhs(self, name: str) -> MatrixExpr | None:
        """The right side of the equation of a quantity, None for a leaf."""
        if name in self.frame.system:
            return self.frame.system[name].rhs
        return self.frame.extra[name].rhs if name in self.frame.extra else None


def _terms(expression: MatrixExpr) -> list[MatrixExpr]:
    return list(expression.args) if isinstance(expression, MatAdd) else [expression]


def _opened(term: MatrixExpr, known: _Known) -> list[MatrixExpr]:
    """A term distributed over the first sum in it, that of a gradient or Jacobian included."""
    if isinstance(term, MatrixSymbol):
        return _sum_of(term, known)
    build = {HadamardProduct: hadamard, MatMul: matmul}.get(type(term))
    if build is None:
        return [term]
    for place, factor in enumerate(term.args):
        inner = _sum_of(factor, known)
        if len(inner) > 1:
            return [build(*term.args[:place], part, *term.args[place + 1 :]) for part in inner]
    return [term]


def _sum_of(factor: MatrixExpr, known: _Known) -> list[MatrixExpr]:
    if not isinstance(factor, MatrixSymbol):
        return _opened(factor, known) if isinstance(factor, HadamardProduct) else [factor]
    name = str(factor.name)
    rhs = known.rhs(name) if name.startswith(("d_", "J_", "partial_")) else None
    if rhs is None:
        return [factor]
    return _terms(rhs) if isinstance(rhs, MatAdd) else _opened(rhs, known)


def missing_terms(case: Case) -> Slip | None:
    """The terms without which the reference's equation is the claim; None where that is not so."""
    pair = case.pair
    if pair is None or not isinstance(pair.left, MatrixSymbol):
        return None
    for terms in summands(str(pair.left.name), pair.frame):
        gone = _absent(terms, pair) if len(terms) <= _MOST else None
        if gone is None:
            continue
        kept = [term for place, term in enumerate(terms) if place not in gone]
        rest = add(*kept) if kept else zeros(pair.left.shape)
        if case.trials.same(rest, pair.right, pair.frame):
            return _named(case, str(pair.left.name), [terms[place] for place in gone], len(kept))
    return None


def _absent(terms: list[MatrixExpr], pair: Pair) -> tuple[int, ...] | None:
    """The fewest terms whose sum is what the claim lacks at one point over the prime field; None for no such terms."""
    values = at_a_point([*terms, pair.right], pair.frame)
    if values is None:
        return None
    *each, right = values
    for count in range(1, len(terms) + 1):
        for gone in combinations(range(len(terms)), count):
            total = right
            for place, value in enumerate(each):
                total = total if place in gone else total - value
            if not any(total.entries()):
                return gone
    return None


def _named(case: Case, name: str, gone: list[MatrixExpr], kept: int) -> Slip:
    if len(gone) > 0 and kept == 1 and case.subject and case.subject.quantity.name in case.frame.cell.parameters:
        return Slip(Kind.TIME_SUM, r"the sum over the steps \sum_t is missing: this is the share of one step")
    shown = " and ".join(case.show(term) for term in gone)
    hint = f"the term{'s' * (len(gone) > 1)} {shown} {'is' if len(gone) == 1 else 'are'} missing"
    return Slip(_kind(case, name, {str(symbol.name) for term in gone for symbol in symbols_of(term)}), hint)


def _kind(case: Case, name: str, symbols: set[str]) -> Kind:
    subject = case.subject.quantity.name if case.subject else ""
    gates = {
        gate
        for gate in case.gates
        if any(other == f"d_a_{gate}" or other.startswith(f"d_a_{gate}_") for other in symbols)
    }
    adjoint = name.startswith("d_")
    if name.startswith(("J_", "partial_")):
        return Kind.GATE_TERM
    if not adjoint:
        return Kind.BIAS_DROPPED if all(symbol.startswith("b") for symbol in symbols) else Kind.MISSING_TERM
    if subject == "c":
        carried = any(symbol in ("d_c", "seed_c") or symbol.startswith(("d_c_", "seed_c_")) for symbol in symbols)
        return Kind.CELL_PATH if carried else Kind.SINGLE_PATH
    if subject in case.states and all(symbol.startswith("seed_") for symbol in symbols):
        return Kind.SINGLE_PATH
    if subject in case.frame.cell.parameters:
        return Kind.TIME_SUM
    if subject in case.states or subject == "x":
        if "r" in gates or any(symbol == "r" or symbol.startswith("r_") for symbol in symbols):
            return Kind.RESET_PATH if len(gates) <= 1 else Kind.HIDDEN_PATH
        whole = subject in case.states and len(gates) >= len(case.gates)
        return Kind.HIDDEN_PATH if whole or not gates else Kind.GATE_TERM
    return Kind.COUPLED_TERM if subject.removeprefix("a_") in case.gates else Kind.MISSING_TERM
