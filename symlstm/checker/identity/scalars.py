"""Functions of one number in any domain: the table of activations says what each is, one rule per scalar operation."""

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Float,
    Heaviside,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    Symbol,
    exp,
    log,
    nsimplify,
    sign,
    tanh,
)
from sympy.core.numbers import Exp1, Half, Integer, NegativeOne, One, Zero
from sympy.core.relational import StrictGreaterThan, StrictLessThan
from sympy.logic.boolalg import BooleanTrue

from symlstm.algebra.function import Activation
from symlstm.checker.identity.domain import Domain
from symlstm.errors import MissingRuleError

__all__ = ["activation", "compiled"]

Scalar = Callable[[Domain, Any], Any]  # a domain, and what stands for the symbols
_X = Dummy("x", real=True)


@lru_cache(maxsize=1 << 10)
def activation(function: Activation) -> Callable[[Domain, Any], Any]:
    """What an elementwise function does to a number of a domain, as the table of activations says."""
    whole = compiled(function.entry.scalar(_X))
    return lambda domain, x: whole(domain, {_X: x})


@lru_cache(maxsize=1 << 12)
def compiled(expression: Expr) -> Scalar:
    """A scalar expression as a function of a domain and of the values of its symbols. Raises MissingRuleError."""
    rule = _RULES.get(type(expression))
    if rule is None:
        raise MissingRuleError(f"checking: no rule to evaluate {type(expression).__name__} in {expression}")
    return rule(expression)


def _number(expression: Expr) -> Scalar:
    value = nsimplify(expression, rational=True)
    return lambda domain, symbols: domain.number(value)


def _symbol(expression: Symbol) -> Scalar:
    return lambda domain, symbols: symbols[expression]


def _sum(expression: Add) -> Scalar:
    parts = [compiled(part) for part in expression.args]
    return lambda domain, symbols: reduce(lambda a, b: a + b, [part(domain, symbols) for part in parts])


def _product(expression: Mul) -> Scalar:
    parts = [compiled(part) for part in expression.args]
    return lambda domain, symbols: reduce(lambda a, b: a * b, [part(domain, symbols) for part in parts])


def _power(expression: Pow) -> Scalar:
    base, exponent = expression.args
    if isinstance(base, Exp1):
        return _call(exponent, lambda domain, x: domain.exp(x))
    if not isinstance(exponent, Rational):
        raise MissingRuleError(f"checking: no rule for the exponent {exponent} in {expression}")
    return _call(base, lambda domain, x: domain.power(x, exponent))


def _call(argument: Expr, function: Callable[[Domain, Any], Any]) -> Scalar:
    inner = compiled(argument)
    return lambda domain, symbols: function(domain, inner(domain, symbols))


def _function(function: Callable[[Domain, Any], Any]) -> Callable[[Expr], Scalar]:
    return lambda expression: _call(expression.args[0], function)


def _largest(expression: Max) -> Scalar:
    parts = [compiled(part) for part in expression.args]
    return lambda domain, symbols: reduce(domain.maximum, [part(domain, symbols) for part in parts])


def _smallest(expression: Min) -> Scalar:
    """min(a, b) = −max(−a, −b)."""
    parts = [compiled(-part) for part in expression.args]
    return lambda domain, symbols: -reduce(domain.maximum, [part(domain, symbols) for part in parts])


def _cases(expression: Piecewise) -> Scalar:
    """The first value whose condition holds: s v + (1 − s) rest, with s = 1 where it does."""
    whole: Scalar | None = None
    for value, condition in reversed(expression.args):
        whole = _case(compiled(value), compiled(condition), whole)
    assert whole is not None
    return whole


def _case(value: Scalar, condition: Scalar, rest: Scalar | None) -> Scalar:
    if rest is None:
        return value

    def choose(domain: Domain, symbols: Any) -> Any:
        holds = condition(domain, symbols)
        return holds * value(domain, symbols) + (1 - holds) * rest(domain, symbols)

    return choose


_RULES: dict[type, Callable[[Any], Scalar]] = {
    **dict.fromkeys((Rational, Integer, Half, One, NegativeOne, Zero, Float), _number),
    **dict.fromkeys((Symbol, Dummy), _symbol),
    Add: _sum,
    Mul: _product,
    Pow: _power,
    exp: _function(lambda domain, x: domain.exp(x)),
    log: _function(lambda domain, x: domain.log(x)),
    tanh: _function(lambda domain, x: domain.tanh(x)),
    sign: _function(lambda domain, x: domain.sign(x)),
    Abs: _function(lambda domain, x: domain.absolute(x)),
    Heaviside: _function(lambda domain, x: domain.step(x)),
    Max: _largest,
    Min: _smallest,
    Piecewise: _cases,
    StrictGreaterThan: lambda relation: _call(relation.lhs - relation.rhs, lambda domain, x: domain.step(x)),
    StrictLessThan: lambda relation: _call(relation.rhs - relation.lhs, lambda domain, x: domain.step(x)),
    BooleanTrue: lambda condition: lambda domain, symbols: 1,
}
