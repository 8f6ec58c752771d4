"""Arguments in, exit code out; argparse and SymPy are imported only when a command runs."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from symlstm import __version__
from symlstm.errors import InputError, MissingToolError, SymlstmError, UnknownNameError

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "derive": "print the equations of a cell's step",
    "grad": "derive and print the backward pass of a step",
    "example": "work a step out in numbers; without a file, the question of the README",
    "code": "print NumPy code of a cell, or typeset a Python function",
    "diff": "print the lines, forward and backward, in which two cells or two libraries differ",
    "check": "say of every formula of a text, or of a NumPy function, whether it is right",
    "cells": "list the cells and what they are, or say all about one",
    "notations": "list the notations, each with its forget gate",
}

_MODULES = {
    "diff": "symlstm.cli.tables",
    "cells": "symlstm.cli.tables",
    "notations": "symlstm.cli.tables",
    "check": "symlstm.cli.checking",
}

_HELP = """\
usage: symlstm COMMAND [options]

Recurrent cells as matrix equations: LaTeX, gradients, worked examples and NumPy code.

commands:
{commands}

options:
  -h, --help   print this and exit; symlstm COMMAND --help lists the options of a command
  --version    print the version and exit

exit codes: 0 fine, 1 a claim is wrong, 2 usage or bad input, 3 a claim is ambiguous, undecided or unreadable,
4 an optional tool is missing
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, 2 for bad usage or input, 4 for a missing optional tool; `check` also 1 and 3."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        output, path, code = _run(given)
        _write(output, path)
    except MissingToolError as error:
        return _complain(error, 4)
    except SymlstmError as error:
        return _complain(error, 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return code


def _run(given: list[str]) -> tuple[str, str | None, int]:
    """The text to print, where to, and the exit code."""
    if not given:
        raise InputError(f"expected a command: {', '.join(COMMANDS)}; see symlstm --help")
    command, *rest = given
    if command in ("-h", "--help"):
        return (
            _HELP.format(commands="\n".join(f"  {name:<10} {summary}" for name, summary in COMMANDS.items())),
            None,
            0,
        )
    if command == "--version":
        return f"symlstm {__version__}", None, 0
    if command not in COMMANDS:
        raise UnknownNameError("command", command, COMMANDS)
    options = import_module("symlstm.cli.arguments").parse(command, COMMANDS[command], rest)
    found: str | tuple[str, int] = getattr(import_module(_MODULES.get(command, "symlstm.cli.commands")), command)(
        options
    )
    output, code = (found, 0) if isinstance(found, str) else found
    return output, options.output, code


def _complain(error: SymlstmError, code: int) -> int:
    print(f"symlstm: {' '.join(str(error).split())}", file=sys.stderr)
    return code


def _write(output: str, path: str | None) -> None:
    if not output.endswith("\n"):
        output += "\n"
    try:
        if path is not None and path != "-":
            content = output.encode("utf-8", errors="replace")
            with open(path, "wb") as file:
                file.write(content)
        elif sys.stdout is not None:
            sys.stdout.write(output)
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path or 'standard output'}: cannot be written: {reason}") from None
