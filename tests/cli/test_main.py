"""The command line: what it prints, where it writes, how it fails."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import symlstm as sl
from symlstm.cli.main import COMMANDS

Result = tuple[int, str, str]


def test_derive(run) -> None:
    assert run("derive") == (0, sl.cell("lstm").text() + "\n", "")
    assert run("derive", "--format", "latex", "--notation", "olah")[1] == sl.cell("lstm").latex(notation="olah") + "\n"
    assert "W_f·xₜ + b_f + U_f·hₜ₋₁ + b_h,f" in run("derive", "--layout", "split", "--biases", "2")[1]
    assert "b_f·𝟏ᵀ" in run("derive", "--batch")[1]
    assert "ℝ^(5 × 4)" in run("derive", "--dims", "n=5,d=3,B=4", "--shapes")[1]
    assert run("derive", "--net-inputs", "show", "--only", "a_f", "f")[1].count("\n") == 2


def test_grad(run) -> None:
    back = sl.backprop(sl.cell("lstm"))
    adjoints = [line.name for line in back.equations if line.name not in sl.cell("lstm")]
    assert run("grad")[1] == back.text(only=adjoints) + "\n"
    assert run("grad", "--forward")[1] == back.text() + "\n"
    assert run("grad", "--only", "d_c")[1] == "δCₜ = δCₜⁱⁿ + δhₜ ⊙ oₜ ⊙ (1 - tanh²(Cₜ))\n"
    closed = run("grad", "--closed", "--only", "d_a_f")[1]
    assert closed == "δa_fₜ = (δCₜⁱⁿ + δhₜⁱⁿ ⊙ oₜ ⊙ (1 - tanh²(Cₜ))) ⊙ Cₜ₋₁ ⊙ fₜ ⊙ (1 - fₜ)\n"


def test_equations_as_json(run) -> None:
    document = json.loads(run("grad", "--format", "json")[1])
    assert document["schema"] == 1
    assert {"name", "latex", "text", "shape"} <= document["equations"][0].keys()


def test_the_question(run) -> None:
    code, out, err = run("example", "--digits", "8")
    assert (code, err) == (0, "")
    assert "fₜ ≈ [0.47502081, 0.68997448, 0.54983400, 0.48750260, 0.66818777]" in out
    assert "∂L/∂W_f" in run("example", "--backward")[1]
    assert "σ(W_f·xₜ + U_f·hₜ₋₁ + b_f)" in run("example", "--layout", "split")[1]
    assert run("example", "--format", "latex", "--standalone")[1].startswith(r"\documentclass")


SPEC = {"cell": "lstm", "layout": "split", "dims": {"n": 3, "d": 2}, "values": {"*": "random", "b": "zeros"}, "seed": 1}


@pytest.mark.parametrize("suffix", ["json", "toml"])
def test_a_file(run, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"step.{suffix}"
    toml = 'layout = "split"\nseed = 1\n[dims]\nn = 3\nd = 2\n[values]\n"*" = "random"\nb = "zeros"\n'
    path.write_text(json.dumps(SPEC) if suffix == "json" else toml, encoding="utf-8")
    document = json.loads(run("example", str(path), "--format", "json")[1])
    expected = sl.example(sl.cell("lstm", layout="split"), SPEC["values"], sizes=SPEC["dims"], seed=1)
    assert document["steps"][-1]["result"] == expected.values["h"].tolist()


@pytest.mark.parametrize("text", [json.dumps(SPEC), '[values]\nx = [1.0]\nh_prev = [1.0]\n"*" = "ones"\n'])
def test_standard_input(text: str) -> None:
    command = [sys.executable, "-m", "symlstm", "example", "-"]
    result = subprocess.run(command, input=text, capture_output=True, text=True, check=False, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    assert "Results" in result.stdout


def test_code(run) -> None:
    assert run("code")[1] == sl.lambdify(sl.cell("lstm")).source
    assert "d_W_f = d_a_f @ np.concatenate((h_prev, x)).T" in run("code", "--backward")[1]
    assert r"C_t &= f_t \odot C_{t-1}" in run("code", "--format", "latex")[1]


def test_code_of_a_file(run, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("raise SystemExit('run')\ndef a(x):\n    y = W @ x\n    return y\ndef b(x):\n    return x\n")
    code, out, _ = run("code", f"{path}:a", "--format", "latex")
    assert code == 0
    assert "y &= W x" in out
    assert run("code", str(path), "--format", "latex")[0] == 2
    assert run("code", f"{path}:a")[1] == out
    assert "can only be typeset" in run("code", f"{path}:a", "--format", "python")[2]


def test_output_file_and_its_suffix(run, tmp_path: Path) -> None:
    for suffix, start in {"tex": r"\begin{aligned}", "md": "```math", "json": "{", "txt": "fₜ ="}.items():
        path = tmp_path / f"out.{suffix}"
        assert run("derive", "-o", str(path)) == (0, "", "")
        assert path.read_text(encoding="utf-8").startswith(start)


def test_help_names_every_command(run) -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    for name, summary in COMMANDS.items():
        assert f"  {name}" in out
        assert summary in out
        assert run(name, "--help")[0] == 0
    assert run("--version")[1] == f"symlstm {sl.__version__}\n"


BAD = {
    "no command": ([], "expected a command: derive, grad, example, code"),
    "an unknown command": (["dervie"], "unknown command 'dervie'; did you mean 'derive'?"),
    "an unknown cell": (["derive", "--cell", "lstn"], "unknown cell 'lstn'; did you mean 'lstm'?"),
    "an unknown profile": (["derive", "--notation", "olha"], "unknown notation 'olha'; did you mean 'olah'?"),
    "an unknown layout": (["derive", "--layout", "row"], "layout: expected one of concat, split, got 'row'"),
    "three biases": (["derive", "--biases", "3"], "biases: expected one of 1, 2, got 3"),
    "an unknown option": (["derive", "--colour"], "symlstm derive: unrecognized arguments: --colour"),
    "an unknown format": (["derive", "--format", "pdf"], "invalid choice: 'pdf'"),
    "bad dimensions": (["derive", "--dims", "n=x"], "--dims: expected n, d or B and a positive integer"),
    "an unknown equation": (["derive", "--only", "q"], "unknown equation of lstm 'q'"),
    "a file that is not there": (["example", "none.json"], "none.json: cannot be read: No such file or directory"),
    "a directory": (["example", "."], ".: cannot be read: Is a directory"),
    "a target that cannot be written": (["derive", "-o", "none/out.tex"], "none/out.tex: cannot be written"),
    "numbers for the question": (["example", "--dims", "n=3"], "the question has its own numbers"),
    "an unknown suffix": (["derive", "-o", "out.pdf"], "-o out.pdf: its suffix names no format; add --format text or"),
    "a dimension twice": (["derive", "--dims", "n=3,n=4"], "--dims: n is given twice"),
    "a huge dimension": (["derive", "--dims", "n=" + "9" * 5000], "--dims: expected n, d or B"),
    "cell options for a file": (["code", "a.py", "--backward"], "code a.py: --backward is for cells"),
    "a seed below zero": (["example", "--seed", "-1"], "the question has its own numbers"),
    "standalone text": (["example", "--standalone"], "--standalone goes with --format latex"),
    "no digits": (["example", "--digits", "0"], "digits: expected a whole number from 1 to 17, got 0"),
    "a Python file that is not there": (["code", "none.py", "--format", "latex"], "none.py: cannot be read"),
    "a null in a path": (["example", "a\0b"], "cannot be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_usage(name: str, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, message = BAD[name]
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert message in err
    assert err.startswith("symlstm")
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


BAD_FILES = {
    "broken JSON": ('{"values": ', "step.json:1:12: not valid JSON"),
    "a list": ("[1]", "step.json: expected a table with the keys cell, layout"),
    "an unknown key": ('{"value": {}}', "unknown key in step.json 'value'; did you mean 'values'?"),
    "no values": ('{"cell": "lstm"}', "step.json: values: missing"),
    "values that are no table": ('{"values": [1]}', "values: expected a table, got [1]"),
    "dims that are no table": ('{"values": {}, "dims": 3}', "dims: expected a table, got 3"),
    "digits that are no number": ('{"values": {}, "digits": "4"}', 'digits: expected a whole number, got "4"'),
    "a name given twice": ('{"values": {"x": 1, "x": 2}}', "'x' is given twice"),
    "a NaN": ('{"values": {"x": [NaN]}}', "expected finite numbers, got NaN"),
    "an overflow": ('{"values": {"x": [1e999], "h_prev": [1], "*": "zeros"}}', "x: expected finite numbers, got inf"),
    "a weight of the wrong shape": (
        '{"dims": {"n": 5, "d": 5}, "values": {"*": "zeros", "W_f": [[1, 2], [3, 4]]}}',
        "W_f: expected shape (n, n + d) = (5, 10), got (2, 2)",
    ),
    "a missing weight": ('{"values": {"x": [1], "h_prev": [1], "c_prev": [1], "b": "zeros"}}', "missing W_f of shape"),
    "an unknown cell": ('{"cell": "gru2", "values": {}}', "unknown cell 'gru2'"),
    "an unknown layout": ('{"layout": 3, "values": {}}', "layout: expected one of concat, split, got 3"),
    "a bad cell name": ('{"cell": 3, "values": {}}', "cell: expected text, got 3"),
    "deep nesting": ('{"values": ' + "[" * 100_000, "step.json: not usable JSON"),
    "a word in an array": (
        '{"values": {"x": ["one"], "*": "zeros"}, "dims": {"n": 2}}',
        "x: expected an array of numbers",
    ),
    "a huge number": ('{"values": {"x": [' + "9" * 5000 + '], "*": "zeros"}}', "step.json"),
    "a negative seed": (
        '{"values": {"*": "random"}, "dims": {"n": 1, "d": 1}, "seed": -1}',
        "seed: expected a whole number",
    ),
    "an overflow in the cell": (
        '{"values": {"x": [1e308], "h_prev": [0], "c_prev": [0], "W": 1e10, "b": 0}}',
        "a_f: overflows, or is divided by 0, with these values",
    ),
    "quantities in the wrong place": ('{"x": [1]}', 'x: quantities stand under "values"'),
    "bytes": (b"\xff\xfe\x00", "step.json: cannot be read: not UTF-8 text"),
    "nothing": ("", "step.json:1:1: not valid JSON"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(name: str, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text, message = BAD_FILES[name]
    path = Path("step.json")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    code, out, err = run("example", "step.json", "-o", "out.tex")
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert not Path("out.tex").exists()


@pytest.mark.parametrize("key", ["values." + ".".join("a" * 30_000), "symbols" + ".a" * 5000])
def test_toml_with_a_key_of_many_dots(run, tmp_path: Path, key: str) -> None:
    path = tmp_path / "step.toml"
    path.write_text(f"{key} = 1\n")
    assert "a key has more than 20 dots" in run("example", str(path))[2]
    assert "a key has more than 20 dots" in run("derive", "--notation", str(path))[2]


@pytest.mark.parametrize("text", ["x = " + "[" * 3000, "x = " + "9" * 5000])
def test_toml_that_python_cannot_hold(run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "step.toml"
    path.write_text(text)
    for arguments in (("example", str(path)), ("derive", "--notation", str(path))):
        code, out, err = run(*arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)


def test_an_ascii_terminal_gets_its_help() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for arguments in (["derive"], ["derive", "--help"], ["example"]):
        command = [sys.executable, "-m", "symlstm", *arguments]
        assert subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_a_full_disk_is_said() -> None:
    if not Path("/dev/full").exists():
        return
    command = [sys.executable, "-m", "symlstm", "derive", "-o", "/dev/full", "--format", "text"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "/dev/full: cannot be written: No space left on device" in result.stderr


def test_a_missing_tool_is_exit_4(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "latexify", None)
    monkeypatch.setitem(sys.modules, "latexify.codegen", None)
    monkeypatch.delitem(sys.modules, "symlstm.codegen.typeset", raising=False)
    code, _, err = run("code", "--format", "latex")
    assert code == 4
    assert "pip install latexify-py" in err


def test_a_closed_pipe_is_no_error() -> None:
    script = f"{sys.executable} -m symlstm example | head -1"
    result = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert result.stderr == ""
