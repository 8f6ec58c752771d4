"""Gradient flow: how much of a gradient reaches an earlier step, along all paths and along the direct one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import ZeroMatrix

from symlstm.algebra import Apply
from symlstm.codegen import lambdify
from symlstm.derive import jacobian, jvp
from symlstm.errors import InputError, brief
from symlstm.printing.unicode import UnicodePrinter, display_width
from symlstm.printing.view import printer_of
from symlstm.system import Role, System, check_system, over_time

__all__ = ["Flow", "flow"]

Array = np.ndarray[Any, np.dtype[Any]]

_NEAR = 0.1  # how near to a bound a gate is saturated, as a share of its range


@dataclass(frozen=True)
class Flow:
    """How gradients flow through a sequence of T steps.

    `norms["c"][t, k]` is ‖dC_t/dC_k‖, the largest singular value of the total Jacobian, for t ≥ k from 0, the initial
    state, to T, NaN for t < k. `direct` has the same of the products of partial Jacobians along a state's own path,
    for the LSTM ∏ diag(f_t), whose norm is the largest ∏ f_t; states without such a path are left out.
    `saturation["f"]` has the shares of units near the lower and the upper bound at each step, T × 2, for gates with
    bounds.
    """

    system: System
    norms: Mapping[str, Array]
    direct: Mapping[str, Array]
    saturation: Mapping[str, Array]

    @property
    def steps(self) -> int:
        """The number of steps, T."""
        return len(next(iter(self.norms.values()))) - 1

    def text(self) -> str:
        """The norms of what reaches step T from every step before, and the saturation of every gate, as tables."""
        printer = printer_of(UnicodePrinter, over_time(self.system), "default")
        columns: dict[str, Iterable[str]] = {"lag": map(str, range(self.steps + 1))}
        for table, words in ((self.norms, "‖d{}/d{}‖"), (self.direct, "‖∏ ∂{}/∂{}‖")):
            for state, norms in table.items():
                columns[_quotient(printer, state, words, bool(table is self.direct))] = map(_short, norms[-1][::-1])
        lines = [
            f"What reaches step T = {self.steps} of {self.system.name} from step k = T - lag",
            "",
            *_table(columns),
        ]
        if self.saturation:
            means = {gate: shares.mean(axis=0) for gate, shares in self.saturation.items()}
            gates = {"gate": [printer.name(gate) for gate in means]}
            for side, word in enumerate(("near the lower bound", "near the upper bound")):
                gates[word] = [f"{100 * shares[side]:.0f} %" for shares in means.values()]
            lines += ["", "Units that are saturated, over all steps", "", *_table(gates)]
        return "\n".join(lines)

    def json(self) -> str:
        """Everything for machines; what is not defined is null."""

        def plain(table: Mapping[str, Array]) -> dict[str, Any]:
            return {
                name: [[None if np.isnan(x) else x for x in row] for row in values] for name, values in table.items()
            }

        tables = {name: plain(getattr(self, name)) for name in ("norms", "direct", "saturation")}
        return json.dumps({"schema": 1, "system": self.system.name, "T": self.steps, **tables}, ensure_ascii=False)

    def __str__(self) -> str:
        return self.text()


def flow(cell: System, values: Mapping[str, Any]) -> Flow:
    """How gradients flow through a sequence: norms of Jacobian products over every lag, and saturation of every gate.

    `values` are those of the cell over time: `x` (T, d), the initial states `h_0`, … (n,), the parameters. The
    Jacobians are exact, by forward mode; a batch is refused, for each of its members has Jacobians of its own.
    Raises InputError for anything but the forward System of one step, and for bad values.
    Source: products of Jacobians as in Pascanu, Mikolov and Bengio 2013, eq. (5); saturation, below 0.1 or above 0.9 of
    the range of a gate, as in Karpathy, Johnson and Fei-Fei 2016, section 4.2.

    >>> import numpy as np, symlstm as sl
    >>> x, one = np.zeros((3, 1)), np.ones((1, 2))
    >>> print(sl.flow(sl.cell("rnn"), {"x": x, "h_0": [0.0], "W_h": one / 2, "b_h": [0.0]}).norms["h"][-1])
    [0.125 0.25  0.5   1.   ]
    """
    check_system(cell, "flow")
    if cell.forward is not None or cell.timed or cell.steps or not cell.states:
        raise InputError(f"flow: expected a cell, one forward step with a state, got {cell.name}")
    if not isinstance(values, Mapping):
        raise InputError(f"flow: expected values by name, got {brief(values)}")
    if np.ndim(values.get("x", [[0]])) != 2:
        raise InputError("flow: x: expected shape (T, d), one sequence; give the members of a batch one by one")
    sequence = lambdify(over_time(cell))(**values)
    steps = list(_steps(cell, values, sequence))
    sizes = {state: int(np.size(steps[0][f"{state}_prev"])) for state in _states(cell)}
    total = _norms(_step_jacobians(cell, steps, sizes), sizes)
    direct = {state: _norms(matrices, {state: sizes[state]})[state] for state, matrices in _direct(cell, steps)}
    return Flow(cell, total, direct, dict(_saturation(cell, sequence)))


def _states(cell: System) -> list[str]:
    return [state.removesuffix("_prev") for state in cell.states]


def _steps(cell: System, values: Mapping[str, Any], sequence: Mapping[str, Array]) -> Iterable[dict[str, Any]]:
    """What the cell takes at every step."""
    parameters = {name: values[name] for name in cell.parameters}
    inputs = {name: np.asarray(values[name]) for name in cell.inputs}
    before = {f"{state}_prev": np.asarray(values[f"{state}_0"]) for state in _states(cell)}
    for t in range(len(next(iter(inputs.values())))):
        yield {**parameters, **{name: value[t] for name, value in inputs.items()}, **before}
        before = {f"{state}_prev": sequence[state][t] for state in _states(cell)}


def _step_jacobians(cell: System, steps: list[dict[str, Any]], sizes: Mapping[str, int]) -> list[Array]:
    """The Jacobian of all states by all states before, of every step: a column for every direction."""
    tangents = lambdify(jvp(cell, cell.states))
    count = sum(sizes.values())
    directions = np.split(np.eye(count), np.cumsum(list(sizes.values()))[:-1])
    found = []
    for step in steps:
        columns = []
        for k in range(count):
            moved = {
                f"dot_{state}_prev": part[:, k].reshape(np.shape(step[f"{state}_prev"]), order="F")
                for state, part in zip(sizes, directions, strict=True)
            }
            dots = tangents(**step, **moved)
            columns.append(np.concatenate([dots[f"dot_{state}"].reshape(-1, order="F") for state in sizes]))
        found.append(np.stack(columns, axis=1))
    return found


def _direct(cell: System, steps: list[dict[str, Any]]) -> Iterable[tuple[str, list[Array]]]:
    """The partial Jacobians of every state that has a path of its own."""
    for state in _states(cell):
        try:
            partial = jacobian(cell, state, f"{state}_prev", "partial")
        except InputError:  # one that is no matrix
            continue
        line = partial.lines[-1]
        if not isinstance(line.rhs, ZeroMatrix):
            run = lambdify(partial)
            yield state, [run(**step)[line.name] for step in steps]


def _norms(matrices: list[Array], sizes: Mapping[str, int]) -> dict[str, Array]:
    """The norm of every state's block in the product of the matrices after step k up to step t."""
    T = len(matrices)
    places = np.cumsum([0, *sizes.values()])
    norms = {state: np.full((T + 1, T + 1), np.nan) for state in sizes}
    for k in range(T + 1):
        product = np.eye(int(places[-1]))
        for t in range(k, T + 1):
            product = matrices[t - 1] @ product if t > k else product
            for state, start, stop in zip(sizes, places, places[1:], strict=False):
                norms[state][t, k] = np.linalg.norm(product[start:stop, start:stop], 2)
    return norms


