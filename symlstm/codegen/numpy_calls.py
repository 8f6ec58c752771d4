"""An AST pass before latexify-py: NumPy calls that mean an operator become that operator."""

import ast
from collections.abc import Callable

__all__ = ["LIBRARIES", "MODULES", "NumpyCalls", "bare_names", "scalar_names"]

MODULES = frozenset({"np", "numpy", "anp", "jnp", "cp", "torch", "tf"})
LIBRARIES = MODULES | {"math", "scipy", "special", "sp", "F", "nn", "utils"}


def _binary(operator: type[ast.operator]) -> Callable[..., ast.expr]:
    return lambda a, b: ast.BinOp(left=a, op=operator(), right=b)


def _transpose(a: ast.expr) -> ast.expr:
    return ast.Attribute(value=a, attr="T", ctx=ast.Load())


_OPERATORS: dict[str, Callable[..., ast.expr]] = {
    "dot": _binary(ast.MatMult),
    "matmul": _binary(ast.MatMult),
    "mm": _binary(ast.MatMult),
    "multiply": _binary(ast.Mult),
    "add": _binary(ast.Add),
    "subtract": _binary(ast.Sub),
    "divide": _binary(ast.Div),
    "power": _binary(ast.Pow),
    "outer": lambda a, b: ast.BinOp(left=a, op=ast.MatMult(), right=_transpose(b)),
    "square": lambda a: ast.BinOp(left=a, op=ast.Pow(), right=ast.Constant(2)),
    "negative": lambda a: ast.UnaryOp(op=ast.USub(), operand=a),
    "transpose": _transpose,
}

_ARITY = {"square": 1, "negative": 1, "transpose": 1}
_METHODS = frozenset({"dot", "matmul", "mm", "transpose"})
_UNCHANGED = frozenset({"copy", "asarray", "ravel", "flatten", "squeeze", "float32", "float64", "detach"})


class NumpyCalls(ast.NodeTransformer):
    """np.dot(a, b), a.dot(b) → a @ b; np.multiply → *; np.outer(a, b) → a @ b.T; copies and casts vanish."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace one call, its arguments first."""
        self.generic_visit(node)
        if not isinstance(node.func, ast.Attribute):
            return node
        owner, name = node.func.value, node.func.attr
        if isinstance(owner, ast.Name) and owner.id == "self":
            return node
        of_module = isinstance(owner, ast.Name) and owner.id in MODULES
        operands = node.args if of_module else [owner, *node.args]
        if name in _UNCHANGED and len(operands) == 1:
            return operands[0]
        known = name in _OPERATORS and (of_module or name in _METHODS)
        if known and len(operands) == _ARITY.get(name, 2) and not node.keywords:
            return ast.copy_location(_OPERATORS[name](*operands), node)
        return node


def bare_names(function: ast.FunctionDef) -> frozenset[str]:
    """The names that the function uses by themselves, beside which self.c has to keep its owner."""
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return frozenset(names | {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)})


def scalar_names(function: ast.FunctionDef) -> frozenset[str]:
    """The names that are plainly numbers: defaults such as 0.1, `: float`, and what is only assigned such or a size."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    defaults = zip(reversed(arguments), reversed(function.args.defaults), strict=False)
    pairs = [*defaults, *zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)]
    scalars = {argument.arg for argument, default in pairs if _is_fraction(default)}
    for argument in (*arguments, *function.args.kwonlyargs):
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id in ("float", "int"):
            scalars.add(argument.arg)
    stored = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    plain: list[str] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and (_is_number(node.value) or _is_size(node.value)):
            targets = [deeper for target in node.targets for deeper in ast.walk(target)]
            plain += [target.id for target in targets if isinstance(target, ast.Name)]
    return frozenset({name for name in scalars | set(plain) if stored.count(name) == plain.count(name)})


def _is_fraction(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value != 0


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _is_size(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        return True
    inner = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(inner, ast.Attribute) and inner.attr == "shape"
