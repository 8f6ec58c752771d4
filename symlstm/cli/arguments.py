"""The options of every command."""

import argparse
import os
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["parse"]

_FORMATS = {
    "derive": ("text", "latex", "markdown", "json"),
    "grad": ("text", "latex", "markdown", "json"),
    "example": ("text", "markdown", "latex", "json"),
    "code": ("python", "latex"),
    "diff": ("text", "latex", "markdown", "json"),
    "check": ("text", "json", "markdown", "html", "github", "latex"),
    "cells": ("text", "markdown", "json"),
    "notations": ("text", "markdown", "json"),
}
_SUFFIXES = {".tex": "latex", ".md": "markdown", ".json": "json", ".txt": "text", ".html": "html", ".py": "python"}


class _Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is; exit 2."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def parse(command: str, summary: str, arguments: Sequence[str]) -> argparse.Namespace:
    """The options of one command; `format` is the one asked for, or that of the output file's suffix, or the first."""
    parser = _Parser(prog=f"symlstm {command}", description=summary[0].upper() + summary[1:] + ".")
    formats = _FORMATS[command]
    if command in _OF_A_CELL:
        _cell_options(parser)
    _output_options(parser, formats)
    _OPTIONS[command](parser)
    options = parser.parse_args(arguments)
    if options.format is None:
        options.format = _format_of(options, parser, formats)
    if getattr(options, "only", None):
        options.only = [name for names in options.only for name in names.split(",") if name]
    _keep_inputs(options, parser)
    return options


def _keep_inputs(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Refuse to write over a file that is read."""
    given = [getattr(options, name, None) or "" for name in ("cell", "left", "right", "notation")]
    named = [path for whole in given if (path := whole.partition(":")[0]).endswith((".py", ".toml"))]
    file = getattr(options, "file", None) or ""
    sources = [file, *getattr(options, "sources", ())]
    paths = [*named, *sources, *(source.rpartition(":")[0] for source in sources)]
    paths = [path for path in paths if path and os.path.exists(path)]
    written = options.output if options.output and os.path.exists(options.output) else None
    if written and any(os.path.samefile(path, written) for path in paths):
        parser.error(f"-o {options.output}: this file is read; choose another one to write to")


def _format_of(options: argparse.Namespace, parser: argparse.ArgumentParser, formats: Sequence[str]) -> str:
    """The format that the output file's suffix names; without a suffix the first one, or LaTeX for Python source."""
    suffix = os.path.splitext(options.output or "")[1]
    default = "latex" if "python" in formats and options.file else formats[0]
    if suffix and _SUFFIXES.get(suffix) not in formats:
        parser.error(f"-o {options.output}: its suffix names no format; add --format {' or '.join(formats)}")
    return _SUFFIXES[suffix] if suffix else default


def _output_options(parser: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    parser.add_argument("--format", default=None, choices=formats, help=f"default: {formats[0]}, or by -o's suffix")
    parser.add_argument("-o", "--output", default=None, metavar="FILE", help="write to a file instead of the screen")


def _notation_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--notation",
        default=None,
        metavar="NAME",
        help="one that symlstm notations lists, or the path of a profile ending in .toml; a cell is built as the "
        "source builds it, unless --layout or --biases say otherwise",
    )


_SPEC = "a name that symlstm cells lists, with options, as in gru:reset=after, or a Python file"


def _cell_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cell", default=None, metavar="CELL", help=f"{_SPEC} (default: lstm)")
    parser.add_argument("--layout", default=None, metavar="LAYOUT", help="concat (W on [h; x], the default) or split")
    _network_options(parser)
    parser.add_argument(
        "--time", action="store_true", help="for t = 1, …, T: with gradients, backpropagation through time"
    )
    parser.add_argument("--steps", default=None, type=int, metavar="T", help="unrolled, each of T steps written out")
    _notation_option(parser)


def _network_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--biases", default=None, type=int, metavar="N", help="1 (the default) or 2 biases a gate")
    parser.add_argument("--dims", default=None, metavar="n=5,d=3", help="numbers for n, d and the batch B")
    parser.add_argument("--batch", action="store_true", help="a batch of B columns, a bias being b·1ᵀ")
    parser.add_argument(
        "--layers", default=None, type=int, metavar="N", help="N layers of the cell on top of each other"
    )
    parser.add_argument("--bidirectional", action="store_true", help="every layer in both directions, over time")
    parser.add_argument("--loss", default=None, choices=("squared-error", "cross-entropy"), help="a readout and a loss")


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="a text in LaTeX, Markdown, reStructuredText or plain, a notebook, - for stdin, or FILE.py:function",
    )
    parser.add_argument("--formula", action="append", default=[], metavar="LATEX", help="a formula, instead of a file")
    parser.add_argument(
        "--cell",
        default=None,
        metavar="CELL",
        help=f"what to check against: {_SPEC} (default: what the forward equations of the text make)",
    )
    parser.add_argument(
        "--layout",
        action="append",
        default=[],
        choices=("column", "row", "concat", "split"),
        help="vectors in the text are columns or rows; weights of the cell are concat or split",
    )
    _network_options(parser)
    parser.add_argument(
        "--time",
        default="auto",
        choices=("auto", "step", "sequence"),
        help="the text is about one step or about t = 1, …, T (default: as it looks)",
    )
    parser.add_argument(
        "--let",
        action="append",
        default=[],
        metavar="'LEFT := RIGHT'",
        help=r"what a name of the text stands for, as in '\delta_t := \partial L/\partial h_t'",
    )
    parser.add_argument("--inline", action="store_true", help=r"formulas in a line, $ … = … $, too")
    parser.add_argument("--verbose", action="store_true", help="of what is right say what that rests on")
    _notation_option(parser)


