"""A worked example for machines, in JSON."""

import json
from typing import Any

from symlstm.printing.latex import LatexPrinter
from symlstm.printing.unicode import UnicodePrinter
from symlstm.printing.view import timeless_of
from symlstm.worked.example import WorkedExample
from symlstm.worked.lines import named

__all__ = ["example_json"]


def example_json(example: WorkedExample) -> str:
    """The example in JSON: every line with its formula, and all numbers in full precision."""
    timeless = timeless_of(example.system)
    text, latex = UnicodePrinter(example.profile, timeless), LatexPrinter(example.profile, timeless)
    document: dict[str, Any] = {
        "schema": 1,
        "system": example.system.name,
        "notation": example.profile.name,
        "sizes": {str(symbol): length for symbol, length in example.sizes.items()},
        "given": {str(leaf.symbol.name): _numbers(example, leaf.symbol.name) for leaf in example.system.leaves},
        "steps": [],
        "notes": [named(note.text, text.name) for note in example.notes],
    }
    for step in example.steps:
        entry = {
            "name": step.name,
            "symbol": text.name(step.name),
            "formula": text.print(step.formula),
            "latex": f"{latex.name(step.name)} = {latex.print(step.formula)}",
            "backward": step.backward,
        }
        if step.net_input:
            entry["net_input"] = _numbers(example, step.net_input)
        entry["result"] = _numbers(example, step.name)
        document["steps"].append(entry)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _numbers(example: WorkedExample, name: str) -> Any:
    return example.values[name].astype(float).tolist()
