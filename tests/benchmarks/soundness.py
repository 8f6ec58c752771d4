"""Whether the checker ever calls a wrong formula right or a right one wrong: mutants and rewrites of printed lines.

Run `python -m tests.benchmarks.soundness`; `--each N` makes N mutants of every kind of every line (20 000 and more with
the default), `--cells lstm,gru` takes some of the cells. What is true is settled by numbers, not by the checker.
"""

import argparse
import random
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from multiprocessing import Pool
from typing import Any, NamedTuple

import symlstm as sl
from symlstm.checker.deciding import Pair, decide, setting_for
from symlstm.checker.identity.same import same
from symlstm.checker.judging import Background, table_of
from symlstm.checker.meaning.choices import Choices
from symlstm.checker.meaning.elaborate import value_of
from symlstm.checker.meaning.frame import step_frame
from symlstm.checker.meaning.levelling import level
from symlstm.checker.meaning.problems import Problem
from symlstm.checker.meaning.scope import Scope
from symlstm.checker.reader import read_formula
from symlstm.notation import notation
from tests.checker.soundness.bench import Case, Finding, Tally, judged, mutants, rewritten
from tests.checker.soundness.cells import CASES, NOTATIONS, pages_of
from tests.checker.soundness.truth import Truth

Task = tuple[str, dict[str, Any], str, int, int]
EQUAL = str(Truth.EQUAL)


class Result(NamedTuple):
    """What came of one cell: counts by the kind of claim, its change, what is true and what was said; examples."""

    title: str
    counts: Counter[tuple[str, str, str, str]]
    examples: list[tuple[str, str, str, str]]
    seconds: float


def of_cell(task: Task) -> Result:
    """Judge the mutants and rewrites of a cell's lines."""
    name, options, written, each, seed = task
    title = " ".join(
        [name, *(f"{key}={value}" for key, value in options.items()), *([written] * (written != "default"))]
    )
    chance = random.Random(zlib.crc32(f"{title} {seed}".encode()))
    counts: Counter[tuple[str, str, str, str]] = Counter()
    examples, seconds = [], 0.0
    for _, page in pages_of(name, options, written):
        tally = Tally()
        for line in page.lines:
            for what, made in (("mutant", mutants), ("rewrite", rewritten)):
                for case in made(page, line, each if what == "mutant" else 1, chance):
                    finding = judged(case, tally)
                    counts[what, case.kind, finding.truth, finding.verdict] += 1
                    if _worth_showing(what, finding):
                        examples.append((title, finding.truth, finding.verdict, f"[{case.kind}] {case.text}"))
        seconds += tally.seconds
    return Result(title, counts, examples, seconds)


def _worth_showing(what: str, finding: Finding) -> bool:
    usual = {(Truth.DIFFERENT, "wrong"), (Truth.MISFIT, "wrong"), (EQUAL, "right")}
    return (finding.truth, finding.verdict) not in usual and finding.truth != Truth.UNREADABLE


def table(title: str, counts: Counter[tuple[str, str, str]]) -> None:
    """Print one row for every first entry: how many are wrong and what was said of them; likewise the right ones."""
    said = ("right", "wrong", "ambiguous", "undecided", "unreadable")
    print(f"\n{title:34} {'wrong:':>8}" + "".join(f"{verdict:>11}" for verdict in said) + f" {'right:':>8}", end="")
    print("".join(f"{verdict:>11}" for verdict in said) + f" {'other':>8}")
    for row in [*sorted({key[0] for key in counts}), "in all"]:
        mine = [(truth, verdict, count) for (of, truth, verdict), count in counts.items() if row in (of, "in all")]
        wrong, right = Counter[str](), Counter[str]()
        for truth, verdict, count in mine:
            (wrong if truth in (Truth.DIFFERENT, Truth.MISFIT) else right if truth == EQUAL else Counter())[
                verdict
            ] += count
        rest = sum(count for *_, count in mine) - wrong.total() - right.total()
        print(f"{row[:34]:34} {wrong.total():8}" + "".join(f"{wrong[verdict]:11}" for verdict in said), end="")
        print(f" {right.total():8}" + "".join(f"{right[verdict]:11}" for verdict in said) + f" {rest:8}")


