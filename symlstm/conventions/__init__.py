"""Weights of other libraries under our names, and back: which gate lies where, and what is computed with it."""

from symlstm.conventions.assemble import LibraryArrays
from symlstm.conventions.convention import Choice, Convention, Form, Stored
from symlstm.conventions.converting import convert
from symlstm.conventions.described import Described, form_of
from symlstm.conventions.reading import from_library, layers_from_library
from symlstm.conventions.storage import read_weights, write_weights
from symlstm.conventions.table import CONVENTIONS
from symlstm.conventions.weights import Weights
from symlstm.conventions.writing import to_library

__all__ = [
    "CONVENTIONS",
    "Choice",
    "Convention",
    "Described",
    "Form",
    "LibraryArrays",
    "Stored",
    "Weights",
    "convert",
    "form_of",
    "from_library",
    "layers_from_library",
    "read_weights",
    "to_library",
    "write_weights",
]
