"""Python source as LaTeX, on latexify-py's visitors: @ and * kept apart, the common NumPy calls readable."""

import ast
import re
from collections.abc import Callable

from latexify.codegen import ExpressionCodegen, FunctionCodegen, IPythonAlgorithmicCodegen

from symlstm.codegen.numpy_calls import MODULES
from symlstm.printing.latex import bracketed, parenthesized

__all__ = ["Algorithm", "AlignedFunction", "Expressions"]

_FUNCTIONS = {
    "sigmoid": r"\sigma", "expit": r"\sigma", "logistic": r"\sigma", "sigm": r"\sigma",
    "tanh": r"\tanh", "exp": r"\exp", "log": r"\log", "maximum": r"\max", "minimum": r"\min",
    "relu": r"\operatorname{ReLU}", "softmax": r"\operatorname{softmax}", "diag": r"\operatorname{diag}",
}  # fmt: skip
_FILLED = {"zeros": r"\mathbf{0}", "zeros_like": r"\mathbf{0}", "ones": r"\mathbf{1}", "ones_like": r"\mathbf{1}"}
_SUM, _PRODUCT, _POSTFIX = 1, 2, 3


class Expressions(ExpressionCodegen):  # type: ignore[misc]
    """Expressions: `name` writes an identifier, `scalars` are the names that are plain numbers."""

    def __init__(self, name: Callable[[str], str], scalars: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._name = name
        self._scalars = scalars

    def visit_Name(self, node: ast.Name) -> str:
        """An identifier."""
        return self._name(node.id)

    def visit_Constant(self, node: ast.Constant) -> str:
        """A number, or text."""
        if isinstance(node.value, float):
            mantissa, _, exponent = repr(node.value).partition("e")
            return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa
        if isinstance(node.value, str):
            return rf"\text{{{_escaped(node.value)}}}"
        return str(super().visit_Constant(node))

    def visit_Attribute(self, node: ast.Attribute) -> str:
        """A transpose, or a name that belongs to an object: self.W_f is W_f."""
        if node.attr == "T":
            base = self._wrapped(node.value, _POSTFIX + 1)
            return rf"{{{base}}}^{{\top}}" if "^" in base else rf"{base}^{{\top}}"
        if node.attr == "shape":
            return r"\operatorname{size}" + parenthesized(self.visit(node.value))
        if isinstance(node.value, ast.Name):
            return self._name(node.attr)
        return rf"{self.visit(node.value)}.{self._name(node.attr)}"

    def visit_Subscript(self, node: ast.Subscript) -> str:
        """params["W_f"] is W_f; x[t] is x_{[t]}."""
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return self._name(node.slice.value)
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            return rf"\operatorname{{size}}_{{{self.visit(node.slice)}}}({self.visit(node.value.value)})"
        index = self.visit(node.slice)
        base = self._wrapped(node.value, _POSTFIX + 1)
        return f"{base}[{index}]"

    def visit_Slice(self, node: ast.Slice) -> str:
        """a:b."""
        parts = [self.visit(part) if part else "" for part in (node.lower, node.upper)]
        return r"\mathord{:}".join(parts) + (rf"\mathord{{:}}{self.visit(node.step)}" if node.step else "")

    def visit_Tuple(self, node: ast.Tuple) -> str:
        """Names side by side."""
        return r",\, ".join(self.visit(item) for item in node.elts)

    def visit_Dict(self, node: ast.Dict) -> str:
        """The values side by side."""
        return r",\, ".join(self.visit(value) for value in node.values)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        """-x with brackets around sums."""
        if isinstance(node.op, ast.USub):
            return f"-{self._wrapped(node.operand, _PRODUCT)}"
        return str(super().visit_UnaryOp(node))

    def visit_BinOp(self, node: ast.BinOp) -> str:
        """A matrix product stands side by side, an elementwise one has ⊙, a number times x is plain."""
        if isinstance(node.op, ast.Add | ast.Sub):
            sign = "+" if isinstance(node.op, ast.Add) else "-"
            right = self._wrapped(node.right, _SUM if sign == "+" else _PRODUCT)
            return f"{self.visit(node.left)} {sign} {_guarded(right)}"
        if isinstance(node.op, ast.MatMult):
            left, right = (self._product_side(side, ast.MatMult) for side in (node.left, node.right))
            words = re.search(r"\\mathrm\{\w+\}$", left) or right.startswith(r"\mathrm")
            return rf"{left} \, {right}" if words else f"{left} {right}"
        if isinstance(node.op, ast.Mult):
            if self._is_scalar(node.left) or self._is_scalar(node.right):
                left, right = (self._product_side(side, None) for side in (node.left, node.right))
                plain = isinstance(node.left, ast.Constant) and right[:1].isalpha()
                return f"{left} {right}" if plain else rf"{left} \cdot {right}"
            return r" \odot ".join(self._product_side(side, ast.Mult) for side in (node.left, node.right))
        if isinstance(node.op, ast.Pow):
            exponent = f"^{{{self.visit(node.right)}}}"
            if isinstance(node.left, ast.Call) and _called(node.left) in ("tanh", "log"):
                return rf"\{_called(node.left)}{exponent}" + parenthesized(self.visit(node.left.args[0]))
            return f"{{{self._wrapped(node.left, _POSTFIX + 1)}}}{exponent}"
        return str(super().visit_BinOp(node))

    def visit_Call(self, node: ast.Call) -> str:
        """The calls that notes know by a symbol; others by their name."""
        name = _called(node)
        arguments = [self.visit(argument) for argument in node.args]
        if name in _FUNCTIONS and arguments:
            return _FUNCTIONS[name] + parenthesized(", ".join(arguments))
        if name in ("concatenate", "vstack", "hstack", "column_stack", "concat", "cat", "stack") and node.args:
            return self._stack(node, name)
        if name in _FILLED:
            return _FILLED[name]
        if name in ("eye", "identity") and arguments:
            return f"I_{{{arguments[0]}}}"
        if name == "sum" and not isinstance(node.args[0] if node.args else None, ast.GeneratorExp):
            return self._sum(node)
        if name == "where" and len(arguments) == 3:
            test, yes, no = arguments
            return rf"\begin{{cases}} {yes} & {test} \\ {no} & \text{{otherwise}} \end{{cases}}"
        if name in ("abs", "fabs") and len(arguments) == 1:
            return rf"\left|{arguments[0]}\right|"
        if name == "norm" and arguments:
            return rf"\left\lVert {arguments[0]} \right\rVert"
        if name in ("sqrt", "array") or isinstance(node.args[0] if node.args else None, ast.GeneratorExp):
            return str(super().visit_Call(node))
        return self._named_call(node, name, arguments)

    def _named_call(self, node: ast.Call, name: str, arguments: list[str]) -> str:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and not _is_module(owner):
            arguments = [self.visit(owner), *arguments]
        keywords = [rf"\text{{{_escaped(str(k.arg))}}}={self.visit(k.value)}" for k in node.keywords]
        return rf"\operatorname{{{_escaped(name)}}}" + parenthesized(", ".join([*arguments, *keywords]))

    def _stack(self, node: ast.Call, name: str) -> str:
        """[h; x] for blocks on top of each other, [A, B] for blocks side by side."""
        if not isinstance(node.args[0], ast.Tuple | ast.List):
            return rf"\operatorname{{{name}}}" + parenthesized(self.visit(node.args[0]))
        blocks = node.args[0].elts
        side_by_side = name in ("hstack", "column_stack") or _axis(node) in (1, -1)
        sign = r",\, " if side_by_side else "; "
        return bracketed(sign.join(self.visit(block) for block in blocks))

    def _sum(self, node: ast.Call) -> str:
        """X.sum(axis=1) is X 1, X.sum(axis=0) is 1ᵀ X."""
        if node.args and not (isinstance(node.args[0], ast.Constant)):
            operand, axis = node.args[0], _axis(node, 1)
        else:
            assert isinstance(node.func, ast.Attribute)
            operand, axis = node.func.value, _axis(node, 0)
        if axis == 1:
            return rf"{self._wrapped(operand, _PRODUCT + 1)} \mathbf{{1}}"
        if axis == 0:
            return rf"\mathbf{{1}}^{{\top}} {self._wrapped(operand, _PRODUCT + 1)}"
        return r"\operatorname{sum}" + parenthesized(self.visit(operand))

    def _product_side(self, node: ast.expr, kind: type[ast.operator] | None) -> str:
        """A factor; a product of the other kind is put in brackets, so that neither is taken for the other."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult):
            scalar = isinstance(node.op, ast.Mult) and (self._is_scalar(node.left) or self._is_scalar(node.right))
            if scalar or (kind is not None and isinstance(node.op, kind)):
                return str(self.visit(node))
            return parenthesized(self.visit(node))
        return _guarded(self._wrapped(node, _PRODUCT + 1))

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
        return text if _binding(node) >= least else parenthesized(text)


def _is_module(owner: ast.expr) -> bool:
    """np, np.linalg, and self, whose methods are functions of their arguments alone."""
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return isinstance(owner, ast.Name) and owner.id in {*MODULES, "self", "math", "scipy"}


def _called(node: ast.Call) -> str:
    """The name of what is called: tanh of np.tanh(x)."""
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _binding(node: ast.expr) -> int:
    """How tightly a piece of Python holds together in print."""
    if isinstance(node, ast.Call) and _called(node) == "sum":
        return _PRODUCT
    if isinstance(node, ast.BinOp):
        return {ast.Add: _SUM, ast.Sub: _SUM, ast.Mult: _PRODUCT, ast.MatMult: _PRODUCT}.get(type(node.op), _POSTFIX)
    if isinstance(node, ast.UnaryOp):
        return _SUM
    if isinstance(node, ast.Compare | ast.BoolOp | ast.IfExp | ast.Tuple):
        return 0
    return _POSTFIX if isinstance(node, ast.Attribute) and node.attr == "T" else _POSTFIX + 1


def _guarded(text: str) -> str:
    """A factor or summand that starts with a minus gets brackets."""
    return parenthesized(text) if text.startswith("-") else text


def _axis(node: ast.Call, position: int = 1) -> object:
    for keyword in node.keywords:
        if keyword.arg in ("axis", "dim"):
            value = keyword.value
            if isinstance(value, ast.UnaryOp) and isinstance(value.operand, ast.Constant):
                return -value.operand.value  # type: ignore[operator]
            return value.value if isinstance(value, ast.Constant) else None
    if len(node.args) > position and isinstance(node.args[position], ast.Constant):
        return node.args[position].value  # type: ignore[attr-defined]
    return None


_ESCAPES = str.maketrans(
    {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", **{char: "\\" + char for char in "{}$&#_%"}}
)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _plain(node: ast.AugAssign) -> ast.Assign:
    value = ast.parse(ast.unparse(node.target), mode="eval").body
    return ast.Assign(targets=[node.target], value=ast.BinOp(left=value, op=node.op, right=node.value))


class AlignedFunction(FunctionCodegen):  # type: ignore[misc]
    """A function of assignments: one aligned line each, and what it returns."""

    def __init__(self, expressions: Expressions) -> None:
        super().__init__()
        self._expression_codegen = expressions
        self._assigned: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> str:
        """The lines of the function in an `aligned` block."""
        self._assigned = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
        lines = [self.visit(statement) for statement in node.body]
        return "\\begin{aligned}\n" + " \\\\\n".join(line for line in lines if line) + "\n\\end{aligned}"

    def visit_Assign(self, node: ast.Assign) -> str:
        """y &= x; an arrow where y had a value before, for y = y + x is no equation."""
        targets = [self._expression_codegen.visit(target) for target in node.targets]
        value = self._expression_codegen.visit(node.value)
        if targets == [value]:
            return ""
        names = {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        sign = r"&\gets" if names & self._assigned else "&="
        self._assigned |= names
        return f"{' = '.join(targets)} {sign} {value}"

    def visit_AugAssign(self, node: ast.AugAssign) -> str:
        """y += x as y ← y + x."""
        self._assigned |= {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
        return str(self.visit(_plain(node)))

    def visit_Return(self, node: ast.Return) -> str:
        """What is returned; a dict of the function's own names needs no line."""
        if node.value is None or isinstance(node.value, ast.Dict):
            return ""
        return rf"&\mathbf{{return}}\; {self._expression_codegen.visit(node.value)}"


class Algorithm(IPythonAlgorithmicCodegen):  # type: ignore[misc]
    """A function with loops or conditions, as an algorithm."""

    def __init__(self, expressions: Expressions) -> None:
        super().__init__()
        self._expression_codegen = expressions

    def visit_AugAssign(self, node: ast.AugAssign) -> str:
        """y += x as y ← y + x."""
        return str(self.visit(_plain(node)))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> str:
        """The statements, indented, without a frame."""
        lines = [self.visit(statement) for statement in node.body]
        return "\\begin{array}{l}\n" + " \\\\\n".join(lines) + "\n\\end{array}"
