"""The file that describes a worked example: a cell, dimensions and values, in JSON or TOML."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from symlstm.errors import InputError, UnknownNameError
from symlstm.files import parse_toml, read_text

__all__ = ["Spec", "read_spec"]

_CELL_KEYS = ("layout", "biases")
_PRINT_KEYS = {"digits": int, "limit": int, "seed": int, "notation": str, "backward": bool}
_KEYS = ("cell", *_CELL_KEYS, "dims", "values", *_PRINT_KEYS)


@dataclass(frozen=True)
class Spec:
    """What a file says."""

    values: Mapping[str, Any]
    cell: str = "lstm"
    dims: Mapping[str, int] = field(default_factory=dict)
    cell_options: Mapping[str, Any] = field(default_factory=dict)
    print_options: Mapping[str, Any] = field(default_factory=dict)


def read_spec(path: str) -> Spec:
    """Read a file, or standard input for "-"; `.toml` files are TOML, others JSON, standard input either.

    Raises InputError for what cannot be read, parsed or understood.
    """
    where = "standard input" if path == "-" else path
    text = read_text(path, where)
    if path.endswith(".toml") or (path == "-" and not text.lstrip().startswith("{")):
        data = parse_toml(text, where)
    else:
        data = _parse_json(text, where)
    return _understand(data, where)


def _parse_json(text: str, where: str) -> Any:
    def refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        counts = Counter(name for name, _ in pairs)
        if twice := next((name for name, count in counts.items() if count > 1), None):
            raise InputError(f"{where}: {twice!r} is given twice")
        return dict(pairs)

    def refuse_constant(word: str) -> NoReturn:
        raise InputError(f"{where}: expected finite numbers, got {word}")

    try:
        return json.loads(text, object_pairs_hook=refuse_twice, parse_constant=refuse_constant)
    except json.JSONDecodeError as error:
        raise InputError(f"{where}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}") from None
    except InputError:
        raise
    except (RecursionError, ValueError):
        raise InputError(f"{where}: not usable JSON: nested too deeply or a number too long") from None


def _understand(data: Any, where: str) -> Spec:
    if not isinstance(data, dict):
        raise InputError(f"{where}: expected a table with the keys {', '.join(_KEYS)}, got {type(data).__name__}")
    for key in data:
        if key in _KEYS:
            continue
        if "values" not in data and isinstance(data[key], list):
            raise InputError(f'{where}: {key}: quantities stand under "values", as in {{"values": {{"{key}": …}}}}')
        raise UnknownNameError(f"key in {where}", key, _KEYS)
    for key, kind in {"cell": str, "dims": dict, "values": dict, **_PRINT_KEYS}.items():
        if key in data and (not isinstance(data[key], kind) or (kind is int and isinstance(data[key], bool))):
            raise InputError(f"{where}: {key}: expected {_KINDS[kind]}, got {json.dumps(data[key], default=str)[:40]}")
    if "values" not in data:
        raise InputError(f'{where}: values: missing; give arrays or words by name, as {{"values": {{"x": [1, 2]}}}}')
    return Spec(
        data["values"],
        data.get("cell", "lstm"),
        data.get("dims", {}),
        {key: data[key] for key in _CELL_KEYS if key in data},
        {key: data[key] for key in _PRINT_KEYS if key in data},
    )


_KINDS = {str: "text", dict: "a table", int: "a whole number", bool: "true or false"}
