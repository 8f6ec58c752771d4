"""Tokens of LaTeX taken one after the other, with what stands between braces."""

from tests.printing.tex import UnreadableError

__all__ = ["Cursor"]


class Cursor:
    """A place in a formula."""

    def __init__(self, tokens: tuple[str, ...]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def here(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, *expected: str) -> str:
        token = self.here
        if expected and token not in expected:
            raise UnreadableError(f"{' or '.join(expected)} expected at {' '.join(self._tokens[self._at :])!r}")
        self._at += 1
        return token

    def _exponent(self) -> tuple[str, ...]:
        self._take("^")
        return self._group() if self.here == "{" else (self._take(),)

    def _group(self) -> tuple[str, ...]:
        """The tokens between braces."""
        start, depth = self._at + 1, 0
        while True:
            depth += {"{": 1, "}": -1, "": 1000}.get(self.here, 0)
            self._at += 1
            if depth > 999:
                raise UnreadableError(f"a brace that is not closed: {' '.join(self._tokens)}")
            if depth == 0:
                return self._tokens[start : self._at - 1]
