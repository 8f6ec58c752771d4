"""Mutants: printed lines of a cell and of its backward pass with one slip put in, and the kinds that name it."""

import re
from collections.abc import Iterator

import symlstm as sl
from symlstm.checker.diagnosis import Kind

__all__ = ["lines_of", "mutants"]

SHAPE = {Kind.TRANSPOSE_OF_VECTOR, Kind.TRANSPOSE_OF_WEIGHT}
TERMS = {Kind.GATE_TERM, Kind.HIDDEN_PATH, Kind.CELL_PATH, Kind.COUPLED_TERM, Kind.RESET_PATH, Kind.MISSING_TERM}
TERMS |= {Kind.BIAS_DROPPED, Kind.SINGLE_PATH}
LETTERS = {Kind.WRONG_GATE, Kind.COPIED_SYMBOL, Kind.WRONG_STATE}
TIMES = {Kind.WRONG_TIME, Kind.WRONG_TIME_OF_STATE, Kind.WRONG_STATE}

MUTATIONS: list[tuple[str, str, set[Kind]]] = [
    (r"\^\{\\top\}", "", SHAPE),
    (r"\(1 - ", "(1 + ", {Kind.COMPLEMENT, Kind.SIGN}),
    (r" - (?!1)", " + ", {Kind.SIGN, Kind.COMPLEMENT}),
    (r" \+ (?=[a-zA-Z\\(])", " - ", {Kind.SIGN}),
    (r"\^\{2\}", "", {Kind.SQUARE_LOST}),
    (r"\(1 - ([a-z]_t)\)", r"\1", {Kind.COMPLEMENT}),
    (r" \\odot ([a-z])_t \\odot \(1 - \1_t\)", "", {Kind.SIGMOID_DERIVATIVE, Kind.WRONG_LEFT_SIDE}),
    (r" \\odot \(1 - \\tanh\^\{2\}\(C_t\)\)", "", {Kind.CELL_DERIVATIVE}),
    (r"\(1 - \\tanh\^\{2\}\(C_t\)\)", r"\\tanh(C_t)", {Kind.TANH_FOR_DERIVATIVE}),
    (r"([a-z])_t \\odot \(1 - \1_t\)", r"\\sigma(\1_t)", {Kind.ACTIVATION_FOR_DERIVATIVE}),
    (r"([a-z])_t \\odot \(1 - \1_t\)", r"(1 - \1_t^2)", {Kind.OTHER_DERIVATIVE}),
    (r"\\tanh\(C_t\)", "C_t", {Kind.FUNCTION_FORGOTTEN}),
    (r"\\tanh\(C_t\)", r"\\sigma(C_t)", {Kind.WRONG_FUNCTION}),
    (r"h_\{t-1\}", "h_t", TIMES),
    (r"C_\{t-1\}", "C_t", TIMES),
    (r"C_\{t-1\}", "h_{t-1}", LETTERS),
    (r"(?<![a-z_,])f_t", "i_t", LETTERS),
    (r"(?<![a-z_,])i_t", "f_t", LETTERS),
    (r"(?<![a-z_,])z_t", "r_t", LETTERS),
    (r"a_\{f,t\}", "a_{i,t}", LETTERS),
    (r"a_\{z,t\}", "a_{r,t}", LETTERS),
    (r"W_\{f,h\}", "W_{i,h}", LETTERS),
    (r" \+ W_\{\w,\w\}\^\{\\top\} \\delta a_\{\w,t\}(?= \+|$)", "", TERMS),
    (r" \+ b_\w", "", TERMS),
    (r"\[h_\{t-1\}; x_t\]", "[x_t; h_{t-1}]", {Kind.STACK_ORDER}),
]  # fmt: skip


def lines_of(cell: sl.System) -> list[str]:
    """The equations of the cell and of its backward pass, as they are printed."""
    whole = sl.backprop(cell)
    forward = [line.latex(net_inputs="inline") for line in cell.equations if not line.name.startswith("a_")]
    return forward + [line.latex() for line in whole.equations if line.of]


def mutants(line: str) -> Iterator[tuple[str, set[Kind]]]:
    """The line with one slip, and what it may be called."""
    left, sign, right = line.partition(" = ")
    for pattern, new, kinds in MUTATIONS:
        for found in re.finditer(pattern, right):
            changed = right[: found.start()] + found.expand(new) + right[found.end() :]
            yield f"{left}{sign}{changed}", kinds
