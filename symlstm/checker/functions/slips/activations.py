"""Slips at activations: a derivative forgotten, taken for the function, applied twice, or of another gate."""

from collections.abc import Iterator
from typing import NamedTuple

from sympy import MatrixExpr, MatrixSymbol
from sympy.matrices.expressions.hadamard import HadamardPower

from symlstm.activations import sigmoid, tanh
from symlstm.algebra import Apply, add, apply, hadamard, one_minus, ones, power, scale
from symlstm.algebra.build import factors
from symlstm.checker.functions.slips.bend import Bend, adjoints, parts_of, terms_of
from symlstm.system import Equation, Role, System

__all__ = ["activation_slips", "cell_state_slips", "parentheses_slips"]


class _Gate(NamedTuple):
    """A gate, the line of the gradient of its net input, the factors before and of the derivative."""

    name: str
    line: str
    y: MatrixSymbol
    a: MatrixSymbol
    number: MatrixExpr
    rest: list[MatrixExpr]
    smooth: bool  # tanh, not the sigmoid


def gates_of(back: System) -> list[_Gate]:
    """The gates whose derivative stands at the end of the line of their net input."""
    found = []
    for line in back.lines:
        if not isinstance(line.rhs, Apply) or line.rhs.activation not in (sigmoid, tanh):
            continue
        if f"d_{line.rhs.argument.name if isinstance(line.rhs.argument, MatrixSymbol) else ''}" not in back:
            continue
        adjoint = back[f"d_{line.rhs.argument.name}"]
        derivative = parts_of(line.rhs.activation.entry.derivative(line.lhs, line.rhs.argument))
        parts = parts_of(adjoint.rhs)
        if parts[-len(derivative) :] == derivative and len(parts) > len(derivative):
            rest = parts[: -len(derivative)]
            found.append(_Gate(line.name, adjoint.name, line.lhs, line.rhs.argument, factors(adjoint.rhs)[0], rest,
                               line.rhs.activation == tanh))  # fmt: skip
    return found


def _sigmoid_forms(gate: _Gate) -> dict[str, list[MatrixExpr]]:
    y, k = gate.y, gate.name
    twice = apply(sigmoid, y)
    return {
        f"the derivative of the sigmoid is forgotten: {k} ⊙ (1 − {k}) is missing": [],
        f"σ({k}) stands where σ′, {k} ⊙ (1 − {k}), belongs": [twice],
        f"σ′ is applied to the already activated gate {k} (doubled activation); it is {k} ⊙ (1 − {k})":
            [twice, one_minus(twice)],
        f"1 − {k} is missing in σ′ = {k} ⊙ (1 − {k})": [y],
        f"{k} is missing in σ′ = {k} ⊙ (1 − {k})": [one_minus(y)],
        f"the derivative of tanh, 1 − {k}², stands where that of the sigmoid, {k} ⊙ (1 − {k}), belongs":
            [one_minus(power(y, 2))],
        f"{k} ⊙ {k} stands where {k} ⊙ (1 − {k}) belongs": [y, y],
        f"{k} ⊙ (1 + {k}) stands where {k} ⊙ (1 − {k}) belongs": [y, add(ones(y.shape), y)],
        f"σ(a) ⊙ (1 − a) or the like: the net input a_{k} stands where the gate {k} belongs in {k} ⊙ (1 − {k})":
            [gate.a, one_minus(gate.a)],
        f"tanh′ is applied to the sigmoid gate {k}": [one_minus(power(apply(tanh, y), 2))],
    }  # fmt: skip


def _tanh_forms(gate: _Gate) -> dict[str, list[MatrixExpr]]:
    y, k = gate.y, gate.name
    return {
        f"the derivative of tanh is forgotten: 1 − {k}² is missing": [],
        f"the square is lost: 1 − {k} stands where 1 − {k}² belongs": [one_minus(y)],
        f"tanh instead of its derivative: {k} stands where 1 − {k}² belongs": [y],
        f"tanh′ is applied to the already activated {k} (doubled activation); it is 1 − {k}²":
            [one_minus(power(apply(tanh, y), 2))],
        f"the derivative of the sigmoid, {k} ⊙ (1 − {k}), stands where that of tanh, 1 − {k}², belongs":
            [y, one_minus(y)],
        f"tanh({k}) stands where 1 − {k}² belongs": [apply(tanh, y)],
        f"{k}² stands where 1 − {k}² belongs": [power(y, 2)],
        f"1 + {k}² stands where 1 − {k}² belongs": [add(ones(y.shape), power(y, 2))],
        f"the net input a_{k} stands where {k} belongs in 1 − {k}²": [one_minus(power(gate.a, 2))],
        f"σ′ is applied to the already activated {k}": [apply(sigmoid, y), one_minus(apply(sigmoid, y))],
    }  # fmt: skip


def _bent(gate: _Gate, derivative: list[MatrixExpr]) -> MatrixExpr:
    return scale(gate.number, hadamard(*gate.rest, *derivative))


