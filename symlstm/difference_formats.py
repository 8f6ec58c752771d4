"""The difference of two cells as text, LaTeX, Markdown and JSON."""

import json
from typing import Any

from symlstm.difference import Change, Difference, Side
from symlstm.printing.latex import latex
from symlstm.printing.unicode import text
from symlstm.system import Equation

__all__ = ["difference_json", "difference_latex", "difference_markdown", "difference_text"]


def _title(part: str, changes: tuple[Change, ...], difference: Difference, backward: bool) -> str:
    """How many lines of a pass differ: "Forward: 2 of 6 lines differ"."""
    known = {*difference.left.lines(backward), *difference.right.lines(backward)}
    return f"{part}: {len(changes) or 'none'} of {len(known)} lines {'differs' if len(changes) == 1 else 'differ'}"


def _passes(difference: Difference) -> list[tuple[str, tuple[Change, ...]]]:
    """The two passes with their titles."""
    parts = (("Forward", difference.forward, False), ("Backward", difference.backward, True))
    return [(_title(name, changes, difference, backward), changes) for name, changes, backward in parts]


def _pairs(change: Change, difference: Difference) -> list[tuple[str, Side, Equation | None]]:
    return [("-", difference.left, change.left), ("+", difference.right, change.right)]


def difference_text(difference: Difference) -> str:
    """One screen: the line on the left after -, that on the right after +."""
    blocks = [f"- {difference.left.label}\n+ {difference.right.label}"]
    for title, changes in _passes(difference):
        lines = [title]
        for change in changes:
            lines += [
                f"{sign} {text(line, notation=side.profile, net_inputs='show' if change.backward else 'inline')}"
                for sign, side, line in _pairs(change, difference)
                if line is not None
            ]
        blocks.append("\n".join(lines))
    facts = [f"{sign} {name}: {value}" for sign, name, value in _facts(difference)]
    return "\n\n".join([*blocks, *(["\n".join(["Storage", *facts])] if facts else [])])


def _facts(difference: Difference) -> list[tuple[str, str, str]]:
    """Remarks of the two sides that are not the same on both."""
    left, right = dict(difference.left.facts), dict(difference.right.facts)
    rows = []
    for name in dict.fromkeys((*left, *right)):
        if left.get(name) != right.get(name):
            rows += [(sign, name, facts[name]) for sign, facts in (("-", left), ("+", right)) if name in facts]
    return rows


def difference_latex(difference: Difference) -> str:
    """One `aligned` block: each line that differs in both forms, with the name of the cell at the right."""
    groups = [_forms(change, difference) for change in difference.changes]
    gates = [
        rf"& \text{{gate order {value}}} && \text{{{_plain(_of(sign, difference))}}}"
        for sign, name, value in _facts(difference)
        if name == "gate order"
    ]
    groups += [gates] if gates else []
    return _aligned(groups) if groups else r"\text{no line differs}"


def _forms(change: Change, difference: Difference) -> list[str]:
    """The rows of one line: as it is on the left, as it is on the right."""
    rows = []
    for _, side, line in _pairs(change, difference):
        if line is not None:
            left, _, right = _latex(line, side, change.backward).partition(" = ")
            rows.append(rf"{left} &= {right} && \text{{{_plain(side.label)}}}")
    return rows


def _aligned(groups: list[list[str]]) -> str:
    body = " \\\\[1ex]\n".join(" \\\\\n".join(rows) for rows in groups)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _latex(line: Equation, side: Side, backward: bool) -> str:
    return latex(line, notation=side.profile, net_inputs="show" if backward else "inline")


def _plain(label: str) -> str:
    return label.replace("_", r"\_")


def difference_markdown(difference: Difference) -> str:
    """A heading for each pass and a formula for each line that differs."""
    blocks = [f"# From {difference.left.label} to {difference.right.label}"]
    for title, changes in _passes(difference):
        blocks.append(f"## {title}")
        for change in changes:
            blocks.append(f"```math\n{_aligned([_forms(change, difference)])}\n```")
    facts = [f"- {name}: {value} ({_of(sign, difference)})" for sign, name, value in _facts(difference)]
    blocks += ["## Storage", "\n".join(facts)] if facts else []
    return "\n\n".join(blocks) + "\n"


def _of(sign: str, difference: Difference) -> str:
    return difference.left.label if sign == "-" else difference.right.label


def difference_json(difference: Difference) -> str:
    """The difference for machines."""

    def shown(side: Side, line: Equation | None, backward: bool) -> dict[str, str] | None:
        if line is None:
            return None
        options: dict[str, Any] = {"notation": side.profile, "net_inputs": "show" if backward else "inline"}
        return {"latex": latex(line, **options), "text": text(line, **options)}

    changes = [
        {
            "name": change.name,
            "pass": "backward" if change.backward else "forward",
            "change": change.kind,
            "left": shown(difference.left, change.left, change.backward),
            "right": shown(difference.right, change.right, change.backward),
        }
        for change in difference.changes
    ]
    document = {
        "schema": 1,
        "left": {"cell": difference.left.label, **dict(difference.left.facts)},
        "right": {"cell": difference.right.label, **dict(difference.right.facts)},
        "changes": changes,
        "unchanged": list(difference.unchanged),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)
