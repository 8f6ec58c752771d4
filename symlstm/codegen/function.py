"""lambdify: a System as a NumPy function that is called by names and returns names."""

import linecache
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zlib import crc32

import numpy as np
from sympy import Symbol

from symlstm.algebra import B
from symlstm.codegen.arguments import Arguments, Signature
from symlstm.codegen.lengths import as_lengths, run_by_length
from symlstm.codegen.module import function_name, module_source
from symlstm.derive import batched
from symlstm.errors import DefinitionError, InputError, UnknownNameError
from symlstm.system import LeafKind, System, check_system

__all__ = ["Function", "Values", "lambdify"]

Array = np.ndarray[Any, np.dtype[Any]]


class Values(Mapping[str, Array]):
    """Named arrays, as a mapping and as attributes: `out["c"]`, `out.h`."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._arrays = dict(arrays)

    def __getitem__(self, name: str) -> Array:
        if name not in self._arrays:
            raise UnknownNameError("result", name, self._arrays)
        return self._arrays[name]

    def __getattr__(self, name: str) -> Array:
        if name.startswith("_") or name not in self._arrays:
            raise AttributeError(f"no result named {name!r}; there are {', '.join(self.__dict__.get('_arrays', ()))}")
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return "\n".join(f"{name} = {np.array2string(array, prefix=f'{name} = ')}" for name, array in self.items())


class Function:
    """A System compiled to NumPy. Call it with every input, state and parameter by name.

    A vector may be given as (n,), (n, 1) or a batch (n, B); over time what there is one of for every step as (T, n) or
    (T, n, B). Results come back in the form of x, gradients in the form of the quantity they belong to; float32 stays
    float32. `source` is the code that runs.
    Raises InputError (a ValueError) for a missing, extra, mis-shaped or non-finite value.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self.columns, self.batch, remark = _for_columns(system)
        self.signature = Signature(self.columns, remark)
        self.source = module_source(self.columns)
        self.name = function_name(system)
        self._run = _compile(self.source, self.name)

    def __call__(self, /, *unnamed: Any, lengths: Any = None, **values: Any) -> Values:
        """Compute every equation of the System; every value is given by name.

        Over time `lengths`, of shape (B,), says how many steps each member of a batch has: it ends there, what it is
        given beyond has no effect, and its results there are zero.
        """
        if unnamed:
            raise InputError(
                f"{self.name}: give every value by name, as in {self.name}(x=…); a dict as {self.name}(**values)"
            )
        if lengths is not None and not self.system.timed:
            raise InputError(f"{self.name}: lengths are for a System over time; this one is a single step")
        arguments = Arguments(self.signature, values)
        if lengths is None:
            return Values(arguments.restore(self._run(**arguments.arrays)))
        T, _, B = arguments.arrays[self.signature.timed].shape
        if self.batch is None and B > 1:
            raise InputError(f"{self.name}: lengths: {B} columns are written into the code; build the cell without a B")
        steps = as_lengths(lengths, T, B)
        return Values(arguments.restore(run_by_length(self._run, self.columns, self.batch, arguments.arrays, steps)))

    def __reduce__(self) -> tuple[type, tuple[System]]:
        return Function, (self.system,)

    def __repr__(self) -> str:
        return f"<symlstm function {self.name} of {', '.join(self.columns.symbols)}>"


def lambdify(system: System) -> Function:
    """Compile a System, forward or backward, to a plain NumPy function of its inputs, states and parameters.

    A System over time becomes a function of whole sequences, its steps in plain loops.
    Shapes are those of the System, see `Function`; the dtype is the common one of the values, float32 or float64.
    Raises MissingRuleError for an operation without a NumPy form, InputError for anything but a System.

    >>> import symlstm as sl
    >>> step = sl.lambdify(sl.cell("lstm", layout="split"))
    >>> print(next(line for line in step.source.splitlines() if "a_f =" in line))
        a_f = W_f @ x + U_f @ h_prev + b_f
    """
    check_system(system, "lambdify")
    if not system.leaves or not system.lines:
        raise InputError(f"lambdify: {system.name} has no quantity to give or none to compute")
    return Function(system)


def _for_columns(system: System) -> tuple[System, Symbol | None, str]:
    """The System for any number of columns, and their number, where columns stay apart; else itself, and why not."""
    columns = [leaf.symbol for leaf in system.leaves if leaf.kind in (LeafKind.INPUT, LeafKind.STATE)]
    if not columns or any(symbol.shape[1] != 1 for symbol in columns):
        widths = {symbol.shape[1] for symbol in columns}
        width = widths.pop() if len(widths) == 1 else None
        return system, width if isinstance(width, Symbol) else None, ""
    try:
        batch = _free_size(system)
        return batched(system, batch), batch, ""
    except DefinitionError as error:
        return system, None, str(error)


def _free_size(system: System) -> Symbol:
    """A size for the batch whose name is not taken: B, or batch, batch_, …"""
    taken, name = {str(size) for size in system.sizes}, "batch"
    while name in taken:
        name += "_"
    return B if "B" not in taken else Symbol(name, integer=True, positive=True)


def _compile(source: str, name: str) -> Callable[..., dict[str, Array]]:
    """Run the module; its lines are kept, so that a traceback shows them."""
    place = f"<symlstm {name} {crc32(source.encode()):08x}>"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    namespace: dict[str, Any] = {}
    try:
        code = compile(source, place, "exec")
    except (SyntaxError, RecursionError, MemoryError):
        raise InputError(f"{name}: nested too deeply for code; name parts of it, an equation each") from None
    exec(code, namespace)
    function: Callable[..., dict[str, Array]] = namespace[name]
    return function
