"""From text to the tree of a formula: choose the language, cut into tokens, lay out, parse, check the depth."""

from collections.abc import Callable, Mapping
from dataclasses import fields

from symlstm.checker.reader.brackets import matched
from symlstm.checker.reader.commands import COMMANDS
from symlstm.checker.reader.errors import ReadingError, moved, placed, refusal
from symlstm.checker.reader.grammar import parse
from symlstm.checker.reader.language import is_latex
from symlstm.checker.reader.latex import latex_tokens
from symlstm.checker.reader.layout import Pending, laid_out
from symlstm.checker.reader.macros import MAX_TOKENS, Macro
from symlstm.checker.reader.markup import shown
from symlstm.checker.reader.plain import plain_tokens
from symlstm.checker.reader.remarks import with_remarks
from symlstm.checker.reader.token import Token
from symlstm.checker.reader.tree import Formula, Span, Statement, Tree, Words
from symlstm.errors import choice

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "read_formula", "read_name"]

MAX_LENGTH = 100_000
MAX_DEPTH = 120
_PUNCTUATION = frozenset(["COMMA", "SEMI", "PERIOD", "WIDE"])


def _tokens(text: str, language: str, macros: Mapping[str, Macro], offset: int) -> list[Token]:
    if len(text) > MAX_LENGTH:
        raise refusal(offset, f"{len(text)} characters", (f"at most {MAX_LENGTH}",), "check the formulas one by one")
    tokens = _cut(text, choice("language", language, ["auto", "latex", "text"]), macros, offset)
    if len(tokens) > MAX_TOKENS:
        raise refusal(offset, f"{len(tokens)} tokens", (f"at most {MAX_TOKENS}",), "check the formulas one by one")
    return matched(with_remarks(tokens))


def _cut(text: str, language: str, macros: Mapping[str, Macro], offset: int) -> list[Token]:
    """The tokens of a text, each where it stands in the text as it was before its markup was read."""
    visible = shown(text)
    latex = language == "latex" or (language == "auto" and is_latex(text))
    shift = 0 if visible.edges else offset
    try:
        tokens = latex_tokens(visible.text, shift, macros, COMMANDS) if latex else plain_tokens(visible.text, shift)
    except ReadingError as error:
        if visible.edges:
            raise moved(error, visible.start(error.offset) + offset) from None
        raise
    if visible.edges:
        return [token.moved(visible.start(token.start) + offset, visible.stop(token.stop) + offset) for token in tokens]
    return tokens


def _placed(text: str, offset: int, read: Callable[[], Formula]) -> Formula:
    try:
        return read()
    except ReadingError as error:
        raise placed(error, text, offset) from None


def _statement(tokens: list[Token]) -> Statement:
    while tokens and tokens[-1].type in _PUNCTUATION:
        tokens = tokens[:-1]
    sides, relations = parse(tokens)
    annotations: tuple[Tree | Statement, ...] = ()
    if len(relations) > 1 and relations[-1] == "in":
        annotations = (sides.pop(),)
        relations = relations[:-1]
    span = Span(tokens[0].start, tokens[-1].stop)
    return Statement(span, tuple(sides), tuple(relations), annotations)


def _annotation(tokens: list[Token]) -> "Tree | Statement":
    if len(tokens) == 1 and tokens[0].type == "WORDS":
        return _words(tokens[0])
    found = _statement(tokens)
    return found if found.relations else found.sides[0]


def _words(token: Token) -> Words:
    return Words(token.span, token.value)


def _finished(pending: Pending) -> Statement:
    found = _statement(pending.tokens)
    notes = tuple(_annotation(tokens) for tokens in pending.annotations)
    return Statement(found.span, found.sides, found.relations, (*found.annotations, *notes), pending.tag)


def _shallow(formula: Formula) -> Formula:
    """Refuses what is nested so deeply that no walk over the tree could be trusted."""
    level: list[object] = list(formula.statements)
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return formula
    start = formula.statements[0].span.start
    raise refusal(start, f"a formula nested more than {MAX_DEPTH} times", ("a flatter one",))


def _children(node: object) -> list[object]:
    if isinstance(node, tuple):
        return list(node)
    if not hasattr(node, "span"):
        return []
    values = [getattr(node, part.name) for part in fields(node) if part.name != "span"]  # type: ignore[arg-type]
    return [value for value in values if isinstance(value, tuple) or hasattr(value, "span")]


def read_formula(
    text: str, language: str = "auto", macros: Mapping[str, Macro] | None = None, offset: int = 0
) -> Formula:
    r"""The tree of a formula in LaTeX or in plain text; every token is in it.

    `language` is "latex", "text" or "auto", see `is_latex`. Markup of HTML reads as what it shows. `macros` are those
    of the document around it, see `read_macros`. `offset` is added to every span. Delimiters, sizes, colours and
    spacing are dropped.
    Raises ReadingError for what cannot be read whole.

    >>> formula = read_formula(r"c_t &= f_t \odot c_{t-1} \\ h_t &= o_t \odot \tanh(c_t)")
    >>> [statement.relations for statement in formula.statements]
    [('=',), ('=',)]
    """
    if not isinstance(text, str):
        raise ReadingError(f"expected the text of a formula, got {type(text).__name__}")
    return _placed(text, offset, lambda: _read(text, language, macros or {}, offset))


def _read(text: str, language: str, macros: Mapping[str, Macro], offset: int) -> Formula:
    tokens = _tokens(text, language, macros, offset)
    statements, words = laid_out(tokens)
    if not statements:
        raise refusal(offset + len(text), "no formula", ("a symbol",))
    return _shallow(Formula(_all_of(tokens), tuple(map(_finished, statements)), tuple(map(_words, words))))


def _all_of(tokens: list[Token]) -> Span:
    return Span(tokens[0].start, tokens[-1].stop)


def read_name(text: str) -> Tree:
    r"""The tree of one symbol, such as \delta_t, W_{xf} or d_a_f.

    Raises ReadingError for anything else.

    >>> read_name("d_a_f")
    Name(text='d_a_f', font='')
    """
    formula = read_formula(text)
    (first, *more) = formula.statements
    if more or first.relations or formula.words or first.annotations:
        raise ReadingError(f"line 1, column 1: found {text.strip()[:40]!r}, expected the name of one symbol", 0, text)
    return first.sides[0]
