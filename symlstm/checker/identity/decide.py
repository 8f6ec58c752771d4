"""The verdict on two sides: the same with a bound, different with a counterexample, or why neither is certain."""

from sympy import MatrixExpr

from symlstm.checker.identity.counterexample import Counterexample, counterexample
from symlstm.checker.identity.same import Different, NoVerdict, Same, same
from symlstm.checker.identity.setting import Setting
from symlstm.checker.identity.sizes import show_sizes

__all__ = ["decide"]


def decide(left: MatrixExpr, right: MatrixExpr, setting: Setting) -> Same | Counterexample | NoVerdict:
    """Whether two expressions are equal for all values of the leaves.

    Raises ShapeError when the shapes differ, MissingRuleError for a node that has no rule.
    """
    found = same(left, right, setting)
    if not isinstance(found, Different):
        return found
    shown = counterexample(left, right, setting)
    if shown is not None:
        return shown
    sizes = f" (sizes {show_sizes(found.sizes)})" if found.sizes else ""
    return NoVerdict(f"the sides differ over a prime field{sizes}, but no real numbers were found that show it")
