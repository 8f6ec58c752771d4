"""Profiles: identifiers to printed names, profiles of one's own, and errors for what cannot be used."""

from pathlib import Path

import pytest

import symlstm as sl
from symlstm.errors import InputError, UnknownNameError
from symlstm.notation import Glyph, notation

NAMES = {
    "x": "x_t",
    "h_prev": "h_{t-1}",
    "c_prev": "C_{t-1}",
    "g": r"\tilde{C}_t",
    "a_f": "a_{f,t}",
    "W_f": "W_f",
    "bh_f": "b_{h,f}",
    "seed_h": r"\delta h_t^{\mathrm{in}}",
    "d_h_prev": r"\delta h_{t-1}",
    "d_g": r"\delta \tilde{C}_t",
    "d_W_f": r"\frac{\partial L}{\partial W_f}",
    "alpha": r"\alpha_t",
    "score": r"\mathrm{score}_t",
    "z_top": r"z_{\mathrm{top},t}",
}


@pytest.mark.parametrize("identifier", NAMES)
def test_default_names(identifier: str) -> None:
    from symlstm.printing.latex import LatexPrinter

    assert LatexPrinter(notation()).name(identifier) == NAMES[identifier]


def test_parameters_carry_no_time() -> None:
    assert notation().glyph("V", frozenset({"V"})) == Glyph("V")
    assert notation().glyph("d_V", frozenset({"V"})).is_partial
    assert notation().glyph("d_ff", frozenset({"d_ff"})) == Glyph("d", subscripts=("ff",))


@pytest.mark.parametrize("name", sl.NOTATIONS)
def test_every_profile_prints_every_line(name: str) -> None:
    back = sl.backprop(sl.cell("lstm"))
    assert back.latex(notation=name).count("&=") == len(back)
    assert notation(name).name == name
    assert notation(name).title


def write(folder: Path, text: str) -> str:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return str(folder / "mine.toml")


def test_a_profile_of_ones_own(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        'base = "default"\nname = "mine"\ntitle = "Mine"\ntime = "angle"\nhadamard = "\\\\circ"\ntranspose = "T"\n'
        '[symbols]\nf = { letter = "Gamma" }\n',
    )
    back = sl.backprop(sl.cell("lstm"))
    assert back["c"].latex(notation=path) == (
        r"C^{\langle t \rangle} = \Gamma^{\langle t \rangle} \circ C^{\langle t-1 \rangle} "
        r"+ i^{\langle t \rangle} \circ \tilde{C}^{\langle t \rangle}"
    )
    assert back["d_W_f"].latex(notation=path).endswith(r"[h^{\langle t-1 \rangle}; x^{\langle t \rangle}]^{T}")
    assert r"(1 - (\tilde{C}^{\langle t \rangle})^{2})" in back["d_a_g"].latex(notation=path)
    assert (
        back["d_h"].latex(notation=path) == r"\delta h^{\langle t \rangle} = \delta h^{\langle t \rangle,\mathrm{in}}"
    )
    assert back["h"].text(notation=path) == "h⟨ᵗ⟩ = o⟨ᵗ⟩ ∘ tanh(C⟨ᵗ⟩)"


def test_a_profile_may_name_a_subscript_of_its_own(tmp_path: Path) -> None:
    path = write(
        tmp_path, '[symbols]\nf = { letter = "Gamma", subscript = "f" }\ni = { letter = "Gamma", subscript = "u" }'
    )
    assert sl.cell("lstm")["c"].latex(notation=path).startswith(r"C_t = \Gamma_{f,t} \odot C_{t-1} + \Gamma_{u,t}")
    assert notation(Path(path)).name == path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "not valid TOML"),
        ('[symbols]\nf = { letter = "G" }\ni = { letter = "G" }', "symbols.i prints like f"),
        (
            '[symbols]\nf = { letter = "\\\\mathbf{f}" }',
            "symbols.f: letter: expected letters or the name of a Greek one",
        ),
        ('hadamard = "x"', r"hadamard: expected one of .*\\odot"),
        ('base = "default"\ncolour = "red"', "unknown key in notation .* 'colour'"),
        ('base = "nowhere"', "unknown notation 'nowhere'"),
        (
            'base = "default"\ntime = "dotted"',
            "time: expected one of subscript, .*, angle, got 'dotted'",
        ),
        ('base = "default"\nhadamard = 3', "hadamard: expected text, got 3"),
        ('base = "default"\nsymbols = 3', "symbols: expected a table, got 3"),
        ('base = "default"\n[symbols]\nf = "q"', "symbols.f: expected a table with a letter"),
        ('base = "default"\n[symbols]\nf = { letter = "q", accent = "wiggle" }', "symbols.f: accent: expected one of"),
        ('base = "default"\n[families]\nW = { letter = "W", subscript = "{nope}" }', "families.W: subscript"),
    ],
)
def test_bad_profiles(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises((InputError, UnknownNameError), match=message):
        notation(write(tmp_path, text))


def test_unreadable_profile(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml: cannot be read: No such file"):
        notation(str(tmp_path / "none.toml"))
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8 text"):
        notation(str(tmp_path / "bad.toml"))
