"""The tree of a formula as it was written: what is ambiguous on paper is kept, meaning settles it later."""

from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = [
    "Accented",
    "Bars",
    "Big",
    "Call",
    "Cases",
    "Differential",
    "Dots",
    "Formula",
    "Fraction",
    "FunctionName",
    "Group",
    "Name",
    "Number",
    "Product",
    "Scripted",
    "SetOf",
    "Slice",
    "Span",
    "Stack",
    "Statement",
    "Sum",
    "Tree",
    "Tuple",
    "Words",
]


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in the text that was given: offsets of its first character and behind its last."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Node:
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(_Node):
    """A number as it was written: "1", "0.5", "½" is "1/2"."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(_Node):
    """A letter or a word without scripts: "W", "sigma" (LaTeX commands without backslash), "prev", "d_a_f".

    Greek letters have their English names, also from Unicode (σ is "sigma", δ "delta", Γ "Gamma"). `font` is "",
    "bold", "roman", "calligraphic", "blackboard", "sans" or "fraktur"; fonts take no part in comparison.
    """

    text: str
    font: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class FunctionName(_Node):
    """A known function without its argument: tanh, sigmoid, softmax, exp, log, diag, max; "sigma" stays a Name."""

    text: str


@dataclass(frozen=True, slots=True)
class Accented(_Node):
    """A tilde, hat, bar, dot, vec, check, rightarrow, leftarrow or underline on something; wide ones are the same."""

    accent: str
    body: "Tree"


@dataclass(frozen=True, slots=True)
class Scripted(_Node):
    r"""Something with subscripts, superscripts and primes, in the order in which they were written.

    `subs` and `sups` hold the comma-separated parts of each script: a_{f,t} has subs (f, t); h^{(t-1)} has
    sups (Group("(", t - 1),); \langle and < > are Group("<", …), braces written out are Group("{", …). W_{xf} has subs
    (Name("xf"),): letters beside each other in a script are one word. A transpose is a sup: Name("T"), Name("top"),
    Name("intercal"); ^* is Name("*"). `primes` counts ′. What is evaluated somewhere, …|_{t}, has
    subs (Group("|", t),).
    """

    body: "Tree"
    subs: tuple["Tree", ...] = ()
    sups: tuple["Tree", ...] = ()
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Group(_Node):
    """Something in brackets that say nothing but "first": "(", "[", "{" or "<" is the opening one."""

    bracket: str
    body: "Tree"


@dataclass(frozen=True, slots=True)
class Tuple(_Node):
    """Things between commas at the top of a side or in round brackets: z_t, r_t in "z_t, r_t = …"."""

    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class SetOf(_Node):
    r"""Things in braces that are written out, as in \sum_{g \in \{f, i, o\}}."""

    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Call(_Node):
    r"""Something directly in front of round (or, with `bracket`, other) brackets: σ(a), tanh(C_t), h(t-1), W(r ⊙ h).

    Whether it is a function, an index or a product is settled later. A function without brackets, as in \tanh C_t or
    \tanh^2 C_t, is a Call with bracket "". `function` may be Scripted: \tanh^2(·), σ'(·).
    """

    function: "Tree"
    arguments: tuple["Tree", ...]
    bracket: str = "("


@dataclass(frozen=True, slots=True)
class Product(_Node):
    r"""Factors in a row; `operators[k]` stands between factor k and k + 1.

    Operators are "" (beside each other), "odot", "circ", "otimes", "cdot", "times", "*", "ast", "bullet", "oslash",
    "/", "@", "(.)" (also for .*).
    A sign in front of a product belongs to the Sum around it.
    """

    factors: tuple["Tree", ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum(_Node):
    """Terms with their signs, +1 or -1; "-a" is a Sum of one term. ± is refused."""

    signs: tuple[int, ...]
    terms: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Fraction(_Node):
    r"""\frac{…}{…}, also \tfrac, \dfrac, \cfrac and a/b of two differentials."""

    numerator: "Tree"
    denominator: "Tree"


@dataclass(frozen=True, slots=True)
class Differential(_Node):
    r"""∂, d, δ, Δ or ∇ in front of something: symbol "partial", "d", "delta", "Delta" or "nabla".

    ∂L and dL inside fractions, dW_f, δC_t, ∇_{W}L (its subscript is `by`). δ with scripts of its own is a Name and
    Scripted. `order` is 2 for ∂². `body` is None for ∇_W alone or ∂ alone, as in \frac{\partial}{\partial W} L.
    """

    symbol: str
    body: "Tree | None"
    by: "Tree | None" = None
    order: int = 1


@dataclass(frozen=True, slots=True)
class Stack(_Node):
    r"""A vector or matrix that is written out: `rows` of entries, in bmatrix or [a, b], [a; b], [a \quad b].

    `separator` is what stands between the entries: ",", ";", "|" (\mid), "matrix" (& and \\) or " " (space, \quad).
    """

    rows: tuple[tuple["Tree", ...], ...]
    bracket: str
    separator: str


@dataclass(frozen=True, slots=True)
class Slice(_Node):
    """Rows and columns of something, x[0:n] or W[:, n:]: `ranges` are pairs (from, to), None where nothing stands."""

    body: "Tree"
    ranges: tuple[tuple["Tree | None", "Tree | None"], ...]


@dataclass(frozen=True, slots=True)
class Big(_Node):
    r"""∑ or ∏: kind "sum" or "prod".

    With bounds: `index` runs from `lower` to `upper`; with `\in`: over `members` (a SetOf or anything); with a bare
    subscript (\sum_t): index alone; without scripts: index None. `body` reaches to the next + or - of the same level.
    """

    kind: str
    index: "Tree | None"
    lower: "Tree | None"
    upper: "Tree | None"
    members: "Tree | None"
    body: "Tree"


@dataclass(frozen=True, slots=True)
class Bars(_Node):
    r"""|x| ("|") or ‖x‖ ("||")."""

    bracket: str
    body: "Tree"


@dataclass(frozen=True, slots=True)
class Cases(_Node):
    r"""A cases environment: values, each with the words or relation that say when (None for none)."""

    rows: tuple[tuple["Tree", "Tree | Statement | None"], ...]


@dataclass(frozen=True, slots=True)
class Dots(_Node):
    r"""Something left out: \dots, \cdots, …"""


@dataclass(frozen=True, slots=True)
class Words(_Node):
    r"""Words in a formula: \text{…}, \textit{…}, \mbox{…} that is neither a name nor a function."""

    text: str


Tree: TypeAlias = (
    Number
    | Name
    | FunctionName
    | Accented
    | Scripted
    | Group
    | Tuple
    | SetOf
    | Call
    | Product
    | Sum
    | Fraction
    | Differential
    | Slice
    | Stack
    | Big
    | Bars
    | Cases
    | Dots
    | Words
)


@dataclass(frozen=True, slots=True)
class Statement(_Node):
    """A chain: `sides` with `relations` between them.

    Relations are "=", ":=", "+=", "-=", "approx", "equiv", "propto", "to", "in", "<", ">", "le", "ge", "ne". A side
    "\\in \\mathbb{R}^{n}" at the end is not a side but in `annotations`, as are "t = 1, …, T" behind a comma or &&,
    tags, and words.
    """

    sides: tuple[Tree, ...]
    relations: tuple[str, ...]
    annotations: tuple["Tree | Statement", ...] = ()
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Formula(_Node):
    """Everything that stands in one display: statements in reading order, and the words between them."""

    statements: tuple[Statement, ...]
    words: tuple[Words, ...] = ()
