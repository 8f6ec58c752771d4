"""Glyph: a printed name taken apart, so that LaTeX, Unicode and later formats can each put it together."""

from dataclasses import dataclass, replace
from typing import NamedTuple

__all__ = [
    "ACCENTS",
    "ARROWS",
    "COMBINING",
    "DIRECTIONS",
    "DOT",
    "GREEK",
    "HADAMARD",
    "KRONECKER",
    "PRIME",
    "TRANSPOSES",
    "Glyph",
    "Quotient",
    "Wrap",
]

HADAMARD = {r"\odot": "⊙", r"\circ": "∘", r"\otimes": "⊗", r"\ast": "∗", "*": "*", r"\cdot": "·", "": ""}

KRONECKER = r"\otimes"

ACCENTS = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304"}

DIRECTIONS = {"fw": "overrightarrow", "bw": "overleftarrow"}

ARROWS = {"fw": (r"\rightarrow", "→"), "bw": (r"\leftarrow", "←")}

COMBINING = {**ACCENTS, "overrightarrow": "\u20d7", "overleftarrow": "\u20d6"}

DOT = "\u0307"

PRIME = "prime"

TRANSPOSES = {r"\top": "ᵀ", "T": "ᵀ", r"\mathsf{T}": "ᵀ", r"\mathrm{T}": "ᵀ", r"\intercal": "ᵀ", r"\prime": "′"}

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ",
    "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip


class Wrap(NamedTuple):
    """A derivative that a name is wrapped in: an adjoint δ or a tangent D, its order, and whether it carries a dot."""

    adjoint: bool
    order: int
    dotted: bool = False


@dataclass(frozen=True)
class Glyph:
    """A printed name: C̃ with subscripts, a layer, a time, and the derivatives that it is wrapped in.

    `accents` are of COMBINING, innermost first, or PRIME; `dotted` puts the dot of a tangent over them. `layer` is its
    number, or "". `time` is the offset from `origin` (0 for t, −1 for t − 1) or None for what has no time; `origin` is
    t, or T, or nothing where `time` is the number of the step; `hidden` says that the time is not printed.
    `wraps` are the derivatives, outermost first: δ is (δq), δ₂ and δ are (δ₂δq); `seeds` are the orders of those of
    them that flow in from outside. `quotient` is there for a Jacobian, which has no letter of its own. `rows` says
    which rows it is, where they are only some of the whole: a direction, or the mark of a part of a stack.
    """

    letter: str
    accents: tuple[str, ...] = ()
    subscripts: tuple[str, ...] = ()
    superscripts: tuple[str, ...] = ()
    time: int | None = None
    origin: str = "t"
    hidden: bool = False
    bold: bool = False
    dotted: bool = False
    wraps: tuple[Wrap, ...] = ()
    seeds: tuple[int, ...] = ()
    layer: str = ""
    quotient: "Quotient | None" = None
    rows: str = ""

    @property
    def adjoints(self) -> tuple[int, ...]:
        """The orders of the adjoints, outermost first."""
        return tuple(wrap.order for wrap in self.wraps if wrap.adjoint)

    @property
    def partial(self) -> int | None:
        """The place in `wraps` of a gradient that is written ∂L/∂q: that of a quantity without a time, as a weight."""
        if self.time is not None:
            return None
        return max((place for place, wrap in enumerate(self.wraps) if wrap.adjoint), default=None)

    @property
    def is_partial(self) -> bool:
        """Whether there is a gradient that is written ∂L/∂q."""
        return self.partial is not None

    @property
    def seed(self) -> bool:
        """Whether it flows in from outside."""
        return bool(self.seeds)

    @property
    def marks(self) -> tuple[str, ...]:
        """The orders of the seeds, as they are printed behind "in": nothing, but from the third derivatives on."""
        return tuple(map(str, self.seeds)) if len(self.adjoints) > 2 else ("",) * bool(self.seeds)

    @property
    def moment(self) -> str:
        """The time as it is printed: t, t-1, T, 2, or nothing."""
        if self.time is None or self.hidden:
            return ""
        if not self.origin:
            return str(self.time)
        return self.origin if self.time == 0 else f"{self.origin}{self.time:+d}"

    def at(self, origin: str, offset: int) -> "Glyph":
        """The same quantity at another step than t: where t is T, or a number."""
        if (origin, offset) == ("t", 0):
            return self
        if self.quotient is not None:
            of, by = self.quotient.of.at(origin, offset), self.quotient.by.at(origin, offset)
            return replace(self, quotient=replace(self.quotient, of=of, by=by))
        if self.time is None or self.origin != "t":
            return self
        return replace(self, time=self.time + offset, origin=origin)


@dataclass(frozen=True)
class Quotient:
    """What a Jacobian is written as: the derivative of one quantity by another, total (d) or partial (∂).

    `vec` says of each of the two whether it is a matrix, whose columns are one below the other in vec; `rows` whether
    matrices are transposed for that, in a text of row vectors.
    """

    of: Glyph
    by: Glyph
    total: bool
    vec: tuple[bool, bool]
    rows: tuple[bool, bool]
