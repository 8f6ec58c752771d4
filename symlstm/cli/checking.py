"""The command that checks: texts, formulas and NumPy functions, against a cell or against themselves."""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from typing import Any

from symlstm.checker.documents import read_document
from symlstm.checker.report import Place, Report, Verdict, worst
from symlstm.cli.commands import whole
from symlstm.errors import InputError
from symlstm.system import System

__all__ = ["check"]

_FUNCTION = re.compile(r"(?P<path>.+\.py):(?P<name>[A-Za-z_]\w*)")


def check(options: argparse.Namespace) -> tuple[str, int]:
    """What was found in the sources, in order, with one summary; the exit code is that of the worst claim."""
    if not options.sources and not options.formula:
        raise InputError("check: expected a SOURCE, as notes.tex, or --formula; see symlstm check --help")
    reports = list(_merged(_reports(options)))
    verdict = worst([Verdict(report.verdict) for report in reports])
    return _shown(reports, verdict, options), verdict.exit_code


def _reports(options: argparse.Namespace) -> Iterator[Any]:
    """A report of each source, then of each formula."""
    checking = import_module("symlstm.checker.checking")
    reference, settings = _reference(options), _settings(options)
    for source in options.sources:
        if function := _FUNCTION.fullmatch(source):
            yield _of_function(function["path"], function["name"], options, reference)
        elif source.endswith(".py"):
            raise InputError(f"{source}: name the function to check, as in {source}:backward")
        else:
            yield checking.check_document(read_document(source, inline=options.inline), reference, **settings)
    for formula in options.formula:
        yield checking.check(formula, reference, **settings, place=Place(1, 1))


def _of_function(path: str, name: str, options: argparse.Namespace, reference: System | None) -> Any:
    """The report on a NumPy function."""
    if reference is None:
        raise InputError(f"{path}:{name}: a function is checked against a cell; add --cell")
    for option in ("let", "inline"):
        if getattr(options, option):
            raise InputError(f"{path}:{name}: --{option} is for texts, and this is a function")
    return import_module("symlstm.checker.functions").check_file(path, name, reference)


def _reference(options: argparse.Namespace) -> System | None:
    """The cell to check against; None where the text itself is to say."""
    layouts = [layout for layout in options.layout if layout in ("concat", "split")]
    if len(layouts) > 1:
        raise InputError(f"--layout: {' and '.join(layouts)} exclude each other")
    asked = {"layout": layouts[0] if layouts else None}
    if options.cell is not None:
        return whole(argparse.Namespace(**{**vars(options), **asked, "time": False, "steps": None}))
    for option in ("biases", "dims", "layers", "bidirectional", "loss"):
        if getattr(options, option):
            raise InputError(f"--{option} goes with --cell")
    if layouts:
        raise InputError(f"--layout {layouts[0]} goes with --cell")
    return None


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    """The options of the checker, those that are given."""
    layouts = sorted({layout for layout in options.layout if layout in ("column", "row")})
    if len(layouts) > 1:
        raise InputError("--layout: column and row exclude each other")
    found = {
        "where": _declared(options.let) or None,
        "notation": options.notation,
        "layout": layouts[0] if layouts else None,
        "time": options.time,
        "batch": options.batch,
    }
    return {name: value for name, value in found.items() if value is not None}


def _declared(given: list[str]) -> dict[str, str]:
    r"""What the names on the left of := stand for."""
    found: dict[str, str] = {}
    for declaration in given:
        left, sign, right = (part.strip() for part in declaration.partition(":="))
        if not (left and sign and right):
            raise InputError(
                rf"--let: expected LEFT := RIGHT, as in \delta_t := \partial L/\partial h_t, got {declaration!r}"
            )
        if left in found:
            raise InputError(f"--let: {left} is given twice")
        found[left] = right
    return found


def _merged(reports: Iterator[Any]) -> Iterator[Any]:
    """Reports of texts that follow each other become one."""
    for of_texts, group in groupby(reports, key=lambda report: isinstance(report, Report)):
        if of_texts:
            yield Report.of(group)
        else:
            yield from group


def _shown(reports: list[Any], verdict: Verdict, options: argparse.Namespace) -> str:
    """The reports in the format that was asked for."""
    form = options.format
    extra = {"verbose": options.verbose, "colour": _has_colour(options)} if form == "text" else {}
    shown = []
    for report in reports:
        if not hasattr(report, form):
            raise InputError(f"check: a function has no report in {form}; expected text, json or markdown")
        shown.append(str(getattr(report, form)(**(extra if isinstance(report, Report) else {}))))
    if len(shown) == 1 or form != "json":
        return "\n".join(part if part.endswith("\n") else f"{part}\n" for part in shown)
    document = {"schema": 1, "verdict": verdict, "reports": [json.loads(part) for part in shown]}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _has_colour(options: argparse.Namespace) -> bool:
    """Colour is for a terminal, unless NO_COLOR is set."""
    to_terminal = options.output in (None, "-") and sys.stdout is not None and sys.stdout.isatty()
    return to_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
