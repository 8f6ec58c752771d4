"""check_function: somebody's NumPy forward or backward pass against the derived one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symlstm.cells import cell as cell_of
from symlstm.checker.functions.attempts import Attempt
from symlstm.checker.functions.binding import function_name
from symlstm.checker.functions.inputs import Reference, check_sizes
from symlstm.checker.functions.judging import Judgement, judge
from symlstm.checker.functions.quantities import Container, Vector, Weights
from symlstm.checker.functions.report import FunctionReport, QuantityReport
from symlstm.checker.functions.search import Options, is_backward, search
from symlstm.checker.report import Verdict
from symlstm.errors import InputError, brief, choice
from symlstm.system import System, check_system

__all__ = ["check_function"]

_OF_SHAPES = ("shape", "size", "dimension", "align", "broadcast", "matmul")
_SQUARES = ({"n": 3, "d": 3, "B": 3}, {"n": 2, "d": 2, "B": 4})  # the latter where n + d = B is needed


def check_function(
    function: Callable[..., Any],
    cell: System | str,
    *,
    kind: str = "auto",
    direction: str = "auto",
    forward: Callable[..., Any] | None = None,
    arguments: Mapping[str, Any] | Sequence[Any] | None = None,
    results: Mapping[str, Any] | Sequence[Any] | None = None,
    layout: str = "auto",
    gates: str | Sequence[str] | None = None,
    seed: int = 0,
    sizes: Mapping[str, int] | None = None,
) -> FunctionReport:
    """Run a forward or backward function on random inputs and compare what it returns with the derived values.

    `kind` is "step", "sequence" or "auto"; `direction` "forward", "backward" or "auto". Arguments and results are known
    by their usual names (`dh_next`, `prev_c`, `Wf`, `Wx`, `parameters`, `cache`, …) or as declared: `arguments` maps
    names of arguments to quantities of the cell (`x`, `h_prev`, `seed_h`, `W_f`, `U_f`; `Wx`, `Wh`, `W`, `b` for stacks
    of all gates; a tuple or a dict of such for what holds several), or lists them; `results` lists what is returned, or
    maps the names to quantities. A cache comes from `forward`, by default the function beside it whose name has
    "forward" for "backward". `layout` is "row", "column" or "auto"; `gates`, "ifog" for one, the order in a stack. What
    is not declared is tried, and said in the report. `sizes` sets n, d, B and T.
    Shapes are n ≠ d ≠ B with non-zero states; inputs have sizes 10⁻³ to 10³; results count as right to 10⁻¹² of
    max(1, max|reference|) at size 1. The function gets copies. One that hangs is not stopped.
    Raises InputError for an option that cannot be used; whatever the function does is a verdict.

    >>> import numpy as np
    >>> def backward(dh, h, W_h, h_prev, x):
    ...     da = dh * (1 - h)  # the square is lost
    ...     return {"dW_h": da @ np.concatenate([h_prev, x]).T}
    >>> report = check_function(backward, "rnn", results=["d_W_h"])
    >>> str(report.verdict)
    'wrong'
    >>> print(report.hint)
    the square is lost: 1 − h stands where 1 − h² belongs
    """
    if not callable(function):
        raise InputError(f"check_function: expected a function, got {brief(function)}")
    system = cell_of(cell) if isinstance(cell, str) else cell
    check_system(system, "check_function")
    if system.forward is not None or system.timed or "x" not in system.inputs:
        raise InputError(f"check_function: expected a cell, one step forward with an input x; got {system.name}")
    if not isinstance(seed, int) or seed < 0:
        raise InputError(f"seed: expected a whole number from 0 on, got {brief(seed)}")
    if not isinstance(results, str | Sequence | Mapping | None) or not isinstance(arguments, Sequence | Mapping | None):
        raise InputError("arguments and results: expected a list of quantities, or a dict from names to quantities")
    choice("layout", layout, ("auto", "row", "column"))
    reference = Reference(system, sizes, seed)
    options = Options(forward, arguments, results, layout, _order(gates, reference), kind)
    backward = is_backward(function, direction, options)
    found = judge(search(function, reference, backward, options), reference)
    if found.verdict is Verdict.UNREADABLE:
        found = _with_square_matrices(function, system, backward, options, found, check_sizes(sizes), seed)
    return _report(function, reference, found)


def _order(gates: str | Sequence[str] | None, reference: Reference) -> tuple[str, ...] | None:
    """The declared order of the gates; c is another name of g."""
    if gates is None:
        return None
    known = reference.blocks.gates
    order = tuple("g" if gate == "c" and "c" not in known else gate for gate in gates)
    if sorted(order) != sorted(known):
        raise InputError(f"gates: expected every gate of {', '.join(known)} once, got {gates!r}")
    return order


def _with_square_matrices(
    function: Callable[..., Any], system: System, backward: bool, options: Options, found: Judgement,
    sizes: Mapping[str, int], seed: int,
) -> Judgement:  # fmt: skip
    """A function that fails because shapes do not fit may run where n = d = B, and show its slip there."""
    shapes = any(
        word in found.message for word in ("shape", "size", "dimension", "align", "broadcast", "matmul", "index")
    )
    if not shapes or sizes:
        return found
    for square_sizes in _SQUARES:
        reference = Reference(system, square_sizes, seed)
        square = judge(search(function, reference, backward, options), reference)
        if square.made is None or square.made.error or square.verdict is not Verdict.WRONG:
            continue
        if square.made.score[2] > 0 or "no known slip" not in square.hint:
            square.notes.append(
                f"runs only where n = d = {'B' if square_sizes['B'] == 3 else 'B/2'}; otherwise {found.message}"
            )
            return square
    found.message += "; shapes fit in no layout that was tried: a transpose may be missing, or declare the layout"
    return found


def _report(function: Callable[..., Any], reference: Reference, found: Judgement) -> FunctionReport:
    made, system = found.made, reference.cell
    quantities = () if made is None or made.error else tuple(
        QuantityReport(
            one.name, Verdict.RIGHT if one.right else Verdict.WRONG,
            one.error if np.isfinite(one.error) else None, one.shape, one.expected, "" if one.right else one.hint,
        )
        for one in [*made.forward, *made.findings]
    )  # fmt: skip
    assumptions = () if made is None else tuple(_assumptions(made, system))
    notes = [*found.notes, *([] if made is None else [*_notes(made), *_weak_sizes(made, reference)])]
    hint = found.hint
    if made is not None and found.verdict is Verdict.WRONG and any(not one.right for one in made.forward):
        hint = f"the forward function does not compute this cell: {hint}"
    return FunctionReport(
        function_name(function), system.name, found.verdict, quantities, hint, found.message, assumptions, tuple(notes)
    )


def _assumptions(made: Attempt, system: System) -> list[str]:
    """How the function was read."""
    given = [*made.question.plan.all(), *(one.quantity for one in made.findings)]
    weights = [one for one in given if isinstance(one, Weights)]
    several = any(isinstance(one, Container) for one in given)
    stacked = any(not one.gates for one in weights) and len(made.layout.gates) > 1
    joined = (several and made.layout.joined) or any(one.parts[0] in ("auto", "joined") for one in weights)
    joined = (joined and made.layout.joined) or Vector(("joined",)) in given
    words = ["a sequence" if made.question.sequence else "one step"]
    words += ["backward" if made.question.backward else "forward"]
    words += [made.layout.describe(stacked, joined, made.question.sequence)]
    zero = sorted(name for name in made.setting.zero if made.question.backward or not name.startswith("seed_"))
    words += [f"{', '.join(zero)} taken as zero: no argument for {'it' if len(zero) == 1 else 'them'}"] if zero else []
    return [*words, *(["∂L/∂h from outside at t = T alone"] if made.setting.ends else [])]


def _weak_sizes(made: Attempt, reference: Reference) -> list[str]:
    """What sizes that were asked for cannot show."""
    sizes = reference.sizes
    flat = sizes["n"] == sizes["d"] or 1 in (sizes["n"], sizes["d"])
    weak = [
        (flat, "n = d, or one is 1: a missing transpose may not show"),
        (made.question.sequence and sizes["T"] == 1, "T is 1: what is carried and summed over t does not show"),
    ]  # fmt: skip
    return [words for found, words in weak if found]


def _notes(made: Attempt) -> list[str]:
    notes = [f"changes its argument {name} in place" for name in made.outcome.changed]
    notes += ["prints while it runs"] if made.outcome.prints else []
    notes += ["computes in single precision"] if any(one.single_precision for one in made.findings) else []
    ignored = ", ".join(dict.fromkeys(made.ignored))
    return [*notes, *([f"not compared: {ignored}"] if ignored else [])]
