"""The kinds of slips of the collection, each as a whole equation: the wrong form and the right one."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["SLIPS", "Slip"]


@dataclass(frozen=True)
class Slip:
    """A wrong and a right equation about a cell; `options` build it, `how` are options of the check."""

    kind: str
    wrong: str
    right: str
    cell: str = "lstm"
    options: dict[str, Any] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)
    condition: str | None = None
    hint: str = ""
    right_is: str = "right"


LINES = (Path(__file__).parent / "slips.jsonl").read_text(encoding="utf-8").splitlines()
SLIPS = [Slip(**json.loads(line)) for line in LINES]
