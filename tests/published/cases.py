"""Published examples: read a file, and hold what symlstm finds against each of its numbers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.sequence import Array
from tests.support import DATA, relative_error

PUBLISHED = DATA / "published"


def published(name: str) -> dict[str, Any]:
    """A published example: inputs, expected results, and what is known to be wrong in it."""
    return read(PUBLISHED / f"{name}.json")


def read(path: Path) -> dict[str, Any]:
    """What a JSON file holds."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def arrays(given: Mapping[str, Any]) -> dict[str, Array]:
    """The inputs that are numbers; words, which say where numbers come from, are left out."""
    return {name: np.asarray(value, float) for name, value in given.items() if not isinstance(value, str)}


def at(found: Array, place: Any) -> Array:
    """The part of an array that was published: [2, 3] is an entry, or a whole series where there is one axis more."""
    return found[tuple(place)] if isinstance(place, list) else found


def compare(data: Mapping[str, Any], found: Mapping[str, Array]) -> None:
    """Every quantity of the example, none more and none less; see `compare_number`."""
    assert set(found) == {case["quantity"] for case in data["expected"]}
    for case in data["expected"]:
        compare_number(case, at(np.asarray(found[case["quantity"]]), case.get("index")))


def compare_number(case: Mapping[str, Any], found: Array) -> None:
    """What we find is the truth to 1e-12; the published number is the truth to its own digits, or it is wrong.

    The truth is the recomputation that the file holds, by other libraries; a published number that the file calls wrong
    has to differ from ours too.
    """
    truth, number = np.array(case["recomputed_float64"]), np.array(case["published"])
    assert relative_error(found, truth) <= 1e-12, case["quantity"]
    difference = float(np.max(np.abs(found - number)))
    if case["agrees"]:
        assert difference <= case["atol"], f"{case['quantity']}: ours differs from the published number"
    else:
        assert difference > case["atol"], f"{case['quantity']}: the published number was said to be wrong"
