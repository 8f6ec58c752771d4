"""Slips in the forward equations, with the backward pass of the bent cell: a bias outside, another update gate."""

from collections.abc import Iterator
from dataclasses import replace

from sympy import HadamardProduct, MatMul, MatrixExpr, MatrixSymbol

from symlstm.activations import sigmoid, tanh
from symlstm.algebra import Apply, add, apply, hadamard, matmul, one_minus, substitute, symbols_of
from symlstm.checker.functions.slips.bend import Bend, parts_of, shown, terms_of
from symlstm.derive import backprop
from symlstm.errors import SymlstmError
from symlstm.system import Equation, Role, System

__all__ = ["bent_cells", "cell_slips"]

Lines = dict[str, MatrixExpr]


def cell_slips(back: System) -> Iterator[Bend]:
    """The backward pass of every bent cell; and the derived one at values of the bent forward equations."""
    cell = back.forward
    if cell is None:
        return
    for hint, lines in bent_cells(cell):
        try:
            other = replace(cell, lines=tuple(replace(line, rhs=lines.get(line.name, line.rhs)) for line in cell.lines))
            yield Bend(f"the forward equations differ: {hint}", system=backprop(other))
        except SymlstmError:
            continue
        yield Bend(f"the forward equations differ: {hint}", lines)


def bent_cells(cell: System) -> Iterator[tuple[str, Lines]]:
    """Forward equations with one slip each, and its words."""
    yield from _biases(cell)
    yield from _updates(cell)
    yield from _resets(cell)
    yield from _outputs(cell)
    yield from _gates(cell)
    yield from _terms(cell)
    yield from _symbols(cell)


def _gate_lines(cell: System) -> list[Equation]:
    return [
        line
        for line in cell.lines
        if isinstance(line.rhs, Apply)
        and isinstance(line.rhs.argument, MatrixSymbol)
        and line.rhs.argument.name in cell
    ]


def _bias(cell: System, net: MatrixExpr) -> MatrixExpr | None:
    names = {name for name in cell.parameters if name.startswith(("b_", "bh_"))}
    found = [term for term in terms_of(net) if {symbol.name for symbol in symbols_of(term)} & names]
    return found[-1] if found and len(terms_of(net)) > 1 else None


def _biases(cell: System) -> Iterator[tuple[str, Lines]]:
    """σ(Wx) + b for σ(Wx + b), and no bias at all; of one gate, then of all."""
    outside: Lines = {}
    without: Lines = {}
    for line in _gate_lines(cell):
        net = cell[line.rhs.argument.name]
        bias = _bias(cell, net.rhs)
        if bias is None:
            continue
        inside = add(*(term for term in terms_of(net.rhs) if term != bias))
        one = {net.name: inside, line.name: add(line.rhs, bias)}
        yield f"the bias stands outside the activation of gate {line.name}", one
        yield f"the bias of gate {line.name} is left out", {net.name: inside}
        outside.update(one)
        without[net.name] = inside
    if len(outside) > 2:
        yield "the bias stands outside the activation, at every gate", outside
        yield "the biases are left out", without


def _updates(cell: System) -> Iterator[tuple[str, Lines]]:
    """1 − z for z and z for 1 − z."""
    for line in cell.lines:
        for gate in symbols_of(line.rhs):
            opposite = one_minus(gate)
            products = [parts_of(term) for term in terms_of(line.rhs)]
            if any(opposite in parts for parts in products) and any(gate in parts for parts in products):
                swapped = _swapped(line.rhs, gate, opposite)
                word = "the update gate is swapped" if gate.name == "z" else f"gate {gate.name} is swapped"
                yield f"{word}: {gate.name} stands for 1 − {gate.name} and the reverse", {line.name: swapped}


def _resets(cell: System) -> Iterator[tuple[str, Lines]]:
    """U (r ⊙ h) for r ⊙ (U h), and the reverse."""
    for line in cell.lines:
        terms = terms_of(line.rhs)
        for k, term in enumerate(terms):
            other, words = _reset_before(term) or _reset_after(term) or (None, "")
            if other is not None:
                yield f"{words} in {shown(line.lhs)}", {line.name: add(*terms[:k], other, *terms[k + 1 :])}


