"""A System of free symbols, identities that hold in it and equations that do not."""

from itertools import permutations

from sympy import MatAdd, MatMul, MatrixExpr, MatrixSymbol, Rational, Transpose
from sympy.combinatorics import Permutation

from symlstm.algebra import (
    add,
    apply,
    columns,
    d,
    diag,
    divide,
    hadamard,
    kronecker,
    logsumexp,
    matmul,
    maximum,
    mean,
    n,
    negative,
    one_minus,
    ones,
    power,
    rows,
    scale,
    scaled,
    softmax,
    stack,
    stack_columns,
    subtract,
    transpose,
    variance,
    zeros,
)
from symlstm.checker.identity.setting import Setting
from symlstm.system import Equation, Leaf, LeafKind, System

a, b, u, v = (MatrixSymbol(name, n, 1) for name in "abuv")
A, C, D, E = (MatrixSymbol(name, n, n) for name in "ACDE")
W, x, k = MatrixSymbol("W", n, d), MatrixSymbol("x", d, 1), MatrixSymbol("k", 1, 1)
LEAVES = (a, b, u, v, A, C, D, E, W, x, k)
HALF = Rational(1, 2)


def system_of(*rights: MatrixExpr) -> System:
    """The free symbols, with an equation for each of these expressions: y0, y1, …"""
    lines = [Equation(MatrixSymbol(f"y{place}", *right.shape), right) for place, right in enumerate(rights)]
    leaves = tuple(Leaf(symbol, LeafKind.PARAMETER) for symbol in LEAVES)
    return System("free", leaves, tuple(lines), tuple(line.name for line in lines))


SETTING = Setting(system_of(add(a, b)))


def of(function: str, argument: MatrixExpr) -> MatrixExpr:
    return apply(function, argument)


def standard(*factors: MatrixExpr) -> MatrixExpr:
    """The standard polynomial, which vanishes for 2 m matrices of m rows (Amitsur and Levitzki 1950)."""
    terms = []
    for order in permutations(range(len(factors))):
        sign = 1 if Permutation(list(order)).is_even else -1
        terms.append(scale(sign, MatMul(*(factors[place] for place in order))))
    return MatAdd(*terms)


