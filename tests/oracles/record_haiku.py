"""Recurrent cores of Haiku 0.0.17 (jax 0.10.2, float64), over T steps, with the gradients of jax.grad.

x is (T, B, d), states (B, n), weights (in, out); the keys of the weights are their paths, joined by "/".
"""

from typing import Any

import haiku as hk
import jax
import jax.numpy as jnp

from tests.oracles import recording as rec
from tests.oracles.record_flax import record

CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "lstm": ("LSTM", {}, "w over [x, h], columns i, g, f, o; f = sigmoid(a_f + 1): 1 is added at run time"),
    "gru": ("GRU", {}, "columns z, r, a; a = tanh(x w_ia + (r * h) w_ha + b_a); h = (1 - z) * h_prev + z * a"),
    "vanilla_rnn": ("VanillaRNN", {"double_bias": True}, "h = relu(linear(x) + linear_1(h)), a bias in each"),
    "vanilla_rnn_one_bias": ("VanillaRNN", {"double_bias": False}, "h = relu(linear(x) + linear_1(h)), b of x only"),
}


def main() -> None:
    """Record every core."""
    for case, (core, options, notes) in CASES.items():

        def forward(x: Any, state: Any, core: str = core, options: dict[str, Any] = options) -> tuple[Any, Any]:
            state = hk.LSTMState(*state) if core == "LSTM" else state
            y, new = getattr(hk, core)(rec.N, **options)(x, state)
            return new, y

        module = hk.without_apply_rng(hk.transform(forward))
        states = ["h", "c"] if core == "LSTM" else ["h"]
        zero = jnp.zeros((rec.B, rec.N))
        template = module.init(jax.random.key(0), jnp.zeros((rec.B, rec.D)), (zero, zero) if len(states) > 1 else zero)

        def step(weights: Any, state: Any, x: Any, module: Any = module) -> tuple[Any, Any]:
            return module.apply(joined(weights), x, state)

        record(
            f"haiku_{case}",
            step,
            template,
            states,
            library="dm-haiku",
            version=hk.__version__,
            cell=f"haiku.{core}",
            options=options,
            notes=notes,
        )


def joined(weights: dict[str, Any]) -> dict[str, Any]:
    """The two levels of Haiku, module path and name, out of one level per part of the path."""
    flat = jax.tree_util.tree_flatten_with_path(weights)[0]
    result: dict[str, Any] = {}
    for path, value in flat:
        keys = [entry.key for entry in path]
        result.setdefault("/".join(keys[:-1]), {})[keys[-1]] = value
    return result


if __name__ == "__main__":
    main()
