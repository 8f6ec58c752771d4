"""Everything printed is read by TeX and in browsers: math-core always, pdflatex and KaTeX where present."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from math_core import LatexToMathML
from sympy import Identity, preorder_traversal

import symlstm as sl
from symlstm.algebra.time import AT_A_STEP, SHIFTS
from symlstm.notation import notation
from symlstm.printing.base import _RULES
from symlstm.printing.document import equations_document, equations_markdown
from symlstm.system import System
from symlstm.worked import question
from tests.cells.variants import ALL
from tests.derive.test_vjp import EXPRESSIONS as NODES
from tests.printing.test_latex import EXPRESSIONS


def formulas() -> list[str]:
    """One of everything that is printed."""
    found = [latex for _, latex in EXPRESSIONS.values()]
    found += [sl.latex(expression) for expression in NODES.values()]
    own = [replace(notation(), name=time, time=time) for time in ("superscript", "angle", "bare")]
    for profile in (*sl.NOTATIONS, *own):
        for options in ({}, {"layout": "split", "biases": 2}, {"B": True}, {"n": 3, "d": 2}):
            lstm = sl.cell("lstm", **options)
            back = sl.backprop(lstm)
            found += [lstm.latex(notation=profile, shapes=True), back.latex(notation=profile, shapes=True)]
            found.append(sl.backprop(back).latex(notation=profile))
            if "B" not in options:
                found += [system.latex(notation=profile, shapes=True) for system in forward_modes(lstm)]
            found += [sl.latex(back.closed_form(name), notation=profile) for name in back.outputs]
            if sys.version_info < (3, 14):
                found.append(sl.listing(sl.lambdify(back), notation=profile))
    for name, options in ALL:
        back = sl.backprop(sl.cell(name, **options))
        for profile in sl.NOTATIONS if not options else ("default",):
            found += [back.forward.latex(notation=profile, shapes=True), back.latex(notation=profile)]
    stacked = sl.stack("lstm", "gru")
    both = sl.compose(stacked, sl.dropout("h_l2"), sl.readout(of="h_dropped_l2"), sl.cross_entropy())
    backward = sl.rename(sl.cell("lstm"), lambda name: f"{name}_l2_bw")
    for profile in sl.NOTATIONS:
        found += [sl.backprop(step).latex(notation=profile, shapes=True) for step in (both, backward)]
    return found


def forward_modes(step: System) -> list[System]:
    """Tangents, those of the backward pass, and Jacobians."""
    by_weight = sl.jacobian(step, "h", step.parameters[0])
    kinds = [sl.jacobian(step, "h", "h_prev", kind) for kind in ("total", "partial")]
    return [sl.jvp(step), sl.jvp(sl.backprop(step)), sl.backprop(sl.jvp(step)), *kinds, by_weight]


def example_formulas() -> list[str]:
    document = question(sl.backprop(sl.cell("lstm"))).markdown()
    return [block.split("```")[0] for block in document.split("```math\n")[1:]]


@pytest.mark.parametrize("source", [formulas, example_formulas], ids=lambda source: source.__name__)
def test_math_core_reads_it(source: object) -> None:
    converter = LatexToMathML()
    for formula in source():  # type: ignore[operator]
        assert "<math" in converter.convert_with_local_state(formula, displaystyle=True)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is no Python dependency")
def test_pdflatex_compiles_it(tmp_path: Path) -> None:
    body = "\n".join(rf"\[{formula}\]" for formula in formulas())
    preamble = r"\documentclass{article}\usepackage{amsmath,amssymb}\usepackage[a3paper,landscape]{geometry}"
    document = rf"{preamble}\allowdisplaybreaks\begin{{document}}{body}\end{{document}}"
    compile_tex(document, tmp_path)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is no Python dependency")
@pytest.mark.parametrize("layout", ["concat", "split"])
def test_a_worked_example_is_a_document_without_overfull_lines(layout: str, tmp_path: Path) -> None:
    log = compile_tex(question(sl.backprop(sl.cell("lstm", layout=layout))).latex(standalone=True), tmp_path)
    assert "Overfull" not in log


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is no Python dependency")
@pytest.mark.parametrize("name", [name for name in sl.NOTATIONS if notation(name).layout == "row"])
def test_a_worked_example_in_rows_stays_on_the_page(name: str, tmp_path: Path) -> None:
    worked = question(sl.backprop(sl.cell("lstm", layout="split")), notation=name)
    assert "Overfull" not in compile_tex(worked.latex(standalone=True), tmp_path)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is no Python dependency")
@pytest.mark.parametrize("name", ["lstm", "layernorm-lstm", "mlstm", "greff-fgr"])
def test_a_whole_pass_is_a_document(name: str, tmp_path: Path) -> None:
    log = compile_tex(equations_document(sl.backprop(sl.cell(name)), shapes=name == "lstm"), tmp_path)
    assert "Overfull" not in log


def compile_tex(document: str, folder: Path) -> str:
    (folder / "page.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="latin-1")
    assert result.returncode == 0, result.stdout[-2000:]
    return result.stdout


def katex() -> bool:
    check = ["node", "-e", "require.resolve('katex')"]
    return shutil.which("node") is not None and subprocess.run(check, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not katex(), reason="KaTeX is no Python dependency")
def test_katex_reads_it(tmp_path: Path) -> None:
    import json

    (tmp_path / "formulas.json").write_text(json.dumps([*formulas(), *example_formulas()]), encoding="utf-8")
    script = (
        "const k=require('katex');for(const f of require(process.argv[1]))"
        "k.renderToString(f,{throwOnError:true,displayMode:true,strict:'error'})"
    )
    command = ["node", "-e", script, str(tmp_path / "formulas.json")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-1000:]


def test_every_node_is_printed_somewhere_here() -> None:
    printed = {type(node) for expression, _ in EXPRESSIONS.values() for node in preorder_traversal(expression)}
    printed |= {type(node) for expression in NODES.values() for node in preorder_traversal(expression)}
    assert set(_RULES) - printed == {Identity, *SHIFTS, *AT_A_STEP}


def test_markdown_fence() -> None:
    assert equations_markdown(sl.cell("lstm")).startswith("```math\n\\begin{aligned}\n")
