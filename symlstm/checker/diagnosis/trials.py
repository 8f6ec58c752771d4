"""Trials: whether an edited claim is right, by the test that judges claims; counted, so that a budget can hold."""

from collections.abc import Mapping, Sequence
from functools import partial

from sympy import MatrixExpr

from symlstm.checker.deciding import Finding, Pair, setting_for
from symlstm.checker.identity.same import Same, same
from symlstm.checker.judging import Background, finding_over, frames_of
from symlstm.checker.meaning.choices import Choices, explore
from symlstm.checker.meaning.frame import Frame, TimeFrame
from symlstm.checker.meaning.problems import NeedsTime
from symlstm.checker.reader.tree import Tree
from symlstm.checker.report import Verdict
from symlstm.errors import SymlstmError

__all__ = ["Trials"]

Changes = Mapping[str, MatrixExpr | str]
Frames = Sequence[Sequence[Frame]]
_READINGS = 3
_OF_JACOBIANS = 8
_REFUSED = (SymlstmError, ValueError, TypeError, NotImplementedError)


class Trials:
    """Compares edited claims, as many as the budget allows; then nothing is found right any more.

    With a `target` the right side is compared with that expression at one frame, whatever the left side says.
    """

    def __init__(
        self, background: Background, budget: int = 300, target: tuple[Frame, MatrixExpr] | None = None
    ) -> None:
        self.background = background
        self._budget = [budget]
        self.target = target

    @property
    def left(self) -> int:
        """How many trials are left; one over several steps counts twice."""
        return self._budget[0]

    def against(self, frame: Frame, wanted: MatrixExpr) -> "Trials":
        """Trials of what should be an expression of a frame, out of the same budget."""
        other = Trials(self.background, target=(frame, wanted))
        other._budget = self._budget
        return other

    def holds(
        self,
        left: Tree,
        right: Tree,
        changes: Changes | None = None,
        frames: Frames | None = None,
        background: Background | None = None,
    ) -> bool:
        """Whether some reading of left = right is right; with values changed, or at other moments."""
        known = background or self.background
        among = frames or self._frames(known)
        readings = explore(lambda choices: self._reading(left, right, changes, known, choices, among), _READINGS)
        return any(found for found, _ in readings)

    def fits(self, left: Tree, right: Tree) -> bool:
        """Whether some reading of left = right has shapes that fit."""
        self._budget[0] -= 1
        among = self._frames(self.background)
        return any(found for found, _ in explore(lambda choices: self._shaped(left, right, choices, among), _READINGS))

    def same(self, left: MatrixExpr, right: MatrixExpr, frame: Frame) -> bool:
        """Whether two expressions of a frame are equal."""
        return self._decide(Pair(frame, left, right), self.background.zeros).verdict is Verdict.RIGHT

    def _frames(self, background: Background) -> Frames:
        return [[self.target[0]]] if self.target else list(frames_of(background))

    def _reading(
        self, left: Tree, right: Tree, changes: Changes | None, background: Background, choices: Choices, among: Frames
    ) -> bool:
        if self.left <= 0:
            return False
        for frames in among:
            self._budget[0] -= 2 if isinstance(frames[0], TimeFrame) else 1
            try:
                decide = partial(self._decide, changes=changes)
                return finding_over(frames, left, right, background, choices, decide).verdict is Verdict.RIGHT
            except NeedsTime:
                continue
            except _REFUSED:
                return False
        return False

    def _decide(self, pair: Pair, zeros: Sequence[str], changes: Changes | None = None) -> Finding:
        """The finding for a pair, without the numbers that show a difference."""
        left = self.target[1] if self.target else pair.left
        setting = setting_for(pair.frame, left, pair.right)
        if setting.definitions:  # Jacobians are large
            self._budget[0] -= _OF_JACOBIANS
        values = dict.fromkeys(zeros, "zero") | dict(changes or {})
        known = {name: value for name, value in values.items() if name in setting.system.symbols}
        if known:
            setting = setting.with_values(known)
        found = isinstance(same(left, pair.right, setting), Same)
        return Finding(Verdict.RIGHT if found else Verdict.WRONG, pair)

    def _shaped(self, left: Tree, right: Tree, choices: Choices, among: Frames) -> bool:
        for frames in among:
            try:
                finding_over(frames, left, right, self.background, choices, _unseen)
                return True
            except NeedsTime:
                continue
            except _REFUSED:
                return False
        return False


def _unseen(pair: Pair, zeros: Sequence[str]) -> Finding:
    return Finding(Verdict.RIGHT, pair)
