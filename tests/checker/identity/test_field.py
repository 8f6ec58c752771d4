"""The prime field: squares in place of positive numbers, exponentials in terms of a basis, roots with and without i."""

from itertools import pairwise

import pytest
from flint import nmod
from sympy import Rational, isprime, primerange

from symlstm.checker.identity.domain import BadPointError, NoRootError
from symlstm.checker.identity.field import PRIME, PrimeField
from symlstm.checker.identity.quadratic import Gaussian, QuadraticField
from symlstm.errors import MissingRuleError


def numbers(count, seed="numbers"):
    field = PrimeField(seed)
    return field, [field._draw(place) * nmod(1, PRIME) for place in range(count)]


def test_the_prime_is_as_described():
    assert isprime(PRIME)
    assert PRIME % 12 == 11
    assert abs(PRIME - 2**61) < 2**20
    field = PrimeField("")
    assert all(field.sign(field.number(Rational(q))) == 1 for q in primerange(60))
    assert field.sign(field.number(Rational(-1))) == PRIME - 1


def test_signs_obey_the_rules_of_real_numbers():
    field, values = numbers(40)
    for a, b in zip(values[::2], values[1::2], strict=True):
        assert field.sign(a * b) == field.sign(a) * field.sign(b)
        assert field.sign(-a) == -field.sign(a)
        assert field.step(a) + field.step(-a) == 1
        assert field.absolute(a) == field.absolute(-a)
        assert field.maximum(a, b) == field.maximum(b, a)
    assert field.sign(nmod(0, PRIME)) == field.step(nmod(0, PRIME)) == 0
    assert len({int(field.sign(value)) for value in values}) == 2


def test_exponentials_keep_sums_and_multiples():
    field, (a, b, c, *_) = numbers(8)
    assert field.exp(nmod(0, PRIME)) == 1
    x, y, z = field.exp(a), field.exp(b), field.exp(c)
    assert field.exp(-a) == 1 / x
    assert field.exp(2 * a) == x * x
    assert field.exp(a / 2) ** 2 == x
    assert field.exp(a * 2 / 3) ** 3 == x * x
    assert field.exp(a + b) == x * y
    assert field.exp(a - 2 * b) == x / y / y
    assert field.exp(a + b - c) == x * y / z
    assert field.exp(a / 2 + b) == field.exp(a / 2) * y
    assert len({int(x), int(y), int(z), int(field.exp(a * b))}) == 4


def test_exponentials_keep_sums_asked_first():
    field, (a, b, c, *_) = numbers(8, "sums first")
    whole, x, y = field.exp(a + b + c), field.exp(a), field.exp(b)
    assert field.exp(c) == whole / x / y


def test_exponentials_have_the_signs_of_real_ones():
    field, values = numbers(30)
    for a in values:
        x = field.exp(a)
        assert field.sign(x) == field.sign(1 + x) == field.sign(1 + 1 / x) == 1
        assert field.sign(x - 1) == field.sign(a) == field.sign(field.tanh(a))


def test_logarithms_keep_products():
    field, (a, b, x, y, *_) = numbers(8)
    assert field.log(nmod(1, PRIME)) == 0
    assert field.log(field.exp(a)) == a
    assert field.log(1 / x) == -field.log(x)
    assert field.log(x * field.exp(b)) == field.log(x) + b
    assert field.log(x * field.exp(a) / field.exp(b)) == field.log(x) + a - b
    assert field.exp(field.log(y)) == y
    assert field.exp(field.log(y) + a) == y * field.exp(a)


def test_what_a_claim_added_is_forgotten():
    field, (a, b, c, *_) = numbers(8)
    before = field.exp(a)
    mark = field.exponentials.mark()
    added = field.exp(b)
    field.log(c)
    field.exponentials.rollback(mark)
    assert field.exponentials.mark() == mark
    assert field.exp(a) == before
    assert field.exp(b) == added


def test_roots_are_multiplicative():
    field, values = numbers(40)
    squares = [value for value in values if field.sign(value) == 1]
    for a, b in pairwise(squares):
        half = Rational(1, 2)
        assert field.power(a, half) ** 2 == a
        assert field.power(a * b, half) == field.power(a, half) * field.power(b, half)
        assert field.power(a * a, half) == a
        assert field.power(-a * -a, half) == a
        assert field.power(a, Rational(-3, 2)) * field.power(a, half) == 1 / a
    for a in values:
        assert field.power(a, Rational(1, 3)) ** 3 == a
    with pytest.raises(MissingRuleError, match="got 1/5"):
        field.power(values[0], Rational(1, 5))


def test_every_number_has_a_root_with_i():
    field, values = numbers(40)
    other = QuadraticField("with i")
    for a in values:
        root = other.power(a, Rational(1, 2))
        assert root * root == a
        assert other.power(a, Rational(-1, 2)) * root == 1
        if isinstance(root, Gaussian):
            with pytest.raises(NoRootError):
                field.power(a, Rational(1, 2))
            with pytest.raises(BadPointError):
                other.sign(root)


def test_gaussian_matrices():
    field = QuadraticField("matrices")
    i = Gaussian(nmod(0, PRIME), nmod(1, PRIME))
    a, b = field.leaf("a", 2, 3), field.leaf("b", 3, 2)
    for left, right in ((a, b), (field.scale(i, a), b), (a, field.scale(i, b)), (field.scale(i, a), field.scale(i, b))):
        product = field.product(left, right)
        rows = [field.entries(left)[:3], field.entries(left)[3:]]
        columns = [field.entries(right)[::2], field.entries(right)[1::2]]
        expected = [sum((x * y for x, y in zip(row, column, strict=True)), 0) for row in rows for column in columns]
        assert all(x == y for x, y in zip(field.entries(product), expected, strict=True))
        total = field.add(field.transpose(left), right)
        pairs = zip(field.entries(field.transpose(left)), field.entries(right), strict=True)
        assert all(x == y + z for x, (y, z) in zip(field.entries(total), pairs, strict=True))


def test_gaussian_numbers_are_a_field():
    _, (a, b, c, e, *_) = numbers(8)
    x, y = Gaussian(a, b), Gaussian(c, e)
    assert x * y == y * x
    assert x / y * y == x
    assert 1 / x * x == 1
    assert x**3 * x**-3 == 1
    assert (x - y) + y == x
    assert 2 - x == -(x - 2)
    assert x * (y + 1) == x * y + x
    assert x != y


def test_points_depend_on_the_seed_alone():
    first, again, other = PrimeField("one"), PrimeField("one"), PrimeField("two")
    assert first.leaf("a", 3, 2) == again.leaf("a", 3, 2)
    assert first.leaf("a", 3, 2) != other.leaf("a", 3, 2)
    assert first.leaf("a", 3, 2) != first.leaf("b", 3, 2)
