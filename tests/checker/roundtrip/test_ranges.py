"""At which steps a line holds, by what stands beside it."""

import pytest

from symlstm.checker.meaning.ranges import holds_at
from symlstm.checker.reader import read_formula


@pytest.mark.parametrize(
    ("margin", "steps"),
    [
        (r"t = 1, \dots, T", [1, 2, 3, 4]),
        (r"t = T, \dots, 1", [1, 2, 3, 4]),
        (r"t = T-1, \dots, 1", [1, 2, 3]),
        (r"t = 2, \dots, T", [2, 3, 4]),
        (r"t = 3", [3]),
        (r"t = T", [4]),
        (r"t = T, \dots, 1; t \neq 2, 4, \dots", [1, 3]),
        (r"\text{for all steps}", [1, 2, 3, 4]),
    ],
)
def test_margins(margin: str, steps: list[int]) -> None:
    (statement,) = read_formula(rf"h_t &= x_t && {margin}", "latex").statements
    assert [t for t in range(1, 5) if holds_at(statement.annotations, t, 4)] == steps
