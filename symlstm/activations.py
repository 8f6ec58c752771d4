"""The table of elementwise functions; a new one is one entry."""

from sympy import Abs, Piecewise, exp, log
from sympy import tanh as scalar_tanh

from symlstm.algebra import add, apply, hadamard, negative, one_minus, ones, power
from symlstm.algebra.function import Activation, Entry, define, defined
from symlstm.piecewise import absolute, hard_sigmoid, hard_sigmoid6, hard_tanh, leaky_relu, relu, sign, step

__all__ = [
    "Activation",
    "Entry",
    "absolute",
    "define",
    "defined",
    "elu",
    "exponential",
    "hard_sigmoid",
    "hard_sigmoid6",
    "hard_tanh",
    "identity",
    "leaky_relu",
    "log_sigmoid",
    "logarithm",
    "relu",
    "sigmoid",
    "sign",
    "silu",
    "softplus",
    "softsign",
    "step",
    "tanh",
]

_SIGMOID = '''\
def sigmoid(x):
    """Return 1 / (1 + exp(-x)) without overflow for any x."""
    small = np.exp(np.where(x.real < 0, x, -x))
    return np.where(x.real < 0, small, 1) / (1 + small)
'''

_SOFTPLUS = '''\
def softplus(x):
    """Return log(1 + exp(x)) without overflow for any x."""
    return np.where(x.real > 0, x, 0) + np.log1p(np.exp(np.where(x.real > 0, -x, x)))
'''

_LOG_SIGMOID = '''\
def log_sigmoid(x):
    """Return -log(1 + exp(-x)) without overflow for any x."""
    return np.where(x.real < 0, x, 0) - np.log1p(np.exp(np.where(x.real < 0, x, -x)))
'''

_ELU = '''\
def elu(x):
    """Return x where x > 0, else exp(x) - 1."""
    return np.where(x.real > 0, x, np.expm1(np.where(x.real > 0, 0, x)))
'''

_SOFTSIGN = '''\
def softsign(x):
    """Return x / (1 + |x|)."""
    return x / (1 + np.where(x.real < 0, -x, x))
'''

sigmoid = define(
    "sigmoid",
    Entry(
        scalar=lambda x: 1 / (1 + exp(-x)),
        derivative=lambda y, x: hadamard(y, one_minus(y)),
        latex=r"\sigma",
        text="σ",
        numpy="sigmoid({})",
        helper=_SIGMOID,
        bounds=(0, 1),
    ),
)

tanh = define(
    "tanh",
    Entry(
        scalar=scalar_tanh,
        derivative=lambda y, x: one_minus(power(y, 2)),
        latex=r"\tanh",
        text="tanh",
        numpy="np.tanh({})",
        bounds=(-1, 1),
    ),
)

identity = define(
    "identity",
    Entry(
        scalar=lambda x: x,
        derivative=lambda y, x: ones(x.shape),
        latex=r"\operatorname{id}",
        text="id",
        numpy="{}",
        smooth=False,
    ),
)

softplus = define(
    "softplus",
    Entry(
        scalar=lambda x: log(1 + exp(x)),
        derivative=lambda y, x: apply(sigmoid, x),
        latex=r"\operatorname{softplus}",
        text="softplus",
        numpy="softplus({})",
        helper=_SOFTPLUS,
    ),
)

log_sigmoid = define(
    "log_sigmoid",
    Entry(
        scalar=lambda x: -log(1 + exp(-x)),
        derivative=lambda y, x: one_minus(apply(sigmoid, x)),
        latex=r"\log \sigma",
        text="log σ",
        numpy="log_sigmoid({})",
        helper=_LOG_SIGMOID,
    ),
)

exponential = define(
    "exp",
    Entry(
        scalar=exp,
        derivative=lambda y, x: y,
        latex=r"\exp",
        text="exp",
        numpy="np.exp({})",
    ),
)

logarithm = define(
    "log",
    Entry(
        scalar=log,
        derivative=lambda y, x: power(x, -1),
        latex=r"\log",
        text="log",
        numpy="np.log({})",
    ),
)

silu = define(
    "silu",
    Entry(
        scalar=lambda x: x / (1 + exp(-x)),
        derivative=lambda y, x: add(y, hadamard(apply(sigmoid, x), one_minus(y))),
        latex=r"\operatorname{SiLU}",
        text="SiLU",
        numpy="({0}) * sigmoid({0})",
        helper=_SIGMOID,
    ),
)

softsign = define(
    "softsign",
    Entry(
        scalar=lambda x: x / (1 + Abs(x)),
        derivative=lambda y, x: power(one_minus(apply(absolute, y)), 2),
        latex=r"\operatorname{softsign}",
        text="softsign",
        numpy="softsign({})",
        helper=_SOFTSIGN,
        bounds=(-1, 1),
    ),
)

elu = define(
    "elu",
    Entry(
        scalar=lambda x: Piecewise((x, x > 0), (exp(x) - 1, True)),
        derivative=lambda y, x: one_minus(apply(relu, negative(y))),
        latex=r"\operatorname{ELU}",
        text="ELU",
        numpy="elu({})",
        helper=_ELU,
    ),
)
