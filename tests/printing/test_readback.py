"""What is printed is read back by a reader that knows no printer, and gives the numbers of the compiled System."""

import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

import symlstm as sl
from symlstm.printing import base, latex
from symlstm.printing.latex import LatexPrinter
from symlstm.printing.look import signed
from tests.cells.variants import UNBATCHED, VARIANTS
from tests.printing.printed import Printed
from tests.printing.readback import AmbiguousError, Notation, Reader
from tests.printing.readings import FUNCTIONS
from tests.printing.tex import UnreadableError
from tests.test_random_systems import Column, build, columns

TWICE = ("lstm", "rnn", "mgu", "slstm", "mlstm")
FORWARD = ("lstm", "gru", "slstm", "layernorm-lstm")
CLOSED = ("lstm", "gru", "mlstm", "slstm", "layernorm-lstm-tf")
BATCHES = ("lstm", "gru", "slstm", "layernorm-lstm", "greff-v", "zaremba-2014")
UNLIKE = ("default", "graves", "keras", "onnx", "goodfellow", "olah")


def check_derivative(name: str, notation: str) -> None:
    """The Jacobian by a matrix, or the tangents, of the plain recurrence."""
    step = sl.cell("rnn")
    system = sl.jvp(step) if name == "tangent" else sl.jacobian(step, "h", "W_h")
    Printed(system, notation).check_lines("auto")


def check(name: str, notation: str = "default", sizes: tuple[int, int] | None = None, **options: Any) -> None:
    """Every line of both passes; the backward pass shows the net inputs, the forward one has them inlined."""
    given = {} if sizes is None else {"sizes": sizes, "n": sizes[0], "d": sizes[1]}
    step = sl.cell(name, **options, **{key: given[key] for key in given if key != "sizes"})
    back = sl.backprop(step)
    read = {"sizes": sizes} if sizes else {}
    assert Printed(back, notation, **read).check_lines("auto") == len(back.lines)
    Printed(step, notation, **read).check_lines("inline", *(["auto"] if notation != "zaremba" else []))


@pytest.mark.parametrize("sizes", [None, (1, 1)], ids=["symbolic", "numbers"])
@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_every_option(name: str, options: dict[str, Any], sizes: tuple[int, int] | None) -> None:
    check(name, sizes=sizes, **options)


@pytest.mark.parametrize("name", sl.CELLS)
@pytest.mark.parametrize("notation", [name for name in sl.NOTATIONS if name != "default"])
def test_every_notation(notation: str, name: str) -> None:
    check(name, notation)


@pytest.mark.parametrize("name", sl.CELLS)
def test_sizes_in_numbers(name: str) -> None:
    check(name, sizes=(5, 3))


@pytest.mark.parametrize("notation", UNLIKE)
@pytest.mark.parametrize("name", BATCHES)
def test_batches(name: str, notation: str) -> None:
    assert name not in UNBATCHED
    check(name, notation, B=True)


@pytest.mark.parametrize("notation", UNLIKE)
@pytest.mark.parametrize("name", TWICE)
def test_second_derivatives(name: str, notation: str) -> None:
    Printed(sl.backprop(sl.backprop(sl.cell(name))), notation).check_lines("auto")


@pytest.mark.parametrize("notation", UNLIKE)
@pytest.mark.parametrize("name", FORWARD)
def test_tangents(name: str, notation: str) -> None:
    step = sl.cell(name)
    for system in (sl.jvp(step), sl.jvp(step, ("x", *step.parameters[:2])), sl.jvp(sl.backprop(step))):
        Printed(system, notation).check_lines("auto")


@pytest.mark.parametrize("notation", ["default", "keras", "graves"])
def test_adjoints_of_tangents(notation: str) -> None:
    Printed(sl.backprop(sl.jvp(sl.cell("lstm"))), notation).check_lines("auto")


@pytest.mark.parametrize("notation", sl.NOTATIONS)
@pytest.mark.parametrize("name", FORWARD)
def test_jacobians(name: str, notation: str) -> None:
    step = sl.cell(name)
    for of in step.outputs:
        for wrt in (*step.states, "x", step.parameters[0], step.parameters[-1]):
            Printed(sl.jacobian(step, of, wrt), notation).check_lines("auto")
            Printed(sl.jacobian(step, of, wrt, "partial"), notation).check_lines("auto")


@pytest.mark.parametrize("name", CLOSED)
def test_closed_forms(name: str) -> None:
    back = sl.backprop(sl.cell(name))
    for notation in ("default", "keras"):
        printed = Printed(back, notation)
        for output in back.outputs:
            printed.check(output, printed.closed(output))


@pytest.mark.parametrize("name", ["lstm", "zaremba-2014", "greff-np"])
def test_the_gates_in_one_block(name: str) -> None:
    r"""(i; f; o; g) = (sigm; sigm; sigm; tanh) T (x; h) says of gate k: it is function k of W_k (x; h) + b_k."""
    printed = Printed(sl.cell(name, layout="concat"), "zaremba")
    line = next(line for line in sl.latex(printed.system, notation="zaremba").splitlines() if "pmatrix" in line)
    inside = r"\\begin\{pmatrix\} (.*?) \\end\{pmatrix\}"
    found = re.fullmatch(rf"{inside} &= {inside} T_\{{n\+d,4n\}} (.*?)( \\\\)?", line)
    assert found
    gates, functions = (group.split(r" \\ ") for group in found.groups()[:2])
    assert len(gates) == len(functions) == 4
    for gate, function in zip(gates, functions, strict=True):
        label = gate.removesuffix("_t")
        printed.check(label, f"{function}(W_{label} {found[3]} + b_{label})")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(columns)
