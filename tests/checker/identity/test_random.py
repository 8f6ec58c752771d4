"""Random pairs of expressions: what is found the same is so in floating point, what is not has certified numbers."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symlstm.algebra import add, apply, hadamard, maximum, n, negative, one_minus, scale
from symlstm.checker.identity.counterexample import Counterexample
from symlstm.checker.identity.decide import decide
from symlstm.checker.identity.same import Same
from tests.checker.identity.free import SETTING, A, C, a, b, k, matmul, ones, transpose, u

_leaves = st.sampled_from([a, b, u, ones((n, 1)), matmul(A, a), matmul(transpose(C), b), matmul(ones((n, 1)), k)])
_functions = st.sampled_from(["sigmoid", "tanh", "exp", "relu", "abs", "softplus", "silu", "sigmoid", "tanh"])


def _grown(inner):
    return st.one_of(
        st.builds(add, inner, inner),
        st.builds(hadamard, inner, inner),
        st.builds(negative, inner),
        st.builds(one_minus, inner),
        st.builds(apply, _functions, inner),
        st.builds(scale, st.sampled_from([2, -1, 3]), inner),
        st.builds(maximum, inner, inner),
        st.builds(lambda x: matmul(A, x), inner),
    )


_expressions = st.recursive(_leaves, _grown, max_leaves=5)


def _rewritten(draw, expression):
    """The same in other words, or not quite."""
    other = draw(_expressions)
    way = draw(st.integers(0, 7))
    return [
        lambda: add(expression, other, negative(other)),
        lambda: one_minus(one_minus(expression)),
        lambda: scale(2, expression),
        lambda: hadamard(expression, ones(expression.shape)),
        lambda: add(expression, other),
        lambda: other,
        lambda: add(apply("relu", expression), negative(apply("relu", negative(expression)))),
        lambda: maximum(expression, other),
    ][way]()


@st.composite
def _pairs(draw):
    expression = draw(_expressions)
    return expression, _rewritten(draw, expression)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(_pairs())
def test_nothing_false_is_accepted(pair):
    left, right = pair
    found = decide(left, right, SETTING)
    apart = _apart(left, right)
    if isinstance(found, Same):
        assert not apart.any()
    if isinstance(found, Counterexample):
        assert found.left != found.right


def _apart(left, right):
    """At which real points the sides differ in floating point by more than rounding of what is large there."""
    sizes = {symbol: 3 + place for place, symbol in enumerate(SETTING.symbols)}
    point = SETTING.point("floats", sizes, 7)
    with np.errstate(all="ignore"):
        x, y = point.evaluate(left).array, point.evaluate(right).array
        largest = np.maximum(_largest(left, point), _largest(right, point))[:, None, None]
        return np.isfinite(x) & np.isfinite(y) & (abs(x - y) > 1e-9 * np.maximum(1, largest))


def _largest(expression, point):
    """The largest number that occurs on the way, at every point."""
    parts = [part for part in expression.args if getattr(part, "is_Matrix", False)]
    here = abs(point.evaluate(expression).array).max(axis=(1, 2))
    return np.maximum.reduce([here, *(_largest(part, point) for part in parts)])