def _diff_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("left", metavar="CELL", help=f"{_SPEC}; or a library's, as in keras or pytorch:gru")
    parser.add_argument("right", metavar="CELL", help="the one to compare it with")
    _notation_option(parser)


def _cells_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cell", nargs="?", default=None, metavar="CELL", help="all about this one, such as mlstm")


def _no_options(parser: argparse.ArgumentParser) -> None:
    pass


def _equation_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--net-inputs",
        default="auto",
        choices=("auto", "inline", "show"),
        help="put a_f, … into the gates or show them",
    )
    parser.add_argument("--shapes", action="store_true", help="the shape of every line at the right")
    parser.add_argument("--standalone", action="store_true", help="with --format latex, a whole document")
    parser.add_argument(
        "--only",
        nargs="+",
        default=None,
        action="extend",
        metavar="NAME",
        help="only these equations, such as: f c h",
    )


def _grad_options(parser: argparse.ArgumentParser) -> None:
    _equation_options(parser)
    parser.add_argument("--forward", action="store_true", help="print the forward equations first")
    parser.add_argument("--closed", action="store_true", help="one expression each, in forward quantities and seeds")
    _truncate_option(parser)
    parser.add_argument(
        "--jacobian",
        nargs=2,
        default=None,
        metavar=("OF", "BY"),
        help="instead, the Jacobian of one quantity by another, such as: h h_prev",
    )
    parser.add_argument("--partial", action="store_true", help="of the Jacobian the direct path alone")


def _example_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default=None, help="a JSON or TOML file with dims and values; - is stdin")
    parser.add_argument("--backward", action="store_true", default=None, help="work out the gradients too")
    parser.add_argument(
        "--digits", type=int, default=None, metavar="N", help="significant digits in print (default: 4)"
    )
    parser.add_argument(
        "--limit", type=int, default=None, metavar="N", help="cut matrices above this size (default: 10)"
    )
    parser.add_argument("--seed", type=int, default=None, metavar="N", help='for the value "random" (default: 0)')
    parser.add_argument("--standalone", action="store_true", help="with --format latex, a whole document")


def _truncate_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--truncate", default=None, metavar="K", help="with --time, no gradient passes every K steps")


def _code_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default=None, help="typeset FILE.py or FILE.py:function instead of a cell")
    parser.add_argument("--backward", action="store_true", help="the backward pass too")
    _truncate_option(parser)


_OF_A_CELL = ("derive", "grad", "example", "code")
_OPTIONS = {
    "derive": _equation_options,
    "grad": _grad_options,
    "example": _example_options,
    "code": _code_options,
    "diff": _diff_options,
    "check": _check_options,
    "cells": _cells_options,
    "notations": _no_options,
}
