"""What cannot be read is refused with its place, what was found, what was expected."""

import pickle

import pytest

from symlstm.checker.reader import ReadingError, read_formula, read_name, show
from symlstm.checker.reader.tree import Name
from symlstm.errors import InputError, SymlstmError

REFUSED = [
    (r"(a + b", "line 1, column 1: found '(', which is never closed, expected )"),
    (r"a + b)", "line 1, column 6: found ')', expected the end of the formula; nothing is open here"),
    ("a = b\n  = (c]", "line 2, column 7: found ']', expected )"),
    (r"x = = y", "line 1, column 5: found '=', expected a symbol, number or bracket"),
    (r"x =", "line 1, column 4: found the end of the formula, expected a symbol, number or bracket"),
    (r"x \dagger", r"line 1, column 3: found \dagger, which has no meaning here, expected \top"),
    (r"x \pm y", r"found \pm, which has no meaning here, expected + or -"),
    (r"\foo{x}", r"say what it means: \newcommand{\foo}{…}"),
    (r"\tanh C_t x", "several factors behind a function without brackets"),
    (r"{a + b} \cdot c", "braces around a sum, which are not printed"),
    (r"{W x}^T \cdot c", "a script on braces, which are not printed"),
    (r"\alpha - {b + c}", "braces around a sum, which are not printed"),
    (r"\log " * 150 + "x", "nested more than 120 times"),
    (r"x^a^b", "a second script of the same kind"),
    (r"a = b \quad c", "a wide space within a formula"),
    (r"a = b . c", "a point within a formula"),
    (r"a &= b \\ c", "a line or part without an equals sign"),
    (r"a = b; c", "a line or part without an equals sign"),
    (r"= b", "expected a left side"),
    (r"\sum_{k<t} x", "the relation '<' under a sum"),
    (r"\sum_t", "sum with nothing behind it"),
    (r"x_{t=1}", "a relation in a script"),
    (r"p(y|x)", "with no other"),
    (r"\begin{foo} x \end{foo}", "the environment 'foo'"),
    (r"\begin{aligned} x", r"expected \end{aligned}"),
    (r"\left( x", "never closed"),
    (r"\sqrt[3]{x}", "a root with an index"),
    (r"(a \\ b)", "within brackets"),
    (r"$a$ = $b$", "the character '$'"),
    ("x = y!", "the character '!'"),
    ("1" * 200, "a number of 200 digits"),
    ("", "no formula"),
    (r"\text{only words}", "no formula"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_formula(text)
    assert message in str(caught.value)
    assert str(caught.value).startswith("line ")
    assert "\n" not in str(caught.value)


def test_an_error_knows_its_place_and_survives_pickling() -> None:
    with pytest.raises(ReadingError) as caught:
        read_formula("a = b\nc = d]", offset=100)
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.offset, error.found, error.expected) == (111, "']'", ("the end of the formula",))
    assert "line 2, column 6" in str(error)
    assert isinstance(error, InputError)


def test_no_text_and_no_language() -> None:
    with pytest.raises(ReadingError, match="expected the text of a formula, got int"):
        read_formula(3)  # type: ignore[arg-type]
    with pytest.raises(SymlstmError, match="language: expected one of"):
        read_formula("a", "tex")


def test_spans_are_those_of_the_text() -> None:
    text = r"h_t = \sigma(W_f [h_{t-1}, x_t]) \odot \tilde{C}_t"
    (statement,) = read_formula(text, offset=7).statements
    left, right = statement.sides
    assert text[left.span.start - 7 : left.span.stop - 7] == "h_t"
    assert text[right.span.start - 7 : right.span.stop - 7] == text[6:]
    assert (statement.span.start, statement.span.stop) == (7, 7 + len(text))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"\delta_t", "(scripted delta _[t])"),
        ("W_{xf}", "(scripted W _[xf])"),
        ("d_a_f", "d_a_f"),
        ("C̃ₜ", "(scripted (tilde C) _[t])"),
    ],
)
def test_a_name(text: str, tree: str) -> None:
    assert show(read_name(text)) == tree


def test_what_is_no_name() -> None:
    with pytest.raises(ReadingError, match="expected the name of one symbol"):
        read_name("a = b")


def test_fonts_are_kept_and_do_not_count() -> None:
    bold, plain = read_name(r"\mathbf{W}"), read_name("W")
    assert isinstance(bold, Name)
    assert bold.font == "bold"
    assert bold == plain
