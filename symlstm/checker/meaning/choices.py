"""Choices: what a text leaves open is asked for by name, and every combination of answers is tried."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from symlstm.checker.meaning.problems import NotUnderstood
from symlstm.checker.reader.tree import Span

__all__ = ["Choices", "explore"]

_MOST_TERMS = 2000

T = TypeVar("T")


class Choices:
    """Answers to the questions that a reading raises; the same question gets the same answer all along a claim."""

    def __init__(self, answers: Sequence[int] = ()) -> None:
        self._planned = list(answers)
        self._asked: dict[str, int] = {}
        self._counts: list[int] = []
        self.notes: list[str] = []
        self.components: set[str] = set()
        self.vectors: set[str] = set()  # what is written without the index of a component
        self._spent = 0

    def pick(self, question: str, options: Sequence[T], notes: Sequence[str] = ()) -> T:
        """One of the options, the first unless another is planned; `notes` say what an answer takes for granted."""
        if len(options) == 1:
            return options[0]
        if question not in self._asked:
            place = len(self._counts)
            answer = self._planned[place] if place < len(self._planned) else 0
            self._asked[question] = answer
            self._counts.append(len(options))
            if notes and notes[answer]:
                self.notes.append(notes[answer])
        return options[self._asked[question]]

    def spend(self, work: int) -> None:
        """Count terms that are written out. Raises NotUnderstood for more than anybody writes."""
        self._spent += work
        if self._spent > _MOST_TERMS:
            raise NotUnderstood(f"sums and products of more than {_MOST_TERMS} terms")

    def note(self, text: str) -> None:
        """Remember something that the reading takes for granted."""
        if text not in self.notes:
            self.notes.append(text)

    def check_components(self, span: Span) -> None:
        """Raise NotUnderstood for a vector beside components, such as δ_j b, which is no elementwise product."""
        if self.components and self.vectors:
            index, vector = min(self.components), min(self.vectors)
            text = f"components with the index {index}, and {vector} without one; write all as vectors"
            raise NotUnderstood(text, span)

    def following(self) -> list[list[int]]:
        """The plans that differ from this one in the last question that was answered freely, or an earlier one."""
        answers = list(self._asked.values())
        fixed = len(self._planned)
        return [
            [*answers[:place], other] for place in range(fixed, len(answers)) for other in range(1, self._counts[place])
        ]


def explore(read: Callable[[Choices], T], most: int = 24) -> Iterator[tuple[T, tuple[str, ...]]]:
    """Every reading with what it takes for granted, the likeliest first; at most `most` of them."""
    plans: list[list[int]] = [[]]
    seen = 0
    while plans and seen < most:
        choices = Choices(plans.pop(0))
        result = read(choices)
        seen += 1
        plans += choices.following()
        yield result, tuple(choices.notes)
