"""The LSTM search space odyssey: the vanilla LSTM with peepholes, and the eight variants of it."""

from typing import Any

from symlstm.activations import identity, sigmoid, tanh
from symlstm.algebra import add, apply, hadamard, matmul, one_minus
from symlstm.algebra.function import Activation
from symlstm.cells.registry import define
from symlstm.system import Builder, Role, System


def block(
    name: str,
    *,
    without: str = "",
    coupled: bool = False,
    peephole: bool = True,
    recurrent_gates: bool = False,
    g_activation: Activation = tanh,
    h_activation: Activation = tanh,
    layout: str = "split",
    **options: Any,
) -> System:
    """The LSTM block: block input g (z there), gates i, f, o, cell c, block output h (y there)."""
    cell = Builder(name, layout=layout, **options)
    c_prev = cell.previous("c")

    def gate(to: str, seen: Any) -> Any:
        """A gate with its peephole and, for full gate recurrence, R_{jk} from gate j of the step before to gate k."""
        sources = "ifo" if recurrent_gates else ""
        terms = [matmul(cell.parameter(f"R_{k}{to}", cell.n, cell.n), cell.previous(k)) for k in sources]
        return cell.gate(to, sigmoid, *terms, *([cell.peephole(to, seen)] if peephole else []))

    g = cell.gate("g", g_activation)
    written = [g] if without == "i" else [g, gate("i", c_prev)]
    if coupled:
        kept = [c_prev, cell.let("f", one_minus(written[-1]), Role.GATE)]
    else:
        kept = [c_prev] if without == "f" else [c_prev, gate("f", c_prev)]
    c = cell.let("c", add(hadamard(*written), hadamard(*kept)))
    shown = [apply(h_activation, c)] if without == "o" else [apply(h_activation, c), gate("o", c)]
    cell.let("h", hadamard(*shown))
    return cell.system()


@define("greff-v")
def vanilla(**options: Any) -> System:
    """The vanilla LSTM with peepholes. Source: Greff et al. 2017, section II."""
    return block("greff-v", **options)


@define("greff-nig")
def no_input_gate(**options: Any) -> System:
    """No input gate: i = 1. Source: Greff et al. 2017, NIG."""
    return block("greff-nig", without="i", **options)


@define("greff-nfg")
def no_forget_gate(**options: Any) -> System:
    """No forget gate: f = 1. Source: Greff et al. 2017, NFG."""
    return block("greff-nfg", without="f", **options)


@define("greff-nog")
def no_output_gate(**options: Any) -> System:
    """No output gate: o = 1. Source: Greff et al. 2017, NOG."""
    return block("greff-nog", without="o", **options)


@define("greff-niaf")
def no_input_activation(**options: Any) -> System:
    """No input activation function: g(x) = x. Source: Greff et al. 2017, NIAF."""
    return block("greff-niaf", g_activation=identity, **options)


@define("greff-noaf")
def no_output_activation(**options: Any) -> System:
    """No output activation function: h(x) = x. Source: Greff et al. 2017, NOAF."""
    return block("greff-noaf", h_activation=identity, **options)


@define("greff-cifg")
def coupled_gates(**options: Any) -> System:
    """Coupled input and forget gate: f = 1 − i. Source: Greff et al. 2017, CIFG."""
    return block("greff-cifg", coupled=True, **options)


@define("greff-np")
def no_peepholes(**options: Any) -> System:
    """No peepholes. Source: Greff et al. 2017, NP."""
    return block("greff-np", peephole=False, **options)


@define("greff-fgr")
def full_gate_recurrence(**options: Any) -> System:
    """Full gate recurrence: gates see all gates of the step before. Source: Greff et al. 2017, FGR."""
    return block("greff-fgr", recurrent_gates=True, **options)
