"""An AST pass before latexify-py: NumPy calls that mean an operator become that operator."""

import ast
from collections.abc import Callable

__all__ = ["MODULES", "NumpyCalls", "scalar_names"]

MODULES = frozenset({"np", "numpy", "anp", "jnp", "cp", "torch"})


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


def scalar_names(function: ast.FunctionDef) -> frozenset[str]:
    """The names that are plainly numbers: number defaults, `: float`, and what is assigned from such or a shape."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    defaults = zip(reversed(arguments), reversed(function.args.defaults), strict=False)
    pairs = [*defaults, *zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)]
    scalars = {argument.arg for argument, default in pairs if default is not None and _is_number(default)}
    for argument in (*arguments, *function.args.kwonlyargs):
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id in ("float", "int"):
            scalars.add(argument.arg)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and (_is_number(node.value) or _is_shape(node.value)):
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                scalars |= {name.id for name in names if isinstance(name, ast.Name)}
    assigned = [
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and not _is_number(node.value) and not _is_shape(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    return frozenset(scalars - set(assigned))


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _is_shape(node: ast.expr) -> bool:
    inner = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(inner, ast.Attribute) and inner.attr == "shape"
