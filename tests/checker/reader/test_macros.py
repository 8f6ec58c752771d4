"""Macros are collected from whole files and expanded within bounds."""

import pytest

from symlstm.checker.reader import ReadingError, read_formula, read_macros, show

FILE = r"""
% \newcommand{\commented}{x}
\newcommand{\had}{\odot}
\newcommand*{\prev}[1]{{#1}_{t-1}}
\renewcommand\vec[1]{\mathbf{#1}}
\providecommand{\pd}[2][L]{\frac{\partial #1}{\partial #2}}
\def\gate#1#2{#1_{#2}}
\let\T\top
\let\oldtilde\tilde \renewcommand{\tilde}[1]{\oldtilde{#1}}
\DeclareMathOperator{\sech}{sech} \DeclareMathOperator*{\act}{tanh}
\newcommand{\broken}{
"""
MACROS = read_macros(FILE)


def test_what_is_collected() -> None:
    assert set(MACROS) == {"had", "prev", "vec", "pd", "gate", "T", "oldtilde", "tilde", "sech", "act"}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"a \had b", r"a \odot b"),
        (r"\prev h", r"h_{t-1}"),
        (r"\vec{h}_t", r"\mathbf{h}_t"),
        (r"\pd{W} + \pd[J]{W}", r"\frac{\partial L}{\partial W} + \frac{\partial J}{\partial W}"),
        (r"\gate{W}{f}^\T", r"W_{f}^\top"),
        (r"\tilde{c}", r"\tilde{c}"),
        (r"\sech(x) \act(y)", r"\operatorname{sech}(x) \tanh(y)"),
        (r"\newcommand{\x}{y} \x + \x", "y + y"),
    ],
)
def test_what_they_stand_for(text: str, plain: str) -> None:
    assert show(read_formula(text, "latex", MACROS)) == show(read_formula(plain, "latex"))


def test_a_definition_in_a_formula_stays_there() -> None:
    read_formula(r"\def\mine{y} \mine", "latex", MACROS)
    assert "mine" not in MACROS


def test_what_comes_out_of_a_macro_stands_where_it_was_called() -> None:
    (statement,) = read_formula(r"x = \prev h + y", "latex", MACROS).statements
    assert statement.span.start == 0
    with pytest.raises(ReadingError, match="line 1, column 5"):
        read_formula(r"x = \pd", "latex", MACROS)


@pytest.mark.parametrize(
    "text",
    [
        r"\def\a{\a} \a",
        r"\def\a{\a\a} \a",
        r"\newcommand{\a}[1]{\a{#1#1}} \a{x}",
        r"\def\a{\b\b\b\b\b\b}\def\b{\c\c\c\c\c\c}\def\c{\d\d\d\d\d\d}\def\d{\e\e\e\e\e\e}\def\e{xxxxxxxx} \a\a\a",
        r"\def\a#1{#1#1#1#1#1}" + r"\a{" * 12 + "x" + "}" * 12,
    ],
)
def test_bombs_end(text: str) -> None:
    with pytest.raises(ReadingError):
        read_formula(text)
