"""Slips at paths: a carry over time, a term of a sum, a gate, a step of the sum over t forgotten; signs."""

from collections.abc import Iterator, Mapping
from typing import Any

from sympy import MatrixExpr

from symlstm.algebra import add, hadamard, negative, scale, symbols_of, zeros
from symlstm.algebra.build import factors
from symlstm.checker.functions.slips.bend import Bend, adjoints, parts_of, shown, terms_of
from symlstm.system import Equation, Role, System

__all__ = ["carry_slips", "factor_slips", "share_slips", "sign_slips", "sum_slips", "term_slips"]

_CARRY = {
    "c": "no carry of δC: the recurrent cell path, from step t + 1 to t, is forgotten",
    "h": "the recurrent hidden path, ∂L/∂h_t from step t + 1, is forgotten",
}


def carry_slips(back: System, sequence: bool) -> Iterator[Bend]:
    """A state whose gradient does not come back from the step after; for a step, what flows in from outside."""
    for state in back.states:
        letter = state.removesuffix("_prev")
        hint = _CARRY.get(letter, f"the recurrent path of {letter} is forgotten")
        if sequence:
            yield Bend(hint, cut=frozenset({letter}))
        elif f"seed_{letter}" in back.seeds:
            seed = back.symbols[f"seed_{letter}"]
            without = {line.name: _without(line.rhs, seed) for line in adjoints(back) if seed in symbols_of(line.rhs)}
            yield Bend(f"{hint}: ∂L/∂{letter}_t from outside is not used", without)
    if sequence and len(back.states) > 1:
        letters = frozenset(state.removesuffix("_prev") for state in back.states)
        yield Bend("nothing is carried from step t + 1 to t: the recurrent paths of " + " and ".join(sorted(letters)) +
                   " are forgotten", cut=letters)  # fmt: skip


def _without(total: MatrixExpr, symbol: MatrixExpr) -> MatrixExpr:
    kept = [term for term in terms_of(total) if symbol not in symbols_of(term)]
    return add(*kept) if kept else zeros(total.shape)


def share_slips(back: System, shares: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Bend]:
    """A gradient that comes in two arguments, of which one is not used."""
    for name, share in shares.items():
        if name.startswith("seed_"):
            letter = name[5:]
            words = "is not added: of the two arguments for it one is not used"
            hint = f"∂L/∂{letter}_t {words}; {_CARRY.get(letter, 'a path is forgotten')}"
            yield Bend(hint, leaves={name: share})
            yield Bend(hint, leaves={name: values[name] - share})


def sum_slips(sequence: bool) -> Iterator[Bend]:
    """The sum over t in the gradients of parameters."""
    if sequence:
        yield Bend("`=` for `+=`: the sum over t is missing, only the term of t = 1, the last one computed, is kept",
                   summed="first", apart=True)  # fmt: skip
        yield Bend(
            "the sum over t is missing: only the term of the last step, t = T, is there", summed="last", apart=True
        )
        yield Bend("the mean over t stands where the sum over t belongs", summed="mean", apart=True)


def term_slips(back: System) -> Iterator[Bend]:
    """A term of a sum left out."""
    for line in adjoints(back):
        terms = terms_of(line.rhs)
        for k, term in enumerate(terms if len(terms) > 1 else ()):
            rest = add(*(other for j, other in enumerate(terms) if j != k))
            yield Bend(_missing(line, term, back), {line.name: rest})
    for gate in [line.of for line in adjoints(back) if line.of.startswith("a_")]:
        lines = {}
        for line in adjoints(back):
            kept = [term for term in terms_of(line.rhs) if back.symbols[f"d_{gate}"] not in symbols_of(term)]
            leaf = line.of in (*back.states, *back.inputs)
            if leaf and 0 < len(kept) < len(terms_of(line.rhs)):
                lines[line.name] = add(*kept)
        if len(lines) > 1:
            yield Bend(
                f"{_gate_missing(gate[2:], back)} in the sums for {' and '.join(line[2:] for line in lines)}", lines
            )


def _missing(line: Equation, term: MatrixExpr, back: System) -> str:
    """The words for a term that is not there."""
    names = [symbol.name for symbol in symbols_of(term)]
    through = [name[4:] for name in names if name.startswith("d_a_")]
    if line.of in (*back.states, *back.inputs) and through:
        return f"{_gate_missing(through[0], back)} in the sum for {shown(line.name)}"
    if line.of in (*back.states, *back.inputs):
        return f"the direct path is missing in {shown(line.name)}: the term {_product(term)}"
    if through:
        return f"the peephole path of gate {through[0]} is forgotten in {shown(line.name)}"
    role = next((other.role for other in back.lines if other.name == line.of), None)
    if role is Role.GATE:
        return f"the coupled-gate term of {line.of} is forgotten: {_product(term)} is missing in {shown(line.name)}"
    if line.of == "c" and any(name == "seed_c" for name in names):
        return _CARRY["c"]
    return f"a path is forgotten: the term {_product(term)} is missing in {shown(line.name)}"


def _gate_missing(gate: str, back: System) -> str:
    reset = gate == "r" and "z" in back
    return "the reset path is forgotten: gate r is missing" if reset else f"gate {gate} is missing"


def _product(term: MatrixExpr) -> str:
    return " ⊙ ".join(shown(symbol) for symbol in symbols_of(term))


def sign_slips(back: System) -> Iterator[Bend]:
    """A wrong sign, of a whole line or of a term of a sum."""
    for line in adjoints(back):
        terms = terms_of(line.rhs)
        for k, term in enumerate(terms if len(terms) > 1 else ()):
            other = [negative(term) if j == k else one for j, one in enumerate(terms)]
            yield Bend(
                f"the sign of the term {_product(term)} is wrong in {shown(line.name)}", {line.name: add(*other)}
            )
    for line in adjoints(back):
        yield Bend(f"the sign of {shown(line.name)} is wrong", {line.name: negative(line.rhs)})


def factor_slips(back: System) -> Iterator[Bend]:
    """A factor of an elementwise product left out."""
    for line in adjoints(back):
        terms = terms_of(line.rhs)
        for k, term in enumerate(terms):
            parts = parts_of(term)
            for j, part in enumerate(parts if len(parts) > 1 else ()):
                rest = [other for m, other in enumerate(parts) if m != j]
                product = scale(factors(term)[0], hadamard(*rest))
                bent = [product if m == k else other for m, other in enumerate(terms)]
                yield Bend(f"the factor {part_text(part)} is missing in {shown(line.name)}", {line.name: add(*bent)})


def part_text(part: MatrixExpr) -> str:
    """A factor in a hint."""
    return str(part.name) if hasattr(part, "name") else " ".join(str(part).split())
