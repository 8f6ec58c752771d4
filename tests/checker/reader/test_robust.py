"""Whatever comes in, a formula or a ReadingError comes out, and soon."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symlstm.checker.reader import ReadingError, read_formula, read_macros, show

CORPUS = (Path(__file__).parents[2] / "data" / "corpus" / "latex.jsonl").read_text(encoding="utf-8").splitlines()
FORMULAS = [json.loads(line)["latex"] for line in CORPUS]
PIECES = r"""
\sigma \tanh \frac{ } { ( ) [ ] \{ \} \left( \right) \left. \right. \left| \right| | \| \sum_ \prod ^ _ ' , ; . = + -
\cdot * / \\ & && \quad \, \text{if} \mathrm{ \mathbf \bf \rm t h W d \delta \partial \nabla 1 23 .5 \begin{aligned}
\end{aligned} \begin{cases} \end{cases} \begin{bmatrix} \end{bmatrix} \begin{array}{l} \end{array} \tag{1} \underbrace{
\color{red} \tilde \hat{ ₜ ⁻¹ ᵀ σ ⊙ ∑ C̃ \def\a{x} \a \newcommand{\b}[1]{#1} \b \langle \rangle < > : := \in \forall
\dots \therefore % $ # @ ~ ! \Big| sigmoid ht-1 d_a_f W.T np. \operatorname{ \sqrt \overset \not
\let\x\y \limits √ ⟨ ⟩ ½ 𝐖
""".split()  # noqa: SIM905
BOMBS = {
    "brackets": "(" * 100_000, "closed brackets": "(" * 9_000 + "a" + ")" * 9_000, "braces": "{" * 9_000,
    "scripts": "x^{" * 5_000, "fractions": r"\frac{" * 3_000, "accents": r"\tilde " * 5_000 + "x", "roots": "√" * 5_000,
    "functions": r"\log " * 5_000 + "x", "signs of differentials": r"\partial " * 5_000 + "x",
    "sums": r"\sum_t " * 4_000 + "x", "a megabyte": "a+" * 500_000, "terms": "a+" * 9_000 + "a",
    "factors": r"a \odot " * 6_000 + "a", "symbols": " ".join("abcdefg" * 2_000), "nul": "a\0b",
    "surrogates": "a = \ud800",
    "rows": r"a = b \\ " * 3_000, "cells": r"a &= \b" * 3_000, "commas": "a," * 5_000, "equations": "a=b," * 4_000,
    "bars": "|a" * 5_000, "words": r"\text{and} " * 3_000, "environments": r"\begin{array}{l}" * 3_000,
    "lefts": r"\left(" * 5_000, "labels": r"\underbrace{" * 2_000, "marks": "x" + "\u0303" * 5_000,
    "space": " " * 90_000,
    "lines": "\n" * 90_000, "backslashes": "\\" * 50_000, "digits": "1" * 90_000, "comma names": "W_f,h" * 3_000,
    "indices": "h[" * 5_000, "macros": r"\def\a{x}" + r"\a " * 10_000, "dollars": "$" * 50_000,
}  # fmt: skip


def outcome(text: str, language: str = "auto") -> None:
    try:
        formula = read_formula(text, language)
    except ReadingError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert show(formula)
        assert repr(formula)
        assert hash(formula) == hash(read_formula(text, language))


@pytest.mark.parametrize("language", ["auto", "latex", "text"])
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end(name: str, language: str) -> None:
    try:
        read_formula(BOMBS[name], language)
    except ReadingError as error:
        assert str(error).startswith("line ")  # noqa: PT017


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["auto", "latex", "text"]))
def test_any_text(text: str, language: str) -> None:
    outcome(text, language)
    read_macros(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["", " "]), st.sampled_from(["latex", "text"]))
def test_any_pieces(pieces: list[str], space: str, language: str) -> None:
    outcome(space.join(pieces), language)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(FORMULAS), st.sampled_from([*PIECES, ""]), st.floats(0, 1), st.integers(0, 4))
def test_formulas_with_a_fault(latex: str, piece: str, where: float, length: int) -> None:
    at = int(where * len(latex))
    outcome(latex[:at] + piece + latex[at + length :])


NAMES = st.sampled_from(["h_t", "C_{t-1}", r"\tilde{C}_t", "W_f^T", r"\delta a_{f,t}", "2", r"\tanh(C_t)"])
OPERATORS = st.sampled_from([r" \odot ", " + ", " - ", " * ", r" \cdot ", " "])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.tuples(inner, OPERATORS, inner).map("".join),
        inner.map(r"\left({}\right)".format),
        inner.map(r"\sigma({})".format),
        st.tuples(inner, inner).map(lambda pair: rf"\frac{{{pair[0]}}}{{{pair[1]}}}"),
        st.tuples(inner, inner).map(lambda pair: f"[{pair[0]}; {pair[1]}]"),
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_sound_formulas_are_read(left: str, right: str) -> None:
    (statement,) = read_formula(f"{left} &= {right}", "latex").statements
    assert statement.relations == ("=",)
