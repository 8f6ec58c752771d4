"""Recurrent cells of Flax 0.12.8, linen and nnx (jax 0.10.2, float64), over T steps, with the gradients of jax.grad.

x is (T, B, d), states (B, n), kernels (in, out); the keys of the weights are their paths, joined by "/".
"""

from collections.abc import Callable, Mapping
from typing import Any

import flax
import jax
import jax.numpy as jnp
from flax import linen, nnx
from flax.traverse_util import flatten_dict, unflatten_dict

from tests.oracles import recording as rec

jax.config.update("jax_enable_x64", True)

Step = Callable[[Any, Any, Any], tuple[Any, Any]]  # (weights, state, x) -> (new state, output)

LSTM = "a_g = W_ig x + W_hg h + b_hg (no bias beside W_ig)"
GRU = "r, z have the bias of W_i only; h = (1 - z) * n + z * h_prev"
NOTES = {
    ("linen", "LSTMCell"): LSTM,
    ("linen", "OptimizedLSTMCell"): LSTM,
    ("linen", "GRUCell"): f"{GRU}; n = tanh(W_in x + b_in + r * (W_hn h + b_hn))",
    ("linen", "SimpleCell"): "h = tanh(W_i x + b_i + W_h h)",
    ("linen", "MGUCell"): "h = (1 - f) * n + f * h_prev; n = tanh(W_in x + b_in + f * (W_hn h + b_hn)), without "
    "reset_gate tanh(W_in x + b_in + W_hn h)",
    ("nnx", "LSTMCell"): f"{LSTM}; W_if is named if_",
    ("nnx", "OptimizedLSTMCell"): f"{LSTM}; columns i, f, g, o",
    ("nnx", "GRUCell"): f"{GRU}; n = tanh(W_in x + b_in + r * (W_hn h)), no b_hn; columns r, z, n",
    ("nnx", "SimpleCell"): "h = tanh(W_i x + b_i + W_h h)",
}
CASES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("linen_lstm", "linen", "LSTMCell", {}),
    ("linen_optimized_lstm", "linen", "OptimizedLSTMCell", {}),
    ("linen_gru", "linen", "GRUCell", {}),
    ("linen_simple", "linen", "SimpleCell", {}),
    ("linen_mgu", "linen", "MGUCell", {"reset_gate": True}),
    ("linen_mgu_no_reset", "linen", "MGUCell", {"reset_gate": False}),
    ("nnx_lstm", "nnx", "LSTMCell", {}),
    ("nnx_optimized_lstm", "nnx", "OptimizedLSTMCell", {}),
    ("nnx_gru", "nnx", "GRUCell", {}),
    ("nnx_simple", "nnx", "SimpleCell", {}),
]


def record(case: str, step: Step, template: Mapping[str, Any], states: list[str], **fields: Any) -> None:
    """Run a cell for T steps on random weights with the shapes of the template, and write what it gives.

    `states` names the parts of the state in the order of the cell's own tuple; one name means no tuple.
    """
    draw = rec.Draw(case)
    weights = draw.weights({name: value.shape for name, value in flatten_dict(template, sep="/").items()})
    inputs = {"x": draw(rec.T, rec.B, rec.D), **{f"{name}_0": draw(rec.B, rec.N) for name in sorted(states)[::-1]}}

    def run(weights: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
        parts = [inputs[f"{name}_0"] for name in states]
        state, ys = (tuple(parts) if len(parts) > 1 else parts[0]), []
        for x in inputs["x"]:
            state, y = step(unflatten_dict(dict(weights), sep="/"), state, x)
            ys.append(y)
        parts = list(state) if len(states) > 1 else [state]
        return {"y": jnp.stack(ys), **{f"{name}_T": part for name, part in zip(states, parts, strict=True)}}

    outputs = run(weights, inputs)
    seeds = draw.seeds(outputs)

    def total(weights: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
        return sum((seeds[name] * value).sum() for name, value in run(weights, inputs).items())

    of_weights, of_inputs = jax.grad(total, argnums=(0, 1))(weights, inputs)
    assert all(value.dtype == jnp.float64 for value in (*outputs.values(), *of_weights.values(), *of_inputs.values()))
    data = {"arrays": weights, "inputs": inputs, "outputs": outputs, "seeds": seeds}
    rec.save(case, **fields, **data, gradients={**of_weights, **of_inputs}, dtype="float64")


def linen_cell(cell: str, options: Mapping[str, Any]) -> tuple[Step, Mapping[str, Any]]:
    """A step of a linen cell and weights with the right shapes."""
    module = getattr(linen, cell)(features=rec.N, param_dtype=jnp.float64, **options)
    carry = module.initialize_carry(jax.random.key(0), (rec.B, rec.D))
    template = module.init(jax.random.key(0), carry, jnp.zeros((rec.B, rec.D)))["params"]
    return lambda weights, state, x: module.apply({"params": weights}, state, x), template


def nnx_cell(cell: str, options: Mapping[str, Any]) -> tuple[Step, Mapping[str, Any]]:
    """A step of an nnx cell and weights with the right shapes."""
    module = getattr(nnx, cell)(rec.D, rec.N, dtype=float, param_dtype=float, rngs=nnx.Rngs(0), **options)
    graph, template, rest = nnx.split(module, nnx.Param, ...)

    def step(weights: Any, state: Any, x: Any) -> tuple[Any, Any]:
        filled = nnx.State(jax.tree.map(jnp.asarray, template))
        nnx.replace_by_pure_dict(filled, weights)
        return nnx.merge(graph, filled, rest)(state, x)

    return step, nnx.to_pure_dict(template)


def main() -> None:
    """Record every cell."""
    for case, api, cell, options in CASES:
        step, template = (linen_cell if api == "linen" else nnx_cell)(cell, options)
        record(
            f"flax_{case}",
            step,
            template,
            ["c", "h"] if "LSTM" in cell else ["h"],
            library="flax",
            version=flax.__version__,
            cell=f"flax.{api}.{cell}",
            options=options,
            notes=NOTES[api, cell],
        )


if __name__ == "__main__":
    main()
