"""Formulas as they stand in notes, code and web pages: the language is found, markup reads as what it shows."""

import pytest

from symlstm.checker.reader import ReadingError, read_formula, show
from symlstm.checker.reader.language import is_latex
from symlstm.checker.reader.markup import shown

PLAIN = [
    r"d_a_o = d_h \circ tanh_c \circ o \circ (1 - o)",
    r"x_prev = h_prev \odot r",
    r"d_a_f = d_c * h_{t-1}",
    "a = W_{x} x\nb = U_{h} a",
    "h[t] = o[t] * c",
    r"d_W = d_a \cdot x.T",
]
LATEX = [
    r"a_f = W \odot h_{t-1}",
    r"\mathrm{d_a_f} = x",
    r"$h_prev = x$",
    r"h_prev &= x \odot y",
    r"h_prev = \frac{a}{b} \\ c = d",
    "c_t = f_t c_{t-1}\n + i_t g_t",
    "a_{t} = f(x,\n y_{t})",
    r"\text{in\_len}",
    r"d\_c = \odot",
    r"\delta_t_f",
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text(text: str) -> None:
    assert not is_latex(text)


@pytest.mark.parametrize("text", LATEX)
def test_latex(text: str) -> None:
    assert is_latex(text)


COPIED = [
    ("dh<sub>t-1</sub> = W<sup>T</sup> a", "dh_{t-1} = W^{T} a"),
    ("a &plus; b &lt; c &gt; d", "a + b < c > d"),
    ("a&nbsp;= b &times; c &sdot; d &minus; e", "a = b × c ⋅ d − e"),
    (r"a&space;&amp;=&space;\sigma(b)\\&space;c&space;&=&space;d", r"a &= \sigma(b)\\ c &= d"),
    ("&plus;&plus;<SUB>t</SUB>", "++_{t}"),
]


@pytest.mark.parametrize(("text", "visible"), COPIED)
def test_what_markup_shows(text: str, visible: str) -> None:
    assert shown(text).text == visible


@pytest.mark.parametrize("language", ["latex", "text"])
def test_markup_in_both_languages(language: str) -> None:
    formula = read_formula("h<sub>t-1</sub> = U<sup>T</sup> &plus; b", language)
    assert show(formula) == "(: (scripted h _[(sum +t -1)]) = (sum +(scripted U ^[T]) +b))"


@pytest.mark.parametrize("language", ["latex", "text"])
def test_places_are_those_of_the_text_with_its_markup(language: str) -> None:
    text = "h<sub>t</sub> &lt; U<sup>T</sup> &plus; b<sub>f</sub>"
    (statement,) = read_formula(text, language, offset=9).statements
    spans = [(side.span.start - 9, side.span.stop - 9) for side in statement.sides]
    assert [text[start:stop] for start, stop in spans] == ["h<sub>t", "U<sup>T</sup> &plus; b<sub>f"]
    assert (statement.span.start - 9, statement.span.stop - 9) == (0, len(text))
    with pytest.raises(ReadingError, match="line 2, column 17: found the character '!'") as caught:
        read_formula("a = b\n= h<sub>t</sub> !", language, offset=9)
    assert caught.value.offset == 9 + 22
    with pytest.raises(ReadingError, match="line 1, column 15"):
        read_formula("h<sub>t</sub> ) = x", language)
    with pytest.raises(ReadingError, match="line 1, column 23: found the end of the formula"):
        read_formula("h = x<sub>t</sub> &lt;", language)


def test_a_word_behind_a_column_mark_is_no_markup() -> None:
    assert show(read_formula(r"a &lambda = b", "latex")) == show(read_formula(r"a & lambda = b", "latex"))
