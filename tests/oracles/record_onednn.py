"""Recurrent primitives of oneDNN 2.6.3 (Debian's libdnnl-dev) in float32; compiles and runs onednn_rnn.cpp.

src_layer is (T, B, d), src_iter and src_iter_c (layers, directions, B, n), weights_layer, weights_iter ldigo (layers,
directions, in, gates, n), weights_peephole and bias ldgo, weights_projection ldio.
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np

from tests.oracles import recording as rec

SOURCE = Path(__file__).with_name("onednn_rnn.cpp")
GATES = {"lstm": 4, "gru": 3, "lbr_gru": 3, "vanilla_rnn": 1}
NOTES = {
    "lstm": "gates i, f, c, o; peepholes i, f, o, the last sees the new c; h = (o * tanh(c)) weights_projection",
    "gru": "gates u, r, o; h = u * h_prev + (1 - u) * o; o = tanh(W_o x + U_o (r * h) + b_o)",
    "lbr_gru": "gates u, r, o, in the bias a fourth, b_u'; o = tanh(W_o x + r * (U_o h + b_u') + b_o)",
    "vanilla_rnn": "h = tanh(W x + U h + b)",
}
CASES = {  # primitive, directions, peepholes, projection
    "lstm": ("lstm", 1, False, False),
    "lstm_peephole": ("lstm", 1, True, False),
    "lstm_projection": ("lstm", 1, False, True),
    "lstm_peephole_projection": ("lstm", 1, True, True),
    "lstm_bidirectional_concat": ("lstm", 2, False, False),
    "gru": ("gru", 1, False, False),
    "lbr_gru": ("lbr_gru", 1, False, False),
    "vanilla_rnn": ("vanilla_rnn", 1, False, False),
}


def record(program: Path, case: str, cell: str, directions: int, peephole: bool, projection: bool) -> None:
    """Run one primitive on random weights and write what it gives."""
    draw = rec.Draw(f"onednn_{case}", "float32")
    n, d, batch = (rec.N_PROJECTED, rec.D_PROJECTED, rec.B_PROJECTED) if projection else (rec.N, rec.D, rec.B)
    out, gates, outer = rec.R if projection else n, GATES[cell], (1, directions)
    inputs = {"src_layer": draw(rec.T, batch, d), "src_iter": draw(*outer, batch, out)}
    if cell == "lstm":
        inputs["src_iter_c"] = draw(*outer, batch, n)
    shapes: dict[str, tuple[int, ...]] = {"weights_layer": (d, gates, n), "weights_iter": (out, gates, n)}
    if peephole:
        shapes["weights_peephole"] = (3, n)
    if projection:
        shapes["weights_projection"] = (n, out)
    shapes["bias"] = (4 if cell == "lbr_gru" else gates, n)
    weights = draw.weights({name: (*outer, *shape) for name, shape in shapes.items()})
    sizes = [directions, rec.T, batch, d, out, n, out, int(peephole), int(projection)]
    numbers = np.concatenate([array.ravel() for array in (*inputs.values(), *weights.values())])
    given = f"{cell} {' '.join(map(str, sizes))} {' '.join(f'{number:.9g}' for number in numbers)}\n"
    answer = subprocess.run([program], input=given, capture_output=True, text=True, check=True).stdout.split()
    outputs, rest = {}, np.array(answer[1:], "float32")
    wanted = {"dst_layer": (rec.T, batch, directions * out), "dst_iter": (*outer, batch, out)}
    if cell == "lstm":
        wanted["dst_iter_c"] = (*outer, batch, n)
    for name, shape in wanted.items():
        outputs[name], rest = rest[: int(np.prod(shape))].reshape(shape), rest[int(np.prod(shape)) :]
    assert not rest.size
    rec.save(
        f"onednn_{case}",
        library="oneDNN",
        version=answer[0],
        cell=cell,
        options={"directions": directions, "peephole": peephole, "projection": projection},
        arrays=weights,
        inputs=inputs,
        outputs=outputs,
        seeds={},
        gradients={},
        dtype="float32",
        notes=NOTES[cell],
    )


def main() -> None:
    """Compile the program and record every primitive."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "onednn_rnn"
        subprocess.run(["g++", "-std=c++17", "-O1", SOURCE, "-o", program, "-ldnnl"], check=True)
        for case, options in CASES.items():
            record(program, case, *options)


if __name__ == "__main__":
    main()
