"""Glyph: a printed name taken apart, so that LaTeX, Unicode and later formats can each put it together."""

from dataclasses import dataclass, replace

__all__ = ["ACCENTS", "COMBINING", "DIRECTIONS", "GREEK", "HADAMARD", "PRIME", "TRANSPOSES", "Glyph"]

HADAMARD = {r"\odot": "⊙", r"\circ": "∘", r"\otimes": "⊗", r"\ast": "∗", "*": "*", r"\cdot": "·", "": ""}

ACCENTS = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304"}

DIRECTIONS = {"fw": "overrightarrow", "bw": "overleftarrow"}

COMBINING = {**ACCENTS, "overrightarrow": "\u20d7", "overleftarrow": "\u20d6"}

PRIME = "prime"

TRANSPOSES = {r"\top": "ᵀ", "T": "ᵀ", r"\mathsf{T}": "ᵀ", r"\mathrm{T}": "ᵀ", r"\intercal": "ᵀ", r"\prime": "′"}

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ",
    "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip


@dataclass(frozen=True)
class Glyph:
    """A printed name: C̃ with subscripts, a layer, a time, and the adjoints that it is wrapped in.

    `accents` are of COMBINING, innermost first, or PRIME. `layer` is its number, or "". `time` is the offset from
    `origin` (0 for t, −1 for t − 1) or None for what has no time; `origin` is t, or T, or nothing where `time` is the
    number of the step; `hidden` says that the time is not printed. `adjoints` are the orders of the derivatives,
    outermost first: (1,) is δq, (2, 1) is δ₂δq; `seeds` are those of them that flow in from
    outside.
    """

    letter: str
    accents: tuple[str, ...] = ()
    subscripts: tuple[str, ...] = ()
    superscripts: tuple[str, ...] = ()
    time: int | None = None
    origin: str = "t"
    hidden: bool = False
    bold: bool = False
    adjoints: tuple[int, ...] = ()
    seeds: tuple[int, ...] = ()
    layer: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether the gradient is written ∂L/∂q: that of a quantity without a time, such as a weight."""
        return bool(self.adjoints) and self.time is None

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
        if self.time is None or self.origin != "t" or (origin, offset) == ("t", 0):
            return self
        return replace(self, time=self.time + offset, origin=origin)
