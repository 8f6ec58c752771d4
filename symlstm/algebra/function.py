"""Elementwise functions as SymPy sees them: an Activation is known by its name, its meaning is one table entry."""

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Basic, Expr, MatrixExpr
from sympy.core.symbol import Str

from symlstm.errors import DefinitionError, InputError, UnknownNameError, brief
from symlstm.formats import formatter

__all__ = ["Activation", "Entry", "as_activation", "define", "defined"]


@dataclass(frozen=True)
class Entry:
    """Everything that the derivative, the printers and the code generator know of an elementwise function.

    `derivative(y, x)` is written in the output y where the field does so; `latex` and `text` are a name, or a form with
    `{}` for the argument, as in |x|; `numpy` is a call with `{}` for the argument; `helper` is the source of a function
    that the call needs; `analytic` says whether the NumPy form is right for arguments with a small imaginary part, as
    a complex step wants; `smooth` is False for what is made of straight pieces and has kinks or jumps between them;
    `bounds` are the values between which a gate with this function lies, None where there are not two.
    """

    scalar: Callable[[Expr], Expr]
    derivative: Callable[[MatrixExpr, MatrixExpr], MatrixExpr]
    latex: str
    text: str
    numpy: str
    helper: str = ""
    analytic: bool = True
    smooth: bool = True
    bounds: tuple[int, int] | None = None


_ENTRIES: dict[str, Entry] = {}


class Activation(Basic):
    """An elementwise function, compared by its name; looked up in the table of `define`."""

    def __new__(cls, name: str | Str) -> "Activation":
        """Look the name up; raises UnknownNameError for one that `define` does not know."""
        key = str(name.name) if isinstance(name, Str) else name
        if key not in _ENTRIES:
            formatter("activations")()  # the table of ours fills this one when it is imported
        if key not in _ENTRIES:
            raise UnknownNameError("activation", key, _ENTRIES)
        node: Activation = Basic.__new__(cls, Str(key))
        return node

    @property
    def name(self) -> str:
        """The name in the table."""
        return str(self.args[0].name)

    @property
    def entry(self) -> Entry:
        """What the table says."""
        return _ENTRIES[self.name]


def as_activation(value: Activation | str) -> Activation:
    """An Activation, given itself or by its name. Raises InputError for anything else."""
    if not isinstance(value, Activation | str):
        raise InputError(f"expected an activation or its name, such as 'tanh', got {brief(value)}")
    return value if isinstance(value, Activation) else Activation(value)


def define(name: str, entry: Entry) -> Activation:
    """Add an elementwise function to the table.

    Raises DefinitionError when the name is taken or is no identifier.

    >>> from sympy import exp
    >>> from symlstm.algebra import add, apply, hadamard, one_minus
    >>> swish = define("swish", Entry(
    ...     scalar=lambda x: x / (1 + exp(-x)),
    ...     derivative=lambda y, x: add(y, hadamard(apply("sigmoid", x), one_minus(y))),
    ...     latex=r"\\operatorname{swish}", text="swish", numpy="({0}) / (1 + np.exp(-({0})))",
    ... ))
    >>> swish.name
    'swish'
    """
    if not isinstance(entry, Entry):
        raise DefinitionError(f"activation {name!r}: expected an Entry, got {type(entry).__name__}")
    if not isinstance(name, str) or not name.isidentifier():
        raise DefinitionError(f"activation {name!r}: expected an identifier, for example 'swish'")
    if name in _ENTRIES:
        raise DefinitionError(f"activation {name!r} is defined already; choose another name")
    _ENTRIES[name] = entry
    return Activation(name)


def defined() -> tuple[str, ...]:
    """The names in the table, in the order of their definition."""
    return tuple(_ENTRIES)
