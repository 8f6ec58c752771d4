"""Documents: the displayed formulas of LaTeX, Markdown, notebooks and other texts, each with its place."""

from symlstm.checker.documents.document import Declaration, Display, Document
from symlstm.checker.documents.reading import KINDS, displays, read_document

__all__ = ["KINDS", "Declaration", "Display", "Document", "displays", "read_document"]
