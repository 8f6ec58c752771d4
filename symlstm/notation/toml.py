"""TOML that came from outside, read with bounds."""

import re
import tomllib
from typing import Any

from symlstm.errors import InputError

__all__ = ["parse_toml"]

_DOTTED = re.compile(r"^[^=#\"']*(?:\.[^=#\"'.]*){20}", re.MULTILINE)


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
