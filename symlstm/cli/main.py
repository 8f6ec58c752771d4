"""Arguments in, exit code out; SymPy is imported only when a command runs."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from symlstm import __version__
from symlstm.cli.arguments import build_parser
from symlstm.errors import InputError, MissingToolError, SymlstmError

__all__ = ["main"]

_SUFFIXES = {".tex": "latex", ".md": "markdown", ".json": "json", ".txt": "text", ".py": "python"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, 2 for bad usage or input, 4 for a missing optional tool."""
    parser = build_parser()
    try:
        options = parser.parse_args(arguments)
        if options.version:
            _write(f"symlstm {__version__}", None)
            return 0
        if options.command is None:
            parser.error("expected a command: derive, grad, example or code; see symlstm --help")
        _choose_format(options)
        output: str = getattr(import_module("symlstm.cli.commands"), options.command)(options)
        _write(output, options.output)
    except MissingToolError as error:
        return _complain(error, 4)
    except SymlstmError as error:
        return _complain(error, 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


def _complain(error: SymlstmError, code: int) -> int:
    print(f"symlstm: {' '.join(str(error).split())}", file=sys.stderr)
    return code


def _choose_format(options: argparse.Namespace) -> None:
    """The format that was asked for, or the one of the output file's suffix, or text."""
    if options.format is not None:
        return
    known = options.formats
    suffix = _SUFFIXES.get(Path(options.output).suffix) if options.output else None
    options.format = suffix if suffix in known else known[0]


def _write(output: str, path: str | None) -> None:
    if not output.endswith("\n"):
        output += "\n"
    if path is None or path == "-":
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(output)
        sys.stdout.flush()
        return
    try:
        Path(path).write_text(output, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None

