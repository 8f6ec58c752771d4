"""From plain or Unicode text to tokens: words are one name, scripts may be written as characters."""

import re
from collections.abc import Callable

from symlstm.checker.reader.characters import character, marks
from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.scripts import script_tokens
from symlstm.checker.reader.symbols import command_meaning, function_name
from symlstm.checker.reader.token import CLOSING, OPENING, Token, ends_operand

__all__ = ["plain_tokens"]

_WORD = r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*"
_MARK = "\u0300-\u036f\u20d0-\u20ff"
_GREEK = "Α-Ωα-ωϑϕϵ"
_PATTERNS = (
    ("comment", r"#[^\n]*"),
    ("command", r"\\(?:[A-Za-z]+|[,;:! ])"),
    ("break", r"\n"),
    ("wide", r"[ \t]{3,}"),
    ("space", r"[\s\u200b\ufeff\u2060-\u2064]+"),
    ("number", r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"),
    ("module", r"(?:np|numpy|jnp|torch|tf|math|F)\.(?=[A-Za-z])"),
    ("transpose", r"\.T\b"),
    ("timed", r"(?P<base>d?[A-Za-z]|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*_)t(?P<shift>[+\-−]\d+)(?![\w.])"),
    ("double", rf"(?P<left>[A-Za-z{_GREEK}]_[A-Za-su-z]),(?P<right>[A-Za-z])(?![A-Za-z0-9_(\[,])"),
    ("empty", r"(?<=[A-Za-z0-9]),(?=\s*[⊙·)*+\-]|\s*$)(?<=_[a-z],)"),
    ("word", rf"{_WORD}(?![{_MARK}])|[A-Za-z](?=[{_MARK}])|[{_GREEK}](?:_[A-Za-z0-9]+)+(?![{_MARK}])"),
    ("signs", r"\*\*|\(\.\)|\.\*|:=|\+=|-=|<=|>=|!=|==|->|<-|=>|\.\.\.|'+|\|\||[-+*/@=<>():,;.\[\]{}_^|~&]"),
    ("other", r"."),
)
_TEXT = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS), re.DOTALL)

_SIGNS = {
    "**": ("SUP", ""), "(.)": ("OP", "(.)"), ".*": ("OP", "(.)"), ":=": ("REL", ":="), "+=": ("REL", "+="),
    "-=": ("REL", "-="), "<=": ("REL", "le"), ">=": ("REL", "ge"), "!=": ("REL", "ne"), "==": ("REL", "="),
    "->": ("REL", "to"), "<-": ("REL", ":="), "=>": ("SPLIT", "implies"), "...": ("DOTS", ""), "||": ("BAR", "||"),
    "-": ("MINUS", "-"), "+": ("PLUS", "+"), "*": ("OP", "*"), "/": ("OP", "/"), "@": ("OP", "@"), "=": ("REL", "="),
    "<": ("REL", "<"), ">": ("REL", ">"), "(": ("LPAR", "("), ")": ("RPAR", ")"), ",": ("COMMA", ","),
    ";": ("SEMI", ";"), ".": ("PERIOD", "."), "]": ("RSQB", "]"), "^": ("SUP", ""), "_": ("SUB", ""),
    "|": ("BAR", "|"), ":": ("COLON", ":"),
}  # fmt: skip
_BIG = re.compile(r"(sum|prod)(?:_([A-Za-z]))?")
_DIFFERENTIAL = re.compile(r"d([A-Za-z](?:_\w+|t|\d)?)")


