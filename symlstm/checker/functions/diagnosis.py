"""Diagnosis: which slip turns the derived gradients into those of the function; an exact match alone names one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import numpy as np

from symlstm.checker.functions.attempts import Attempt
from symlstm.checker.functions.chain import Chain
from symlstm.checker.functions.compare import Finding, relative_error
from symlstm.checker.functions.inputs import Case, Reference
from symlstm.checker.functions.layouts import in_form
from symlstm.checker.functions.quantities import Array, Weights
from symlstm.checker.functions.slips import Bend, every_bend
from symlstm.checker.functions.slips.bend import merged
from symlstm.checker.functions.slips.cells import bent_cells
from symlstm.checker.functions.slips.values import value_slip

__all__ = ["diagnose", "settle"]

_CLOSE = 1e-9
_SECONDS = 2.0  # the search ends then, in cells with thousands of slips
_AT_MOST = 3  # slips that are tried together


@dataclass(eq=False)
class _Piece:
    """A result, or the block of one gate of it."""

    finding: Finding
    mask: Array | None
    gate: str
    wrong: bool = False
    bends: list[Bend] = field(default_factory=list)


def diagnose(made: Attempt, reference: Reference) -> str:
    """Write a hint into every wrong finding; the headline for all of them."""
    case = reference.case(made.setting)
    wrong = [one for one in [*made.forward, *made.findings] if not one.right]
    for finding in wrong:
        finding.hint = finding.hint or value_slip(finding, made.layout, case, reference.blocks)
    fitting = [finding for finding in wrong if finding.fits and np.isfinite(np.asarray(finding.value)).all()]
    open_ones = any(not finding.hint for finding in fitting)
    headline = _by_bends(made, reference, case, fitting) if open_ones else ""
    for finding in wrong:
        finding.hint = finding.hint or _unexplained(finding)
    return _headline(wrong, headline)


def settle(ties: Sequence[Attempt], reference: Reference) -> Attempt:
    """Of attempts that go equally well the one in which a single slip explains all that is wrong, else the first."""
    first = ties[0]
    case = reference.case(first.setting)
    alike = [made for made in ties if made.setting == first.setting and made.fits]
    chain = _chain(first, reference, case) if len(alike) > 1 else None
    if chain is None:
        return first
    pieces = {id(made): list(_pieces(made, reference, case)) for made in alike}
    start = monotonic()
    for bend in _bends(first, chain, case):
        if monotonic() - start > _SECONDS:
            break
        values = _run(bend, chain)
        for made in alike:
            hits = _hits(values, made, reference, pieces[id(made)], alone=not bend.apart)
            if hits is not None and all(piece in hits for piece in pieces[id(made)] if piece.wrong):
                return made
    return first


def _unexplained(finding: Finding) -> str:
    if not finding.fits:
        return f"it has shape {finding.shape}, expected {finding.expected}"
    return f"no known slip explains it; the largest error is {finding.error:.1e} of max(1, max|reference|)"


def _headline(wrong: list[Finding], headline: str) -> str:
    """Equal hints are said once, with the names of all that they explain."""
    groups: dict[str, list[str]] = {}
    for finding in wrong:
        groups.setdefault(finding.hint, []).append(finding.name)
    explained = {hint: names for hint, names in groups.items() if not hint.startswith("no known slip")}
    ordered = {**explained, **groups}
    said = [f"{', '.join(names)}: {hint}" for hint, names in ordered.items() if hint and hint not in headline]
    return "; ".join([headline, *said] if headline else said)


def _by_bends(made: Attempt, reference: Reference, case: Case, left: list[Finding]) -> str:
    """Compare with bent references; one that explains all that is wrong and leaves right what is right ends it."""
    chain = _chain(made, reference, case)
    if chain is None:
        return ""
    pieces = list(_pieces(made, reference, case))
    wrong = [piece for piece in pieces if piece.wrong and piece.finding in left]
    start = monotonic()
    for bend in _bends(made, chain, case):
        if monotonic() - start > _SECONDS:
            break
        hits = _hits(_run(bend, chain), made, reference, pieces, alone=not bend.apart)
        if hits is None:
            continue
        if all(piece in hits for piece in wrong):
            _explain(left, bend.hint)
            return bend.hint
        for piece in hits:
            piece.bends.append(bend)
    return _together(chain, made, reference, pieces, left)


def _explain(left: list[Finding], hint: str) -> None:
    for finding in left:
        finding.hint = hint


def _together(chain: Chain, made: Attempt, reference: Reference, pieces: list[_Piece], left: list[Finding]) -> str:
    """Several slips at once: those that explain one piece each, put together, have to explain the rest."""
    wrong = [piece for piece in pieces if piece.wrong and piece.finding in left and not piece.finding.hint]
    chosen: list[Bend] = []
    for piece in sorted((one for one in wrong if one.bends), key=lambda one: len(one.bends)):
        best = max(piece.bends, key=lambda bend: sum(bend in other.bends for other in wrong))
        if not any(bend in piece.bends for bend in chosen):
            chosen.append(best)
    for finding in [one for one in left if not one.hint]:
        hints = [b.hint for b in chosen if any(b in piece.bends for piece in wrong if piece.finding is finding)]
        finding.hint = "; ".join(dict.fromkeys(hints))
    unexplained = [piece for piece in wrong if not piece.bends]
    if 1 < len(chosen) <= _AT_MOST + 1 and unexplained:
        both = merged(chosen)
        hits = _hits(_run(both, chain), made, reference, pieces, alone=False) or []
        for piece in unexplained:
            if piece in hits:
                piece.finding.hint = both.hint
    return "; ".join(dict.fromkeys(bend.hint for bend in chosen)) if len(chosen) <= _AT_MOST else ""


def _bends(made: Attempt, chain: Chain, case: Case) -> Iterator[Bend]:
    """All slips of a backward pass; of a forward function those of its equations."""
    if made.question.backward:
        yield from every_bend(chain.back, made.question.sequence, case.shares, case.values)
    elif chain.back.forward is not None:
        for hint, lines in bent_cells(chain.back.forward):
            yield Bend(hint, lines)


def _chain(made: Attempt, reference: Reference, case: Case) -> Chain | None:
    """The chain, if it gives what the compiled pass gives."""
    back = reference.function(False).columns
    if back.forward is None:
        return None
    chain = Chain(back, made.question.sequence, case)
    try:
        values = chain.run(Bend(""))
        for finding in [*made.forward, *made.findings]:
            again = in_form(finding.quantity, made.layout, case, reference.blocks, _known(case, values))
            if relative_error(np.asarray(again), _as_formed(finding, made, case, reference)) > _CLOSE:
                return None
    except (KeyError, ValueError):
        return None
    return chain


def _known(case: Case, values: dict[str, Any]) -> dict[str, Any]:
    return {**case.values, **{name: value for name, value in values.items() if name in case.values}}


def _as_formed(finding: Finding, made: Attempt, case: Case, reference: Reference) -> Array:
    return np.asarray(in_form(finding.quantity, made.layout, case, reference.blocks, case.values))


def _run(bend: Bend, chain: Chain) -> dict[str, Any] | None:
    """The values of a bent pass; None where it fails, as a product that needs its transpose does."""
    try:
        return _known(chain.case, chain.run(bend))
    except (ValueError, KeyError, IndexError, NameError, TypeError):
        return None


def _hits(
    values: dict[str, Any] | None, made: Attempt, reference: Reference, pieces: list[_Piece], alone: bool = True
) -> list[_Piece] | None:
    """The wrong pieces that a bent reference explains; None where there are none, or it spoils what is right."""
    if values is None:
        return None
    case = reference.case(made.setting)
    bent: dict[int, Array] = {}
    hits, spoils = [], False
    for piece in pieces:
        key = id(piece.finding)
        if key not in bent:
            form = np.asarray(in_form(piece.finding.quantity, made.layout, case, reference.blocks, values))
            bent[key] = _shaped(form, piece.finding)
        value, other, base = (
            _part(array, piece.mask) for array in (piece.finding.value, bent[key], piece.finding.reference)
        )
        if value.shape != other.shape:
            return None
        changed = relative_error(other, base) > _CLOSE
        fits = relative_error(value, other) <= _CLOSE
        if piece.wrong and fits:
            hits.append(piece)
        spoils = spoils or (changed and not piece.wrong)
    return None if (spoils and alone) or not hits else hits


def _shaped(form: Array, finding: Finding) -> Array:
    """A list over time was put together with the time first."""
    if finding.reference is not None and form.shape != finding.reference.shape and form.ndim == 3:
        for axis in range(3):
            moved = np.moveaxis(form, axis, 0)
            if moved.shape == finding.reference.shape:
                return moved
    return form


def _part(array: Array | None, mask: Array | None) -> Array:
    whole = np.asarray(array)
    return whole if mask is None else whole[mask]


def _pieces(made: Attempt, reference: Reference, case: Case) -> Iterator[_Piece]:
    """The results whole, stacked weights gate by gate; those of a wrong shape are left out."""
    for finding in [*made.forward, *made.findings]:
        if not finding.fits or finding.value is None or finding.reference is None:
            continue
        for gate, mask in _masks(finding, made, reference, case):
            piece = _Piece(finding, mask, gate)
            error = relative_error(_part(finding.value, mask), _part(finding.reference, mask))
            piece.wrong = not finding.right and not error <= _CLOSE
            yield piece


def _masks(finding: Finding, made: Attempt, reference: Reference, case: Case) -> list[tuple[str, Array | None]]:
    """Where the block of every gate lies: the layout applied to numbers of gates."""
    quantity = finding.quantity
    if not isinstance(quantity, Weights) or quantity.gates or len(made.layout.gates) < 2:
        return [("", None)]
    numbers = {
        f"d_{parameter}": np.full(case.values[parameter].shape, reference.blocks.gates.index(gate))
        for (_, gate), (parameter, _) in reference.blocks.places.items()
    }
    marks = np.asarray(in_form(quantity, made.layout, case, reference.blocks, numbers))
    return [(gate, marks == k) for k, gate in enumerate(reference.blocks.gates)]
