"""The table of elementwise functions; a new one is one entry."""

from sympy import Heaviside, Max, exp, log
from sympy import tanh as scalar_tanh

from symlstm.algebra import apply, hadamard, one_minus, ones, power, zeros
from symlstm.algebra.function import Activation, Entry, define, defined

__all__ = [
    "Activation",
    "Entry",
    "define",
    "defined",
    "exponential",
    "identity",
    "relu",
    "sigmoid",
    "softplus",
    "step",
    "tanh",
]

_SIGMOID = '''\
def sigmoid(x):
    """Return 1 / (1 + exp(-x)) without overflow for any x."""
    small = np.exp(np.where(x.real < 0, x, -x))
    return np.where(x.real < 0, small, 1) / (1 + small)
'''

_STEP = '''\
def step(x):
    """Return 1 where x > 0, else 0."""
    return (x > 0).astype(x.dtype)
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
    ),
)

step = define(
    "step",
    Entry(
        scalar=lambda x: Heaviside(x, 0),
        derivative=lambda y, x: zeros(x.shape),
        latex=r"\operatorname{step}",
        text="step",
        numpy="step({})",
        helper=_STEP,
        analytic=False,
    ),
)

relu = define(
    "relu",
    Entry(
        scalar=lambda x: Max(x, 0),
        derivative=lambda y, x: apply(step, x),
        latex=r"\operatorname{ReLU}",
        text="ReLU",
        numpy="np.maximum({}, 0)",
        analytic=False,
    ),
)

softplus = define(
    "softplus",
    Entry(
        scalar=lambda x: log(1 + exp(x)),
        derivative=lambda y, x: apply(sigmoid, x),
        latex=r"\operatorname{softplus}",
        text="softplus",
        numpy="np.logaddexp(0, {})",
        analytic=False,
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
