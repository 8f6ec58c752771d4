"""The commands: each turns its options into the text to print."""

import argparse
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from symlstm.algebra import n
from symlstm.cells import Cell, cell, find
from symlstm.codegen import lambdify, listing
from symlstm.codegen.listing import source_listing
from symlstm.derive import backprop, jacobian, through_time
from symlstm.errors import InputError
from symlstm.files import read_text
from symlstm.heads import cross_entropy, readout, squared_error
from symlstm.notation import notation
from symlstm.printing.document import equations_document, equations_json, equations_markdown
from symlstm.printing.latex import latex
from symlstm.printing.unicode import text
from symlstm.stacking import bidirectional, stack
from symlstm.system import System, compose, over_time, unroll
from symlstm.worked import WorkedExample, question
from symlstm.worked import example as work_out
from symlstm.worked.spec import Spec, read_spec

__all__ = ["code", "derive", "example", "grad", "whole"]

_EQUATIONS: dict[str, Callable[..., str]] = {
    "text": text,
    "latex": latex,
    "markdown": equations_markdown,
    "json": equations_json,
}

_LOSSES = {"squared-error": squared_error, "cross-entropy": cross_entropy}


def _dims(given: str | None) -> dict[str, int]:
    """n=5,d=3 as numbers."""
    dims = {}
    for part in filter(None, (given or "").split(",")):
        name, sign, length = (piece.strip() for piece in part.partition("="))
        if name not in ("n", "d", "B") or not sign or not re.fullmatch(r"0*[1-9]\d{0,8}", length, re.ASCII):
            raise InputError(f"--dims: expected n, d or B and a positive integer, as in n=5,d=3, got {part!r}")
        if name in dims:
            raise InputError(f"--dims: {name} is given twice")
        dims[name] = int(length)
    return dims


def _cell(options: argparse.Namespace, spec: Spec | None = None, *, without: tuple[str, ...] = ()) -> System:
    """The cell that the options, or else the file, or else the notation ask for, this `without` some options."""
    dims = _dims(options.dims)
    batch: int | bool | None = dims.get("B") or options.batch or None
    entry, given = find(options.cell or (spec.cell if spec else "lstm"))
    chosen = {**(spec.cell_options if spec else {})}
    chosen |= {key: value for key in ("layout", "biases") if (value := getattr(options, key)) is not None}
    if spec is None:
        chosen = chosen or _natural(entry, options.notation or "default", {*given, *without})
        chosen |= {"n": dims.get("n"), "d": dims.get("d"), "B": batch}
    if twice := [key for key in given if chosen.get(key) is not None]:
        raise InputError(f"{twice[0]}: given with the cell, in {options.cell or 'the file'}, and again beside it")
    return cell(entry.name, **{**chosen, **given})


def _natural(entry: Cell, which: str, taken: set[str]) -> dict[str, Any]:
    """The options with which the source of the notation writes the cell: those that it has, and that are not given."""
    natural = notation(which).of_cell(entry.name).cell
    if "layout" in taken:
        taken = {*taken, "order"}
    if "reset" in taken and natural.get("layout") == "concat":
        taken = {*taken, "layout", "order"}
    return {key: value for key, value in natural.items() if key in entry.options and key not in taken}


def whole(options: argparse.Namespace, spec: Spec | None = None, **how: Any) -> System:
    """The forward System that the options ask for: the cell, layers of it, a loss behind it, over time or unrolled."""
    system = _cell(options, spec, **how)
    if options.layers is not None:
        system = stack(system, layers=options.layers, bidirectional=options.bidirectional)
    elif options.bidirectional:
        system = bidirectional(system)
    if options.loss:
        of = "h" if options.layers is None else f"h_l{options.layers}"
        system = compose(system, readout(of=of), _LOSSES[options.loss]())
    if options.time and options.steps is not None:
        raise InputError("--time is for any number of steps, --steps for T of them; leave one of the two out")
    if options.steps is not None:
        return unroll(system, options.steps)
    return over_time(system) if options.time else system


def _backward(options: argparse.Namespace, system: System) -> System:
    """The backward pass, cut where that is asked for."""
    if options.truncate is None:
        return backprop(system)
    if not options.time:
        raise InputError("--truncate goes with --time")
    cut = options.truncate
    return through_time(system, truncate=int(cut) if re.fullmatch(r"\d+", cut, re.ASCII) else cut)


