"""Deciding one reading of a claim: the same, different with a certificate, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, MatrixExpr, MatrixSymbol

from symlstm.algebra import symbols_of
from symlstm.checker.identity.counterexample import Counterexample, counterexample
from symlstm.checker.identity.same import NoVerdict, Same, same
from symlstm.checker.identity.setting import Setting, setting_of
from symlstm.checker.meaning.frame import Frame
from symlstm.checker.report import Verdict

__all__ = ["Finding", "Pair", "decide", "setting_for"]


@dataclass(frozen=True)
class Pair:
    """Both sides of a claim at one moment."""

    frame: Frame
    left: MatrixExpr
    right: MatrixExpr


@dataclass(frozen=True)
class Finding:
    """What came of a pair: the verdict and its certificate, or why there is none."""

    verdict: Verdict
    pair: Pair | None = None
    bound: str = ""
    counterexample: Counterexample | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()


def setting_for(frame: Frame, *sides: MatrixExpr) -> Setting:
    """Where the sides are evaluated: the frame's System, with the Jacobians and free symbols that they speak of."""
    setting = setting_of(frame.system)
    names: list[str] = []
    for side in sides:
        _collect(side, frame, setting, names)
    for name in names:
        if name not in setting.shapes:
            setting = _with_one(setting, name, frame, sides)
    return setting


def _collect(side: MatrixExpr, frame: Frame, setting: Setting, names: list[str]) -> None:
    for symbol in symbols_of(side):
        name = str(symbol.name)
        if name not in setting.shapes and name not in names:
            if name in frame.extra:
                _collect(frame.extra[name].rhs, frame, setting, names)
            names.append(name)


def _with_one(setting: Setting, name: str, frame: Frame, sides: tuple[MatrixExpr, ...]) -> Setting:
    """The setting with one more quantity: a Jacobian by its equation, else a leaf of which nothing is known."""
    if name in frame.extra:
        return setting.extend(name, frame.extra[name].rhs)
    return setting.with_leaf(name, _shape(name, sides))


def _shape(name: str, sides: tuple[MatrixExpr, ...]) -> tuple[Expr, Expr]:
    symbols = (symbol for side in sides for symbol in symbols_of(side) if symbol.name == name)
    rows, columns = next(symbols).shape
    return rows, columns


@lru_cache(maxsize=256)
def _with_zeros(setting: Setting, zeros: tuple[str, ...]) -> Setting:
    return setting.with_values({name: "zero" for name in zeros if name in setting.system.symbols})


def _is_equation(name: MatrixExpr, expression: MatrixExpr, frame: Frame) -> bool:
    """Whether two sides are the same, or an equation of the System as it stands."""
    if name == expression:
        return True
    known = isinstance(name, MatrixSymbol) and name.name in frame.system and frame.system.symbols[name.name] == name
    return known and frame.system[name.name].rhs == expression


def decide(pair: Pair, zeros: Sequence[str] = ()) -> Finding:
    """Compare both sides of a pair; a difference needs a certified counterexample to be called wrong."""
    if _is_equation(pair.left, pair.right, pair.frame) or _is_equation(pair.right, pair.left, pair.frame):
        return Finding(Verdict.RIGHT, pair, bound="the same expression, symbol by symbol")
    setting = setting_for(pair.frame, pair.left, pair.right)
    if zeros:
        setting = _with_zeros(setting, tuple(zeros))
    found = same(pair.left, pair.right, setting)
    if isinstance(found, Same):
        return Finding(Verdict.RIGHT, pair, bound=found.bound)
    if isinstance(found, NoVerdict):
        return Finding(Verdict.UNDECIDED, pair, reason=found.reason)
    shown = counterexample(pair.left, pair.right, setting)
    if shown is None:
        reason = "the sides differ as formulas, but no numbers were found that show it for certain"
        return Finding(Verdict.UNDECIDED, pair, reason=reason)
    return Finding(Verdict.WRONG, pair, counterexample=shown)
