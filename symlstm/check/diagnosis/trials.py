"""Trials: whether an edited claim is right, by the exact test that judges claims; counted, so that a budget can hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sympy import MatrixExpr

from symlstm.check.deciding import setting_for
from symlstm.check.identity.same import Same, same
from symlstm.check.judging import Background, _frames
from symlstm.check.meaning.choices import Choices, explore
from symlstm.check.meaning.elaborate import value_of
from symlstm.check.meaning.frame import Frame
from symlstm.check.meaning.problems import Beyond, Misfit, NeedsTime, Problem
from symlstm.check.meaning.scope import Scope
from symlstm.check.meaning.values import level
from symlstm.check.reader.tree import Span, Tree
from symlstm.errors import SymlstmError

__all__ = ["Trials"]

_READINGS = 3


class Trials:
    """Compares edited claims; `left` of each is exhausted after `budget` of them, and then nothing is found right."""

    def __init__(self, background: Background, budget: int = 400) -> None:
        self.background = background
        self.left = budget

    def holds(
        self,
        left: Tree,
        right: Tree,
        changes: Mapping[str, MatrixExpr | str] | None = None,
        background: Background | None = None,
        moments: Sequence[int] | None = None,
    ) -> bool:
        """Whether some reading of left = right is right; with values changed, or at some moments t only."""
        known = background or self.background
        readings = explore(lambda choices: self._reading(left, right, changes, known, choices, moments), _READINGS)
        return any(found for found, _ in readings)

    def fits(self, left: Tree, right: Tree) -> bool:
        """Whether some reading of left = right has shapes that fit."""
        for found, _ in explore(lambda choices: self._shaped(left, right, choices), _READINGS):
            if found:
                return True
        return False

    def same(self, left: MatrixExpr, right: MatrixExpr, frame: Frame) -> bool:
        """Whether two expressions of a frame are equal."""
        return self._same(left, right, frame, self.background, None)

    def _reading(
        self,
        left: Tree,
        right: Tree,
        changes: Mapping[str, MatrixExpr | str] | None,
        background: Background,
        choices: Choices,
        moments: Sequence[int] | None,
    ) -> bool:
        for frames in _frames(background):
            try:
                return self._over(frames, left, right, changes, background, choices, moments)
            except NeedsTime:
                continue
            except (SymlstmError, ValueError, TypeError, NotImplementedError):
                return False
        return False

    def _over(
        self,
        frames: Sequence[Frame],
        left: Tree,
        right: Tree,
        changes: Mapping[str, MatrixExpr | str] | None,
        background: Background,
        choices: Choices,
        moments: Sequence[int] | None,
    ) -> bool:
        looked = False
        for frame in frames:
            if moments is not None and frame.indices.get("t") not in moments:
                continue
            try:
                sides = _sides(left, right, Scope(frame, background.table, choices, background.convention))
            except Beyond:
                continue
            if not self._same(*sides, frame, background, changes):
                return False
            looked = True
        return looked

    def _same(
        self,
        left: MatrixExpr,
        right: MatrixExpr,
        frame: Frame,
        background: Background,
        changes: Mapping[str, MatrixExpr | str] | None,
    ) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        setting = setting_for(frame, left, right)
        values = dict.fromkeys(background.zeros, "zero") | dict(changes or {})
        known = {name: value for name, value in values.items() if name in setting.system.symbols}
        if known:
            setting = setting.with_values(known)
        return isinstance(same(left, right, setting), Same)

    def _shaped(self, left: Tree, right: Tree, choices: Choices) -> bool:
        for frames in _frames(self.background):
            for frame in frames:
                try:
                    _sides(left, right, Scope(frame, self.background.table, choices, self.background.convention))
                except NeedsTime:
                    break
                except Beyond:
                    continue
                except (SymlstmError, ValueError, TypeError, NotImplementedError):
                    return False
                return True
        return False


def _sides(left: Tree, right: Tree, scope: Scope) -> tuple[MatrixExpr, MatrixExpr]:
    span = Span(left.span.start, right.span.stop)
    return level(value_of(left, scope), value_of(right, scope), span, scope.choices)


_ = (replace, Misfit, Problem)
