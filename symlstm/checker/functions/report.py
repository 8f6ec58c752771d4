"""The report of a checked function: a verdict, every result with its error, the slip, what was taken for granted."""

import json
from dataclasses import dataclass

from symlstm.checker.report import Verdict

__all__ = ["FunctionReport", "QuantityReport"]


@dataclass(frozen=True, slots=True)
class QuantityReport:
    """One result: its verdict, the largest error relative to max(1, max|reference|), shapes, and what explains it."""

    name: str
    verdict: Verdict
    error: float | None = None
    shape: tuple[int, ...] | None = None
    expected: tuple[int, ...] | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FunctionReport:
    """What was found about a function. `assumptions` say how it was read, `notes` what else was seen."""

    function: str
    cell: str
    verdict: Verdict
    quantities: tuple[QuantityReport, ...] = ()
    hint: str = ""
    message: str = ""
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """The report in plain text."""
        lines = [f"{self.function} against {self.cell}: {self.verdict}"]
        lines += [f"  {line}" for line in (self.hint, self.message) if line]
        lines += [f"  read as: {', '.join(self.assumptions)}"] if self.assumptions else []
        width = max((len(one.name) for one in self.quantities), default=0)
        for one in self.quantities:
            hint = f"  {one.hint}" if one.hint and one.hint != self.hint else ""
            lines.append(f"  {one.name:<{width}}  {one.verdict:<9}  {_error(one)}{hint}")
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    def markdown(self) -> str:
        """The report as Markdown, the results in a table."""
        lines = [f"**`{self.function}` against {self.cell}: {self.verdict}**"]
        lines += [line for line in (self.hint, self.message) if line]
        lines += [f"Read as: {', '.join(self.assumptions)}."] if self.assumptions else []
        if self.quantities:
            rows = ["| result | verdict | error | hint |", "|---|---|---|---|"]
            cells = ((f"`{one.name}`", str(one.verdict), _error(one), one.hint) for one in self.quantities)
            rows += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in cells]
            lines.append("\n".join(rows))
        lines += ["\n".join(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n\n".join(lines) + "\n"

    def json(self) -> str:
        """The report as JSON, schema 1."""
        quantities = [
            {
                "name": one.name, "verdict": str(one.verdict), "error": one.error, "hint": one.hint,
                "shape": None if one.shape is None else list(one.shape),
                "expected": None if one.expected is None else list(one.expected),
            }
            for one in self.quantities
        ]  # fmt: skip
        data = {
            "schema": 1, "function": self.function, "cell": self.cell, "verdict": str(self.verdict), "hint": self.hint,
            "message": self.message, "assumptions": list(self.assumptions), "notes": list(self.notes),
            "quantities": quantities,
        }  # fmt: skip
        return json.dumps(data, indent=2, ensure_ascii=False)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.text()


def _error(one: QuantityReport) -> str:
    if one.shape is not None and one.shape != one.expected:
        return f"shape {one.shape}, expected {one.expected}"
    return "" if one.error is None else f"error {one.error:.1e}"
