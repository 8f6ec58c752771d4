"""The structure of the package: imports point down, files stay short, no circles, nothing loads SymPy early."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "symlstm"
FILES = sorted(PACKAGE.rglob("*.py"))
LAYERS = [
    "errors", "formats", "files", "algebra", "piecewise", "activations", "notation", "system", "heads", "cells",
    "stacking", "conventions", "derive", "printing", "codegen", "complex_step", "gradient_flow", "difference",
    "difference_formats", "worked", "checker", "cli", "__main__",
]  # fmt: skip


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> set[str]:
    """Every module of ours that a file names in an import, wherever the import stands, strings to import_module too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"^symlstm(?:\.\w+)+", node.value))
    modules = {module_of(file) for file in FILES}
    return {name for name in found if name in modules and name != "symlstm"}


@pytest.mark.parametrize("path", [file for file in FILES if file != PACKAGE / "__init__.py"], ids=module_of)
def test_imports_point_down(path: Path) -> None:
    here = LAYERS.index(module_of(path).split(".")[1])
    for name in imports_of(path):
        assert LAYERS.index(name.split(".")[1]) <= here, f"{module_of(path)} imports {name}, a layer above it"


def test_no_import_circles() -> None:
    root = PACKAGE / "__init__.py"
    graph = {module_of(path): imports_of(path) - {module_of(path)} for path in FILES if path != root}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, f"imports in a circle: {' -> '.join((*trail, module))}"
        if module not in done:
            for other in graph.get(module, ()):
                visit(other, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("path", [*FILES, *sorted((ROOT / "tests").rglob("*.py"))], ids=str)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_file_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("command", ["import symlstm", "from symlstm.cli import main; main(['--help'])"])
def test_start_up_loads_neither_sympy_nor_numpy(command: str) -> None:
    check = f"{command}\nimport sys; sys.exit(bool({{'sympy', 'numpy', 'argparse'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_every_public_name_resolves() -> None:
    import symlstm

    assert set(symlstm.__all__) == set(symlstm._PLACES)
    for name in symlstm.__all__:
        assert getattr(symlstm, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'lstm'"):
        _ = symlstm.lstm


def test_activations_are_found_in_a_fresh_process() -> None:
    check = (
        "import symlstm as sl\n"
        "from symlstm.algebra import apply\n"
        "cell = sl.Builder('fresh'); h = cell.let('h', apply('tanh', cell.gate('f', 'sigmoid')))"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_public_names_survive_the_import_of_submodules() -> None:
    check = (
        "import symlstm.worked, symlstm.complex_step, symlstm.notation, symlstm.codegen.listing, symlstm as sl\n"
        "assert all(callable(f) for f in (sl.example, sl.gradcheck, sl.listing, sl.latex, sl.text, sl.cell))"
    )
    subprocess.run([sys.executable, "-c", check], check=True)