def _reset_before(term: MatrixExpr) -> tuple[MatrixExpr, str] | None:
    """U (r ⊙ h) as r ⊙ (U h)."""
    if not isinstance(term, MatMul) or len(term.args) != 2 or not isinstance(term.args[1], HadamardProduct):
        return None
    matrix, (gate, *rest) = term.args[0], parts_of(term.args[1])
    if gate.shape[0] != matrix.shape[0]:
        return None
    words = f"{shown(gate)} is multiplied after the product with {matrix}, not before it"
    return hadamard(gate, matmul(matrix, hadamard(*rest))), words


def _reset_after(term: MatrixExpr) -> tuple[MatrixExpr, str] | None:
    """r ⊙ (U h) as U (r ⊙ h)."""
    parts = parts_of(term)
    if len(parts) != 2 or not isinstance(parts[0], MatrixSymbol) or not isinstance(parts[1], MatMul):
        return None
    matrix, *rest = parts[1].args
    if len(rest) != 1 or rest[0].shape != parts[0].shape:
        return None
    words = f"{shown(parts[0])} is multiplied before the product with {matrix}, not after it"
    return matmul(matrix, hadamard(parts[0], rest[0])), words


def _swapped(total: MatrixExpr, gate: MatrixExpr, opposite: MatrixExpr) -> MatrixExpr:
    exchanged = {gate: opposite, opposite: gate}
    return add(*(hadamard(*(exchanged.get(part, part) for part in parts_of(term))) for term in terms_of(total)))


def _outputs(cell: System) -> Iterator[tuple[str, Lines]]:
    """h = o ⊙ c, h = o ⊙ σ(c)."""
    for line in cell.lines:
        for part in parts_of(line.rhs) if line.role is not Role.GATE else ():
            if isinstance(part, Apply) and isinstance(part.argument, MatrixSymbol) and len(parts_of(line.rhs)) > 1:
                inside = part.argument
                own, name = part.activation.name, shown(inside)
                for words, other in {
                    f"{own} is forgotten: {name} itself": inside,
                    f"σ({name})": apply(sigmoid, inside),
                    f"tanh({name})": apply(tanh, inside),
                }.items():
                    if other != part:
                        hint = f"{words} stands where {own}({name}) belongs in {shown(line.lhs)}"
                        yield hint, {line.name: _with(line.rhs, part, other)}


def _with(product: MatrixExpr, old: MatrixExpr, new: MatrixExpr) -> MatrixExpr:
    return hadamard(*(new if part == old else part for part in parts_of(product)))


def _gates(cell: System) -> Iterator[tuple[str, Lines]]:
    """Another activation at a gate."""
    for line in _gate_lines(cell):
        for other in (sigmoid, tanh):
            if other != line.rhs.activation:
                words = f"{other.name} stands where {line.rhs.activation.name} belongs at gate {line.name}"
                yield words, {line.name: apply(other, line.rhs.argument)}


def _terms(cell: System) -> Iterator[tuple[str, Lines]]:
    """A term of a sum left out."""
    for line in cell.lines:
        terms = terms_of(line.rhs)
        for k in range(len(terms) if len(terms) > 1 else 0):
            named = " ".join(shown(symbol) for symbol in symbols_of(terms[k]))
            rest = add(*(other for j, other in enumerate(terms) if j != k))
            yield f"the term of {named} is left out in {shown(line.lhs)}", {line.name: rest}


def _symbols(cell: System) -> Iterator[tuple[str, Lines]]:
    """One gate or state for another; two exchanged in a line."""
    for line in cell.lines:
        vectors = [symbol for symbol in symbols_of(line.rhs) if symbol.name not in cell.parameters]
        known = [cell.symbols[name] for name in (*cell.inputs, *cell.states)]
        known += [other.lhs for other in cell.lines[: cell.lines.index(line)]]
        for old in vectors:
            for new in known:
                if new != old and new.shape == old.shape:
                    words = f"{shown(new)} stands where {shown(old)} belongs in {shown(line.lhs)}"
                    yield words, {line.name: substitute(line.rhs, {old: new})}
                    if new in vectors:
                        both = substitute(line.rhs, {old: new, new: old})
                        yield f"{shown(new)} and {shown(old)} are exchanged in {shown(line.lhs)}", {line.name: both}
