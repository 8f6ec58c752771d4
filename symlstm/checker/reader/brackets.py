"""Which bracket closes which: bars are told apart, spaces and line breaks kept only where they part something."""

from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.grammar import described
from symlstm.checker.reader.token import CLOSING, OPENING, Token, ends_operand, starts_operand

__all__ = ["MAX_LEVELS", "matched"]

MAX_LEVELS = 40
_SPACES = frozenset(["THIN", "WIDE", "AMP", "ROW"])
_SHOWN = {
    "RPAR": ")", "RSQB": "]", "RCUR": "\\}", "RANGLE": "\\rangle", "RBRACE": "}", "BARCLOSE": "a closing |",
    "ENDMATRIX": "the \\end of the matrix", "ENDCASES": "the \\end of the cases",
}  # fmt: skip


class _Matcher:
    """A walk over the tokens with the brackets that are open."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.out: list[Token] = []
        self.open: list[Token] = []
        self.rules = {
            "THIN": self.thin, "WIDE": self.wide, "AMP": self.broken, "ROW": self.broken, "BAR": self.bar,
            "MID": self.middle, "COLON": self.colon,
            **dict.fromkeys(OPENING, self.opened), "LSQB": self.square, "INDEX": self.square,
            **dict.fromkeys(CLOSING, self.closed),
        }  # fmt: skip

    def run(self) -> list[Token]:
        for k, token in enumerate(self.tokens):
            rule = self.rules.get(token.type)
            if rule is None:
                self.out.append(token)
            else:
                rule(token, k)
        if self.open:
            token = self.open[-1]
            raise refusal(token.start, f"{described(token)}, which is never closed", (_SHOWN[OPENING[token.type]],))
        return self.out

    @property
    def last(self) -> Token | None:
        return self.out[-1] if self.out else None

    @property
    def ended(self) -> bool:
        """Whether an operand ends here, also one with an operator as its script: h^*, b_\\bullet."""
        script = len(self.out) > 1 and self.out[-1].type == "OP" and self.out[-2].type in ("SUB", "SUP")
        return script or ends_operand(self.last)

    def following(self, k: int) -> Token | None:
        return next((token for token in self.tokens[k + 1 : k + 50] if token.type not in _SPACES), None)

    def parts(self, k: int) -> bool:
        """Whether a space or break stands between two factors."""
        return self.ended and starts_operand(self.following(k))

    def thin(self, token: Token, k: int) -> None:
        following = self.following(k)
        if self.ended and following is not None and following.type == "LPAR":
            self.out.append(Token("OP", "thin", token.start, token.stop, source=token.source))

    def wide(self, token: Token, k: int) -> None:
        if not self.open or (self.open[-1].type in ("LSQB", "LPAR") and self.parts(k)):
            self.out.append(token)

    def broken(self, token: Token, k: int) -> None:
        if not self.open or self.open[-1].type in ("MATRIX", "CASES"):
            self.out.append(token)
        elif self.parts(k) and token.source != "\n":  # a line break of plain text is a space
            raise refusal(token.start, f"{described(token)} within brackets", ("an operator or a comma",))

    def opened(self, token: Token, k: int) -> None:
        if len(self.open) >= MAX_LEVELS:
            raise refusal(token.start, f"more than {MAX_LEVELS} brackets within each other", ("a flatter formula",))
        self.open.append(token)
        self.out.append(token)

    def square(self, token: Token, k: int) -> None:
        """A bracket behind an operand that holds a colon is a range."""
        ranged = self.ended and self.holds_colon(k)
        self.opened(self.of_type(token, "SLICE") if ranged else token, k)

    def holds_colon(self, k: int) -> bool:
        depth = 0
        for token in self.tokens[k:]:
            depth += (token.type in OPENING) - (token.type in CLOSING)
            if depth == 0 or (depth == 1 and token.type == "COLON"):
                return depth == 1
        return False

    def colon(self, token: Token, k: int) -> None:
        if not self.open or self.open[-1].type != "SLICE":
            raise refusal(token.start, "a colon", (":=",))
        self.out.append(token)

    def middle(self, token: Token, k: int) -> None:
        r"""\mid parts what stands beside each other in [ … | … ]."""
        if not self.open or self.open[-1].type != "LSQB":
            raise refusal(token.start, f"{token.source}, which has no meaning here", ("|…|",))
        self.out.append(token)

    def is_middle(self, token: Token, k: int) -> bool:
        """Whether a bar behind an operand parts two entries of [ … | … ]: with space around it, or the only one."""
        if token.value != "|" or self.open[-1:] == [] or self.open[-1].type != "LSQB":
            return False
        following = self.following(k)
        if following is None:
            return False
        left, right = self.tokens[k - 1], self.tokens[k + 1]
        spaced = left.stop < token.start and token.stop < right.start
        if spaced or (left.type in _SPACES and right.type in _SPACES):
            return starts_operand(following) or following.type in ("MINUS", "BAR")
        return (starts_operand(following) or following.type == "MINUS") and self.is_only_bar(k)

    def is_only_bar(self, k: int) -> bool:
        """Whether no other bar stands in the bracket that is open, nor one between it and its end."""
        if any(token.type == "MID" or token.source == "|" for token in self.out[self.out.index(self.open[-1]) :]):
            return False
        depth = 0
        for token in self.tokens[k + 1 :]:
            depth += (token.type in OPENING) - (token.type in CLOSING)
            if depth < 0 or token.type in ("BAR", "MID"):
                return depth < 0
        return False

    def closed(self, token: Token, k: int) -> None:
        wanted = OPENING[self.open[-1].type] if self.open else None
        if token.type == wanted:
            opening = self.open.pop()
            self.out.append(token)
            if token.type == "RPAR":
                self.remark(opening)
        elif token.type == "BARCLOSE" and self.before_script(k):
            self.evaluation(token)
        else:
            expected = _SHOWN[wanted] if wanted else "the end of the formula"
            raise refusal(token.start, described(token), (expected,), "" if wanted else "nothing is open here")

    def remark(self, opening: Token) -> None:
        """Words in round brackets are words."""
        if len(self.out) > 2 and self.out[-2].type == "WORDS" and self.out[-3] is opening:
            words = self.out[-2]
            del self.out[-3:]
            if self.last is not None and self.last.value == "thin":
                self.out.pop()
            self.out.append(words)

    def before_script(self, k: int) -> bool:
        following = self.following(k)
        return following is not None and following.type == "SUB" and self.ended

    def evaluation(self, token: Token) -> None:
        self.out.append(Token("EVAL", "|", token.start, token.stop, source=token.source))

    def bar(self, token: Token, k: int) -> None:
        """A bar closes the one that is open behind an operand, opens before one, or says where to evaluate."""
        if self.ended:
            top = self.open[-1] if self.open else None
            if top is not None and top.type == "BAROPEN" and top.value == token.value:
                self.closed(self.of_type(token, "BARCLOSE"), k)
                return
            if self.is_middle(token, k):
                self.middle(self.of_type(token, "MID"), k)
                return
            if self.before_script(k):
                self.evaluation(token)
                return
            if not any(other.type == "BAR" and other.value == token.value for other in self.tokens[k + 1 :]):
                raise refusal(token.start, f"{described(token)} with no other", ("a pair of bars",))
        self.opened(self.of_type(token, "BAROPEN"), k)

    def of_type(self, token: Token, kind: str) -> Token:
        return Token(kind, token.value, token.start, token.stop, source=token.source)


def matched(tokens: list[Token]) -> list[Token]:
    """The tokens with every bracket closed by its partner; raises ReadingError where that is not so."""
    return _Matcher(tokens).run()
