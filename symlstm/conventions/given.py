"""Arrays as they come in: from mappings, lists and layers or modules of a framework, by path, as NumPy arrays."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symlstm.conventions.blocks import Array
from symlstm.conventions.convention import Convention
from symlstm.errors import InputError, brief

__all__ = ["as_array", "paths_of", "stated_by"]


def paths_of(given: Any, convention: Convention) -> dict[str, Any]:
    """The arrays, as they came, by their paths, "encoder/weight_ih_l0" where mappings are nested.

    `given` is a mapping, nested or not, a list where the library has an order for it, or an object that has
    `weights` or `state_dict()`. Raises InputError for anything else.
    """
    arrays: dict[str, Any] = {}
    for path, value in _flatten("", _as_mapping(given, convention)):
        if path in arrays:
            raise InputError(f"{convention.name}: {path!r} is there twice")
        arrays[path] = value
    if not arrays:
        raise InputError(f"{convention.name}: expected arrays, got none")
    return arrays


def _as_mapping(given: Any, convention: Convention) -> Mapping[Any, Any]:
    if isinstance(given, Mapping):
        return given
    if callable(getattr(given, "get_weights", None)):
        return {getattr(weight, "path", "") or weight.name: weight for weight in given.weights}
    if callable(getattr(given, "state_dict", None)):
        state: Mapping[Any, Any] = given.state_dict()
        return state
    if isinstance(given, Sequence) and not isinstance(given, str | bytes):
        return _listed(given, convention)
    raise InputError(
        f"{convention.name}: expected a mapping of names to arrays, a list of arrays or a layer, got {brief(given)}"
    )


def _listed(given: Sequence[Any], convention: Convention) -> dict[str, Any]:
    """A list in the library's order: that of one layer, or forward and backward, each without biases or with them."""
    names = convention.listed
    if not names:
        raise InputError(f"{convention.name}: expected a mapping of names to arrays, got a list; names are needed here")
    short = len(names) - 1
    if len(given) in (short, len(names)):
        return dict(zip(names, given, strict=False))
    if len(given) in (2 * short, 2 * len(names)):
        half = len(given) // 2
        both = [(prefix, names[:half]) for prefix in convention.prefixes.values()]
        paths = [prefix + name for prefix, part in both for name in part]
        return dict(zip(paths, given, strict=True))
    wanted = f"{', '.join(names)}, with or without {names[-1]}, once or for both directions"
    raise InputError(f"{convention.name}: expected a list of {wanted}, got {len(given)} arrays")


def _flatten(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Names and what is no mapping any more; None is an array that is not there."""
    if not isinstance(value, Mapping):
        if value is not None:
            yield path, value
        return
    for key, inner in value.items():
        if not isinstance(key, str):
            raise InputError(f"{path or 'arrays'}: expected names as keys, got {brief(key)}")
        yield from _flatten(f"{path}/{key}" if path else key, inner)


def as_array(name: str, value: Any, *, integers: bool = False) -> Array:
    """A NumPy array of floating-point numbers, from one of any framework. Raises InputError, which names it.

    With `integers`, whole numbers are taken for what they are; in a library's arrays they would be quantised weights.
    """
    for method in ("detach", "cpu", "numpy"):
        if callable(getattr(value, method, None)):
            value = _call(name, value, method)
    if np.ma.is_masked(value):
        raise InputError(f"{name}: expected an array of numbers, got one with masked entries; fill them first")
    try:
        array = np.asarray(value)
    except Exception as error:
        raise InputError(f"{name}: cannot be read as an array: {' '.join(str(error).split())[:80]}") from None
    if array.size == 0:
        raise InputError(f"{name}: expected at least one entry, got shape {array.shape}")
    if integers and array.dtype.kind in "iu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise InputError(f"{name}: expected floating-point numbers, got {brief(value)} ({array.dtype})")
    return array


def _call(name: str, value: Any, method: str) -> Any:
    try:
        return getattr(value, method)()
    except (TypeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:80]
        hint = "; convert it to float32 first" if "bfloat16" in reason.lower() else ""
        raise InputError(f"{name}: {type(value).__name__} cannot be read as an array: {reason}{hint}") from None


def stated_by(given: Any, convention: Convention, scope: str | None = None) -> dict[str, object]:
    """The settings of the library that a layer or module states by its attributes; those of a forward layer in two.

    In a module that holds others, it is the one in the scope, or the only one with weights of its own.
    """
    if isinstance(given, Mapping | Sequence):
        return {}
    layer = getattr(_holder(given, scope), "forward_layer", _holder(given, scope))
    stated: dict[str, object] = {}
    for word in convention.words:
        value = getattr(layer, word, None)
        value = getattr(value, "__name__", value)
        if isinstance(value, bool | int | float | str):
            stated[word] = value
    return stated


def _holder(given: Any, scope: str | None) -> Any:
    """The module that holds the weights, where modules hold modules."""
    if not callable(getattr(given, "named_modules", None)):
        return given
    modules = dict(given.named_modules())
    if scope is not None:
        return modules.get(scope.replace("/", "."), given)
    own = [module for module in modules.values() if getattr(module, "_parameters", None)]
    return own[0] if len(own) == 1 else given
