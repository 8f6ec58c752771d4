"""The backward pass of one LSTM step, from the two gradients that come in to every weight."""

import symlstm as sl
from derivations.checks import check_gradients
from derivations.page import Page

GATES = "fiog"


def write() -> Page:
    page = Page("The backward pass of one LSTM step")
    lstm = sl.cell("lstm")
    back = sl.backprop(lstm)
    page.say(r"""
        $L$ is a number that depends on this step through $h_t$ and $C_t$ alone. What flows in from everything later is
        $\delta h_t^{\mathrm{in}} = \frac{\partial L}{\partial h_t}$ and $\delta C_t^{\mathrm{in}} = \frac{\partial L}{\partial C_t}$,
        the direct parts. $\delta q$ stands for the gradient of $L$ with respect to $q$, all paths counted. The step, with its
        net inputs named:
    """)
    page.math(lstm.latex(net_inputs="show"))
    page.say(r"""
        ## From the hidden state to the cell state

        $h_t = o_t \odot \tanh(C_t)$ is an elementwise product, whose gradient by one factor is the gradient times the other
        factor; $\tanh' = 1 - \tanh^2$. The cell state has two ways to $L$, through $h_t$ and through the next step, and they add:
    """)
    page.math(back.latex(only=["d_h", "d_c", "d_o"]))
    page.say(r"""
        ## To the gates

        $C_t = f_t \odot C_{t-1} + i_t \odot \tilde{C}_t$: each of the four factors gets $\delta C_t$ times its partner.
    """)
    page.math(back.latex(only=["d_f", "d_i", "d_g", "d_c_prev"]))
    page.say(r"""
        ## Through the activations

        Derivatives are written in the output: $\sigma' = f_t \odot (1 - f_t)$ where $f_t = \sigma(a_{f,t})$, and
        $\tanh' = 1 - \tilde{C}_t^{2}$ where $\tilde{C}_t = \tanh(a_{g,t})$. Not $\sigma(f_t)$, not $1 - \tanh(\tilde{C}_t)^2$: the
        activation has been applied already.
    """)
    page.math(back.latex(only=[f"d_a_{gate}" for gate in GATES]))
    page.say(r"""
        ## To the weights, the biases, and back to the inputs

        For $a = W v + b$: $\frac{\partial L}{\partial W} = \delta a\, v^{\top}$, an outer product of the shape of $W$;
        $\frac{\partial L}{\partial b} = \delta a$; and $v$ gets $W^{\top} \delta a$ from every gate. Shapes at the right.
    """)
    weights = [f"d_W_{gate}" for gate in GATES]
    page.math(back.latex(only=[*weights, "d_b_f", "d_x", "d_h_prev"], shapes=True))
    page.say("In one expression, in forward quantities and what comes in:")
    page.math(sl.latex(back["d_W_f"].lhs) + " = " + sl.latex(back.closed_form("d_W_f")))
    _batch(page)
    check_gradients(page, {"agree": back}, seed=2)
    return page


def _batch(page: Page) -> None:
    page.say(r"""
        ## A batch

        With $B$ columns the bias is added to each of them: $a_{f,t} = W_f [h_{t-1}; x_t] + b_f \mathbf{1}^{\top}$. The sum over the
        batch in $\frac{\partial L}{\partial b_f}$ is then no rule of its own, but the product rule for $b_f \mathbf{1}^{\top}$; in
        $\frac{\partial L}{\partial W_f}$ the product with $[h_{t-1}; x_t]^{\top}$ sums over the columns anyhow.
    """)
    page.math(sl.backprop(sl.cell("lstm", B=True)).latex(only=["a_f", "d_W_f", "d_b_f"], shapes=True))
