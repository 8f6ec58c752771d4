"""What one character outside ASCII is: a letter with its font and accents, an operator, a raised or lowered sign."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from symlstm.checker.reader.symbols import COMBINING, UNICODE

__all__ = ["Character", "character", "marks"]

_FONT_WORDS = {
    "DOUBLE-STRUCK": "blackboard", "FRAKTUR": "fraktur", "BLACK-LETTER": "fraktur", "SCRIPT": "calligraphic",
    "BOLD": "bold", "SANS-SERIF": "sans",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Character:
    """`kind` is a type of token, "SUBCHAR", "SUPCHAR" or "MARK"; `accents` go from the letter outwards."""

    kind: str
    value: str
    font: str = ""
    accents: tuple[str, ...] = ()


def _script(char: str) -> Character | None:
    kinds = {"<sub>": "SUBCHAR", "<super>": "SUPCHAR"}
    kind = kinds.get(unicodedata.decomposition(char).split(" ")[0])
    plain = unicodedata.normalize("NFKC", char).replace("−", "-")
    return Character(kind, plain) if kind and len(plain) == 1 and (plain.isascii() or plain in UNICODE) else None


def _mathematical(char: str) -> Character | None:
    plain = unicodedata.normalize("NFKC", char)
    name = unicodedata.name(char, "")
    if len(plain) != 1 or plain == char:
        return None
    font = next((font for word, font in _FONT_WORDS.items() if word in name), "")
    if plain.isascii() and plain.isalnum():
        digit = plain.isdecimal() and not (font in ("bold", "blackboard") and plain in "01")
        return Character("NUMBER" if digit else "NAME", plain, font)
    kind, value = UNICODE.get(plain, ("", ""))
    return Character(kind, value, font) if kind else None


def _accented(char: str) -> Character | None:
    base, *above = list(unicodedata.normalize("NFD", char))
    if above and base.isascii() and base.isalpha() and all(mark in COMBINING for mark in above):
        return Character("NAME", base, "", tuple(COMBINING[mark] for mark in above))
    return None


@lru_cache(maxsize=1024)
def character(char: str) -> Character | None:
    """What a character means, None for one that is not known."""
    if len(char) != 1:
        return None
    if char in COMBINING:
        return Character("MARK", COMBINING[char])
    if char in UNICODE:
        return Character(*UNICODE[char])
    return _script(char) or _mathematical(char) or _accented(char)


def marks(text: str) -> tuple[str, ...]:
    """The accents of the combining characters at the start of a text, from the letter outwards."""
    found = []
    for char in text:
        if char not in COMBINING:
            break
        found.append(COMBINING[char])
    return tuple(found)
