"""Elementwise functions of straight pieces, with kinks or jumps between them."""

from sympy import Abs, Heaviside, Max, Min, Rational
from sympy import sign as signum

from symlstm.algebra import add, apply, hadamard, one_minus, ones, scale, zeros
from symlstm.algebra.function import Entry, define

__all__ = ["absolute", "hard_sigmoid", "hard_sigmoid6", "hard_tanh", "leaky_relu", "relu", "sign", "step"]

_STEP = '''\
def step(x):
    """Return 1 where x > 0, else 0."""
    return (x.real > 0).astype(x.dtype)
'''

_SIGN = '''\
def sign(x):
    """Return 1 where x > 0, -1 where x < 0, else 0."""
    return np.sign(x.real).astype(x.dtype)
'''

_ABSOLUTE = '''\
def absolute(x):
    """Return x or -x, whichever has a real part that is not negative."""
    return np.where(x.real < 0, -x, x)
'''

_RELU = '''\
def relu(x):
    """Return x where x > 0, else 0."""
    return np.where(x.real > 0, x, 0)
'''

_CLIP = '''\
def clip(x, least, most):
    """Return x, or the bound that it lies beyond."""
    return np.where(x.real < least, least, np.where(x.real > most, most, x))
'''

step = define(
    "step",
    Entry(
        scalar=lambda x: Heaviside(x, 0),
        derivative=lambda y, x: zeros(x.shape),
        latex=r"\operatorname{step}",
        text="step",
        numpy="step({})",
        helper=_STEP,
        smooth=False,
    ),
)

sign = define(
    "sign",
    Entry(
        scalar=signum,
        derivative=lambda y, x: zeros(x.shape),
        latex=r"\operatorname{sign}",
        text="sign",
        numpy="sign({})",
        helper=_SIGN,
        smooth=False,
    ),
)

absolute = define(
    "abs",
    Entry(
        scalar=Abs,
        derivative=lambda y, x: apply(sign, x),
        latex=r"\lvert {} \rvert",
        text="|{}|",
        numpy="absolute({})",
        helper=_ABSOLUTE,
        smooth=False,
    ),
)

relu = define(
    "relu",
    Entry(
        scalar=lambda x: Max(x, 0),
        derivative=lambda y, x: apply(step, x),
        latex=r"\operatorname{ReLU}",
        text="ReLU",
        numpy="relu({})",
        helper=_RELU,
        smooth=False,
    ),
)

leaky_relu = define(
    "leaky_relu",
    Entry(
        scalar=lambda x: Max(x, x / 100),
        derivative=lambda y, x: add(scale(Rational(1, 100), ones(x.shape)), scale(Rational(99, 100), apply(step, x))),
        latex=r"\operatorname{LeakyReLU}",
        text="LeakyReLU",
        numpy="np.maximum({0}, 0.01 * ({0}))",
        smooth=False,
    ),
)


def _clipped(slope: Rational, offset: Rational, latex: str, text: str) -> Entry:
    """slope·x + offset, kept between 0 and 1."""
    return Entry(
        scalar=lambda x: Max(0, Min(1, slope * x + offset)),
        derivative=lambda y, x: scale(slope, hadamard(apply(step, y), apply(step, one_minus(y)))),
        latex=latex,
        text=text,
        numpy=f"clip(({{}}) * ({slope.p} / {slope.q}) + {offset.p} / {offset.q}, 0, 1)",
        helper=_CLIP,
        smooth=False,
        bounds=(0, 1),
    )


# 0.2 x + 0.5 is ONNX's default and that of Theano and Keras up to version 2; x / 6 + 0.5 that of PyTorch and Keras 3.
_HALF = Rational(1, 2)
hard_sigmoid = define(
    "hard_sigmoid",
    _clipped(Rational(1, 5), _HALF, r"\operatorname{hard} \sigma", "hard σ"),
)
hard_sigmoid6 = define(
    "hard_sigmoid6",
    _clipped(Rational(1, 6), _HALF, r"\operatorname{hard} \sigma_{6}", "hard σ₆"),
)

hard_tanh = define(
    "hard_tanh",
    Entry(
        scalar=lambda x: Max(-1, Min(1, x)),
        derivative=lambda y, x: apply(step, one_minus(apply(absolute, y))),
        latex=r"\operatorname{hard} \tanh",
        text="hard tanh",
        numpy="clip({}, -1, 1)",
        helper=_CLIP,
        smooth=False,
        bounds=(-1, 1),
    ),
)
