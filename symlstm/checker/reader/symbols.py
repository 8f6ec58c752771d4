"""What commands, words and characters mean: the tables of both lexers."""

__all__ = [
    "ACCENTS",
    "BIGS",
    "COMBINING",
    "CONNECTIVES",
    "FONTS",
    "FUNCTIONS",
    "LETTERS",
    "OPERATORS",
    "RELATIONS",
    "SPLITS",
    "UNICODE",
    "WORD_FONTS",
    "command_meaning",
    "function_name",
    "listed",
]


def listed(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


_LOWER = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
    "nu xi omicron pi rho sigma tau upsilon phi chi psi omega"
)
_UPPER = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
_VARIANTS = "varepsilon vartheta varpi varrho varsigma varphi varkappa"
_OTHER = "partial nabla ell infty top intercal hbar imath jmath aleph Re Im perp"

#: Commands that are letters, with the names that they have in the tree.
LETTERS = {name: name for name in f"{_LOWER} {_UPPER} {_VARIANTS} {_OTHER}".split()}

#: Functions by the words that are used for them, in small letters.
FUNCTIONS = {
    name: name
    for name in listed(
        "tanh sigmoid sigm softmax diag relu exp log ln max min mean var std step sign sgn sqrt abs trace tr "
        "vec softplus softsign sin cos tan sinh cosh sech argmax argmin norm elu gelu silu selu erf "
        "logsigmoid hardsigmoid hardtanh hardswish swish logistic clip sinc arctan arctanh"
    )
} | {"leakyrelu": "leakyrelu", "sgn": "sign", "tr": "trace"}

OPERATORS = {
    "odot": "odot", "circ": "circ", "otimes": "otimes", "cdot": "cdot", "times": "times", "ast": "ast",
    "bullet": "bullet", "oslash": "oslash", "div": "/", "cdotp": "cdot", "centerdot": "cdot", "circledcirc": "circ",
    "slash": "/",
}  # fmt: skip

RELATIONS = {
    "coloneqq": ":=", "coloneq": ":=", "triangleq": ":=", "doteq": ":=", "equiv": "equiv", "approx": "approx",
    "simeq": "approx", "propto": "propto", "leftarrow": ":=", "gets": ":=", "to": "to",
    "rightarrow": "to", "longrightarrow": "to", "in": "in", "le": "le", "leq": "le", "leqslant": "le", "ge": "ge",
    "geq": "ge", "geqslant": "ge", "lt": "<", "gt": ">", "ne": "ne", "neq": "ne", "defeq": ":=",
}  # fmt: skip

#: What stands between two statements.
SPLITS = frozenset(
    listed(
        "therefore because implies impliedby Rightarrow Leftarrow iff Leftrightarrow Longrightarrow "
        "Longleftrightarrow Longleftarrow land wedge"
    )
)

ACCENTS = {
    "tilde": "tilde", "widetilde": "tilde", "hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar",
    "dot": "dot", "ddot": "ddot", "vec": "vec", "check": "check", "breve": "breve", "overrightarrow": "rightarrow",
    "overleftarrow": "leftarrow", "mathring": "ring", "underline": "underline",
}  # fmt: skip

COMBINING = {
    "\u0303": "tilde", "\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot", "\u0308": "ddot",
    "\u20d7": "vec", "\u20d6": "leftarrow", "\u030c": "check", "\u0306": "breve", "\u030a": "ring",
}  # fmt: skip

BIGS = {"sum": "sum", "prod": "prod"}

#: Fonts whose letters stay single letters, and fonts that make one word of their letters.
FONTS = {
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "pmb": "bold", "mathcal": "calligraphic",
    "mathscr": "calligraphic", "mathbb": "blackboard", "mathbbm": "blackboard", "mathfrak": "fraktur",
    "mathnormal": "", "bf": "bold", "bfseries": "bold", "cal": "calligraphic", "vb": "bold",
}  # fmt: skip
WORD_FONTS = {
    "mathrm": "roman", "operatorname": "roman", "mathit": "", "mathsf": "sans", "mathtt": "roman", "rm": "roman",
    "it": "", "sf": "sans", "tt": "roman", "text": "roman", "textrm": "roman", "textit": "", "textbf": "bold",
    "textsf": "sans", "texttt": "roman", "textnormal": "roman", "mbox": "roman", "hbox": "roman", "textup": "roman",
    "textsc": "roman", "textsl": "roman", "emph": "",
}  # fmt: skip

