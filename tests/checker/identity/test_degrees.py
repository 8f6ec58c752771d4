"""Degrees and numbers of indices are those of the polynomials that an entry is made of, or more."""

import pytest
from sympy import MatMul, Rational, Transpose, cancel, degree, symbols
from sympy.matrices.expressions.matexpr import MatrixElement

from symlstm.algebra import add, divide, hadamard, matmul, maximum, mean, n, ones, power, scaled, variance
from symlstm.checker.identity.chance import Chance, Luck, degree_of, least_sizes
from symlstm.checker.identity.sizes import large_enough
from tests.checker.identity.free import SETTING, A, C, D, E, W, a, b, k, of, u, x

SIZES = large_enough(SETTING.symbols)
N = SETTING.symbols[0]


def bounds(expression):
    return degree_of(expression, expression, SETTING, SIZES)


@pytest.mark.parametrize(
    ("expression", "above", "below", "sums", "others"),
    [
        (add(a, b), 1, 0, 0, 0),
        (hadamard(a, b, u), 3, 0, 0, 0),
        (MatMul(A, C), 2, 0, 1, 0),
        (MatMul(A, C, D, E), 4, 0, 3, 0),
        (MatMul(W, x), 2, 0, 0, 1),
        (MatMul(W, Transpose(W), a), 3, 0, 1, 1),
        (hadamard(MatMul(A, a), MatMul(C, b)), 4, 0, 2, 0),
        (power(MatMul(A, a), 3), 6, 0, 3, 0),
        (mean(a), 1, 0, 1, 0),
        (variance(a), 2, 0, 3, 0),
        (matmul(ones((1, n)), hadamard(a, b), k), 3, 0, 1, 0),
        (power(a, -1), 0, 1, 0, 0),
        (power(a, Rational(-3, 2)), 0, 2, 0, 0),
        (of("sigmoid", a), 12, 12, 0, 0),
        (of("exp", MatMul(A, a)), 12, 12, 0, 0),
    ],
)
def test_degrees(expression, above, below, sums, others):
    entry = SETTING.point("degrees", SIZES, 12).evaluate(expression).entry
    assert (entry.above, entry.below, entry.sums, entry.others) == (above, below, sums, others)


@pytest.mark.parametrize(
    "expression",
    [
        add(divide(a, b), divide(b, u)),
        MatMul(A, divide(a, b)),
        divide(MatMul(A, power(a, -2)), add(a, power(b, -1))),
        variance(divide(a, b)),
        scaled(power(mean(power(a, -1)), -1), hadamard(b, b)),
        MatMul(Transpose(divide(a, u)), A, power(b, -1)),
    ],
)
def test_degrees_are_upper_bounds(expression):
    """Along a random line through the points the degree is that of a rational function of one variable."""
    t = symbols("t")
    point = SETTING.point("field", SIZES, 0)

    def along(element):
        name, (i, j) = str(element.parent.name), element.indices
        entry = int(point.value(name)[int(i), int(j)])
        return entry % 97 + (entry % 89 + 1) * t

    explicit = expression.subs(SIZES).doit().as_explicit()[0, 0]
    numerator, denominator = cancel(
        explicit.xreplace({element: along(element) for element in explicit.atoms(MatrixElement)})
    ).as_numer_denom()
    bound = SETTING.point("degrees", SIZES, 12).evaluate(expression).entry
    assert bound.above >= degree(numerator, t)
    assert bound.below >= degree(denominator, t)
    assert 0 < bound.above <= 4 * degree(numerator, t)


@pytest.mark.parametrize(
    ("expression", "signs"),
    [
        (of("relu", a), 1),
        (add(of("relu", a), of("abs", b)), 1),
        (hadamard(of("relu", a), of("abs", b)), 2),
        (maximum(a, b), 1),
        (maximum(of("relu", a), of("abs", b)), 3),
        (of("step", add(of("relu", a), of("abs", b))), 3),
        (of("exp", maximum(a, b)), 1),
        (of("tanh", a), 0),
    ],
)
def test_decisions(expression, signs):
    assert bounds(expression).signs == signs


def test_sizes_hold_as_many_values_as_there_are_indices():
    for factors in ((A,), (A, C), (A, C, D), (A, C, D, E), (A, C, D, E, A, C)):
        word = MatMul(*factors)
        least = least_sizes(bounds(word), SETTING.symbols, word.shape)
        assert least[N] == len(factors) + 1 > len(factors) / 2
        assert large_enough(SETTING.symbols, least)[N] >= least[N]


def test_what_exponentials_are_taken_of_counts_too():
    """At sizes where a product of matrices is zero by chance, its exponential is 1 by chance."""
    inner = MatMul(A, C, D, E, a)
    found = bounds(of("sigmoid", inner))
    assert found.sums == 0
    assert least_sizes(found, SETTING.symbols, inner.shape)[N] == 5
    assert bounds(a).inner is None


def test_an_exponential_that_holds_the_argument_of_a_logarithm_has_its_degree():
    claim = of("exp", of("log", MatMul(A, C, a))), MatMul(A, C, a)
    bits = []
    for raised in (False, True):
        chance = Chance(*claim, SETTING, SIZES)
        chance.add(Luck(trials=0, largest=12, roots=0, decisions=0, degree_of_a_root=4, tied=False, raised=raised))
        bits.append(chance.bits())
    assert bits[1] < bits[0]
    field = SETTING.point("field", SIZES, 0).domain
    mark = field.exponentials.mark()
    number = field.number(Rational(7, 3))
    assert field.exp(field.log(number)) == number
    assert field.exponentials.raised
    field.exponentials.rollback(mark)
    assert not field.exponentials.raised
