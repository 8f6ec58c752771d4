r"""What a report quotes of a text: braces are closed, and a macro keeps its arguments."""

import pytest

import symlstm as sl
from symlstm.checker.checking import check_document
from symlstm.checker.documents import displays
from symlstm.checker.excerpt import excerpt

LSTM = sl.cell("lstm")
MACROS = r"""\newcommand{\sig}[1]{\sigma\left(#1\right)} \newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
\[%s\]
"""


@pytest.mark.parametrize(
    "formula",
    [
        r"f_t = \sig{W_f [h_{t-1}, x_t] + b_f}",
        r"\pd{L}{f_t} = \pd{L}{C_t} \odot C_{t-1}",
        r"\pd{L}{C_{t-1}} = f_t \odot \pd{L}{C_t}",
        r"C_t = C_{t-1}",
        r"\mathcal{L} = \sum_t L_{t}",
    ],
)
def test_a_claim_is_quoted_whole(formula: str) -> None:
    (claim,) = check_document(displays(MACROS % formula, "tex"), LSTM).claims
    assert claim.source == formula
    assert (claim.place.line, claim.place.column) == (2, 3)


def test_braces_that_do_not_match_end_the_search() -> None:
    assert excerpt("} a = b {", 2, 9) == (2, 9)
    assert excerpt("a} = b", 0, 6) == (0, 6)
    assert excerpt(r"\{ a \} = b", 0, 11) == (0, 11)
