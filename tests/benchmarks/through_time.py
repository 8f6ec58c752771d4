"""How long an unrolled LSTM takes to derive and print, and how much memory it takes, against the number of steps T.

Run `python -m tests.benchmarks.through_time`, about a minute; it prints a table and writes the picture
tests/benchmarks/through_time.svg, for which it needs matplotlib (`pip install matplotlib`). Every T has a process of
its own.
"""

import argparse
import multiprocessing
import resource
import time
from pathlib import Path

STEPS = (10, 25, 50, 100, 200, 350, 500, 750, 1000)
PICTURE = Path(__file__).with_suffix(".svg")
Row = tuple[int, int, float, float, float]


def measure(T: int) -> Row:
    """The number of equations, seconds to derive and to print them, and megabytes that both took."""
    import symlstm as sl

    sl.backprop(sl.unroll(sl.cell("lstm"), 2)).latex()  # what is imported once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    back = sl.backprop(sl.unroll(sl.cell("lstm"), T))
    derived = time.perf_counter()
    back.latex()
    printed = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return T, len(back), derived - start, printed - derived, memory / 1024


def draw(rows: list[Row]) -> None:
    """Time and memory against T, each with the straight line through the origin that fits best."""
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    steps = [row[0] for row in rows]
    for axes, place, label in ((left, 2, "derive"), (left, 3, "print"), (right, 4, "both")):
        values = [row[place] for row in rows]
        slope = sum(T * value for T, value in zip(steps, values, strict=True)) / sum(T * T for T in steps)
        (points,) = axes.plot(steps, values, "o", label=label)
        axes.plot([0, steps[-1]], [0, slope * steps[-1]], "-", color=points.get_color(), linewidth=0.8)
        axes.set_xlabel("steps T")
        axes.legend()
    left.set_ylabel("seconds")
    right.set_ylabel("megabytes")
    figure.savefig(PICTURE, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    rows = []
    print(f"{'T':>5} {'equations':>10} {'derive s':>9} {'print s':>8} {'memory MB':>10}")
    for T in STEPS:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(measure, (T,)))
        print("{:>5} {:>10} {:>9.3f} {:>8.3f} {:>10.1f}".format(*rows[-1]), flush=True)
    draw(rows)
    print(f"written: {PICTURE.name}")


if __name__ == "__main__":
    main()
