"""What a piece of Python source is: how tightly it binds, what it calls, which axis it names."""

import ast

from symlstm.codegen.numpy_calls import LIBRARIES
from symlstm.printing.brackets import parenthesized

__all__ = ["POSTFIX", "PRODUCT", "SUM", "axis_of", "binding", "called", "escaped", "guarded", "is_module", "is_power"]

SUM, PRODUCT, POSTFIX = 1, 2, 3


def is_module(owner: ast.expr) -> bool:
    """np, np.linalg, and self itself, whose methods are functions of their arguments alone."""
    if isinstance(owner, ast.Name) and owner.id == "self":
        return True
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return isinstance(owner, ast.Name) and owner.id in LIBRARIES


def called(node: ast.Call) -> str:
    """The name of what is called: tanh of np.tanh(x)."""
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


_BINDINGS = {
    ast.Add: SUM,
    ast.Sub: SUM,
    ast.Mult: PRODUCT,
    ast.MatMult: PRODUCT,
    ast.Div: POSTFIX,
    ast.Pow: POSTFIX,
}


def is_power(node: ast.expr) -> bool:
    """2, 3, …: tanh² may be written so, tanh⁻¹ would be another function."""
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value > 1


def binding(node: ast.expr) -> int:
    """How tightly a piece of Python holds together in print."""
    if isinstance(node, ast.Call) and called(node) == "sum":
        return PRODUCT
    if isinstance(node, ast.BinOp):
        return _BINDINGS.get(type(node.op), 0)
    if isinstance(node, ast.UnaryOp):
        return SUM
    if isinstance(node, ast.Compare | ast.BoolOp | ast.IfExp | ast.Tuple):
        return 0
    return POSTFIX if isinstance(node, ast.Attribute) and node.attr == "T" else POSTFIX + 1


def guarded(text: str) -> str:
    """A factor or summand that starts with a minus gets brackets."""
    return parenthesized(text) if text.startswith("-") else text


def axis_of(node: ast.Call, position: int, default: int | None = 0) -> int | None:
    """The axis of a call: its number, the default when none is given, None when it is no plain number."""
    given = [keyword.value for keyword in node.keywords if keyword.arg in ("axis", "dim")]
    given = given or node.args[position : position + 1]
    if not given:
        return default
    value = given[0]
    sign = -1 if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub) else 1
    inner = value.operand if isinstance(value, ast.UnaryOp) else value
    return sign * inner.value if isinstance(inner, ast.Constant) and isinstance(inner.value, int) else None


_ESCAPES = str.maketrans(
    {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", **{char: "\\" + char for char in "{}$&#_%"}}
)


def escaped(text: str) -> str:
    """Text for LaTeX's \\text, its special characters escaped."""
    return text.translate(_ESCAPES)
