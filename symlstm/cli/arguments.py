"""The options of every command, as argparse sees them; nothing here imports SymPy."""

import argparse
from typing import NoReturn

__all__ = ["Parser", "build_parser"]

_FORMATS = {
    "derive": ("text", "latex", "markdown", "json"),
    "grad": ("text", "latex", "markdown", "json"),
    "example": ("text", "markdown", "latex", "json"),
    "code": ("python", "latex"),
}


class Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is; exit 2."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def build_parser() -> Parser:
    """The parser of the whole command line."""
    parser = Parser(
        prog="symlstm",
        description="Recurrent cells as matrix equations: LaTeX, gradients, worked examples and NumPy code.",
        epilog="symlstm COMMAND --help lists the options of a command.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
    derive = _command(commands, "derive", "print the equations of a cell's step")
    _equation_options(derive)
    grad = _command(commands, "grad", "derive and print the backward pass of a step")
    _equation_options(grad)
    grad.add_argument("--forward", action="store_true", help="print the forward equations first")
    grad.add_argument("--closed", action="store_true", help="one expression each, in forward quantities and seeds")
    _example_options(_command(commands, "example", "work a step out in numbers; without a file, the question"))
    _code_options(_command(commands, "code", "print NumPy code of a cell, or typeset a Python function"))
    return parser


def _command(commands: "argparse._SubParsersAction[Parser]", name: str, summary: str) -> Parser:
    command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    formats = _FORMATS[name]
    command.set_defaults(command=name, formats=formats)
    command.add_argument("--cell", default=None, metavar="NAME", help="the cell (default: lstm)")
    command.add_argument("--layout", default=None, metavar="LAYOUT", help="concat (W on [h; x], the default) or split")
    command.add_argument("--biases", default=None, type=int, metavar="N", help="1 (the default) or 2 biases a gate")
    command.add_argument("--dims", default=None, metavar="n=5,d=3", help="numbers for n, d and the batch B")
    command.add_argument("--batch", action="store_true", help="a batch of B columns, a bias being b·1ᵀ")
    command.add_argument("--format", default=None, choices=formats, help=f"default: {formats[0]}, or by -o's suffix")
    command.add_argument("-o", "--output", default=None, metavar="FILE", help="write to a file instead of the screen")
    command.add_argument("--notation", default=None, metavar="NAME", help="a profile (default, olah, pytorch) or FILE.toml")
    return command


def _equation_options(command: Parser) -> None:
    command.add_argument("--net-inputs", default="auto", choices=("auto", "inline", "show"), help="where a_f, … stand")
    command.add_argument("--shapes", action="store_true", help="the shape of every line at the right")
    command.add_argument("--only", nargs="+", default=None, metavar="NAME", help="only these equations, for example f c h")


def _example_options(command: Parser) -> None:
    command.add_argument("file", nargs="?", default=None, help="a JSON or TOML file with dims and values; - is stdin")
    command.add_argument("--backward", action="store_true", default=None, help="work out the gradients too")
    command.add_argument("--digits", type=int, default=None, metavar="N", help="significant digits in print (default: 4)")
    command.add_argument("--limit", type=int, default=None, metavar="N", help="cut matrices above this size (default: 10)")
    command.add_argument("--seed", type=int, default=None, metavar="N", help='for the value "random" (default: 0)')
    command.add_argument("--standalone", action="store_true", help="with --format latex, a whole document")


def _code_options(command: Parser) -> None:
    command.add_argument("file", nargs="?", default=None, help="typeset FILE.py or FILE.py:function instead of a cell")
    command.add_argument("--backward", action="store_true", help="the backward pass too")
