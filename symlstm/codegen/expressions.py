"""Python expressions as LaTeX, on latexify-py's visitor: @ and * kept apart, the common NumPy calls readable."""

import ast
import re
from collections.abc import Callable

from latexify.codegen import ExpressionCodegen

from symlstm.codegen.python_syntax import (
    POSTFIX,
    PRODUCT,
    SUM,
    axis_of,
    binding,
    called,
    escaped,
    guarded,
    is_module,
    is_power,
)
from symlstm.notation import Profile
from symlstm.printing.brackets import bracketed, parenthesized, superscript_base

__all__ = ["Expressions"]

_FUNCTIONS = {
    "sigmoid": r"\sigma", "expit": r"\sigma", "logistic": r"\sigma", "sigm": r"\sigma",
    "tanh": r"\tanh", "exp": r"\exp", "log": r"\log", "maximum": r"\max", "minimum": r"\min",
    "relu": r"\operatorname{ReLU}", "softmax": r"\operatorname{softmax}", "diag": r"\operatorname{diag}",
    "logsumexp": r"\operatorname{logsumexp}",
}  # fmt: skip
_OF_COLUMNS = ("softmax", "logsumexp")  # of every column, whether or not the code says so
_DELIMITERS = {
    "abs": (r"\left|", r"\right|"), "fabs": (r"\left|", r"\right|"), "sqrt": (r"\sqrt{", "}"),
    "norm": (r"\left\lVert ", r" \right\rVert"),
}  # fmt: skip
_DICTS = frozenset({"params", "parameters", "weights", "cache", "state", "p", "self"})
_FILLED = {"zeros": r"\mathbf{0}", "zeros_like": r"\mathbf{0}", "ones": r"\mathbf{1}", "ones_like": r"\mathbf{1}"}


