"""Products over time: a line P_t = M_t P_{t−1} from P_0 = I is printed as one, in the order in which factors stand."""

import pytest

import symlstm as sl


def printed(cell: sl.System, of: str, by: str, kind: str = "total", notation: str = "default") -> str:
    whole = sl.jacobian(sl.over_time(cell), of, by, kind)
    return whole.latex(only=[whole.outputs[0]], notation=notation)


def test_columns_stand_from_the_last_step_to_the_first() -> None:
    cell = sl.cell("rnn", layout="split")
    assert r"= \prod_{k=t}^{1} \operatorname{diag}(1 - h_k^{2}) \, U_h &&" in printed(cell, "h", "h_0")


def test_rows_stand_from_the_first_step_to_the_last() -> None:
    cell = sl.cell("rnn", layout="split")
    assert r"= \prod_{k=1}^{t} \mathbf{W}_{\mathrm{hh}} \operatorname{diag}(1 - \mathbf{H}_k^{2}) &&" in printed(
        cell, "h", "h_0", notation="d2l"
    )


def test_backwards_in_time() -> None:
    whole = sl.jacobian(sl.bidirectional("rnn", layout="split"), "h_bw", "h_bw_0")
    assert r"= \prod_{k=t}^{T} \operatorname{diag}" in whole.latex(only=[whole.outputs[0]])


@pytest.mark.parametrize(("name", "of", "by"), [("lstm", "c", "c_0"), ("lstm", "h", "h_0"), ("rnn", "h", "W_h")])
def test_what_has_other_paths_or_starts_elsewhere_is_no_product(name: str, of: str, by: str) -> None:
    assert r"\prod" not in printed(sl.cell(name), of, by)
