"""Text that came from outside: read with a word on what is wrong, and TOML with bounds."""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from symlstm.errors import InputError

__all__ = ["parse_toml", "read_text"]

_DOTTED = re.compile(r"^[^=#\"']*(?:\.[^=#\"'.]*){20}", re.MULTILINE)


def read_text(path: str | Path, where: str) -> str:
    """The UTF-8 text of a file, or of standard input for "-". Raises InputError, which names `where`."""
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{where}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{where}: cannot be read: not UTF-8 text") from None
    except ValueError as error:
        raise InputError(f"{where!r}: cannot be read: {error}") from None


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises InputError, with the place, for what is no TOML, or nested too deeply for a file of values or a notation.
    """
    if _DOTTED.search(text):
        raise InputError(f"{where}: a key has more than 20 dots; expected a key of a few parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where}: not valid TOML: {error}") from None
    except (RecursionError, ValueError):
        raise InputError(f"{where}: not usable TOML: nested too deeply or a number too long") from None
