"""Conventions that a text does not state: rows or columns, weights transposed, W and U exchanged, another layout."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from symlstm.cells import cell
from symlstm.checker.meaning.scope import Convention
from symlstm.errors import SymlstmError
from symlstm.heads import cross_entropy, readout
from symlstm.system import System, compose

__all__ = ["conventions", "variants"]


def conventions(base: Convention) -> list[Convention]:
    """The conventions to try, those nearest to what is declared first."""
    found = [
        Convention(layout, kept != base.transposed_weights, swapped != base.swapped)
        for layout, kept, swapped in product((base.layout, _other(base.layout)), (False, True), (False, True))
    ]
    return sorted(found, key=lambda one: _departures(one, base))


def _other(layout: str) -> str:
    return "row" if layout == "column" else "column"


def _departures(one: Convention, base: Convention) -> int:
    return (
        (one.layout != base.layout)
        + 2 * (one.transposed_weights != base.transposed_weights)
        + 2 * (one.swapped != base.swapped)
    )


@lru_cache(maxsize=64)
def variants(system: System) -> tuple[System, ...]:
    """The same cell with its weights laid out in other ways: the System itself first."""
    cells = (system, *dict.fromkeys(other for other in _others(system) if other != system))
    return (*cells, *_with_outputs(cells))


def _with_outputs(cells: Sequence[System]) -> Iterator[System]:
    """The cells with an output y = W_y h + b_y on top, then with softmax and cross-entropy too."""
    for heads in ((readout(),), (readout(), cross_entropy())):
        for one in cells:
            if "y" not in one.symbols and not one.timed and "h" in one:
                try:
                    yield compose(one, *heads)
                except SymlstmError:
                    continue


def _others(system: System) -> Iterator[System]:
    options = options_of(system)
    if options is None:
        return
    for layout, biases, order in product(("concat", "split"), (1, 2), ("hx", "xh")):
        if layout == "split" and order == "xh":
            continue
        try:
            yield cell(system.name, **{**options, "layout": layout, "biases": biases, "order": order})
        except (SymlstmError, TypeError):
            continue


@lru_cache(maxsize=64)
def options_of(system: System) -> dict[str, Any] | None:
    """The options with which a cell of ours was built, None for another System."""
    choices = {
        "peephole": (False, True), "coupled": (False, True), "projection": (False, True),
        "reset": ("before", "after"), "update": ("keep", "write"),
        "layout": ("concat", "split"), "biases": (1, 2), "order": ("hx", "xh"),
    }  # fmt: skip
    common = ("layout", "biases", "order")
    for own in ((), ("peephole", "coupled", "projection"), ("reset", "update")):
        names = (*own, *common)
        for values in product(*(choices[name] for name in names)):
            options = dict(zip(names, values, strict=True))
            if options["layout"] == "split" and options["order"] == "xh":
                continue
            try:
                if cell(system.name, **options) == system:
                    return options
            except (SymlstmError, TypeError):
                continue
    return None