def _saturation(cell: System, sequence: Mapping[str, Array]) -> Iterable[tuple[str, Array]]:
    """The shares of units near the bounds of every gate that has bounds."""
    for line in cell.lines:
        bounds = line.rhs.activation.entry.bounds if line.role is Role.GATE and isinstance(line.rhs, Apply) else None
        if bounds is not None:
            low, high = bounds
            place = (sequence[line.name] - low) / (high - low)
            yield line.name, np.stack([(place < _NEAR).mean(axis=1), (place > 1 - _NEAR).mean(axis=1)], axis=1)


def _quotient(printer: UnicodePrinter, state: str, words: str, direct: bool) -> str:
    with printer.at("t" if direct else "T", 0):
        above = printer.name(state)
    with printer.at("t" if direct else "k", -1 if direct else 0):
        return words.format(above, printer.name(state))


def _short(number: float) -> str:
    return f"{number:.4g}"


def _table(columns: Mapping[str, Iterable[str]]) -> list[str]:
    cells = [[head, *column] for head, column in columns.items()]
    widths = [max(map(display_width, column)) for column in cells]
    return [
        "  ".join(cell.rjust(width + len(cell) - display_width(cell)) for cell, width in zip(row, widths, strict=True))
        for row in zip(*cells, strict=True)
    ]
