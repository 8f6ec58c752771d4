"""A report written by hand, with every verdict and every kind of remark, for the tests of the formats."""

from symlstm.checker.report import Claim, Place, Reading, Report, Verdict

BOUND = "wrong acceptance with probability below 2^-110, for n, d ≤ 7"

RIGHT = Claim(
    Verdict.RIGHT,
    r"i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)",
    Place(10, 5, "notes.tex"),
    (Reading(Verdict.RIGHT, r"i_t = \sigma(W_i \cdot x_t + U_i \cdot h_{t-1} + b_i)", ("in column layout",)),),
    bound=BOUND,
)
WRONG = Claim(
    Verdict.WRONG,
    "f_t &= \\sigma(W_f x_t + U_f h_{t-1})\n   + b_f",
    Place(42, 7, "notes.tex"),
    (
        Reading(
            Verdict.WRONG,
            r"f_t = \sigma(W_f \cdot x_t + U_f \cdot h_{t-1}) + b_f",
            hint="bias outside the activation",
            condition="right only if b_f = 0",
        ),
    ),
    hint="bias outside the activation",
    correction=r"f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)",
    counterexample="x_t = 0, h_{t-1} = 0, b_f = 1\nleft: 0.7311, right: 1.5",
    step=2,
)
AMBIGUOUS = Claim(
    Verdict.AMBIGUOUS,
    r"\delta_o = \delta h_t * \tanh(C_t) * \sigma'(o_t)",
    Place(50, 3, "notes.tex"),
    (
        Reading(
            Verdict.RIGHT,
            r"\delta_o = \delta h_t \odot \tanh(C_t) \odot o_t \odot (1 - o_t)",
            ("σ′(o_t) as a function of the output", "* elementwise"),
            certificate=BOUND,
        ),
        Reading(
            Verdict.WRONG,
            r"\delta_o = \delta h_t \odot \tanh(C_t) \odot \sigma(o_t) \odot (1 - \sigma(o_t))",
            ("σ′(o_t) as a function of the net input", "* elementwise"),
            hint="activation applied twice",
            certificate="o_t = 0.5: left 0.25, right 0.235",
        ),
    ),
    hint="σ′(o_t): write o_t ⊙ (1 − o_t)",
)
UNDECIDED = Claim(
    Verdict.UNDECIDED, r"|h_t| < 1", Place(2, 1, "notes.ipynb", 3), message="inequalities are not decided"
)
UNREADABLE = Claim(
    Verdict.UNREADABLE,
    r"h_t = 100\% <b>o_t</b> \foo \| c, d",
    Place(61, 12, "notes.tex"),
    message=r"unknown command \foo at 22: expected an operation",
)
MARKED = Claim(
    Verdict.WRONG,
    r"C_t = f_t \odot C_{t-1}",
    Place(70, 1, "notes.tex"),
    (Reading(Verdict.WRONG, r"C_t = f_t \odot C_{t-1}"),),
    hint="a term is missing",
    correction=r"C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t",
    expect="wrong",
)
REPORT = Report((RIGHT, WRONG, AMBIGUOUS, UNDECIDED, UNREADABLE, MARKED))
