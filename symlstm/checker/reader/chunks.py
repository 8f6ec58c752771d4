"""What stands beside each other in one row: statements, annotations, words, tags."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from symlstm.checker.reader.errors import refusal
from symlstm.checker.reader.token import CLOSING, OPENING, Token

__all__ = ["Chunk", "chunks", "has_relation", "is_open", "starts_infix", "stripped"]

_SEPARATORS = frozenset(["COMMA", "SEMI", "WIDE", "SPLIT", "WORDS", "FORALL", "PERIOD", "TAG"])
_HARD = frozenset(["SEMI", "SPLIT", "WORDS", "FORALL", "TAG"])
_INFIX = frozenset(["REL", "PLUS", "MINUS", "OP"])
_INEQUALITIES = frozenset(["<", ">", "le", "ge", "in", "ne"])
_SPOKEN = ("\\text", "\\mbox", "\\emph")
_ANNOTATING = frozenset(
    [
        "for",
        "for all",
        "for each",
        "for every",
        "if",
        "when",
        "whenever",
        "unless",
        "otherwise",
        "at",
        "all",
        "for any",
        "iff",
        "as long as",
        "while",
    ]
)


_INDICES = frozenset(["t", "k", "s", "i", "j", "l", "m", "n", "tau"])


@dataclass(slots=True)
class Chunk:
    """Tokens of one "statement", "annotation", "words" or "tag"."""

    kind: str
    tokens: list[Token]


@dataclass(slots=True)
class _Part:
    """What stands between two separators, with the separators in front of it."""

    separators: list[Token]
    tokens: list[Token]
    relation: bool = False  # one of the tokens outside of brackets is a relation
    ahead: bool = False  # a part behind it has one, with nothing but commas between

    def parted_by(self, *kinds: str) -> bool:
        return any(token.type in kinds for token in self.separators)


def stripped(tokens: Sequence[Token]) -> list[Token]:
    """Without wide spaces at the ends."""
    start, stop = 0, len(tokens)
    while start < stop and tokens[start].type == "WIDE":
        start += 1
    while stop > start and tokens[stop - 1].type == "WIDE":
        stop -= 1
    return list(tokens[start:stop])


def _outside(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens that stand in no bracket."""
    depth = 0
    for token in tokens:
        depth -= token.type in CLOSING
        if depth == 0:
            yield token
        depth += token.type in OPENING


def has_relation(tokens: Sequence[Token]) -> bool:
    """Whether a relation stands outside of all brackets."""
    return any(token.type == "REL" for token in _outside(tokens))


def is_open(tokens: Sequence[Token]) -> bool:
    """Whether an operator or relation at the end waits for more."""
    return bool(tokens) and tokens[-1].type in _INFIX


def starts_infix(tokens: Sequence[Token]) -> bool:
    """Whether the tokens start with an operator, sign or relation."""
    return bool(tokens) and tokens[0].type in _INFIX


def _parts(tokens: Sequence[Token]) -> list[_Part]:
    parts = [_Part([], [])]
    depth = 0
    for token in tokens:
        depth += (token.type in OPENING) - (token.type in CLOSING)
        if depth or token.type not in _SEPARATORS:
            parts[-1].tokens.append(token)
        elif parts[-1].tokens:
            parts.append(_Part([token], []))
        else:
            parts[-1].separators.append(token)
    for part, following in zip(reversed(parts), [_Part([], []), *reversed(parts)], strict=False):
        part.relation = has_relation(part.tokens)
        commas = bool(following.tokens) and following.parted_by("COMMA")
        part.ahead = commas and (following.relation or following.ahead)
    return parts


def _is_range(tokens: Sequence[Token]) -> bool:
    """t = 1, …, T and t ∈ {1, …, T} and 1 ≤ t ≤ T."""
    outside = list(_outside(tokens))
    relations = [token for token in outside if token.type == "REL"]
    if not relations:
        return False
    if all(token.value in _INEQUALITIES for token in relations):
        return True
    simple = len(tokens) > 1 and tokens[0].type == "NAME" and tokens[1].type == "REL"
    return simple and (any(token.type == "DOTS" for token in outside) or _is_moment(tokens))


def _is_moment(tokens: Sequence[Token]) -> bool:
    """t = 1 and t = T - 1."""
    left, equals, *right = tokens
    known = all(token.type in ("NUMBER", "PLUS", "MINUS") or token.value == "T" for token in right)
    return (left.value, equals.value) == ("t", "=") and bool(right) and known


def _is_claim(part: "_Part") -> bool:
    """Whether a part has a relation that is not one of an index, as k = 1 is."""
    first, second = (*part.tokens, None)[:2]
    index = first is not None and first.type == "NAME" and first.value in _INDICES
    return part.relation and not _is_range(part.tokens) and not (index and second is not None and second.type == "REL")