class _Text:
    """A walk over a text."""

    def __init__(self, text: str, shift: int) -> None:
        self.text = text
        self.shift = shift
        self.at = 0
        self.out: list[Token] = []
        self.braces: list[str] = []
        self.rules: dict[str, Callable[[re.Match[str]], None]] = {
            **dict.fromkeys(("comment", "empty", "space", "module"), self.nothing), "break": self.broken,
            "wide": self.spaced, "number": self.number,
            "command": self.command, "transpose": self.transpose, "timed": self.timed,
            "double": self.double, "word": self.word, "signs": self.sign, "other": self.other,
        }  # fmt: skip

    def run(self) -> list[Token]:
        while self.at < len(self.text):
            match = _TEXT.match(self.text, self.at)
            if match is None:
                break
            self.at = match.end()
            kind = next(name for name, _ in _PATTERNS if match.group(name) is not None)
            self.rules[kind](match)
        return self.out

    def put(self, kind: str, value: str, start: int, stop: int, font: str = "") -> None:
        place = (start + self.shift, stop + self.shift)
        self.out.append(Token(kind, value, *place, font, self.text[start:stop]))

    def nothing(self, match: re.Match[str]) -> None:
        """A comment, a space, np. in front of a function."""

    def broken(self, match: re.Match[str]) -> None:
        self.put("ROW", "", match.start(), match.end())

    def command(self, match: re.Match[str]) -> None:
        r"""\odot, \sigma, \tanh, \sum: the operators and letters of LaTeX; Γ_f is one name, so \Gamma_f is."""
        (start, stop), name = match.span(), match.group()[1:]
        kind, value = command_meaning(name)
        if not kind:
            found = f"the command {match.group()} in plain text"
            raise refusal(
                start + self.shift, found, ("an operator or a letter",), 'say language="latex" if it is LaTeX'
            )
        scripts = re.compile(r"(?:_[A-Za-z0-9]+)+").match(self.text, stop)
        if kind == "NAME" and scripts is not None and value not in ("partial", "nabla"):
            value, self.at = value + scripts.group(), scripts.end()
        if kind != "SPACE":
            self.put(kind, value, start, self.at)

    def spaced(self, match: re.Match[str]) -> None:
        self.put("WIDE", "", match.start(), match.end())

    def number(self, match: re.Match[str]) -> None:
        self.put("NUMBER", match.group(), match.start(), match.end())

    def transpose(self, match: re.Match[str]) -> None:
        self.put("SUP", "", match.start(), match.start() + 1)
        self.put("NAME", "T", match.start() + 1, match.end())

    def timed(self, match: re.Match[str]) -> None:
        """Ht-1, c_t-1: a name at another time."""
        base, (start, stop), at = match.group("base"), match.span(), match.start("shift")
        self.named(base.rstrip("_"), start)
        self.put("SUB", "", at - 1, at - 1)
        self.put("LBRACE", "{", at - 1, at - 1)
        self.put("NAME", "t", at - 1, at)
        self.put(*_SIGNS[match.group("shift")[0].replace("−", "-")], at, at + 1)
        self.put("NUMBER", match.group("shift")[1:], at + 1, stop)
        self.put("RBRACE", "}", stop, stop)

    def double(self, match: re.Match[str]) -> None:
        """W_f,h: two subscripts, but not in [W_f,h] and max(W_f,h)."""
        filled = self.text[: match.start()].endswith("(") and self.text[match.end() :].startswith(")")
        if filled or self.in_square():
            self.at = match.end("left")
            self.named(match.group("left"), match.start())
            return
        self.named(match.group("left"), match.start())
        self.put("SUB", "", match.end("left"), match.start("right"))
        self.put("NAME", match.group("right"), match.start("right"), match.end())

    def in_square(self) -> bool:
        depth = 0
        for token in reversed(self.out):
            depth += (token.type in OPENING) - (token.type in CLOSING)
            if depth > 0:
                return token.type in ("LSQB", "INDEX")
        return False

    def word(self, match: re.Match[str]) -> None:
        self.named(match.group(), match.start())

    def named(self, word: str, start: int) -> None:
        """A word: a function, ∑ in letters, a differential that is written together, a Greek letter, a name."""
        stop = start + len(word)
        big, function, inner = _BIG.fullmatch(word), function_name(word), _DIFFERENTIAL.fullmatch(word)
        dotted = (
            self.text[stop : stop + 1] == "(" and word.islower() and "_" not in word
        ) and not self.below()  # dot(a, b) is no differential
        if function and len(word) > 2:
            self.put("FUNC", function, start, stop)
        elif big and (big.group(2) or self.text[stop : stop + 1] not in ("(", "=")):
            self.put("BIG", big.group(1), start, start + len(big.group(1)))
            if big.group(2):
                self.put("SUB", "", stop - 2, stop - 1)
                self.put("NAME", big.group(2), stop - 1, stop)
        elif inner and not dotted:
            self.put("NAME", "d", start, start + 1)
            self.letters(inner.group(1), start + 1)
        else:
            self.letters(word, start)

    def below(self) -> bool:
        """Whether a differential and / stand in front: dL/dc(t)."""
        signs = [token.value for token in self.out[-3:]]
        return len(signs) == 3 and signs[2] == "/" and signs[0] in ("d", "partial")

    def letters(self, word: str, start: int) -> None:
        """A name with the accents of the combining characters behind it; Greek letters have English names."""
        above = marks(self.text[self.at :]) if start + len(word) == self.at else ()
        first = character(word[0]) if not word[0].isascii() else None
        value = word if first is None else first.value + word[1:]
        stop = start + len(word)
        self.at = max(self.at, stop) + len(above)
        for accent in reversed(above):
            self.put("ACCENT", accent, start, self.at)
        self.put("NAME", value, start, stop)

    def sign(self, match: re.Match[str]) -> None:
        text = match.group()
        special = {"[": self.square, "{": self.brace, "}": self.unbrace}.get(text)
        if special is not None:
            special(match.start())
        elif text[0] == "'":
            self.put("PRIME", str(len(text)), match.start(), match.end())
        elif text in _SIGNS:
            self.put(*_SIGNS[text], match.start(), match.end())
            self.raised_sign()
        else:
            raise refusal(match.start() + self.shift, f"the character {text!r}", ("a symbol, number or operator",))

    def raised_sign(self) -> None:
        """x^-1: the sign belongs to the exponent."""
        match = re.compile(r"\s*(-)\s*(\d+|[A-Za-z])").match(self.text, self.at)
        if self.out[-1].type != "SUP" or match is None:
            return
        self.put("LBRACE", "{", match.start(1), match.start(1))
        self.put("MINUS", "-", match.start(1), match.end(1))
        self.put("NUMBER" if match.group(2).isdecimal() else "NAME", match.group(2), match.start(2), match.end(2))
        self.put("RBRACE", "}", match.end(), match.end())
        self.at = match.end()

    def square(self, start: int) -> None:
        """A bracket directly behind a name holds an index where it holds one thing."""
        attached = ends_operand(self.out[-1] if self.out else None) and not self.text[start - 1].isspace()
        inner = re.compile(r"[^\[\],;\n]*\]").match(self.text, start + 1)
        index = attached and inner is not None and self.out[-1].type in ("NAME", "PRIME", "FUNC")
        self.put("INDEX" if index and self.out[-1].type != "FUNC" else "LSQB", "[", start, start + 1)

    def brace(self, start: int) -> None:
        kind = "BRACE" if self.out and self.out[-1].type in ("SUB", "SUP", "ACCENT") else "CUR"
        self.braces.append(kind)
        self.put(f"L{kind}", "{", start, start + 1)

    def unbrace(self, start: int) -> None:
        if not self.braces:
            raise refusal(start + self.shift, "} that closes nothing", ("the end of the formula",))
        self.put(f"R{self.braces.pop()}", "}", start, start + 1)

    def other(self, match: re.Match[str]) -> None:
        """A character outside ASCII."""
        char, start = match.group(), match.start()
        found = character(char) if not char.isascii() else None
        if found is None or found.kind == "MARK":
            raise refusal(start + self.shift, f"the character {char!r}", ("a symbol, number or operator",))
        if found.kind in ("SUBCHAR", "SUPCHAR"):
            self.raised(start, found.kind, "")
        elif char == "⟨" and self.angled(start):
            pass
        elif char in "Σ" and self.out[-1:] != [] and self.out[-1].type == "ACCENT":
            self.put("NAME", found.value, start, start + 1)
        elif char == "Σ":
            self.put("BIG", "sum", start, start + 1)
        elif found.kind == "NAME":
            self.letter(found.value, found.accents, start, found.font)
        else:
            self.put(found.kind, found.value, start, start + 1)

    def letter(self, value: str, accents: tuple[str, ...], start: int, font: str) -> None:
        above = (*accents, *marks(self.text[self.at :]))
        self.at += len(above) - len(accents)
        for accent in reversed(above):
            self.put("ACCENT", accent, start, self.at)
        self.put("NAME", value, start, start + 1, font)

    def run_of(self, start: int, kind: str) -> int:
        stop = start
        while stop < len(self.text):
            found = character(self.text[stop]) if not self.text[stop].isascii() else None
            if found is None or found.kind != kind:
                break
            stop += 1
        return stop

    def raised(self, start: int, kind: str, brackets: str) -> None:
        self.at = self.run_of(start, kind)
        pieces = [(self.text[k], k + self.shift) for k in range(start, self.at)]
        self.out += script_tokens(kind, pieces)

    def angled(self, start: int) -> bool:
        """a⟨ᵗ⟩: a raised script in angle brackets."""
        stop = self.run_of(start + 1, "SUPCHAR")
        if stop == start + 1 or self.text[stop : stop + 1] != "⟩":
            return False
        pieces = [(self.text[k], k + self.shift) for k in range(start + 1, stop)]
        sign, opening, *inner, closing = script_tokens("SUPCHAR", pieces)
        self.out += [sign, opening]
        self.put("LANGLE", "<", start, start + 1)
        self.out += inner
        self.put("RANGLE", ">", stop, stop + 1)
        self.out.append(closing)
        self.at = stop + 1
        return True


def plain_tokens(text: str, shift: int) -> list[Token]:
    """The tokens of a formula in plain text, one statement a line; # starts a comment."""
    return _Text(text, shift).run()