class Expressions(ExpressionCodegen):  # type: ignore[misc]
    """Expressions: `name` writes an identifier, `scalars` are plain numbers, the signs are those of `profile`."""

    def __init__(
        self, name: Callable[[str], str], scalars: frozenset[str], bare: frozenset[str], profile: Profile
    ) -> None:
        super().__init__()
        self._name = name
        self._scalars = scalars
        self._bare = bare
        self._profile = profile

    def visit_Name(self, node: ast.Name) -> str:
        """An identifier."""
        return self._name(node.id)

    def visit_Constant(self, node: ast.Constant) -> str:
        """A number, or text."""
        if isinstance(node.value, float):
            mantissa, _, exponent = repr(node.value).partition("e")
            return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa
        if isinstance(node.value, str):
            return rf"\text{{{escaped(' '.join(node.value.split()))}}}"
        if isinstance(node.value, bytes):
            return rf"\text{{{escaped(repr(node.value))}}}"
        return str(super().visit_Constant(node))

    def visit_Attribute(self, node: ast.Attribute) -> str:
        """A transpose, or a name that belongs to an object: self.W_f is W_f."""
        if node.attr == "T":
            return rf"{superscript_base(self._wrapped(node.value, POSTFIX + 1))}^{{\top}}"
        if node.attr == "shape":
            return r"\operatorname{size}" + parenthesized(self.visit(node.value))
        if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr not in self._bare:
            return self._name(node.attr)
        return rf"{self.visit(node.value)}.{self._name(node.attr)}"

    def visit_Subscript(self, node: ast.Subscript) -> str:
        """params["W_f"] is W_f, of another dict grads["W_f"] is grads[W_f]; x[t] stays x[t]."""
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            owner = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            key = self._name(node.slice.value) if node.slice.value.isidentifier() else self.visit(node.slice)
            plain = owner in _DICTS and node.slice.value not in self._bare
            return key if plain else f"{self.visit(node.value)}[{key}]"
        if isinstance(node.value, ast.Attribute) and node.value.attr in ("r_", "c_"):
            blocks = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            sign = f"{self._profile.separator} " if node.value.attr == "r_" else r" \; "
            return bracketed(sign.join(map(self.visit, blocks)))
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            return rf"\operatorname{{size}}_{{{self.visit(node.slice)}}}({self.visit(node.value.value)})"
        index = self.visit(node.slice)
        base = self._wrapped(node.value, POSTFIX + 1)
        return f"{base}[{index}]"

    def visit_Slice(self, node: ast.Slice) -> str:
        """a:b."""
        parts = [self.visit(part) if part else "" for part in (node.lower, node.upper)]
        return r"\mathord{:}".join(parts) + (rf"\mathord{{:}}{self.visit(node.step)}" if node.step else "")

    def visit_Tuple(self, node: ast.Tuple) -> str:
        """Names side by side; a tuple within a tuple keeps its brackets."""
        return r",\, ".join(self._item(item) for item in node.elts)

    def _item(self, item: ast.expr) -> str:
        written = str(self.visit(item))
        return parenthesized(written) if isinstance(item, ast.Tuple) else written

    def visit_Dict(self, node: ast.Dict) -> str:
        """The values side by side."""
        return r",\, ".join(self._item(value) for value in node.values) or r"\{\}"

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        """-x with brackets around sums."""
        if isinstance(node.op, ast.USub):
            return f"-{self._wrapped(node.operand, PRODUCT)}"
        return str(super().visit_UnaryOp(node))

    def visit_BinOp(self, node: ast.BinOp) -> str:
        """A matrix product stands side by side, an elementwise one has ⊙, a number times x is plain."""
        if isinstance(node.op, ast.Add | ast.Sub):
            sign = "+" if isinstance(node.op, ast.Add) else "-"
            right = self._wrapped(node.right, SUM if sign == "+" else PRODUCT)
            return f"{self._wrapped(node.left, SUM)} {sign} {guarded(right)}"
        if isinstance(node.op, ast.MatMult):
            left, right = (self._product_side(side, ast.MatMult) for side in (node.left, node.right))
            if right[0].isdigit():
                return rf"{left} \cdot {right}"
            words = re.search(r"\\mathrm\{\w+\}$", left) or right.startswith(r"\mathrm")
            return rf"{left} \, {right}" if words else f"{left} {right}"
        if isinstance(node.op, ast.Mult):
            if self._is_scalar(node.left) or self._is_scalar(node.right):
                left, right = (self._product_side(side, None) for side in (node.left, node.right))
                plain = isinstance(node.left, ast.Constant) and right[:1].isalpha()
                return f"{left} {right}" if plain else rf"{left} \cdot {right}"
            sides = [self._product_side(side, ast.Mult) for side in (node.left, node.right)]
            sign = self._profile.hadamard or r"\odot"
            return f" {sign} ".join(sides)
        if isinstance(node.op, ast.Pow):
            exponent = f"^{{{self.visit(node.right)}}}"
            if isinstance(node.left, ast.Call) and called(node.left) == "tanh" and is_power(node.right):
                return rf"\tanh{exponent}{self.visit(node.left).removeprefix(chr(92) + 'tanh')}"
            base = self._wrapped(node.left, POSTFIX + 1)
            scientific = base[0].isdigit() and "10^" in base
            return f"{{{parenthesized(base) if scientific else superscript_base(base)}}}{exponent}"
        if isinstance(node.op, ast.Div):
            return rf"\frac{{{self.visit(node.left)}}}{{{self.visit(node.right)}}}"
        return str(super().visit_BinOp(node))

    def visit_Call(self, node: ast.Call) -> str:
        """The calls that notes know by a symbol; others by their name, with all that they are called with."""
        name = called(node)
        if not name:
            return parenthesized(self.visit(node.func)) + parenthesized(", ".join(self._arguments(node, [])))
        if node.args and isinstance(node.args[0], ast.GeneratorExp):
            return str(super().visit_Call(node))
        owner = node.func.value if isinstance(node.func, ast.Attribute) and not is_module(node.func.value) else None
        operands = [*([owner] if owner is not None else []), *node.args]
        rule = _CALLS.get(name)
        written = None if rule is None else rule(self, node, operands)
        if written is not None:
            return written
        return rf"\operatorname{{{escaped(name)}}}" + parenthesized(", ".join(self._arguments(node, operands)))

    def _arguments(self, node: ast.Call, operands: list[ast.expr]) -> list[str]:
        written = [self._item(operand) for operand in operands or node.args]
        for keyword in node.keywords:
            name = rf"\text{{{escaped(keyword.arg)}}}=" if keyword.arg else "**"
            written.append(name + self._item(keyword.value))
        return written

    def visit_Starred(self, node: ast.Starred) -> str:
        """*arguments."""
        return f"*{self.visit(node.value)}"

    def _function(self, node: ast.Call, operands: list[ast.expr]) -> str | None:
        """σ, tanh, exp, max …"""
        if not operands or node.keywords:
            return None
        if called(node) in _OF_COLUMNS and len(operands) == 2 and axis_of(node, 1) == 0:
            operands = operands[:1]
        return _FUNCTIONS[called(node)] + parenthesized(", ".join(map(self.visit, operands)))

    def _filled(self, node: ast.Call, operands: list[ast.expr]) -> str | None:
        """A bold 0 or 1."""
        return _FILLED[called(node)]

    def _unit(self, node: ast.Call, operands: list[ast.expr]) -> str | None:
        """I_n, of np.eye(n)."""
        from_module = isinstance(node.func, ast.Attribute)
        return f"I_{{{self.visit(operands[0])}}}" if from_module and len(operands) == 1 and not node.keywords else None

    def _where(self, node: ast.Call, operands: list[ast.expr]) -> str | None:
        """Two cases."""
        if len(operands) != 3:
            return None
        test, yes, no = map(self.visit, operands)
        return rf"\begin{{cases}} {yes} & {test} \\ {no} & \text{{otherwise}} \end{{cases}}"

    def _delimited(self, node: ast.Call, operands: list[ast.expr]) -> str | None:
        """|x|, ‖x‖ and roots."""
        if len(operands) != 1 or node.keywords:
            return None
        left, right = _DELIMITERS[called(node)]
        return f"{left}{self.visit(operands[0])}{right}"

    def _stack(self, node: ast.Call, operands: list[ast.expr]) -> str | None:
        """[h; x] for blocks on top of each other, [A, B] for blocks side by side."""
        axis = axis_of(node, 1)
        if len(operands) > 2 or not operands or not isinstance(operands[0], ast.Tuple | ast.List) or axis is None:
            return None
        side_by_side = called(node) in ("hstack", "column_stack") or axis in (1, -1)
        return bracketed(
            (r" \; " if side_by_side else f"{self._profile.separator} ").join(
                self.visit(block) for block in operands[0].elts
            )
        )

    def _sum(self, node: ast.Call, operands: list[ast.expr]) -> str | None:
        """X.sum(axis=1) is X 1, X.sum(axis=0) is 1ᵀ X."""
        place = 1 if len(operands) == len(node.args) else 0
        axis = axis_of(node, place, default=None)
        if not operands or axis not in (0, 1):
            return None
        whole = self._wrapped(operands[0], PRODUCT + 1)
        return rf"{whole} \mathbf{{1}}" if axis == 1 else rf"\mathbf{{1}}^{{\top}} {whole}"

    def _product_side(self, node: ast.expr, kind: type[ast.operator] | None) -> str:
        """A factor; a product of the other kind is put in brackets, so that neither is taken for the other."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult):
            scalar = isinstance(node.op, ast.Mult) and (self._is_scalar(node.left) or self._is_scalar(node.right))
            if (scalar and kind is not ast.MatMult) or (kind is not None and isinstance(node.op, kind) and not scalar):
                return str(self.visit(node))
            return parenthesized(self.visit(node))
        return guarded(self._wrapped(node, PRODUCT + 1))

    def _is_scalar(self, node: ast.expr) -> bool:
        if isinstance(node, ast.BinOp):
            return self._is_scalar(node.left) and self._is_scalar(node.right)
        if isinstance(node, ast.UnaryOp):
            return self._is_scalar(node.operand)
        if isinstance(node, ast.Name):
            return node.id in self._scalars
        return isinstance(node, ast.Constant)

    def _wrapped(self, node: ast.expr, least: int) -> str:
        text = self.visit(node)
        return text if binding(node) >= least else parenthesized(text)


_CALLS: dict[str, Callable[..., str | None]] = {
    **dict.fromkeys(_FUNCTIONS, Expressions._function),
    **dict.fromkeys(_FILLED, Expressions._filled),
    **dict.fromkeys(_DELIMITERS, Expressions._delimited),
    **dict.fromkeys(("eye", "identity"), Expressions._unit),
    **dict.fromkeys(("concatenate", "concat", "cat", "vstack", "hstack", "column_stack"), Expressions._stack),
    "sum": Expressions._sum,
    "where": Expressions._where,
}
