r"""Fonts and words: \mathbf{W}, {\bf W}, \mathrm{tanh}, \text{ if }."""

from collections.abc import Callable

from symlstm.checker.reader.latex import LatexLexer, Scope
from symlstm.checker.reader.raw import Raw, argument, written
from symlstm.checker.reader.symbols import CONNECTIVES, function_name

__all__ = ["declared", "font", "words"]

Handler = Callable[[LatexLexer, Raw], None]


def font(name: str) -> Handler:
    r"""\mathbf{…} or \mathbf W."""

    def handler(lexer: LatexLexer, raw: Raw) -> None:
        following = lexer.peek()
        if following is None or following.text != "{":
            lexer.once = name
            return
        _scoped(lexer, raw, name, False)

    return handler


def _scoped(lexer: LatexLexer, raw: Raw, font: str, words: bool) -> None:
    brace = lexer.take() or raw
    argument_here = lexer.wants_argument() or lexer.fraction_goes_on()
    script = lexer.scope.script or lexer.last() in ("SUB", "SUP")
    words = words or lexer.scope.words or script
    first = lexer.last() == "FRAC"
    if argument_here:
        lexer.put("LBRACE", "{", brace)
    lexer.scopes.append(Scope("RBRACE" if argument_here else "", font, words, script, brace.start, first))


def declared(name: str, words: bool) -> Handler:
    r"""{\bf W}: from here to the end of the group."""

    def handler(lexer: LatexLexer, raw: Raw) -> None:
        lexer.scope.font = name
        if words and len(lexer.scopes) > 1:
            lexer.scope.words = True

    return handler


def _plain(raws: list[Raw]) -> str | None:
    """The text of an argument without commands in it, None where it is not one."""
    spelled = {"\\_": "_", "\\ ": " ", "~": " ", "\\,": " ", "\\&": "&", "\\-": "-", "\\;": " ", "\\:": " "}
    pieces = [spelled.get(raw.text, raw.text) for raw in raws]
    return None if any(len(piece) > 1 or (piece in "{}_^" and raw.text == piece)
                       for piece, raw in zip(pieces, raws, strict=True)) else "".join(pieces)  # fmt: skip


def words(name: str, text: bool) -> Handler:
    r"""\mathrm{…}, \operatorname{…}: a word; \text{…}: a word or words."""

    def handler(lexer: LatexLexer, raw: Raw) -> None:
        if lexer.at < len(lexer.raws) and lexer.raws[lexer.at].text == "*":
            lexer.at += 1
        found, behind = argument(lexer.raws, lexer.at, raw)
        plain = _plain(found)
        braces = lexer.peek()
        if braces is None or (plain is None and not text):
            _scoped(lexer, raw, name, True) if braces is not None and braces.text == "{" else font(name)(lexer, raw)
            return
        place = Raw(raw.text + "{" + written(found) + "}", raw.start, lexer.raws[behind - 1].stop)
        lexer.at = behind
        _word(lexer, place, written(found) if plain is None else plain, name, text)

    return handler


def _word(lexer: LatexLexer, place: Raw, content: str, font: str, text: bool) -> None:
    word = " ".join(content.split())
    script = lexer.scope.script or lexer.last() in ("SUB", "SUP")
    function = None if script else function_name(word)
    punctuation = {",": "COMMA", ";": "SEMI", ".": "PERIOD"}.get(word)
    if not word:
        lexer.put("THIN", "", place)
    elif punctuation:
        lexer.put(punctuation, word, place)
    elif function:
        lexer.put("FUNC", function, place)
    elif word.isdecimal():
        lexer.put("NUMBER", word, place)
    elif not script and (" " in word or (text and not _is_name(content))):
        lexer.put("WORDS", word, place)
    else:
        lexer.put("NAME", word, place, font)


def _is_name(content: str) -> bool:
    plain = content.replace("_", "").replace("-", "")
    return plain.isalnum() and content[:1].isalpha() and content.lower() not in CONNECTIVES
