"""Python functions as LaTeX, on latexify-py's visitors: aligned lines, or an algorithm where there are branches."""

import ast

from latexify.codegen import FunctionCodegen, IPythonAlgorithmicCodegen
from latexify.exceptions import LatexifyNotSupportedError

from symlstm.codegen.expressions import Expressions

__all__ = ["Algorithm", "AlignedFunction", "Expressions"]


def _names_itself(node: ast.Dict) -> bool:
    """Whether a dict says nothing new: {"h": h, "c": c}."""
    pairs = zip(node.keys, node.values, strict=True)
    return all(isinstance(k, ast.Constant) and isinstance(v, ast.Name) and k.value == v.id for k, v in pairs)


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
        if not any(lines):
            raise LatexifyNotSupportedError("Nothing to typeset: FunctionDef")
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
        if node.value is None or (isinstance(node.value, ast.Dict) and _names_itself(node.value)):
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
