"""The question that this project starts from: an LSTM step with identity weights, and what it teaches.

Asked on Stack Overflow under the title "Understanding LSTM through example".
"""

from dataclasses import replace
from typing import Any

from symlstm.notation import Profile
from symlstm.system import System
from symlstm.worked.example import Note, WorkedExample, example

__all__ = ["QUESTION", "question"]

QUESTION: dict[str, Any] = {
    "x": [-0.1, 0.3, 0.1, -0.25, 0.1],
    "h_prev": [0.0, 0.5, 0.1, 0.2, 0.6],
    "c_prev": [0.0, 0.0, 0.0, 0.0, 0.0],
    "W": "identity",
    "U": "identity",
    "b": "zeros",
    "bh": "zeros",
}

_SUM = {
    "concat": Note(
        "Every weight matrix is [I I], an identity on <h_prev> and one on <x>, so "
        "[I I]·[<h_prev>; <x>] = I·<h_prev> + I·<x> = <h_prev> + <x>. With these weights the net input of "
        "every gate is <h_prev> + <x>, and <f> = σ(<h_prev> + <x>) is right.",
        r"Every weight matrix is $[I\; I]$, an identity on $<h_prev>$ and one on $<x>$, so "
        r"$[I\; I]\,[<h_prev>; <x>] = I <h_prev> + I <x> = <h_prev> + <x>$. With these weights the net input of "
        r"every gate is $<h_prev> + <x>$, and $<f> = \sigma(<h_prev> + <x>)$ is right.",
    ),
    "split": Note(
        "Every weight matrix is an identity, so <W_f>·<x> + <U_f>·<h_prev> = <x> + <h_prev>. With these weights "
        "the net input of every gate is <h_prev> + <x>, and <f> = σ(<h_prev> + <x>) is right.",
        r"Every weight matrix is an identity, so $<W_f> <x> + <U_f> <h_prev> = <x> + <h_prev>$. With these weights "
        r"the net input of every gate is $<h_prev> + <x>$, and $<f> = \sigma(<h_prev> + <x>)$ is right.",
    ),
}

_ROWS = Note(
    "The weights are identities, which leave <h_prev> and <x> as they are: the net input of every gate is "
    "<h_prev> + <x>, and <f> = σ(<h_prev> + <x>) is right.",
    r"The weights are identities, which leave $<h_prev>$ and $<x>$ as they are: the net input of every gate is "
    r"$<h_prev> + <x>$, and $<f> = \sigma(<h_prev> + <x>)$ is right.",
)

_BETWEEN = Note(
    "<f> lies strictly between 0 and 1, because 0 < 1/(1 + exp(-a)) < 1 for every finite net input a. A gate "
    "forgets by degrees: it comes near 0 or 1 only where a is far from 0. A page that says 0 or 1 names these limits.",
    r"$<f>$ lies strictly between 0 and 1, because $0 < \frac{1}{1 + e^{-a}} < 1$ for every finite net input $a$. "
    r"A gate forgets by degrees: it comes near 0 or 1 only where $a$ is far from 0. A page that says 0 or 1 names "
    r"these limits.",
)

_PRODUCT = Note(
    "The question gives no <c_prev>; here it is 0, so <c> = <i> ⊙ <g>. The product of a weight matrix and a vector "
    "is a matrix product, and the bias belongs inside the σ.",
    r"The question gives no $<c_prev>$; here it is 0, so $<c> = <i> \odot <g>$. The product of a weight matrix and "
    r"a vector is a matrix product, and the bias belongs inside the $\sigma$.",
)


def question(system: System, *, digits: int = 4, notation: str | Profile = "default", limit: int = 10) -> WorkedExample:
    """The question worked out, with the notes that answer it; `system` is an LSTM step, or its backward pass."""
    known = {name.partition("_")[0] for name in system.parameters} | set(system.inputs) | set(system.states)
    values = {key: value for key, value in QUESTION.items() if key in known}
    worked = example(system, values, digits=digits, notation=notation, limit=limit)
    layout = "split" if "U_f" in system.parameters else "concat"
    first = _ROWS if worked.profile.layout == "row" else _SUM[layout]
    return replace(worked, notes=(*worked.notes, first, _BETWEEN, _PRODUCT))
