"""Python source as LaTeX: products kept apart, NumPy calls readable, nothing run."""

import ast
import textwrap

import pytest
from math_core import LatexToMathML

import symlstm as sl
from symlstm.codegen.listing import source_listing
from symlstm.errors import InputError, MissingToolError, UnknownNameError

LINES = {
    "y = W @ x": r"y &= W x",
    "y = f * c": r"y &= f \odot c",
    "y = W @ x * f": r"y &= (W x) \odot f",
    "y = W @ (x * f)": r"y &= W (x \odot f)",
    "y = np.dot(W, x) + b": r"y &= W x + b",
    "y = W.dot(x)": r"y &= W x",
    "y = np.matmul(W.T, d)": r"y &= W^{\top} d",
    "y = np.multiply(a, b)": r"y &= a \odot b",
    "y = np.outer(d, x)": r"y &= d x^{\top}",
    "z = np.concatenate((h_prev, x))": r"z &= [h_{\mathrm{prev}}; x]",
    "z = np.vstack([h, x])": r"z &= [h; x]",
    "z = np.concatenate([h, x], axis=1)": r"z &= [h \; x]",
    "y = np.hstack((a, b))": r"y &= [a \; b]",
    "f = sigmoid(W @ z + b)": r"f &= \sigma(W z + b)",
    "f = 1 / (1 + np.exp(-x))": r"f &= \frac{1}{1 + \exp(-x)}",
    "y = 1 - np.tanh(c)**2": r"y &= 1 - \tanh^{2}(c)",
    "y = np.square(g)": r"y &= {g}^{2}",
    "y = (a + b)**2": r"y &= {(a + b)}^{2}",
    "y = -a * b": r"y &= (-a) \odot b",
    "y = a - (b - c)": r"y &= a - (b - c)",
    "y = a + -b": r"y &= a + (-b)",
    "y = 2 * a": r"y &= 2 a",
    "y = 2 * 3": r"y &= 2 \cdot 3",
    "y = a * (b + c)": r"y &= a \odot (b + c)",
    "db = da.sum(axis=1, keepdims=True)": r"db &= da \mathbf{1}",
    "db = np.sum(da, axis=0)": r"db &= \mathbf{1}^{\top} da",
    "s = np.sum(a)": r"s &= \operatorname{sum}(a)",
    "y = (a + b).sum(axis=1)": r"y &= (a + b) \mathbf{1}",
    "y = np.maximum(0, x)": r"y &= \max(0, x)",
    "y = np.zeros_like(x)": r"y &= \mathbf{0}",
    "I = np.eye(5)": r"I &= I_{5}",
    "y = x.copy()": r"y &= x",
    "y = params['W_f'] @ x": r"y &= W_f x",
    "y = self.W_f @ x": r"y &= W_f x",
    "y = W[:, :n].T @ d": r"y &= W[\mathord{:},\, \mathord{:}n]^{\top} d",
    "y += a": r"y &\gets y + a",
    "y = a\ny += b": "y &= a \\\\\ny &\\gets y + b",
    "mu = x.mean()": r"\mu &= \operatorname{mean}(x)",
    "y = np.sqrt(x.var() + eps)": r"y &= \sqrt{\operatorname{var}(x) + \mathrm{eps}}",
    "y = i.reshape(-1, 1)": r"y &= \operatorname{reshape}(i, -1, 1)",
    "y = x.tanh()": r"y &= \tanh(x)",
    "y = x.abs() + x.sqrt()": r"y &= \left|x\right| + \sqrt{x}",
    "y = x.mean(axis=0)": r"y &= \operatorname{mean}(x, \text{axis}=0)",
    "y = np.linalg.inv(W) @ x": r"y &= \operatorname{inv}(W) x",
    "y = layers[0](x)": r"y &= (\mathrm{layers}[0])(x)",
    "y = params['W_f'] - lr * grads['W_f']": r"y &= W_f - \mathrm{lr} \odot \mathrm{grads}[W_f]",
    "y = W.data * x": r"y &= W.\mathrm{data} \odot x",
    "y = np.tanh(x)**-1": r"y &= {\tanh(x)}^{-1}",
    "y = math.log(x, 2)**2": r"y &= {\log(x, 2)}^{2}",
    "y = x.sum(axis=-1)": r"y &= \operatorname{sum}(x, \text{axis}=-1)",
    "y = np.concatenate((h, x), axis=k)": r"y &= \operatorname{concatenate}((h,\, x), \text{axis}=k)",
    "y = (a < b) + c": r"y &= (a < b) + c",
    "y = W @ (2 * x)": r"y &= W (2 x)",
    "y = W @ (x * 2)": r"y &= W (x \cdot 2)",
    "y = seen.add(x)": r"y &= \operatorname{add}(\mathrm{seen}, x)",
    "y = x.astype(int)": r"y &= \operatorname{astype}(x, \mathrm{int})",
    "y = f(**kw)": r"y &= \operatorname{f}(**\mathrm{kw})",
    "y = 1e-5**x": r"y &= {(1 \cdot 10^{-5})}^{x}",
    "y = x_ - x": r"y &= x' - x",
    "return {'h': a * b}": r"&\mathbf{return}\; a \odot b",
    "c = f * self.c + i": r"c &= f \odot \mathrm{self}.c + i",
    "h = cache['h'] + h": r"h &= \mathrm{cache}[h] + h",
    "y = self.o * self.c.tanh()": r"y &= o \odot \tanh(c)",
    "y = self.da.sum(axis=1)": r"y &= da \mathbf{1}",
    "y = special.expit(x)": r"y &= \sigma(x)",
    "y = F.softmax(x, dim=1)": r"y &= \operatorname{softmax}(x, \text{dim}=1)",
    "y = tf.matmul(W, x)": r"y &= W x",
    "y = np.r_[h, x]": r"y &= [h; x]",
    "y = np.c_[h, x]": r"y &= [h \; x]",
    "xs, hs = {}, {}": r"\mathrm{xs},\, \mathrm{hs} &= \{\},\, \{\}",
    "y = np.sum(a, axis=(0, 1))": r"y &= \operatorname{sum}(a, \text{axis}=(0,\, 1))",
    "return h, (c, a)": r"&\mathbf{return}\; h,\, (c,\, a)",
    "return {'h': c, 'c': h}": r"&\mathbf{return}\; c,\, h",
    "h = 0.\nh += W @ x\ny = h * f": "h &= 0.0 \\\\\nh &\\gets h + W x \\\\\ny &= h \\odot f",
    "n = len(x)\ny = n * f": "n &= \\operatorname{len}(x) \\\\\ny &= n \\cdot f",
    "y = np.stack(hs)": r"y &= \operatorname{stack}(\mathrm{hs})",
    "y = W[2*n:3*n]": r"y &= W[2 n\mathord{:}3 n]",
    "y = prev_h + hidden_size + h_t_1": r"y &= h_{\mathrm{prev}} + \mathrm{hidden\_size} + h_{t,1}",
    "W = params['W']\ny = W @ x": "W &= \\mathrm{params}[W] \\\\\ny &= W x",
    "if x is None:\n    raise ValueError(x)\ny = x": r"y &= x",
    "with np.errstate(over='ignore'):\n    y = np.exp(x)": r"y &= \exp(x)",
    "y: float = a": r"y &= a",
    "f, i = a, b": r"f,\, i &= a,\, b",
    "y = scale(x, axis=1)": r"y &= \operatorname{scale}(x, \text{axis}=1)",
    "y = np.where(x > 0, x, 0)": r"y &= \begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
    "y = np.linalg.norm(x)": r"y &= \left\lVert x \right\rVert",
    "alpha = W1 @ x": r"\alpha &= W_1 x",
    "y = 1e-05 + x": r"y &= 1 \cdot 10^{-5} + x",
    "y = f'{x}'": None,
}


