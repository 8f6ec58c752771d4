"""The grammar of one statement, compiled when it is first needed, and its errors in words."""

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

from lark import Lark, UnexpectedInput
from lark.common import LexerConf
from lark.lexer import Lexer

from symlstm.checker.reader.build_brackets import RULES as BRACKETS
from symlstm.checker.reader.build_scripts import RULES as SCRIPTS
from symlstm.checker.reader.build_terms import RULES as TERMS
from symlstm.checker.reader.errors import ReadingError, refusal
from symlstm.checker.reader.token import Token
from symlstm.checker.reader.tree import Tree

__all__ = ["parse"]


class _Ready(Lexer):
    """The tokens are there already."""

    def __init__(self, _: LexerConf) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Any]:
        """Hands on each token."""
        return iter(lexer_state)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    text = files(__package__).joinpath("formula.lark").read_text(encoding="utf-8")
    rules = SimpleNamespace(**TERMS, **BRACKETS, **SCRIPTS)
    return Lark(text, start="statement", parser="lalr", lexer=_Ready, transformer=rules)


def parse(tokens: list[Token]) -> tuple[list[Tree], list[str]]:
    """The sides of a statement and the relations between them; raises ReadingError where a token does not fit."""
    try:
        return _parser().parse(tokens)  # type: ignore[return-value]
    except UnexpectedInput as error:
        raise _unexpected(error, tokens) from None


_GROUPS = (
    ("a symbol, number or bracket", {"NAME", "NUMBER", "LPAR"}),
    ("an operator", {"OP"}),
    ("+ or -", {"PLUS"}),
    ("=", {"REL"}),
    (")", {"RPAR"}),
    ("]", {"RSQB"}),
    ("\\}", {"RCUR"}),
    ("\\rangle", {"RANGLE"}),
    ("}", {"RBRACE"}),
    ("a closing |", {"BARCLOSE"}),
    ("\\end of the matrix", {"ENDMATRIX"}),
    ("\\end of the cases", {"ENDCASES"}),
    ("the end of the formula", {"$END"}),
)


def _unexpected(error: UnexpectedInput, tokens: list[Token]) -> ReadingError:
    token: Any = getattr(error, "token", None)
    possible: set[str] = set(getattr(error, "expected", ()))
    expected = tuple(words for words, terminals in _GROUPS if terminals & possible)
    if "NAME" in possible:
        expected = expected[:1]
    at_end = not isinstance(token, Token)
    place = tokens[-1].stop if at_end and tokens else getattr(token, "start", 0)
    return refusal(place, "the end of the formula" if at_end else described(token), expected[:4])


_KINDS = {"WORDS": "the words", "TAG": "the tag", "ROW": "the line break", "AMP": "the column mark"}


def described(token: Token) -> str:
    """A token in an error message."""
    source = token.source or token.value or token.type
    return f"{_KINDS.get(token.type, '')} {source[:40]!r}".strip()
