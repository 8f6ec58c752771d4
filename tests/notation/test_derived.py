"""Names of derivatives, taken apart and put on paper."""

import pytest

import symlstm as sl
from symlstm.notation import Glyph, notation
from symlstm.notation.derived import Jacobian, Prefix, innermost, is_derived, jacobian_of, prefix_of
from symlstm.notation.glyph import Quotient, Wrap

PLAIN = ("f", "h_prev", "W_f", "a_f", "dx", "dot", "d", "seed", "J_h", "partial_h", "doth_x", "J_by")
DERIVED = ("d_h", "d2_h", "seed_h", "seed3_d_h", "dot_h", "dot2_dot_h", "J_h_by_x", "partial_h_by_x", "h_by_x")


@pytest.mark.parametrize("name", PLAIN)
def test_plain(name: str) -> None:
    assert not is_derived(name)
    assert prefix_of(name) is None
    assert jacobian_of(name) is None
    assert innermost(name) == name


@pytest.mark.parametrize("name", DERIVED)
def test_derived(name: str) -> None:
    assert is_derived(name)


def test_taken_apart() -> None:
    assert prefix_of("dot2_d_W_f") == Prefix("dot", 2, "d_W_f")
    assert innermost("seed2_dot_d_W_f") == "W_f"
    assert jacobian_of("J_d_h_prev_by_W_f") == Jacobian("d_h_prev", "W_f", True)
    assert jacobian_of("partial_c_by_c_prev") == Jacobian("c", "c_prev", False)


def test_glyphs() -> None:
    profile = notation()
    names = frozenset({"W_f"})
    assert profile.glyph("dot_g").dotted
    assert profile.glyph("dot_g").accents == ("tilde",)
    assert profile.glyph("dot_d_h").wraps == (Wrap(True, 1, True),)
    assert profile.glyph("d_dot_h").wraps == (Wrap(True, 1),)
    assert profile.glyph("dot2_dot_h").wraps == (Wrap(False, 2),)
    assert profile.glyph("dot_dot_h").wraps == (Wrap(False, 1),)
    assert profile.glyph("dot_W_f", names).time is None
    assert profile.glyph("d_dot_W_f", names).partial == 0
    whole = profile.glyph("J_h_by_W_f", names).quotient
    assert whole == Quotient(Glyph("h", time=0), profile.glyph("W_f", names), True, (False, False), (False, False))


def test_a_matrix_is_set_in_vec_where_it_is_known_to_be_one() -> None:
    lstm = sl.cell("lstm")
    fitted = notation("keras").fit("lstm", lstm.shapes)
    whole = fitted.glyph("J_h_by_W_f", frozenset(lstm.parameters)).quotient
    assert whole is not None
    assert whole.vec == (False, True)
    assert whole.rows[1]


def test_a_parameter_may_have_such_a_name() -> None:
    """In a System that was put together without the Builder."""
    glyph = notation().glyph("d_W", frozenset({"d_W"}))
    assert glyph == Glyph("d", subscripts=("W",))
