"""Checking: the public face, from a text or a document and a System to a report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from symlstm.cells import cell as build
from symlstm.cells.registry import read_options
from symlstm.checker.claims import claim_of
from symlstm.checker.documents import Declaration, Display, Document
from symlstm.checker.excerpt import excerpt
from symlstm.checker.given import NoCellError, given_session
from symlstm.checker.meaning.wholes import reference_of
from symlstm.checker.reader import Macro, ReadingError, read_formula, read_macros
from symlstm.checker.reader.tree import Formula
from symlstm.checker.report import Claim, Place, Report, Verdict
from symlstm.checker.session import Session
from symlstm.checker.settings import Settings, open_session
from symlstm.errors import InputError, Located, UnknownNameError
from symlstm.notation import Profile
from symlstm.system import System, check_system

__all__ = ["check", "check_document"]


def check(
    text: str,
    reference: System | None = None,
    *,
    where: Mapping[str, str] | None = None,
    notation: str | Profile = "default",
    layout: str | None = None,
    time: str = "auto",
    language: str = "auto",
    given: Sequence[str] = (),
    bias: bool = True,
    loss: str = "every",
    batch: bool = False,
    place: Place | None = None,
) -> Report:
    r"""Whether the equations of a text are right, as claims about a System; each `=` of a chain is judged.

    Without a reference, the forward equations of the text define the cell, and the rest are claims about it.
    `where` says what symbols mean, `{r"\delta_t": "d_h"}`, or that a quantity is zero, `{"b_f": "0"}`; `notation` is a
    profile or its name, whose letters go before the usual ones; `layout` is "column" or "row"; `time` is "step",
    "sequence" or "auto" (a sequence where the text speaks of one); `language` is "latex", "text" or "auto"; `given` are
    lines that define names before the text does; `bias=False` says that the text's cell has no biases, `loss="last"`
    that the loss sees the last step alone, "mean" that L is the mean of the losses of the steps; `batch` that
    the text speaks of B columns at once, over which gradients of weights and biases are summed.
    Raises InputError for an option that is none; what is wrong with the text is in the report.

    >>> import symlstm as sl
    >>> report = sl.check(r"\delta C_t = \delta h_t \odot o_t", sl.cell("lstm"))
    >>> str(report.verdict)
    'wrong'
    """
    if not isinstance(text, str):
        raise InputError(f"check: expected the text of a formula, got {type(text).__name__}")
    settings = Settings(where or {}, notation, layout, time, language, given, bias, loss, batch)
    display = Display(text, place or Place(1, 1), 0)
    try:
        formula = read_formula(text, language)
    except ReadingError as error:
        return Report((_unread(display, error),))
    try:
        session = _session(reference, settings, [formula], text)
    except NoCellError as error:
        return Report((Claim(Verdict.UNREADABLE, " ".join(text.split()), display.place, message=str(error)),))
    claims = _claims(session, formula, display)
    if not claims:
        message = "nothing is claimed: there is no equation between known quantities"
        claims = [Claim(Verdict.UNREADABLE, " ".join(text.split()), display.place, message=message)]
    return Report(tuple(claims))


def _session(reference: System | None, settings: Settings, formulas: Sequence[Formula], text: str) -> Session:
    """A session about a reference, or about the cell that the formulas give themselves."""
    if reference is None:
        return given_session(settings, formulas, text)
    check_system(reference, "check")
    return open_session(reference_of(reference), settings, formulas, text)


def _claims(session: Session, formula: Formula, display: Display) -> list[Claim]:
    found = []
    for judged in session.formula(formula):
        start, stop = excerpt(display.source, judged.span.start, judged.span.stop)
        source = " ".join(display.source[start:stop].split())
        claim = claim_of(judged, source, display.at(start), session.profile)
        found.append(replace(claim, expect=display.expect))
    return found


def _unread(display: Display, error: ReadingError) -> Claim:
    source = " ".join(display.source.split())
    message = str(error).partition(": ")[2] or str(error)
    return Claim(Verdict.UNREADABLE, source, display.at(max(0, error.offset)), message=message, expect=display.expect)


def check_document(document: Document, reference: System | None = None, **options: Any) -> Report:
    r"""The report on all displayed formulas of a document, with what its comments declare; options as for `check`.

    Lines before a formula define names for it. `% symlstm: cell lstm layout=split` or `reference` says what the claims
    are about. Raises InputError for an option that is none.
    """
    walk = _Walk(document, reference, Settings(**{name: value for name, value in options.items() if value is not None}))
    return Report((*document.problems, *walk.claims()))


class _Walk:
    """A document from its beginning to its end: settings and names change on the way."""

    def __init__(self, document: Document, reference: System | None, settings: Settings) -> None:
        self.document = document
        self.reference = reference
        self.settings = settings
        self.macros: dict[str, Macro] = dict(read_macros(document.macros))
        self.read = [self._read(display) for display in document.displays]
        self.session: Session | None = None

    def _read(self, display: Display) -> Formula | ReadingError:
        try:
            return read_formula(display.source, "text" if display.environment == "" else "latex", self.macros)
        except ReadingError as error:
            return error

    def claims(self) -> list[Claim]:
        """The claims of all displays, in order."""
        found: list[Claim] = []
        for place, (display, formula) in enumerate(zip(self.document.displays, self.read, strict=True)):
            for declaration in self.document.declarations:
                if declaration.before == place:
                    self._take(declaration)
            if display.skip:
                continue
            if isinstance(formula, ReadingError):
                found.append(_unread(display, formula))
            else:
                found += _claims(self._opened(), formula, display)
        return found

    def _take(self, declaration: Declaration) -> None:
        """Take up a declaration. Raises InputError with its place for what is none."""
        with Located(str(declaration.place)):
            try:
                self._declare(declaration)
            except UnknownNameError as error:
                raise InputError(str(error)) from None

    def _declare(self, declaration: Declaration) -> None:
        """Take up what a comment declares. Raises InputError for what is none."""
        if declaration.key == "cell":
            name, _, options = declaration.value.partition(" ")
            self.reference = build(name, **(read_options(",".join(options.split())) if options.strip() else {}))
            self.session = None
        elif declaration.key in ("layout", "notation", "time", "loss"):
            self.settings = self.settings.with_option(declaration.key, declaration.value)
            self.session = None
        elif declaration.key == "batch":
            self.settings = self.settings.with_option("batch", declaration.value.lower() not in ("no", "false", "0"))
            self.session = None
        elif declaration.left:
            where = {**self.settings.where, declaration.left: declaration.right}
            self.settings = self.settings.with_option("where", where)
            self.session = None

    def _opened(self) -> Session:
        """The session with what is declared by now; names that lines defined are kept."""
        if self.session is None:
            formulas = [formula for formula in self.read if isinstance(formula, Formula)]
            source = "\n".join(display.source for display in self.document.displays)
            try:
                self.session = _session(self.reference, self.settings, formulas, source)
            except NoCellError as error:
                how = "give a cell, or say which it is in the text: % symlstm: cell lstm"
                raise InputError(f"check: {error}; {how}") from None
        return self.session