def activation_slips(back: System) -> Iterator[Bend]:
    """The derivative of one gate bent, then the same slip at all gates of a kind."""
    gates = gates_of(back)
    forms = {gate.name: (_tanh_forms if gate.smooth else _sigmoid_forms)(gate) for gate in gates}
    for gate in gates:
        for hint, derivative in forms[gate.name].items():
            yield Bend(hint, {gate.line: _bent(gate, derivative)})
    for smooth in (False, True):
        alike = [gate for gate in gates if gate.smooth is smooth]
        for k in range(10 if len(alike) > 1 else 0):
            hints = [list(forms[gate.name])[k] for gate in alike]
            lines = {gate.line: _bent(gate, list(forms[gate.name].values())[k]) for gate in alike}
            yield Bend(f"{hints[0]}; and so at the other gates", lines)
    every = {gate.line: _bent(gate, []) for gate in gates}
    yield Bend("the derivatives of the activations are forgotten, of every gate", every)
    for gate in gates:
        for other in gates:
            if other is not gate and other.y.shape == gate.y.shape:
                own = [other.y, one_minus(other.y)] if not other.smooth else [one_minus(power(other.y, 2))]
                hint = (
                    f"the derivative of the wrong gate: that of {other.name} stands where that of {gate.name} belongs"
                )
                yield Bend(hint, {gate.line: _bent(gate, own)})


def cell_state_slips(back: System) -> Iterator[Bend]:
    """1 − tanh²(c) forgotten, its square lost, tanh in its place; tanh(c) taken for c and the reverse."""
    for line in adjoints(back):
        for node in _squares(line.rhs):
            value = node.args[0]
            inside = value.argument
            for hint, other in _cell_forms(value, inside).items():
                yield Bend(f"{hint}, in {_place(line)}", {line.name: _replaced(line.rhs, one_minus(node), other)})
    values = {node for line in back.lines for node in line.rhs.atoms(Apply) if line.role is not Role.GATE}
    for value in sorted((node for node in values if isinstance(node.argument, MatrixSymbol)), key=str):
        for line in adjoints(back):
            if value in parts_of(line.rhs):
                others = {"its argument": value.argument, "σ of it": apply(sigmoid, value.argument)}
                for words, other in others.items():
                    hint = f"tanh({value.argument.name}) belongs in {_place(line)}, {words} stands there"
                    yield Bend(hint, {line.name: _swap(line.rhs, value, other)})


def _cell_forms(value: Apply, inside: MatrixExpr) -> dict[str, MatrixExpr | None]:
    name = f"tanh({inside})"
    return {
        f"1 − tanh²({inside}) is forgotten": None,
        f"the square is lost: 1 − {name} stands where 1 − tanh²({inside}) belongs": one_minus(value),
        f"tanh instead of its derivative: {name} stands where 1 − tanh²({inside}) belongs": value,
        f"tanh² stands where 1 − tanh²({inside}) belongs": power(value, 2),
        f"tanh is forgotten: 1 − {inside}² stands where 1 − tanh²({inside}) belongs": one_minus(power(inside, 2)),
        f"tanh′ is applied to {name} (doubled activation)": one_minus(power(apply(tanh, value), 2)),
        f"the derivative of the sigmoid stands where 1 − tanh²({inside}) belongs": hadamard(value, one_minus(value)),
        f"1 + tanh²({inside}) stands where 1 − tanh²({inside}) belongs": add(ones(value.shape), power(value, 2)),
    }


def _squares(expression: MatrixExpr) -> list[HadamardPower]:
    found = [node for node in expression.atoms(HadamardPower) if isinstance(node.args[0], Apply)]
    return sorted((node for node in found if isinstance(node.args[0].argument, MatrixSymbol)), key=str)


def _replaced(total: MatrixExpr, old: MatrixExpr, new: MatrixExpr | None) -> MatrixExpr:
    """A sum of products with one factor replaced, or left out."""
    terms = []
    for term in terms_of(total):
        parts = parts_of(term)
        if old in parts:
            kept = [part for part in parts if part != old or new is not None]
            term = scale(factors(term)[0], hadamard(*(new if part == old else part for part in kept)))
        terms.append(term)
    return add(*terms)


def _swap(expression: MatrixExpr, old: MatrixExpr, new: MatrixExpr) -> MatrixExpr:
    return _replaced(expression, old, new)


def parentheses_slips(back: System) -> Iterator[Bend]:
    """(p + q) ⊙ r written as p + q ⊙ r: factors that belong to a sum are applied to one of its terms."""
    sums = {line.lhs: terms_of(line.rhs) for line in adjoints(back) if len(terms_of(line.rhs)) == 2}
    for line in adjoints(back):
        parts = parts_of(line.rhs)
        for symbol in [part for part in parts if part in sums and isinstance(part, MatrixSymbol)]:
            others = [part for part in parts if part != symbol]
            for k in range(len(others) + 1):
                for first, second in (sums[symbol], sums[symbol][::-1]):
                    total = add(hadamard(first, *others[:k]), hadamard(second, *others))
                    if k < len(others):
                        hint = f"brackets are missing around {symbol.name[2:]}'s gradient, a sum, in {_place(line)}"
                        yield Bend(hint, {line.name: total})


def _place(line: Equation) -> str:
    return f"∂L/∂{line.of}"