def body(source: str) -> str:
    indented = textwrap.indent(source, "    ")
    lines = source_listing(f"def step():\n{indented}\n", "step.py").splitlines()
    assert (lines[0], lines[-1]) == (r"\begin{aligned}", r"\end{aligned}")
    return "\n".join(lines[1:-1])


@pytest.mark.parametrize("line", LINES)
def test_line(line: str) -> None:
    expected = LINES[line]
    if expected is None:
        with pytest.raises(InputError, match="holds what cannot be typeset"):
            body(line)
        return
    assert body(line) == expected
    LatexToMathML().convert_with_local_state(rf"\begin{{aligned}}{expected}\end{{aligned}}", displaystyle=True)


def test_the_generated_function_prints_in_a_notation() -> None:
    lines = sl.listing(sl.lambdify(sl.cell("lstm")), notation="olah").splitlines()
    assert lines[1] == r"a_{f,t} &= W_f [h_{t-1}, x_t] + b_f \\"
    assert lines[-2] == r"h_t &= o_t * \tanh(C_t)"
    assert r"\tilde{C}_t &= \tanh(a_{C,t}) \\" in lines


def test_a_function_of_ones_own() -> None:
    def gate(W, h_prev, x, b, rate=0.1):  # type: ignore[no-untyped-def]
        """A gate."""
        assert rate > 0
        a = W @ np.concatenate((h_prev, x)) + b  # noqa: F821
        return rate * sigmoid(a)  # noqa: F821

    assert sl.listing(gate) == "\n".join(
        [
            r"\begin{aligned}",
            r"a &= W [h_{\mathrm{prev}}; x] + b \\",
            r"&\mathbf{return}\; \mathrm{rate} \cdot \sigma(a)",
            r"\end{aligned}",
        ]
    )
    assert r"W [h_{t-1}; x_t] + b" in sl.listing(gate, notation="default")


