"""From LaTeX to tokens: commands, fonts, scripts and environments."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symlstm.checker.reader.characters import character
from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.macros import Macro, expanded
from symlstm.checker.reader.raw import Raw, argument, raw_tokens, skip_spaces, written
from symlstm.checker.reader.scripts import script_tokens
from symlstm.checker.reader.symbols import BIGS, function_name
from symlstm.checker.reader.token import Token

__all__ = ["LatexLexer", "Scope", "latex_tokens"]

_DELIMITERS = frozenset(["$", " ", "\\(", "\\)", "\\[", "\\]"])
_ARGUMENT = frozenset(["SUB", "SUP", "ACCENT", "FRAC", "SQRT"])
_CALLING = frozenset(["(", "[", "\\{", "\\left", "\\big", "\\Big", "\\bigl", "\\Bigl"])
_SINGLE = frozenset("+-=*/:")

_LONGEST_WORD = 40  # letters of a function that is written as a bare word


@dataclass(slots=True)
class Scope:
    """What a brace opened: the token that closes it ("" for none), its font, whether letters make words."""

    closing: str
    font: str = ""
    words: bool = False
    script: bool = False
    start: int = 0
    fraction: bool = False  # the numerator: a digit may follow as the denominator
    angle: bool = False  # an opening < waits for its >
    labelled: bool = False  # what stands below or above the closing brace is a label


class LatexLexer:
    """A walk over TeX's tokens that puts out ours."""

    def __init__(self, raws: list[Raw], commands: Mapping[str, Callable[["LatexLexer", Raw], None]]) -> None:
        self.raws = raws
        self.commands = commands
        self.at = 0
        self.out: list[Token] = []
        self.scopes = [Scope("")]
        self.environments: list[tuple[str, str]] = []  # name, the token that closes it
        self.lefts: list[int] = []  # where the \left of the open ones stand in `out`
        self.once: str | None = None  # the font of the next letter alone
        self.word: Token | None = None  # the word that the next letter belongs to

    # What stands around.

    @property
    def scope(self) -> Scope:
        """The innermost brace."""
        return self.scopes[-1]

    def last(self) -> str:
        """The type of the last token."""
        return self.out[-1].type if self.out else ""

    def peek(self) -> Raw | None:
        """The next of TeX's tokens that is no space."""
        at = skip_spaces(self.raws, self.at)
        return self.raws[at] if at < len(self.raws) else None

    def take(self) -> Raw | None:
        """The same, taken."""
        self.at = skip_spaces(self.raws, self.at)
        found = self.peek()
        self.at += found is not None
        return found

    def wants_argument(self) -> bool:
        """Whether what comes next is the argument of a script, accent, fraction or root."""
        return self.last() in _ARGUMENT

    # Putting out.

    def put(self, kind: str, value: str, raw: Raw, font: str = "") -> Token:
        """One token more."""
        token = Token(kind, value, raw.start, raw.stop, font, raw.text)
        self.out.append(token)
        self.word = None
        return token

    def letter(self, value: str, raw: Raw, font: str = "") -> None:
        """A letter, or one more of a word in a script."""
        chosen = font or (self.scope.font if self.once is None else self.once)
        word, single = self.word, self.last() in ("SUB", "SUP")
        if word is not None and self.scope.words:
            word.value, word.stop, word.source = word.value + value, raw.stop, word.source + raw.text
            return
        if value.isdecimal() and not (chosen in ("bold", "blackboard") and value in "01"):
            self.put("NUMBER", value, raw)
            return
        token = self.put("NAME", value, raw, chosen)
        self.word = None if single or len(value) > 1 else token
        self.once = None

    def run(self) -> list[Token]:
        """All tokens."""
        while self.at < len(self.raws):
            raw = self.raws[self.at]
            self.at += 1
            if raw.text != " ":
                self.step(raw)
        if len(self.scopes) > 1:
            raise refusal(self.scope.start, "{ that is never closed", ("}",))
        if self.environments:
            raise refusal(self.raws[-1].stop, "the end of the text", (f"\\end{{{self.environments[-1][0]}}}",))
        return self.out

    def step(self, raw: Raw) -> None:
        """What one of TeX's tokens puts out."""
        handler = self.commands.get(raw.text)
        if handler is not None:
            handler(self, raw)
        elif raw.text.isascii() and raw.text.isalpha():
            self.bare(raw)
        elif raw.text.isascii() and raw.text.isdecimal():
            self.number(raw)
        elif len(raw.text) == 1 and not raw.text.isascii():
            self.unicode(raw)
        else:
            self.unknown(raw)

    def unknown(self, raw: Raw) -> None:
        """A function such as \\ReLU in front of its bracket; refuses what else no table knows."""
        function, following = function_name(raw.command), self.peek()
        if function and following is not None and following.text in _CALLING:
            self.put("FUNC", function, raw)
            return
        what = f"the command {raw.text}" if raw.command else f"the character {raw.text!r}"
        advice = f"say what it means: \\newcommand{{{raw.text}}}{{…}}" if raw.command else ""
        raise refusal(raw.start, f"{what}, which is not known here", ("a symbol, number or operator",), advice)

    # Braces.

    def open(self, raw: Raw) -> None:
        """An opening brace: of an argument, of a script, or of TeX's own grouping."""
        inner = self.peek()
        outer = self.scope
        if self.wants_argument() or self.fraction_goes_on():
            script = self.last() in ("SUB", "SUP")
            first = self.last() == "FRAC"
            self.put("LBRACE", "{", raw)
            inside = script or outer.script
            self.scopes.append(Scope("RBRACE", outer.font, script or outer.words, inside, raw.start, first))
        elif inner is not None and inner.text == "}":
            self.at = skip_spaces(self.raws, self.at) + 1
        elif self.signs_alone():
            self.scopes.append(Scope("", outer.font, outer.words, outer.script, raw.start))
        else:
            self.put("LBRACE", "{", raw)
            self.scopes.append(Scope("RBRACE", outer.font, outer.words, outer.script, raw.start))

    def signs_alone(self) -> bool:
        """Whether the braces hold signs alone, as in {+} and {+=}."""
        for raw in self.raws[self.at : self.at + 8]:
            if raw.text != " " and raw.text not in _SINGLE and raw.command not in _SIGNS:
                return raw.text == "}"
        return False

    def fraction_goes_on(self) -> bool:
        """Whether the numerator has just been closed."""
        return bool(self.out) and self.out[-1].source == "}/"

    def close(self, raw: Raw) -> None:
        """A closing brace."""
        if len(self.scopes) == 1:
            raise refusal(raw.start, "} that closes nothing", ("the end of the formula",))
        scope = self.scopes.pop()
        self.word = None
        if scope.closing:
            token = self.put(scope.closing, "}", raw)
            self.denominator(token, scope)
        if scope.labelled and (following := self.peek()) is not None and following.text in "_^":
            self.take()
            _, self.at = argument(self.raws, self.at, following)

    def denominator(self, token: Token, scope: Scope) -> None:
        r"""Behind \frac{1} a digit is an argument of its own."""
        if scope.fraction:
            token.source = "}/"
            following = self.peek()
            if following is not None and following.text.isdecimal():
                self.put("NUMBER", following.text, following)
                self.take()

    # Letters, digits, other characters.

    def bare(self, raw: Raw) -> None:
        """A letter, or a function that was written as a bare word."""
        stop, most = self.at, min(len(self.raws), self.at + _LONGEST_WORD)
        while stop < most and self.raws[stop].text.isalpha() and self.raws[stop].text.isascii():
            stop += 1
        word = "".join(piece.text for piece in self.raws[self.at - 1 : stop])
        if stop < len(self.raws) and self.raws[stop].text == "\\_" and self.last() not in ("SUB", "SUP"):
            self.underscored(raw, stop)
            return
        name = function_name(word) if len(word) > 2 and self.last() not in ("SUB", "SUP") else None
        if name is not None and not self.scope.script:
            end = self.raws[stop - 1]
            self.put("FUNC", name, Raw(word, raw.start, end.stop))
            self.at = stop
            return
        if word in BIGS and not self.scope.script and stop < len(self.raws) and self.raws[stop].text == "_":
            self.put("BIG", BIGS[word], Raw(word, raw.start, self.raws[stop - 1].stop))
            self.at = stop
            return
        self.accented(raw.text, raw, ())

    def underscored(self, raw: Raw, stop: int) -> None:
        r"""in\_len: one word."""
        while stop < len(self.raws) and (self.raws[stop].text == "\\_" or self.raws[stop].text.isalnum()):
            stop += 1
        source = written(self.raws[self.at - 1 : stop])
        self.put("NAME", source.replace("\\", ""), Raw(source, raw.start, self.raws[stop - 1].stop), self.scope.font)
        self.at = stop

    def accented(self, value: str, raw: Raw, above: tuple[str, ...], font: str = "") -> None:
        """A letter with the accents that it has and the combining ones behind it."""
        while self.at < len(self.raws) and not self.raws[self.at].text.isascii():
            mark = character(self.raws[self.at].text)
            if mark is None or mark.kind != "MARK":
                break
            above = (*above, mark.value)
            self.at += 1
        for accent in reversed(above):
            self.put("ACCENT", accent, raw)
        self.letter(value, raw, font)

    def number(self, raw: Raw) -> None:
        """A number; behind _, ^ and \\frac a single digit, as TeX takes it."""
        if self.word is not None and self.scope.words:
            self.letter(raw.text, raw)
            return
        if self.once or self.scope.font in ("bold", "blackboard"):
            self.letter(raw.text, raw)
            self.once = None
            return
        stop = self.at
        while not self.wants_argument() and stop < len(self.raws) and self.digit(stop):
            stop += 1
        text = "".join(piece.text for piece in self.raws[self.at - 1 : stop])
        self.put("NUMBER", text, Raw(text, raw.start, self.raws[stop - 1].stop))
        self.at = stop

    def digit(self, at: int) -> bool:
        """Whether the number goes on there: a digit, or a point with a digit behind it."""
        text = self.raws[at].text
        behind = self.raws[at + 1].text if at + 1 < len(self.raws) else ""
        return (text.isascii() and text.isdecimal()) or (text == "." and behind.isascii() and behind.isdecimal())

    def unicode(self, raw: Raw) -> None:
        """A character outside ASCII."""
        found = character(raw.text)
        if found is None or found.kind == "MARK":
            self.unknown(raw)
        elif found.kind in ("SUBCHAR", "SUPCHAR"):
            self.raised(raw, found.kind)
        elif found.kind == "NAME":
            self.accented(found.value, raw, found.accents, found.font)
        else:
            self.put(found.kind, found.value, raw)

    def raised(self, raw: Raw, kind: str) -> None:
        """A run of raised or lowered characters: one script."""
        start = self.at - 1
        while self.at < len(self.raws):
            found = character(self.raws[self.at].text)
            if found is None or found.kind != kind:
                break
            self.at += 1
        pieces = self.raws[start : self.at]
        self.out += script_tokens(kind, [(piece.text, piece.start) for piece in pieces])
        self.word = None


_SIGNS = frozenset(["odot", "cdot", "circ", "otimes", "times", "ast", "bullet", "in", "approx", "equiv"])


def latex_tokens(
    text: str,
    shift: int,
    macros: Mapping[str, Macro],
    commands: Mapping[str, Callable[[LatexLexer, Raw], None]],
) -> list[Token]:
    """The tokens of a LaTeX formula; delimiters around it are dropped."""
    raws = expanded(raw_tokens(text, shift), macros)
    start, stop = 0, len(raws)
    while start < stop and raws[start].text in _DELIMITERS:
        start += 1
    while stop > start and raws[stop - 1].text in _DELIMITERS:
        stop -= 1
    return LatexLexer(raws[start:stop], commands).run()
