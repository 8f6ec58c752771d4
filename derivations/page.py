"""Page: prose, formulas, tables and code in the order in which a note says them, as Markdown for GitHub."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent


class Page:
    """A Markdown page. In prose, `$…$` is mathematics."""

    def __init__(self, title: str) -> None:
        self._blocks = [f"# {title}"]

    def say(self, prose: str) -> None:
        """A paragraph or several; a line that starts with # is a heading."""
        self._say(textwrap.dedent(prose).strip())

    def _say(self, text: str) -> None:
        self._blocks.append(re.sub(r"\$([^$]+)\$", r"$`\1`$", text))

    def math(self, latex: str) -> None:
        """A displayed formula."""
        self._blocks.append(f"```math\n{latex}\n```")

    def code(self, source: str, language: str = "python") -> None:
        """Code, or what a program prints."""
        self._blocks.append(f"```{language}\n{source.strip(chr(10))}\n```")

    def table(self, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table; cells may hold `$…$`."""
        lines = [head, ["---"] * len(head), *rows]
        self._say("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))

    def markdown(self) -> str:
        """The whole page."""
        return "\n\n".join(self._blocks) + "\n"


def topics() -> list[str]:
    """The names of the notes."""
    own = {"__init__", "__main__", "checks", "page"}
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in own)


def render(name: str) -> str:
    """Run a note and return its page."""
    page: Page = import_module(f"derivations.{name}").write()
    return page.markdown()
