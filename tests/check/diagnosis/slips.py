"""The kinds of slips of the collection, each as a whole equation: the wrong form and the right one."""

from dataclasses import dataclass, field
from typing import Any

from symlstm.check.diagnosis import Kind

__all__ = ["SLIPS", "Slip"]


@dataclass(frozen=True)
class Slip:
    """A wrong and a right equation about a cell; `options` build it, `how` are options of the check."""

    kind: Kind
    wrong: str
    right: str
    cell: str = "lstm"
    options: dict[str, Any] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)
    condition: str | None = None
    hint: str = ""
    right_is: str = "right"


SPLIT = {"layout": "split"}
SEQUENCE = {"time": "sequence"}
DELTA = r"\delta C_t\odot C_{t-1}\odot f_t\odot(1-f_t)"

SLIPS = [
    Slip(Kind.TRANSPOSE_OF_VECTOR, rf"\frac{{\partial L}}{{\partial W_f}}=\sum_t({DELTA})\,x_t",
         rf"\frac{{\partial L}}{{\partial W_f}}=\sum_t ({DELTA})\,x_t^\top", options=SPLIT,
         hint=r"the transpose of x_t is missing: … x_t^{\top}"),
    Slip(Kind.TRANSPOSE_OF_WEIGHT,
         r"\delta x_t=W_f\,\delta a_{f,t}+W_i^\top\,\delta a_{i,t}+W_o^\top\,\delta a_{o,t}+W_g^\top\,\delta a_{g,t}",
         r"\delta x_t=W_f^\top\,\delta a_{f,t}+W_i^\top\,\delta a_{i,t}+W_o^\top\,\delta a_{o,t}+W_g^\top\,\delta a_{g,t}",
         options=SPLIT, hint="the transpose of W_f is missing"),
    Slip(Kind.TRANSPOSE_OF_WEIGHT,
         r"\delta x_t=W_f\,\delta a_{f,t}+W_i\,\delta a_{i,t}+W_o\,\delta a_{o,t}+W_g\,\delta a_{g,t}",
         r"\delta x_t=W_f^\top\,\delta a_{f,t}+W_i^\top\,\delta a_{i,t}+W_o^\top\,\delta a_{o,t}+W_g^\top\,\delta a_{g,t}",
         options=SPLIT, hint="the weights must be transposed"),
    Slip(Kind.OUTER_REVERSED, rf"\frac{{\partial L}}{{\partial W_f}}=\sum_t x_t\,({DELTA})^\top",
         rf"\frac{{\partial L}}{{\partial W_f}}=\sum_t ({DELTA})\,x_t^\top", options=SPLIT),
    Slip(Kind.OUTER_REVERSED, r"\frac{\partial L}{\partial U_h}=\sum_t h_{t-1} (\delta a_t)^\top",
         r"\frac{\partial L}{\partial U_h}=\sum_t \delta a_t h_{t-1}^\top", "rnn", SPLIT,
         {"where": {r"a_t": "a_h"}}),
    Slip(Kind.FACTOR_ORDER, r"\frac{\partial L}{\partial h_t} = \frac{\partial L_t}{\partial h_t} + U_h^\top\,\frac{\partial L}{\partial h_{t+1}}\,\mathrm{diag}(1-h_{t+1}^2)",
         r"\frac{\partial L}{\partial h_t} = \frac{\partial L_t}{\partial h_t} + U_h^\top\,\mathrm{diag}(1-h_{t+1}^2)\,\frac{\partial L}{\partial h_{t+1}}",
         "rnn", SPLIT),
    Slip(Kind.MIXED_LAYOUT, r"\frac{\partial L}{\partial W_f}=(\delta a_{f,t})^\top x_t",
         r"\frac{\partial L}{\partial W_f}=\delta a_{f,t} x_t^\top", options=SPLIT),
    Slip(Kind.HADAMARD_FOR_OUTER, rf"\frac{{\partial L}}{{\partial W_f}}=\sum_t {DELTA}\odot[h_{{t-1}},x_t]",
         rf"\frac{{\partial L}}{{\partial W_f}}=\sum_t ({DELTA})[h_{{t-1}},x_t]^\top"),
    Slip(Kind.HADAMARD_FOR_OUTER, r"\frac{\partial L}{\partial W_f}=\sum_t\delta C_t\odot(1-f_t)\odot[h_{t-1},x_t]",
         rf"\frac{{\partial L}}{{\partial W_f}}=\sum_t ({DELTA})[h_{{t-1}},x_t]^\top"),
    Slip(Kind.SIGMOID_DERIVATIVE, r"\frac{\partial L}{\partial W_f}=\sum_t(\delta C_t\odot C_{t-1})\,x_t^\top",
         rf"\frac{{\partial L}}{{\partial W_f}}=\sum_t ({DELTA})\,x_t^\top", options=SPLIT,
         hint=r"f_t \odot (1 - f_t)"),
    Slip(Kind.ACTIVATION_FOR_DERIVATIVE, r"\delta a_{f,t} = \delta C_t\odot C_{t-1}\odot \sigma(f_t)",
         rf"\delta a_{{f,t}} = {DELTA}"),
    Slip(Kind.DOUBLE_ACTIVATION, r"\delta a_{o,t} = \delta h_t \odot \tanh(C_t) \odot \sigma(o_t)\odot(1-\sigma(o_t))",
         r"\delta a_{o,t} = \delta h_t \odot \tanh(C_t) \odot o_t\odot(1-o_t)"),
    Slip(Kind.CELL_DERIVATIVE, r"\delta C_t = \delta h_t\odot o_t + \delta C_{t+1} \odot f_{t+1}",
         r"\delta C_t = \delta h_t\odot o_t\odot(1-\tanh^2(C_t)) + \delta C_{t+1} \odot f_{t+1}"),
    Slip(Kind.SQUARE_LOST, r"\delta C_t = \delta h_t\odot o_t\odot(1-\tanh(C_t)) + \delta C_{t+1} \odot f_{t+1}",
         r"\delta C_t = \delta h_t\odot o_t\odot(1-\tanh^2(C_t)) + \delta C_{t+1} \odot f_{t+1}"),
    Slip(Kind.TANH_FOR_DERIVATIVE, r"\delta C_t = \delta h_t\odot o_t\odot \tanh(C_t) + \delta C_{t+1} \odot f_{t+1}",
         r"\delta C_t = \delta h_t\odot o_t\odot(1-\tanh^2(C_t)) + \delta C_{t+1} \odot f_{t+1}"),
    Slip(Kind.OTHER_DERIVATIVE, r"\delta a_{g,t} = \delta C_t\odot i_t\odot\tilde C_t\odot(1-\tilde C_t)",
         r"\delta a_{g,t} = \delta C_t\odot i_t\odot(1-\tilde C_t^2)"),
    Slip(Kind.OTHER_DERIVATIVE, r"\delta a_{f,t} = \delta C_t\odot C_{t-1}\odot(1-f_t^2)", rf"\delta a_{{f,t}} = {DELTA}"),
    Slip(Kind.COMPLEMENT, r"\delta a_{f,t} = \delta C_t\odot C_{t-1}\odot f_t\odot f_t", rf"\delta a_{{f,t}} = {DELTA}"),
    Slip(Kind.COMPLEMENT, r"\delta a_{f,t} = \delta C_t\odot C_{t-1}\odot f_t\odot (1+f_t)", rf"\delta a_{{f,t}} = {DELTA}"),
    Slip(Kind.COMPLEMENT, r"h_t = z_t \odot h_{t-1} + z_t \odot \tilde h_t",
         r"h_t = z_t \odot h_{t-1} + (1-z_t) \odot \tilde h_t", "gru"),
    Slip(Kind.SIGN, r"\delta z_t=1-\delta h_t\odot h_{t-1} + \delta h_t \odot \tilde h_t",
         r"\delta z_t=-\delta h_t\odot h_{t-1}+\delta h_t \odot \tilde h_t", "gru", {"update": "write"}),
    Slip(Kind.SIGN, r"\delta z_t=\delta h_t\odot h_{t-1} + \delta h_t \odot \tilde h_t",
         r"\delta z_t=\delta h_t\odot h_{t-1}-\delta h_t \odot \tilde h_t", "gru"),
    Slip(Kind.WRONG_GATE, r"\delta a_{i,t} = \delta C_t\odot\tilde C_t\odot f_t\odot(1-f_t)",
         r"\delta a_{i,t} = \delta C_t\odot\tilde C_t\odot i_t\odot(1-i_t)"),
    Slip(Kind.WRONG_STATE, r"\delta a_{f,t} = \delta C_t\odot h_{t-1}\odot f_t\odot(1-f_t)", rf"\delta a_{{f,t}} = {DELTA}"),
    Slip(Kind.WRONG_TIME, r"\delta C_t = \delta h_t\odot o_t\odot(1-\tanh^2(C_t)) + \delta C_{t+1} \odot f_t",
         r"\delta C_t = \delta h_t\odot o_t\odot(1-\tanh^2(C_t)) + \delta C_{t+1} \odot f_{t+1}"),
    Slip(Kind.WRONG_TIME_OF_STATE, r"\frac{\partial L}{\partial U_f}=\sum_t\delta a_{f,t} h_t^\top",
         r"\frac{\partial L}{\partial U_f}=\sum_t\delta a_{f,t} h_{t-1}^\top", options=SPLIT),
    Slip(Kind.WRONG_TIME_OF_STATE, r"\frac{\partial L}{\partial W_f}=\sum_t\delta a_{f,t} [h_t, x_t]^\top",
         r"\frac{\partial L}{\partial W_f}=\sum_t\delta a_{f,t} [h_{t-1}, x_t]^\top"),
    Slip(Kind.CELL_PATH, r"\delta C_t = \delta h_t\odot o_t\odot(1-\tanh^2(C_t))",
         r"\delta C_t = \delta h_t\odot o_t\odot(1-\tanh^2(C_t)) + \delta C_{t+1} \odot f_{t+1}", how=SEQUENCE,
         condition="right only at t = T", hint=r"the term \delta C_{t+1} \odot f_{t+1} is missing"),
    Slip(Kind.HIDDEN_PATH, r"\delta h_t=W_y^\top\delta y_t",
         r"\delta h_t=W_y^\top\delta y_t + U_h^\top \delta a_{t+1}", "rnn+head", SPLIT,
         {"time": "sequence", "where": {"a_t": "a_h"}}),
    Slip(Kind.GATE_TERM, r"\delta h_{t-1} = U_f^\top\delta a_{f,t}+U_i^\top\delta a_{i,t}+U_o^\top\delta a_{o,t}",
         r"\delta h_{t-1} = \sum_{g\in\{f,i,o,c\}}U_g^\top\delta^{a_g}_t", options=SPLIT),
    Slip(Kind.PRODUCT_FOR_SUM, r"\delta_8=\delta_7\cdot\delta_4", r"\delta_8=\delta_7+\delta_4", "lstm", {},
         {"where": {r"\delta_8": "d_c", r"\delta_7": "seed_c", r"\delta_4": r"\delta h_t \odot o_t \odot (1 - \tanh^2 C_t)"}}),
    Slip(Kind.TIME_SUM, rf"\frac{{\partial L}}{{\partial W_f}}=({DELTA})\,x_t^\top",
         rf"\frac{{\partial L}}{{\partial W_f}}=\sum_t ({DELTA})\,x_t^\top", options=SPLIT, how=SEQUENCE),
    Slip(Kind.MEAN_FOR_SUM, r"\frac{\partial L}{\partial b_f}=\frac{1}{T}\sum_t\delta a_{f,t}",
         r"\frac{\partial L}{\partial b_f}=\sum_t\delta a_{f,t}"),
    Slip(Kind.PARENTHESES,
         r"d\Gamma_f = dc*c_{prev}+\Gamma_o(1-\tanh^2c)*c_{prev}*da*\Gamma_f(1-\Gamma_f)",
         r"d\Gamma_f = (dc + \Gamma_o(1-\tanh^2 c)da)*c_{prev}*\Gamma_f(1-\Gamma_f)", "lstm", {},
         {"where": {"dc": "seed_c", "da": "d_h", r"d\Gamma_f": "d_a_f"}}),
    Slip(Kind.POWER_IN_PRODUCT,
         r"\frac{\partial h_3}{\partial h_1} = \prod_{j=2}^{3} \left(\mathrm{diag}(1-h_j^2) U_h^{3-j}\right)",
         r"\frac{\partial h_3}{\partial h_1} = \prod_{j=2}^{3} \left(\mathrm{diag}(1-h_j^2) U_h\right)", "rnn", SPLIT),
    Slip(Kind.NET_INPUT, r"\frac{\partial L}{\partial\tilde C_t}=\delta C_t\odot i_t\odot(1-\tilde C_t^2)",
         r"\frac{\partial L}{\partial\tilde C_t}=\delta C_t\odot i_t"),
    Slip(Kind.PARTIAL_FOR_TOTAL, r"\frac{dC_t}{dC_{t-1}}=f_t",
         r"\frac{dC_t}{dC_{t-1}}=\mathrm{diag}(f_t) + \mathrm{diag}(C_{t-1}\odot f_t\odot(1-f_t)) U_f \mathrm{diag}(o_{t-1}\odot(1-\tanh^2(C_{t-1}))) + \mathrm{diag}(\tilde C_t\odot i_t\odot(1-i_t)) U_i \mathrm{diag}(o_{t-1}\odot(1-\tanh^2(C_{t-1}))) + \mathrm{diag}(i_t\odot(1-\tilde C_t^2)) U_g \mathrm{diag}(o_{t-1}\odot(1-\tanh^2(C_{t-1})))",
         options=SPLIT, how=SEQUENCE, right_is="ambiguous"),
    Slip(Kind.SINGLE_PATH, r"\frac{\partial L}{\partial h_2} = U_h^\top \mathrm{diag}(1-h_3^2) \frac{\partial L}{\partial h_3}",
         r"\frac{\partial L}{\partial h_2} = \frac{\partial L_2}{\partial h_2} + U_h^\top \mathrm{diag}(1-h_3^2) \frac{\partial L}{\partial h_3}",
         "rnn", SPLIT),
    Slip(Kind.SINGLE_PATH,
         r"\frac{\partial L}{\partial C_1} = \frac{\partial L}{\partial C_3} \odot f_3 \odot f_2",
         r"\frac{\partial L}{\partial C_1} = \delta h_1 \odot o_1 \odot (1 - \tanh^2(C_1)) + \delta h_2 \odot o_2 \odot (1 - \tanh^2(C_2)) \odot f_2 + \frac{\partial L}{\partial C_3} \odot f_3 \odot f_2"),
    Slip(Kind.BIAS_OUTSIDE, r"f_t = \sigma(W_f[h_{t-1},x_t])+b_f", r"f_t = \sigma(W_f[h_{t-1},x_t]+b_f)",
         condition="right only if b_f = 0", hint="bias outside the activation"),
    Slip(Kind.BIAS_DROPPED, r"\frac{\partial f_t}{\partial a_{f,t}} = \mathrm{diag}(\sigma'(W_f[h_{t-1},x_t]))",
         r"\frac{\partial f_t}{\partial a_{f,t}} = \mathrm{diag}(\sigma'(W_f[h_{t-1},x_t]+b_f))", condition="right only if b_f = 0"),
    Slip(Kind.FUNCTION_FORGOTTEN, r"h_t=o_t\odot C_t", r"h_t=o_t\odot\tanh(C_t)"),
    Slip(Kind.WRONG_FUNCTION, r"h_t=o_t\odot\sigma(C_t)", r"h_t=o_t\odot\tanh(C_t)"),
    Slip(Kind.COUPLED_TERM, r"\delta i_t=\delta C_t\odot\tilde C_t", r"\delta i_t=\delta C_t\odot(\tilde C_t-C_{t-1})",
         options={"coupled": True}),
    Slip(Kind.COUPLED_TERM, r"\delta z_t=\delta h_t\odot h_{t-1}", r"\delta z_t=\delta h_t\odot (h_{t-1} - \tilde h_t)", "gru"),
    Slip(Kind.RESET_PATH, r"\delta h_{t-1} = U_z^\top\delta a_{z,t} + (U_g^\top\delta a_{g,t})\odot r_t + \delta h_t\odot z_t",
         r"\delta h_{t-1} = U_r^\top\delta a_{r,t} + U_z^\top\delta a_{z,t} + (U_g^\top\delta a_{g,t})\odot r_t + \delta h_t\odot z_t",
         "gru", SPLIT),
    Slip(Kind.STACK_ORDER, r"f_t = \sigma(W_f[x_t;h_{t-1}]+b_f)", r"f_t = \sigma(W_f[h_{t-1};x_t]+b_f)"),
    Slip(Kind.COPIED_SYMBOL, r"i_t=\sigma(W_{xf}x_t+W_{hi}h_{t-1}+b_i)", r"i_t=\sigma(W_{xi}x_t+W_{hi}h_{t-1}+b_i)", options=SPLIT),
    Slip(Kind.COPIED_SYMBOL, r"r_t=\sigma(W_{xz}x_t+W_{hr}h_{t-1}+b_r)", r"r_t=\sigma(W_{xr}x_t+W_{hr}h_{t-1}+b_r)", "gru", SPLIT),
]  # fmt: skip