_spread_k = matmul(ones((n, 1)), k)
_relu_minus = of("relu", negative(a))
SMOOTH = {
    "σ(−a) = 1 − σ(a)": (of("sigmoid", negative(a)), one_minus(of("sigmoid", a))),
    "tanh(a) = 2 σ(2a) − 1": (of("tanh", a), subtract(scale(2, of("sigmoid", scale(2, a))), ones(a.shape))),
    "σ(a) = (1 + tanh(a/2)) / 2": (
        of("sigmoid", a),
        scale(HALF, add(ones(a.shape), of("tanh", scale(HALF, a)))),
    ),
    "1 − tanh² = 4 σ(2a) σ(−2a)": (
        one_minus(power(of("tanh", a), 2)),
        scale(4, hadamard(of("sigmoid", scale(2, a)), of("sigmoid", scale(-2, a)))),
    ),
    "tanh(a + b)": (
        of("tanh", add(a, b)),
        divide(add(of("tanh", a), of("tanh", b)), add(ones(a.shape), hadamard(of("tanh", a), of("tanh", b)))),
    ),
    "(A C)ᵀ = Cᵀ Aᵀ": (Transpose(MatMul(A, C)), MatMul(Transpose(C), Transpose(A))),
    "diag(a) A = a ⊙ A": (MatMul(diag(a), A), scaled(a, A)),
    "A diag(a)": (MatMul(A, diag(a)), scaled(transpose(a), A)),
    "h ⊙ a = a ⊙ h": (hadamard(a, b), hadamard(b, a)),
    "log Σ exp shifts": (logsumexp(add(a, _spread_k)), add(logsumexp(a), k)),
    "softmax is the same when shifted": (softmax(add(a, _spread_k)), softmax(a)),
    "softmax by log Σ exp": (softmax(a), of("exp", subtract(a, matmul(ones((n, 1)), logsumexp(a))))),
    "softmax of rows": (softmax(transpose(a), 1), transpose(softmax(a))),
    "SiLU": (of("silu", a), hadamard(a, of("sigmoid", a))),
    "softplus(a) = a + softplus(−a)": (of("softplus", a), add(a, of("softplus", negative(a)))),
    "softplus(a) = −log σ(−a)": (of("softplus", a), negative(of("log_sigmoid", negative(a)))),
    "log(σ(a)) = log σ(a)": (of("log", of("sigmoid", a)), of("log_sigmoid", a)),
    "exp(log σ(a)) = σ(a)": (of("exp", of("log_sigmoid", a)), of("sigmoid", a)),
    "log(exp(a)) = a": (of("log", of("exp", a)), a),
    "exp(a + b + u)": (of("exp", add(a, b, u)), hadamard(of("exp", a), of("exp", b), of("exp", u))),
    "exp(a) exp(b) exp(u)": (hadamard(of("exp", a), of("exp", b), of("exp", u)), of("exp", add(a, b, u))),
    "variance": (variance(a), subtract(mean(power(a, 2)), power(mean(a), 2))),
    "1/n of a sum": (mean(a), scale(1 / n, matmul(ones((1, n)), a))),
    "1ᵀ (A ⊙ C) 1 of transposes": (
        matmul(ones((1, n)), hadamard(A, C), ones((n, 1))),
        matmul(ones((1, n)), hadamard(transpose(A), transpose(C)), ones((n, 1))),
    ),
    "blocks": (MatMul(stack_columns(A, W), stack(a, x)), add(matmul(A, a), matmul(W, x))),
    "a block": (MatMul(A, a), MatMul(columns(stack_columns(A, W), "h", 0, n), rows(stack(a, x), "h", 0, n))),
    "a ⊗ 1": (kronecker(a, transpose(b)), MatMul(a, transpose(b))),
    "roots": (hadamard(power(a, Rational(-1, 2)), power(a, Rational(-3, 2))), power(a, -2)),
    "a root of exp": (power(of("exp", a), HALF), of("exp", scale(HALF, a))),
    "a root in GF(p²)": (
        scaled(power(add(variance(a), k), Rational(-3, 2)), a),
        scaled(hadamard(power(add(variance(a), k), -1), power(add(variance(a), k), -HALF)), a),
    ),
}
PIECES = {
    "relu(a) = (a + |a|) / 2": (of("relu", a), scale(HALF, add(a, of("abs", a)))),
    "relu(a) = a step(a)": (of("relu", a), hadamard(a, of("step", a))),
    "step(−a) = 1 − step(a)": (of("step", negative(a)), one_minus(of("step", a))),
    "|a| = a sign(a)": (of("abs", a), hadamard(a, of("sign", a))),
    "sign(2a b) = sign(a) sign(b)": (
        of("sign", scale(2, hadamard(a, b))),
        hadamard(of("sign", a), of("sign", b)),
    ),
    "max(a, b) = a + relu(b − a)": (maximum(a, b), add(a, of("relu", subtract(b, a)))),
    "max(a, b) = max(b, a)": (maximum(a, b), maximum(b, a)),
    "leaky ReLU": (of("leaky_relu", a), add(of("relu", a), scale(Rational(-1, 100), _relu_minus))),
    "√a² = |a|": (power(power(a, 2), HALF), of("abs", a)),
    "relu(σ(a)) = σ(a)": (of("relu", of("sigmoid", a)), of("sigmoid", a)),
    "|tanh(a)| = tanh(a) sign(a)": (of("abs", of("tanh", a)), hadamard(of("tanh", a), of("sign", a))),
    "ELU′": (
        one_minus(of("relu", negative(of("elu", a)))),
        add(of("step", a), hadamard(one_minus(of("step", a)), of("exp", a))),
    ),
    "softsign": (of("softsign", a), divide(a, add(ones(a.shape), of("abs", a)))),
    "hard tanh": (
        of("hard_tanh", a),
        maximum(scale(-1, ones(a.shape)), negative(maximum(negative(a), scale(-1, ones(a.shape))))),
    ),
}  # fmt: skip
FALSE = {
    "Aᵀ = A": (Transpose(A), A),
    "A C = C A": (MatMul(A, C), MatMul(C, A)),
    "(A C)ᵀ = Aᵀ Cᵀ": (Transpose(MatMul(A, C)), MatMul(Transpose(A), Transpose(C))),
    "A ⊙ C = A C": (hadamard(A, C), MatMul(A, C)),
    "σ(a) = tanh(a)": (of("sigmoid", a), of("tanh", a)),
    "σ(a) (1 − a)": (hadamard(of("sigmoid", a), one_minus(of("sigmoid", a))), hadamard(a, one_minus(a))),
    "1 − tanh²(a) = 1 − tanh(a²)": (one_minus(power(of("tanh", a), 2)), one_minus(of("tanh", power(a, 2)))),
    "exp(a + b) = exp(a) + exp(b)": (of("exp", add(a, b)), add(of("exp", a), of("exp", b))),
    "log(a + b) = log(a) + log(b)": (of("log", add(a, b)), add(of("log", a), of("log", b))),
    "a / b = b / a": (divide(a, b), divide(b, a)),
    "1/3 for 1/n": (mean(a), scale(Rational(1, 3), matmul(ones((1, n)), a))),
    "1/4 for 1/n": (mean(a), scale(Rational(1, 4), matmul(ones((1, n)), a))),
    "a millionth": (a, scale(Rational(1000001, 1000000), a)),
    "softmax of rows": (softmax(A), softmax(A, 1)),
    "S₄ of 2 × 2 matrices": (standard(A, C, D, E), zeros((n, n))),
    "a trace of 2 × 2 matrices": (
        add(MatMul(A, A), scaled(matmul(ones((1, n)), hadamard(A, transpose(A)), ones((n, 1))), zeros((n, n)))),
        MatMul(A, C),
    ),
    "on one piece in four": (of("relu", a), hadamard(of("relu", a), of("step", subtract(a, scale(2, b))))),
    "on one piece in sixteen": (
        of("relu", a),
        add(of("relu", a), hadamard(*(of("relu", symbol) for symbol in (a, b, u, v)))),
    ),
    "for large numbers alone": (scale(3, a), maximum(scale(3, a), subtract(scale(4, a), scale(3, ones(a.shape))))),
    "leaky ReLU = ReLU": (of("leaky_relu", a), of("relu", a)),
}  # fmt: skip