def pairs(name: str, each: int) -> Iterator[Pair]:
    """Both sides of claims about a step as expressions, each another one."""
    cell = sl.cell(name)
    (_, page), *_ = pages_of(name, {})
    background = Background(cell, table_of(cell, notation("default")), time="step")
    chance = random.Random(5)
    cases: list[Case] = [case for line in page.lines for case in mutants(page, line, each, chance)]
    for case in cases:
        left, right = read_formula(case.text).statements[0].sides[:2]
        frame = step_frame(cell)
        scope = Scope(frame, background.table, Choices(), background.convention, {}, read=value_of)
        try:
            yield Pair(frame, *level(value_of(left, scope), value_of(right, scope), left.span, Choices()))
        except Problem:
            continue


def speeds() -> None:
    """Print how many claims are decided in a second on one core once they are read."""
    print(f"\n{'claims a second, once read':34}{'identity test':>16}{'with a counterexample':>24}{'claims':>9}")
    for name in ("lstm", "gru", "rnn", "graves-2013"):
        found = list(pairs(name, 3))
        settings = [setting_for(pair.frame, pair.left, pair.right) for pair in found]
        start = time.perf_counter()
        for pair, setting in zip(found, settings, strict=True):
            same(pair.left, pair.right, setting)
        middle = time.perf_counter()
        for pair in found:
            decide(pair)
        end = time.perf_counter()
        print(f"{name:34}{len(found) / (middle - start):16.0f}{len(found) / (end - middle):24.0f}{len(found):9}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=1, help="mutants of every kind of every line")
    parser.add_argument("--cells", default="", help="names of cells, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--examples", type=int, default=4, help="how many to show of every kind of difference")
    arguments = parser.parse_args()
    wanted = arguments.cells.split(",") if arguments.cells else None
    cases = [(name, options, "default") for name, options in CASES] + [
        (name, {}, written) for name, written in NOTATIONS
    ]
    tasks = [(*case, arguments.each, arguments.seed) for case in cases if wanted is None or case[0] in wanted]
    by_cell: dict[str, Counter[tuple[str, str, str]]] = {"mutant": Counter(), "rewrite": Counter()}
    by_kind: dict[str, Counter[tuple[str, str, str]]] = {"mutant": Counter(), "rewrite": Counter()}
    examples: dict[tuple[str, str], list[str]] = {}
    seconds = 0.0
    with Pool(arguments.processes) as pool:
        for done, result in enumerate(pool.imap_unordered(of_cell, tasks), 1):
            for (what, kind, truth, verdict), count in result.counts.items():
                by_cell[what][result.title, truth, verdict] += count
                by_kind[what][kind, truth, verdict] += count
            for title, truth, verdict, text in result.examples:
                examples.setdefault((truth, verdict), []).append(f"{title}: {text}")
            seconds += result.seconds
            claims = result.counts.total()
            print(
                f"{done} of {len(tasks)}: {result.title}, {claims} claims, {claims / result.seconds:.0f} a second",
                flush=True,
            )
    for what in ("mutant", "rewrite"):
        table(f"{what}s by cell", by_cell[what])
        table(f"{what}s by kind", by_kind[what])
    total = sum(counts.total() for counts in by_cell.values())
    print(f"\n{total} claims, {total / seconds:.0f} a second on one core, reading included")
    speeds()
    for (truth, verdict), found in sorted(examples.items()):
        print(f"\n{truth}, said to be {verdict}: {len(found)}")
        for example in random.Random(1).sample(found, min(arguments.examples, len(found))):
            print(f"  {example}")


if __name__ == "__main__":
    main()
