"""Layers upon layers of a cell, in one direction or both, forward and backward by the cell's one-step functions.

Quantities are keyed by (direction, name): direction 0 is the first of the first layer, then its second, then those of
the next layer; (0, "x") is the sequence that goes in, (T, d, B), and (0, "y") the one that comes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from symlstm.system import System
from tests.sequence import Array, backward, forward

Given = Mapping[tuple[int, str], Array]
Found = dict[tuple[int, str], Array]


@dataclass(frozen=True)
class Stack:
    """A cell in `layers` layers of `directions` directions; of two, the second reads from the last step to the first.

    A bias that a library does not have is `fixed`, at zero unless another number is given.
    """

    system: System
    directions: int = 1
    layers: int = 1
    backwards: bool = False  # a single direction that reads from the last step to the first
    merge: str = "concat"  # or "sum": what the two directions hand to the next layer
    fixed: Mapping[str, float] = field(default_factory=dict)

    def weights(self, given: Given, k: int) -> dict[str, Array]:
        """The parameters of direction k."""
        missing = {name for name in self.system.parameters if (k, name) not in given}
        assert all(name.startswith("b") for name in missing), missing
        units = max(len(given[k, state]) for state in self.system.states)
        fixed = {name: np.full(units, self.fixed.get(name, 0.0)) for name in missing}
        return fixed | {name: given[k, name] for name in self.system.parameters if name not in missing}

    def states(self, given: Given, k: int) -> dict[str, Array]:
        """The states of direction k before its first step."""
        return {state: given[k, state] for state in self.system.states}

    def turned(self, k: int, sequence: Array) -> Array:
        """A sequence in the order in which direction k reads it, or back."""
        return sequence[::-1] if self.backwards or k % self.directions else sequence

    def layer(self, number: int) -> range:
        """The directions of a layer."""
        return range(number * self.directions, (number + 1) * self.directions)

    def read(self, given: Given, number: int, x: Array) -> tuple[Array, Found]:
        """One layer: what it hands up, and the last states of its directions."""
        after, last = [], {}
        for k in self.layer(number):
            out = forward(self.system, self.weights(given, k), self.turned(k, x), self.states(given, k))
            last |= {(k, output): out[output][-1] for output in self.system.outputs}
            after.append(self.turned(k, out["h"]))
        return (np.concatenate(after, axis=1) if self.merge == "concat" else np.sum(after, axis=0)), last

    def outputs(self, given: Given) -> Found:
        """What comes out, and the last states of every direction."""
        y, found = given[0, "x"], {}
        for number in range(self.layers):
            y, last = self.read(given, number, y)
            found |= last
        return found | {(0, "y"): y}

    def gradients(self, given: Given, seeds: Given) -> Found:
        """The gradients of Σ <seed, output> with respect to every value given, under the same keys."""
        x = [given[0, "x"]]
        for number in range(self.layers - 1):
            x.append(self.read(given, number, x[-1])[0])
        found: Found = {}
        flowing = seeds.get((0, "y"), np.zeros_like(self.outputs(given)[0, "y"]))
        for number in reversed(range(self.layers)):
            parts = (
                np.split(flowing, self.directions, axis=1) if self.merge == "concat" else [flowing] * self.directions
            )
            flowing = np.zeros_like(x[number])
            for k, part in zip(self.layer(number), parts, strict=True):
                gradient = self._back(given, k, x[number], self.turned(k, part), seeds)
                flowing = flowing + self.turned(k, gradient.pop("d_x"))
                found |= {(k, name.removeprefix("d_")): value for name, value in gradient.items()}
        return found | {(0, "x"): flowing}

    def _back(self, given: Given, k: int, x: Array, part: Array, seeds: Given) -> dict[str, Array]:
        """Back through one direction: from what flows into its outputs, and into its last states."""
        into = {"h": part.copy()} | {
            output: np.zeros((len(x), *given[k, f"{output}_prev"].shape))
            for output in self.system.outputs
            if output != "h"
        }
        for output in self.system.outputs:
            into[output][-1] += seeds[k, output]
        return backward(self.system, self.weights(given, k), self.turned(k, x), self.states(given, k), into)
