"""Everything that symlstm prints, in every notation, can be read."""

import pytest

import symlstm as sl
from symlstm.checker.reader import read_formula
from symlstm.checker.reader.tree import Formula, Tuple
from tests.checker.sampling import some

Printed = list[tuple[sl.System, str]]


def systems(name: str) -> list[sl.System]:
    cell = sl.cell(name)
    return [cell, sl.backprop(cell), sl.through_time(cell)]


def read(text: str, language: str) -> Formula:
    formula = read_formula(text, language)
    for statement in formula.statements:
        assert not any(isinstance(side, Tuple) for side in statement.sides), "a name fell apart at a comma"
        assert statement.relations == ("=",)
    return formula


@pytest.mark.parametrize(("name", "notation"), some(sl.CELLS, sl.NOTATIONS, every=7))
def test_cells_and_their_gradients(name: str, notation: str) -> None:
    for system in systems(name):
        printed = system.latex(notation=notation)
        assert len(read(printed, "latex").statements) == printed.count("&=")
        plain = system.text(notation=notation)
        assert len(read(plain, "text").statements) == len(plain.splitlines())


@pytest.mark.parametrize("name", ["lstm", "gru", "mgu", "mlstm", "layernorm-lstm"])
def test_closed_forms(name: str) -> None:
    back = sl.backprop(sl.cell(name))
    gradients = [equation.name for equation in back.equations if equation.name.startswith(("d_W_", "d_b_"))]
    for gradient in gradients[:4]:
        expression = back.closed_form(gradient)
        assert len(read_formula(sl.latex(expression), "latex").statements) == 1
        assert len(read_formula(sl.text(expression), "text").statements) == 1


@pytest.mark.parametrize(("of", "wrt"), [("c", "c_prev"), ("h", "h_prev"), ("f", "h_prev")])
@pytest.mark.parametrize("kind", ["total", "partial"])
def test_jacobians(of: str, wrt: str, kind: str) -> None:
    system = sl.jacobian(sl.cell("lstm"), of, wrt, kind=kind)
    read(system.latex(), "latex")
    read(system.text(), "text")
