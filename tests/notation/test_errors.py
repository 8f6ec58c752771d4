"""What a profile must not say: one line says what is wrong, where, and what was expected."""

from collections.abc import Callable

import pytest

from symlstm.errors import InputError, UnknownNameError
from symlstm.notation import Profile

ERRORS = {
    "an unknown key": ('colour = "red"', "unknown key in notation .* 'colour'"),
    "a choice": ('bold = "some"', "bold: expected one of none, matrices, all, got 'some'"),
    "no list": ('inline = "g"', "inline: expected a list of names, got 'g'"),
    "a list of numbers": ("terms = [1]", "terms: expected text, got 1"),
    "an accent": (
        'symbols.f = { letter = "f", accent = "dot" }',
        r"symbols\.f: accent: expected one of tilde, hat, bar",
    ),
    "a time": ('symbols.f = { letter = "f", timed = "no" }', r"symbols\.f: timed: expected true or false, got 'no'"),
    "no gate": (
        'families.W = { letter = "W", superscript = "f" }',
        r"families\.W: superscript: expected text with \{gate\}",
    ),
    "LaTeX in a subscript": (
        'families.W = { letter = "W", subscript = "\\\\b{gate}" }',
        "subscript: expected letters, digits and commas",
    ),
    "LaTeX in a label": ('labels.g = "\\\\c"', r"labels\.g: expected letters, digits and commas, got"),
    "the gate as a symbol": ('symbols.f = { letter = "{gate}" }', r"symbols\.f: letter: expected letters"),
    "a function": ('functions.tanh = "\\\\frac"', r"functions\.tanh: expected a word, a Greek letter or an operator"),
    "an argument": (
        'functions."tanh(c + d)" = "h"',
        r"expected the name of an activation, or one with what it is applied",
    ),
    "a function that is no text": ("functions.tanh = 1", r"functions\.tanh: expected text, got 1"),
    "an option": ("cell.size = 3", r"unknown key in notation .*: cell 'size'"),
    "the value of an option": ("cell.biases = true", r"cell\.biases: expected a whole number, got True"),
    "a key of a cell": ('cells.gru.title = "x"', r"unknown key in notation .*: cells\.gru 'title'"),
    "an entry of a cell": ('cells.gru.symbols.g = "h"', r"cells\.gru: symbols\.g: expected a table with a letter"),
    "a cell that is no table": ("cells.gru = 3", r"cells\.gru: expected a table, got 3"),
    "like and more": ('cells.gru = { like = "lstm", time = "bare" }', r"cells\.gru: like: expected the name of a cell"),
    "like in a circle": ('cells.gru = { like = "mgu" }', r"cells\.\w+: like: expected a cell that is not like another"),
    "alike in one cell": ('cells.gru.symbols.r = { letter = "z" }', "symbols.r prints like z|symbols.z prints like r"),
    "stacked rows": ('layout = "row"\ngates = "stacked"', 'gates = "stacked" goes with layout = "column"'),
    "transposed columns": ('weights = "transposed"', 'weights = "transposed" goes with layout = "row"'),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_take_one_line(case: str, own: Callable[[str], Profile]) -> None:
    text, message = ERRORS[case]
    with pytest.raises((InputError, UnknownNameError), match=message) as caught:
        own(text)
    assert "\n" not in str(caught.value)