#: Words that join statements, so that they are no names.
CONNECTIVES = frozenset(
    listed(
        "and where with if for or as then so thus hence since because when while otherwise let given "
        "therefore else but is are of at by from that we here also which note recall similarly likewise "
        "finally using unless"
    )
)

_GREEK_LOWER = "αβγδεζηθικλμνξοπρστυφχψω"
_SIGNS = "ϵϕϑϖϱςℓ∞∂∇⊤⊺"
_SIGN_NAMES = "epsilon phi vartheta varpi varrho varsigma ell infty partial nabla top intercal"
_GREEK_UPPER = "ΓΔΘΛΞΠΣΥΦΨΩ"

#: Characters outside ASCII: (type of token, value).
UNICODE: dict[str, tuple[str, str]] = {
    **{char: ("NAME", name) for char, name in zip(_GREEK_LOWER, _LOWER.split(), strict=True)},
    **{char: ("NAME", name) for char, name in zip(_GREEK_UPPER, _UPPER.split(), strict=True)},
    **{char: ("NAME", name) for char, name in zip(_SIGNS, listed(_SIGN_NAMES), strict=True)},
    "µ": ("NAME", "mu"), "∆": ("NAME", "Delta"), "Ω": ("NAME", "Omega"), "ƒ": ("NAME", "f"),
    "∑": ("BIG", "sum"), "∏": ("BIG", "prod"), "√": ("SQRT", "sqrt"), "…": ("DOTS", ""), "⋯": ("DOTS", ""),
    "⊙": ("OP", "odot"), "∘": ("OP", "circ"), "◦": ("OP", "circ"), "○": ("OP", "circ"), "⊗": ("OP", "otimes"),
    "·": ("OP", "cdot"), "⋅": ("OP", "cdot"), "∙": ("OP", "cdot"), "×": ("OP", "times"), "∗": ("OP", "ast"),
    "•": ("OP", "bullet"), "⊘": ("OP", "oslash"), "÷": ("OP", "/"), "∕": ("OP", "/"), "⁄": ("OP", "/"),
    "−": ("MINUS", "-"), "–": ("MINUS", "-"), "＋": ("PLUS", "+"),
    "′": ("PRIME", "1"), "″": ("PRIME", "2"), "‴": ("PRIME", "3"), "’": ("PRIME", "1"),
    "≈": ("REL", "approx"), "≡": ("REL", "equiv"), "∝": ("REL", "propto"), "≔": ("REL", ":="), "≜": ("REL", ":="),
    "←": ("REL", ":="), "→": ("REL", "to"), "∈": ("REL", "in"), "≤": ("REL", "le"), "≥": ("REL", "ge"),
    "≠": ("REL", "ne"), "∴": ("SPLIT", "therefore"), "∵": ("SPLIT", "because"), "⇒": ("SPLIT", "implies"),
    "⟹": ("SPLIT", "implies"), "⇔": ("SPLIT", "iff"), "∀": ("FORALL", ""), "‖": ("BAR", "||"), "∥": ("BAR", "||"),
    "∣": ("BAR", "|"), "⟨": ("LANGLE", "<"), "⟩": ("RANGLE", ">"), "〈": ("LANGLE", "<"), "〉": ("RANGLE", ">"),
    "½": ("NUMBER", "1/2"), "¼": ("NUMBER", "1/4"), "¾": ("NUMBER", "3/4"), "⅓": ("NUMBER", "1/3"),
    "⅔": ("NUMBER", "2/3"), "ℝ": ("NAME", "R"), "ℒ": ("NAME", "L"), "ℓ": ("NAME", "ell"), "𝟙": ("NAME", "1"),
}  # fmt: skip


def function_name(word: str) -> str | None:
    """The name of a known function for a word such as "tanh", "Sigmoid" or "ReLU"; None for another word."""
    key = word.replace("_", "").replace("-", "").replace(" ", "").lower()
    return FUNCTIONS.get(key)


_SPACES = frozenset([",", ";", ":", "!", " ", "quad", "qquad"])


def command_meaning(name: str) -> tuple[str, str]:
    """Type of token and value of a LaTeX command that plain text may hold; "" for the type of any other.

    >>> command_meaning("odot"), command_meaning("frac")
    (('OP', 'odot'), ('', ''))
    """
    tables = (("OP", OPERATORS), ("REL", RELATIONS), ("NAME", LETTERS), ("BIG", BIGS), ("FUNC", FUNCTIONS))
    for kind, table in tables:
        if name in table and name not in ACCENTS:
            return kind, table[name]
    return ("SPACE", "") if name in _SPACES else ("", "")
