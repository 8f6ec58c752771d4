"""How identifiers print: profiles, and the glyphs that they give."""

from symlstm.notation.function import FunctionName, function_name
from symlstm.notation.glyph import Glyph
from symlstm.notation.profile import Profile
from symlstm.notation.reading import NOTATIONS, notation

__all__ = ["NOTATIONS", "FunctionName", "Glyph", "Profile", "function_name", "notation"]