def test_loops_become_an_algorithm() -> None:
    def run(xs, W):  # type: ignore[no-untyped-def]
        h = np.zeros(3)  # noqa: F821
        for t in range(5):
            print(h)
            h = np.tanh(W @ h + xs[t])  # noqa: F821
        return h

    text = sl.listing(run)
    assert r"\mathbf{for} \ t \in \operatorname{range}(5) \ \mathbf{do}" in text
    assert r"h \gets \tanh(W h + \mathrm{xs}[t])" in text
    assert "print" not in text


def test_nothing_is_run() -> None:
    assert source_listing("raise SystemExit(9)\ndef f(x):\n    return x\n", "f.py")


@pytest.mark.parametrize(
    ("source", "name", "error", "message"),
    [
        ("def f(:", None, InputError, "f.py: not valid Python, line 1"),
        ("x = 1", None, InputError, "expected a function"),
        ("def f(): return 1\ndef g(): return 2", None, InputError, r"holds 2 functions \(f, g\); name one, as f.py:f"),
        ("def f(): return 1", "g", UnknownNameError, "unknown function in f.py 'g'"),
        ("def f():\n  x = 1\n  del x", None, InputError, "cannot be typeset: Unsupported AST: Delete in line 3"),
        ("def f():\n  return " + "(" * 150 + "x" + ")" * 150, "f", None, ""),
        ("def f():\n  return " + "-" * 3000 + "x", "f", InputError, "nested too deeply|not valid Python"),
        (
            "class A:\n def f(self): return 1\nclass B:\n def f(self): return 2",
            "f",
            UnknownNameError,
            r"known: A\.f, B\.f",
        ),
        ("class A:\n def f(self): return 1", "f", None, ""),
        ("def f():\n  def g(): return 1\n  return g", None, InputError, "holds another function in line 2"),
        ("def f():\n  pass", None, InputError, "Nothing to typeset"),
        ("def f(x):\n  return " + "np.sum(" * 40 + "x" + ")" * 40, None, None, ""),
        ("def f(x):\n  return 0x" + "f" * 5000, None, InputError, "number is too long"),
        ("def f():\n  return 1\x00", None, InputError, "not valid Python"),
    ],
)
def test_bad_sources(source: str, name: str | None, error: type[Exception] | None, message: str) -> None:
    if error is None:
        assert source_listing(source, "f.py", name)
        return
    with pytest.raises(error, match=message):
        source_listing(source, "f.py", name)


def test_what_has_no_source() -> None:
    with pytest.raises(InputError, match=r"the source of .* cannot be found"):
        sl.listing(len)


def test_without_latexify(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "latexify", None)
    monkeypatch.setitem(sys.modules, "latexify.codegen", None)
    monkeypatch.delitem(sys.modules, "symlstm.codegen.typeset", raising=False)
    with pytest.raises(MissingToolError, match="listing needs the package latexify-py"):
        source_listing("def f(x): return x", "f.py")


def test_operators_survive_the_pass_as_they_are() -> None:
    from symlstm.codegen.numpy_calls import NumpyCalls

    tree = NumpyCalls().visit(ast.parse("np.dot(a, np.multiply(b, c))", mode="eval"))
    assert ast.unparse(tree) == "a @ (b * c)"
