"""What each LaTeX command and ASCII character does: one table of handlers for the lexer."""

from collections.abc import Callable

from symlstm.checker.reader.environments import begin, end, row
from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.fonts import declared, font, words
from symlstm.checker.reader.latex import LatexLexer, Scope
from symlstm.checker.reader.raw import Raw, argument, balanced, skip_spaces, written
from symlstm.checker.reader.symbols import (
    ACCENTS,
    BIGS,
    FONTS,
    FUNCTIONS,
    LETTERS,
    OPERATORS,
    RELATIONS,
    SPLITS,
    WORD_FONTS,
    listed,
)

__all__ = ["COMMANDS"]

Handler = Callable[[LatexLexer, Raw], None]

_SIZES = [size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")]
_BRACKETS = {
    "(": ("LPAR", "("), ")": ("RPAR", ")"), "[": ("LSQB", "["), "]": ("RSQB", "]"), "\\{": ("LCUR", "{"),
    "\\}": ("RCUR", "}"), "\\langle": ("LANGLE", "<"), "\\rangle": ("RANGLE", ">"), "\\lbrace": ("LCUR", "{"),
    "\\rbrace": ("RCUR", "}"), "\\lbrack": ("LSQB", "["), "\\rbrack": ("RSQB", "]"), "\\lparen": ("LPAR", "("),
    "\\rparen": ("RPAR", ")"), "|": ("BAR", "|"), "\\|": ("BAR", "||"), "\\vert": ("BAR", "|"),
    "\\Vert": ("BAR", "||"), "\\lvert": ("BAROPEN", "|"), "\\rvert": ("BARCLOSE", "|"), "\\lVert": ("BAROPEN", "||"),
    "\\rVert": ("BARCLOSE", "||"), "⟨": ("LANGLE", "<"), "⟩": ("RANGLE", ">"),
}  # fmt: skip
_ONE_TOKEN = {
    **_BRACKETS, "+": ("PLUS", "+"), "-": ("MINUS", "-"), "_": ("SUB", ""), "^": ("SUP", ""), "'": ("PRIME", "1"),
    "*": ("OP", "*"), "/": ("OP", "/"), "@": ("OP", "@"), ",": ("COMMA", ","), ";": ("SEMI", ";"),
    "&": ("AMP", "&"), "\\prime": ("PRIME", "1"), "\\frac": ("FRAC", ""), "\\tfrac": ("FRAC", ""),
    "\\dfrac": ("FRAC", ""), "\\cfrac": ("FRAC", ""), "\\mid": ("MID", "|"), "\\forall": ("FORALL", ""),
    "\\sp": ("SUP", ""), "\\sb": ("SUB", ""), "\\*": ("OP", "times"),
    **{f"\\{name}": ("OP", value) for name, value in OPERATORS.items()},
    **{f"\\{name}": ("REL", value) for name, value in RELATIONS.items()},
    **{f"\\{name}": ("SPLIT", name) for name in SPLITS},
    **{f"\\{name}": ("ACCENT", value) for name, value in ACCENTS.items()},
    **{f"\\{name}": ("BIG", value) for name, value in BIGS.items()},
    **{f"\\{name}": ("FUNC", value) for name, value in FUNCTIONS.items() if name not in ACCENTS},
    **{f"\\{name}": ("DOTS", "") for name in ("dots", "ldots", "cdots", "dotsc", "dotsb", "dotsm", "vdots", "ddots")},
    **{f"\\{name}": ("THIN", "") for name in (",", ";", ":", " ", "thinspace", "medspace", "thickspace", "enspace")},
    "~": ("THIN", ""), "\\quad": ("WIDE", ""), "\\qquad": ("WIDE", ""),
}  # fmt: skip
_NOTHING = listed(
    "! / displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag hline "
    "allowbreak noindent negthinspace relax left. right. mathstrut strut centering small large normalsize "
    "footnotesize hfill"
)
_DROPPED = listed("label color hspace vspace phantom vphantom hphantom cline ref eqref rule setlength")
_INLINE = listed("boxed mathrel mathbin mathop mathord mathopen mathclose fbox ensuremath smash mathinner mathpunct")
_REFUSED = {
    "dagger": "\\top", "ddagger": "\\top", "star": "\\odot, \\cdot or *", "pm": "+ or -", "mp": "+ or -", "oplus": "+",
    "ominus": "-", "int": "\\sum", "ni": "\\in", "mapsto": "=", "lim": "a formula without limits",
    "bigodot": "\\prod", "bigoplus": "\\sum", "boxtimes": "\\otimes", "circledast": "\\odot", "binom": "\\frac",
    "middle": "|…|",
}  # fmt: skip


def _puts(kind: str, value: str) -> Handler:
    return lambda lexer, raw: _nothing(lexer.put(kind, value, raw))


def _refuses(instead: str) -> Handler:
    def handler(lexer: LatexLexer, raw: Raw) -> None:
        raise refusal(raw.start, f"{raw.text}, which has no meaning here", (instead,))

    return handler


def _nothing(*_: object) -> None:
    """Puts out nothing."""


def _drops(lexer: LatexLexer, raw: Raw) -> None:
    if lexer.peek() is not None and lexer.raws[lexer.at].text == "*":
        lexer.at += 1
    _, lexer.at = argument(lexer.raws, lexer.at, raw)


def _inlines(lexer: LatexLexer, raw: Raw) -> None:
    following = lexer.peek()
    if following is not None and following.text == "{" and not lexer.wants_argument():
        lexer.take()
        lexer.scopes.append(Scope("", lexer.scope.font, lexer.scope.words, lexer.scope.script, raw.start))


def _colors(lexer: LatexLexer, raw: Raw) -> None:
    _drops(lexer, raw)
    _inlines(lexer, raw)


def _braces(lexer: LatexLexer, raw: Raw) -> None:
    r"""\underbrace{a}_{label}: the label is dropped, the body is a group of TeX's."""
    brace = lexer.take()
    if brace is None or brace.text != "{":
        raise refusal(raw.start, f"{raw.text} without braces", ("{…}",))
    lexer.put("LBRACE", "{", brace)
    lexer.scopes.append(Scope("RBRACE", lexer.scope.font, lexer.scope.words, start=brace.start, labelled=True))


def _number_of(name: str) -> Handler:
    r"""\tag{1}, \eqno(1): the number of the equation."""

    def handler(lexer: LatexLexer, raw: Raw) -> None:
        if lexer.at < len(lexer.raws) and lexer.raws[lexer.at].text == "*":
            lexer.at += 1
        start = lexer.peek()
        if start is not None and start.text == "(":
            found, lexer.at = balanced(lexer.raws, skip_spaces(lexer.raws, lexer.at), "(", ")")
        else:
            found, lexer.at = argument(lexer.raws, lexer.at, raw)
        lexer.put("TAG", written(found).strip(), raw)

    return handler


def _sized(lexer: LatexLexer, raw: Raw) -> None:
    r"""\big( is (."""
    if (following := lexer.peek()) is None or (following.text not in _BRACKETS and following.text not in "./<>"):
        raise refusal(raw.start, f"{raw.text} without its bracket", ("a bracket",))
    if following.text == ".":
        lexer.take()


def _left(lexer: LatexLexer, raw: Raw) -> None:
    delimiter = lexer.take()
    if delimiter is None or (delimiter.text not in _BRACKETS and delimiter.text not in ".<"):
        raise refusal(raw.start, "\\left without its bracket", ("a bracket",))
    lexer.lefts.append(len(lexer.out))
    if delimiter.text != ".":
        kind, value = _BRACKETS.get(delimiter.text, ("LANGLE", "<"))
        lexer.put("BAROPEN" if kind == "BAR" else kind, value, delimiter)


def _right(lexer: LatexLexer, raw: Raw) -> None:
    delimiter = lexer.take()
    if delimiter is None or (delimiter.text not in _BRACKETS and delimiter.text not in ".>"):
        raise refusal(raw.start, "\\right without its bracket", ("a bracket",))
    if not lexer.lefts:
        raise refusal(raw.start, "\\right without its \\left", ("\\left",))
    start = lexer.lefts.pop()
    if delimiter.text != ".":
        kind, value = _BRACKETS.get(delimiter.text, ("RANGLE", ">"))
        lexer.put("BARCLOSE" if kind == "BAR" else kind, value, delimiter)
    elif start < len(lexer.out) and lexer.out[start].type == "LCUR" and _stacked(lexer, start):
        del lexer.out[start]  # a brace in front of a system of equations or of cases


def _stacked(lexer: LatexLexer, start: int) -> bool:
    return any(token.type in ("ROW", "CASES") for token in lexer.out[start:])


def _equals(lexer: LatexLexer, raw: Raw) -> None:
    if lexer.last() in ("PLUS", "MINUS", "COLON"):
        sign = lexer.out.pop()
        lexer.put("REL", f"{sign.value}=", Raw(f"{sign.value}=", sign.start, raw.stop))
    else:
        lexer.put("REL", "=", raw)


def _colon(lexer: LatexLexer, raw: Raw) -> None:
    following = lexer.peek()
    if following is None or following.text != "=":
        lexer.put("COLON", ":", raw)
        return
    lexer.take()
    lexer.put("REL", ":=", Raw(":=", raw.start, following.stop))


def _point(lexer: LatexLexer, raw: Raw) -> None:
    """.* is the product of entries, as in MATLAB."""
    star = lexer.raws[lexer.at] if lexer.at < len(lexer.raws) else raw
    if star.text == "*":
        lexer.at += 1
        lexer.put("OP", "(.)", Raw(".*", raw.start, star.stop))
    else:
        lexer.put("PERIOD", ".", raw)


def _less(lexer: LatexLexer, raw: Raw) -> None:
    if lexer.last() == "LBRACE" and len(lexer.out) > 1 and lexer.out[-2].type in ("SUB", "SUP"):
        lexer.scope.angle = True
        lexer.put("LANGLE", "<", raw)
    else:
        lexer.put("REL", "<", raw)


def _greater(lexer: LatexLexer, raw: Raw) -> None:
    angle, lexer.scope.angle = lexer.scope.angle, False
    lexer.put(*(("RANGLE", ">") if angle else ("REL", ">")), raw)


def _not(lexer: LatexLexer, raw: Raw) -> None:
    following = lexer.take()
    if following is None or following.text != "=":
        raise refusal(raw.start, "\\not", ("\\ne",))
    lexer.put("REL", "ne", raw)


def _over(lexer: LatexLexer, raw: Raw) -> None:
    r"""\overset{def}{=}, \stackrel{def}{=}: what stands above is dropped over a relation and refused elsewhere."""
    _, lexer.at = argument(lexer.raws, lexer.at, raw)
    below, _ = argument(lexer.raws, lexer.at, raw)
    if written(below).strip() not in ("=", ":=", "\\approx", "\\equiv", "\\to", "\\leftarrow"):
        raise refusal(raw.start, f"{raw.text} over something that is no relation", ("=",))
    _inlines(lexer, raw)


def _root(lexer: LatexLexer, raw: Raw) -> None:
    following = lexer.peek()
    if following is not None and following.text == "[":
        raise refusal(raw.start, "a root with an index", ("\\sqrt{…}",), "write a power instead")
    lexer.put("SQRT", "sqrt", raw)


def _letter(name: str) -> Handler:
    def handler(lexer: LatexLexer, raw: Raw) -> None:
        lexer.letter(name, raw)
        lexer.word = None

    return handler


def _table() -> dict[str, Handler]:
    table: dict[str, Handler] = {text: _puts(*token) for text, token in _ONE_TOKEN.items()}
    table |= {f"\\{name}": _letter(value) for name, value in LETTERS.items()}
    table |= {f"\\{name}": _nothing for name in _NOTHING} | {f"\\{name}": _drops for name in _DROPPED}
    table |= {f"\\{name}": _inlines for name in _INLINE} | {f"\\{name}": _sized for name in _SIZES}
    table |= {f"\\{name}": font(value) for name, value in FONTS.items()}
    table |= {
        f"\\{name}": words(value, name[:4] in ("text", "mbox", "hbox", "emph")) for name, value in WORD_FONTS.items()
    }
    table |= {
        f"\\{name}": declared(font, False)
        for name, font in {"bf": "bold", "bfseries": "bold", "cal": "calligraphic"}.items()
    }
    table |= {f"\\{name}": declared(WORD_FONTS[name], True) for name in ("rm", "it", "sf", "tt")}
    table |= {f"\\{name}": _refuses(instead) for name, instead in _REFUSED.items()}
    table |= {f"\\{name}": _over for name in ("overset", "stackrel")} | {
        f"\\{name}": row for name in ("\\", "cr", "newline")
    }
    return table | {
        "{": LatexLexer.open, "}": LatexLexer.close, "=": _equals, ".": _point, ":": _colon, "<": _less, ">": _greater,
        "\\not": _not, "\\sqrt": _root, "\\left": _left, "\\right": _right, "\\begin": begin, "\\end": end,
        "\\tag": _number_of("tag"), "\\eqno": _number_of("eqno"), "\\leqno": _number_of("leqno"),
        "\\textcolor": _colors, "\\colorbox": _colors, "\\underbrace": _braces, "\\overbrace": _braces,
    }  # fmt: skip


#: Handlers by the text of TeX's token: "\\odot", "+", "{".
COMMANDS = _table()