def _show(system: System, options: argparse.Namespace, only: list[str] | None) -> str:
    _check_standalone(options)
    return (equations_document if options.standalone else _EQUATIONS[options.format])(
        system,
        notation=options.notation or "default",
        net_inputs=options.net_inputs,
        shapes=options.shapes or options.format == "json",
        only=only,
    )


def _check_standalone(options: argparse.Namespace) -> None:
    if options.standalone and options.format != "latex":
        raise InputError("--standalone goes with --format latex")


def derive(options: argparse.Namespace) -> str:
    """The equations of a step."""
    return _show(whole(options), options, options.only)


def grad(options: argparse.Namespace) -> str:
    """The adjoints of a step, after its forward equations where that is asked for."""
    forward = whole(options)
    back = _derived(options, forward)
    names = [line.name for line in back.equations if options.forward or line.name not in forward]
    names = list(dict.fromkeys(options.only or names))
    shown = _closed(back, names) if options.closed else back
    return _show(shown, options, None if options.forward and not options.only else names)


def _derived(options: argparse.Namespace, forward: System) -> System:
    """The backward pass, or a Jacobian."""
    if options.jacobian is None:
        if options.partial:
            raise InputError("--partial goes with --jacobian")
        return _backward(options, forward)
    of, by = options.jacobian
    return jacobian(forward, of, by, "partial" if options.partial else "total")


def _closed(back: System, names: list[str]) -> System:
    """The backward pass with these adjoints in closed form."""
    forward = back.forward
    assert forward is not None
    closed = tuple(replace(back[name], rhs=back.closed_form(name)) for name in names if name not in forward)
    return replace(back, lines=(*forward.lines, *closed), outputs=())


def _worked_example(options: argparse.Namespace) -> WorkedExample:
    """The worked example of a file, or of the question."""
    spec = read_spec(options.file) if options.file else None
    system = whole(options, spec, without=("peephole",))  # the question has none
    chosen: dict[str, Any] = {
        key: value if (value := getattr(options, key)) is not None else spec.print_options.get(key) if spec else None
        for key in ("digits", "notation", "limit", "seed", "backward")
    }
    if chosen.pop("backward"):
        system = backprop(system)
    chosen = {key: value for key, value in chosen.items() if value is not None}
    if spec is not None and options.batch:
        raise InputError("example: --batch is for symbols; give dims.B, or arrays with a column for each member")
    if spec is None and options.cell not in (None, "lstm"):
        sizes = {str(symbol): 2 for symbol in system.sizes} | ({"n": 3} if n in system.sizes else {})
        return work_out(system, {"*": "random"}, sizes=sizes, **chosen)
    if spec is None:
        if options.time or options.steps is not None:
            raise InputError("example: the question is a single step; give a file of values, as step.toml, for --steps")
        if options.dims or options.batch or options.seed is not None:
            raise InputError("example: the question has its own numbers; give a file to use --dims, --batch or --seed")
        return question(system, **chosen)
    return work_out(system, spec.values, sizes={**spec.dims, **_dims(options.dims)}, **chosen)


def example(options: argparse.Namespace) -> str:
    """A step worked out in numbers."""
    worked_example = _worked_example(options)
    if options.format == "latex":
        return worked_example.latex(standalone=options.standalone)
    _check_standalone(options)
    return str(getattr(worked_example, options.format)())


def code(options: argparse.Namespace) -> str:
    """NumPy code of a cell, or a Python function typeset."""
    if options.file:
        return _typeset_file(options)
    system = whole(options)
    function = lambdify(_backward(options, system) if options.backward else system)
    if options.format == "python":
        return function.source
    return listing(function, notation=options.notation)


def _typeset_file(options: argparse.Namespace) -> str:
    for option in ("cell", "layout", "biases", "dims", "batch", "backward", "layers", "bidirectional", "time", "steps"):
        if getattr(options, option):
            raise InputError(f"code {options.file}: --{option} is for cells, and a file is typeset as it is")
    if options.format == "python":
        raise InputError(f"code {options.file}: a file can only be typeset; use --format latex")
    path, _, name = (
        options.file.rpartition(":") if re.search(r":[A-Za-z_][\w.]*$", options.file) else (options.file, "", "")
    )
    return source_listing(read_text(path, path), path, name or None, notation=options.notation)