def test_random_expressions(column: Column) -> None:
    back = sl.backprop(build(column))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # powers of powers overflow
        for notation in ("default", "graves", "onnx"):
            printed = Printed(back, notation)
            assume(all(np.isfinite(value).all() and np.abs(value).max() < 1e4 for value in printed.values.values()))
            printed.check_lines("auto")


A, C, v, w = np.arange(4.0).reshape(2, 2), np.eye(2)[::-1] + 1, np.array([[1.0], [2.0]]), np.array([[3.0], [5.0]])
READER = Reader(Notation({"A": A, "C": C, "v": v, "w": w, "V": np.ones((2, 3))}, FUNCTIONS, {"n": 2}))
BESIDE = Reader(READER.notation._replace(side_by_side=True))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        (r"A v \odot w", (A @ v) * w),
        (r"A (v \odot w)", A @ (v * w)),
        (r"w + A v - v", w + A @ v - v),
        (r"v^{\top} w v", (v.T @ w) * v),
        (r"v w^{\top} v", v @ w.T @ v),
        (r"\frac{1}{n} w \oslash v", w / 2 / v),
        (r"-\tanh^{2}(v)", -(np.tanh(v) ** 2)),
        (r"A^{2} v", A @ A @ v),
        (r"A^{\circ 2} v", A**2 @ v),
        (r"\operatorname{diag}(w) v", w * v),
        (r"(v^{\top} \otimes A) (A \otimes w) v", np.kron(v.T, A) @ np.kron(A, w) @ v),
        (r"V \, \mathbf{1} + \mathbf{1} - 1", np.full((2, 1), 3.0)),
    ],
)
def test_what_the_reader_reads(formula: str, value: np.ndarray) -> None:
    assert np.allclose(READER.value(formula, (2, 1)), value)


@pytest.mark.parametrize(
    "formula", ["v w", "v + V", "v^{2}^{2}", "(v", "v)", "v +", "v 2", "u", r"v^{-1}", r"\tanh v", ""]
)
def test_what_cannot_be_read(formula: str) -> None:
    with pytest.raises(UnreadableError):
        READER.value(formula, (2, 1))


def test_two_readings() -> None:
    with pytest.raises(AmbiguousError):
        READER.value("(1 - A) v", (2, 1))
    with pytest.raises(AmbiguousError):
        BESIDE.value("A v w", (2, 1))


def unsigned(_: LatexPrinter, terms: list[tuple[bool, str]]) -> str:
    return signed([(False, piece) for _, piece in terms])


def confused(self: LatexPrinter, name: str, arguments: list[str]) -> str:
    return operator(self, {"mean": "var", "var": "mean"}.get(name, name), arguments)


def other_part(glyph: Any, part: str) -> Any:
    return part_of(glyph, {"x": "h", "h": "x"}[part])


operator, part_of = LatexPrinter.operator, base._part_of
accented, kronecker = LatexPrinter._accented, base.Printer._kronecker
Change = Callable[..., Any]
MUTATIONS: dict[str, tuple[Any, str, Change, str, str]] = {
    "no brackets": (base.Printer, "_within", lambda self, node, least: self._piece(node)[0], "lstm", "default"),
    "a lost transpose": (LatexPrinter, "transposed", lambda self, piece: piece, "lstm", "default"),
    "no transpose, rows": (LatexPrinter, "transposed", lambda self, piece: piece, "rnn", "keras"),
    "products the other way": (LatexPrinter, "product", lambda self, pieces: " ".join(pieces[::-1]), "rnn", "default"),
    "⊙ lost": (LatexPrinter, "hadamard", lambda self, pieces, sign: " ".join(pieces), "lstm", "default"),
    "⊙ instead of a product": (LatexPrinter, "product", lambda self, pieces: r" \odot ".join(pieces), "rnn", "default"),
    "a lost square": (LatexPrinter, "function", lambda self, name, x, _: f"{name.latex}({x})", "lstm", "default"),
    "every minus a plus": (LatexPrinter, "sum", unsigned, "gru", "default"),
    "a stack upside down": (
        LatexPrinter, "stacked", lambda self, rows: f"[{'; '.join(row[0] for row in rows[::-1])}]", "rnn", "default",
    ),
    "the wrong block": (base, "_part_of", other_part, "rnn", "default"),
    "fractions upside down": (LatexPrinter, "fraction", lambda self, a, b: rf"\frac{{{b}}}{{{a}}}", "mlstm", "default"),
    "quotients the other way": (LatexPrinter, "quotient", lambda self, a, b: rf"{b} \oslash {a}", "slstm", "default"),
    "no root": (LatexPrinter, "root", lambda self, inner: f"({inner})", "layernorm-lstm", "default"),
    "mean and variance": (LatexPrinter, "operator", confused, "layernorm-lstm", "default"),
    "no diagonal": (
        LatexPrinter, "operator", lambda self, name, x: operator(self, name, x).removeprefix(r"\operatorname{diag}"),
        "jacobian", "default",
    ),
    "a Kronecker product the other way": (
        base.Printer, "_kronecker", lambda self, node: kronecker(self, node.func(*node.args[::-1])),
        "jacobian", "keras",
    ),
    "a lost dot": (
        LatexPrinter, "_accented", lambda self, glyph: accented(self, replace(glyph, dotted=False)),
        "tangent", "default",
    ),
    "an exponent on an exponent": (latex, "superscript_base", lambda piece: piece, "rnn", "goodfellow"),
}  # fmt: skip


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_broken_printer_is_noticed(mutation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, rule, broken, name, notation = MUTATIONS[mutation]
    checking = check_derivative if name in ("jacobian", "tangent") else check
    checking(name, notation)
    monkeypatch.setattr(owner, rule, broken)
    with pytest.raises((AssertionError, UnreadableError, AmbiguousError)):
        checking(name, notation)