def _unwrapped(tokens: list[Token]) -> list[Token] | None:
    """What stands in the round brackets around everything, None where there are none."""
    if len(tokens) > 2 and tokens[0].type == "LPAR" and tokens[-1].type == "RPAR" and len(list(_outside(tokens))) == 2:
        return tokens[1:-1]
    return None


def _label(tokens: list[Token]) -> Chunk | None:
    """(1), (forget gate), (t = 1, …, T) behind an equation."""
    inner = _unwrapped(tokens)
    if len(tokens) == 1 and tokens[0].type == "NAME" and tokens[0].source.startswith(_SPOKEN):
        return Chunk("annotation", [replace(tokens[0], type="WORDS")])
    if inner is None:
        return Chunk("annotation", tokens) if _is_range(tokens) else None
    if len(inner) == 1 and inner[0].type == "NUMBER":
        return Chunk("tag", inner)
    inner = [token for token in inner if token.type not in ("FORALL",)]
    if all(token.type == "WORDS" for token in inner) or has_relation(inner):
        return Chunk("annotation", inner)
    return None


class _Row:
    """The chunks of a row so far; the last one grows."""

    def __init__(self, parts: list[_Part], behind: bool) -> None:
        self.parts = parts
        self.behind = behind
        self.chunks: list[Chunk] = []
        self.current = Chunk("statement", [])
        self.related = False  # the current chunk holds a relation

    def run(self) -> list[Chunk]:
        for part in self.parts:
            self.marks(part, last=not part.tokens)
            if part.tokens:
                self.part(part)
        self.finish()
        return self.chunks

    def finish(self) -> None:
        if self.current.tokens:
            self.chunks.append(self.classified(self.current))
        self.current = Chunk("statement", [])

    def classified(self, chunk: Chunk) -> Chunk:
        follows = self.behind or any(other.kind == "statement" for other in self.chunks)
        if chunk.kind == "statement" and follows and not starts_infix(chunk.tokens):
            label = _label(chunk.tokens)
            return label if label is not None else chunk
        return chunk

    def marks(self, part: _Part, last: bool) -> None:
        """Words and tags in front of a part are chunks; at the end of the row words are annotations."""
        for token in part.separators:
            if token.type in ("WORDS", "TAG"):
                self.finish()
                follows = self.behind or any(chunk.kind == "statement" for chunk in self.chunks)
                annotates = follows and (last or token.value.lower() in _ANNOTATING)
                kinds = {"TAG": "tag", "WORDS": "annotation" if annotates else "words"}
                self.chunks.append(Chunk(kinds[token.type], [token]))

    def part(self, part: _Part) -> None:
        """Starts a chunk, or goes on with the current one."""
        if not self.current.tokens or part.parted_by(*_HARD) or self.sentence_ends(part):
            self.finish()
            said = [token.value.lower() for token in part.separators if token.type == "WORDS"]
            quantified = part.parted_by("FORALL") or (bool(said) and said[-1] in _ANNOTATING)
            self.current = Chunk("annotation" if quantified else "statement", part.tokens)
            self.related = part.relation
        elif self.joins(part):
            commas = [token for token in part.separators if token.type == "COMMA"]
            if commas and not starts_infix(part.tokens):
                self.current.tokens.append(commas[0])
            self.current.tokens += part.tokens
            self.related |= part.relation
        else:
            self.finish()
            self.current = Chunk("statement", part.tokens)
            self.related = part.relation

    def sentence_ends(self, part: _Part) -> bool:
        if not part.parted_by("PERIOD"):
            return False
        if part.relation and self.related:
            return True
        point = next(token for token in part.separators if token.type == "PERIOD")
        raise refusal(point.start, "a point within a formula", ("an operator",))

    def joins(self, part: _Part) -> bool:
        """Whether a part behind a comma or a wide space belongs to the statement before it."""
        tokens = self.current.tokens
        if starts_infix(part.tokens) or is_open(tokens):
            return True
        if self.current.kind == "annotation" and _is_claim(part):  # ∀ t, and then the next equation
            return False
        if self.related and (part.relation or _label(part.tokens) is not None):
            return False
        if not part.parted_by("COMMA"):
            self.wide(part)
        dots = "DOTS" in (tokens[-1].type, part.tokens[0].type)
        return not self.related or dots or not part.ahead

    def wide(self, part: _Part) -> None:
        place = part.separators[0]
        raise refusal(place.start, "a wide space within a formula", ("an operator or a comma",))


def chunks(tokens: Sequence[Token], behind: bool) -> list[Chunk]:
    """The chunks of a piece of a row; `behind` says that a statement stands left of it in the same row."""
    return _Row(_parts(tokens), behind).run()
