"""What a System prints, and what a reader is told before: the names, their values, and the ways of the notation."""

import re
from collections.abc import Iterator

import numpy as np
from sympy import BlockMatrix, MatMul, MatrixSymbol, OneMatrix, preorder_traversal

import symlstm as sl
from symlstm.algebra import symbols_of
from symlstm.notation import Profile
from symlstm.notation import notation as find_notation
from symlstm.notation.derived import innermost
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.view import printer_of
from symlstm.system import RowLayout, System
from tests.printing.readback import Notation, Reader
from tests.printing.readings import FUNCTIONS, Elementwise
from tests.printing.tex import tokens_of
from tests.support import random_values, relative_error

N, D, COLUMNS = 5, 3, 2  # with r = 4 and n + d = 8 no two sizes are the same, so that shapes tell readings apart
_WEIGHT = re.compile(
    r"(.*\\partial )?(\\\w+\{(?:\\\w+\{\w+\}|\w+)\}|\w)(?:_(\w)|_\{((?:[^{}]|\{[^{}]*\})*)\})?(\^\w|\^\{[^{}]*\})?(\}*)"
)
CALLED = {"sigmoid": r"\sigma", "tanh": r"\tanh"}


class Printed:
    """A System with values, as it prints in a notation, and a reader that knows the names of its quantities."""

    def __init__(
        self, system: System, notation: str = "default", sizes: tuple[int, int] = (N, D), seed: int = 0
    ) -> None:
        self.system = system
        self.notation = notation
        profile = find_notation(notation).of_cell(system.name)
        weights = "transposed" if profile.weights == "transposed" else "right"
        rows = profile.layout == "row"
        layout = RowLayout(system, weights) if rows else None
        given = random_values(system, *sizes, COLUMNS, seed)
        values = {**given, **sl.lambdify(system)(**given)}

        def standing(name: str, value: np.ndarray) -> np.ndarray:
            return value.T if layout and layout.flips(name) else value

        self.values = {name: standing(name, value) for name, value in values.items()}
        printer = printer_of(LatexPrinter, system, notation)
        self.name_of = {tokens_of(printer.name(name)): name for name in values}
        assert len(self.name_of) == len(values), "two quantities print alike"
        names = {printer.name(name): value for name, value in self.values.items()}
        self.blocks: dict[str, tuple[str, str]] = {}  # what W_{f,h} is called: of which weight, what it multiplies
        for name, part, value in _blocks(system, values):
            block = _with_subscript(printer.name(name), _profile_of(system, name, profile), part)
            assert block not in names
            names[block] = standing(name, value)
            self.blocks[block] = (name, part)
        symbols = {"n": sizes[0], "d": sizes[1], "B": COLUMNS, "r": max(1, sizes[0] - 1), "K": sizes[0] + 2}
        ones = {side for line in system.lines for node in line.rhs.atoms(OneMatrix) for side in node.shape}
        long = frozenset(int(side.subs({name: symbols[str(name)] for name in side.free_symbols})) for side in ones)
        self.reader = Reader(Notation(names, _functions(profile), symbols, rows, profile.hadamard == "", long))

    def lines(self, net_inputs: str = "auto") -> Iterator[tuple[str, str]]:
        """Every printed line: the identifier of its left side, and its right side."""
        text = sl.latex(self.system, notation=self.notation, net_inputs=net_inputs)
        for line in text.splitlines()[1:-1]:
            left, right = line.removesuffix(r" \\").split(" &= ")
            yield self.name_of[tokens_of(left)], right

    def closed(self, name: str) -> str:
        """The closed form of a quantity, printed."""
        return sl.latex(self.system.closed_form(name), notation=self.notation, system=self.system)

    def check(self, name: str, formula: str) -> None:
        """Raise what the reader raises, or AssertionError where the formula gives other numbers."""
        value = self.values[name]
        error = relative_error(self.reader.value(formula, value.shape), value)
        assert error <= 1e-11, f"{self.system.name} in {self.notation}, {name}: {formula} is off by {error:.1e}"

    def check_lines(self, *modes: str) -> int:
        """Check every line printed; how many there were."""
        lines = {line for mode in modes for line in self.lines(mode)}
        for name, formula in lines:
            self.check(name, formula)
        return len(lines)


def _profile_of(system: System, weight: str, profile: Profile) -> Profile:
    """The profile of the cell whose weight it is: of "lstm.gru" layer 2, that is _l2, is a GRU."""
    cells, layer = system.name.split()[0].split("."), re.search(r"_l(\d)", weight)
    return find_notation(profile.name).of_cell(cells[int(layer[1]) - 1]) if layer and len(cells) > 1 else profile


def _functions(profile: Profile) -> dict[str, Elementwise]:
    """The functions that everyone knows, and those that the notation gives another name."""
    own = {}
    for activation, written in profile.functions.items():
        word = re.fullmatch("[A-Za-z]{2,}", written)
        own[rf"\operatorname{{{written}}}" if word else written] = FUNCTIONS[CALLED[activation.partition("(")[0]]]
    sigma = next((name for name, function in own.items() if function is FUNCTIONS[r"\sigma"]), r"\sigma")
    made = {name.replace(r"\sigma", sigma): function for name, function in FUNCTIONS.items() if " " in name}
    return {**FUNCTIONS, **made, **own}


def _blocks(system: System, values: dict[str, np.ndarray]) -> Iterator[tuple[str, str, np.ndarray]]:
    """The columns of W in W [h; x] that multiply h, those that multiply x: the matrix, the part, the columns."""
    found = set()
    for line in system.lines:
        for node in preorder_traversal(line.rhs):
            if not isinstance(node, MatMul) or len(node.args) != 2:
                continue
            weight, stack = node.args
            if isinstance(weight, MatrixSymbol) and isinstance(stack, BlockMatrix) and weight not in found:
                found.add(weight)
                start = 0
                for block in stack.blocks:
                    names = [innermost(str(symbol.name)) for symbol in symbols_of(block)]
                    own = next(name for name in names if name == "x" or name[0] == "h")
                    stop = start + len(values[own])
                    part = "h_prev" if own.endswith(("_prev", "_next")) else "x"
                    yield weight.name, part, values[weight.name][:, start:stop]
                    start = stop


def _with_subscript(name: str, profile: Profile, part: str) -> str:
    """W_{f,h} for W_f and h, also within the gradient with respect to it."""
    label = profile.parts[part]
    label = rf"\mathrm{{{label}}}" if profile.label_font == "upright" else label
    found = _WEIGHT.fullmatch(name)
    assert found, name
    before, letter, one, more, above, behind = (group or "" for group in found.groups())
    below = ",".join(filter(None, (one, more, label)))
    return f"{before}{letter}_{below if len(below) == 1 else '{' + below + '}'}{above}{behind}"
