"""How long one LSTM step takes to derive and print, forward and backward, beside SymPy's component-wise route.

Run `python -m tests.benchmarks.derive_and_print`; `--seconds N` lets the component-wise route go on for longer.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable

import sympy

import symlstm as sl


def ours(n: int, d: int) -> int:
    """Derive the step and its backward pass with n and d as numbers, print both; the length of what is printed."""
    lstm = sl.cell("lstm", n=n, d=d)
    return len(lstm.latex()) + len(sl.backprop(lstm).latex())


def ours_symbolic() -> int:
    """The same with n and d as symbols."""
    lstm = sl.cell("lstm")
    return len(lstm.latex()) + len(sl.backprop(lstm).latex())


def component_wise(n: int, d: int) -> int:
    """SymPy entry by entry: L differentiated with respect to every weight and bias, every derivative printed."""

    def matrix(name: str, rows: int, columns: int) -> sympy.Matrix:
        return sympy.Matrix(rows, columns, lambda i, j: sympy.Symbol(f"{name}_{i}_{j}"))

    def net(gate: str) -> sympy.Matrix:
        return weights[gate] * stacked + biases[gate]

    def logistic(a: sympy.Expr) -> sympy.Expr:
        return 1 / (1 + sympy.exp(-a))

    weights = {gate: matrix(f"W{gate}", n, n + d) for gate in "fiog"}
    biases = {gate: matrix(f"b{gate}", n, 1) for gate in "fiog"}
    h_prev, c_prev, x = matrix("h", n, 1), matrix("c", n, 1), matrix("x", d, 1)
    stacked = h_prev.col_join(x)
    f, i, o = (net(gate).applyfunc(logistic) for gate in "fio")
    g = net("g").applyfunc(sympy.tanh)
    c = f.multiply_elementwise(c_prev) + i.multiply_elementwise(g)
    h = o.multiply_elementwise(c.applyfunc(sympy.tanh))
    loss = matrix("seedh", n, 1).dot(h) + matrix("seedc", n, 1).dot(c)
    leaves = [entry for group in (weights, biases) for part in group.values() for entry in part]
    leaves += [*h_prev, *c_prev, *x]
    return sum(len(sympy.latex(loss.diff(leaf))) for leaf in leaves)


def timed(work: Callable[[], int], repeats: int) -> tuple[float, int]:
    """Median time in seconds, and the length of what is printed."""
    times = []
    length = 0
    for _ in range(repeats):
        start = time.perf_counter()
        length = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), length


def limited(n: int, d: int, seconds: float) -> str:
    """The component-wise route in a process of its own, ended after a while."""
    start = time.perf_counter()
    process = multiprocessing.Process(target=component_wise, args=(n, d))
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.terminate()
        return f"> {seconds:.0f} s, ended"
    return f"{time.perf_counter() - start:.2f} s"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60, help="limit for each component-wise run (default: 60)")
    seconds = parser.parse_args().seconds
    ours_symbolic()
    median, length = timed(ours_symbolic, 21)
    print(f"{'n':>6} {'d':>6}   {'symlstm':>10} {'characters':>12}   component-wise SymPy")
    print(f"{'n':>6} {'d':>6}   {median * 1e3:>7.1f} ms {length:>12}")
    for n, d in ((2, 3), (3, 4), (5, 5), (20, 10), (1000, 500)):
        median, length = timed(lambda n=n, d=d: ours(n, d), 21)
        rival = limited(n, d, seconds) if n <= 20 else ""
        print(f"{n:>6} {d:>6}   {median * 1e3:>7.1f} ms {length:>12}   {rival}", flush=True)


if __name__ == "__main__":
    main()
