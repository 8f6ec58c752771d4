"""Worked numeric examples: symbol = formula = numbers put in = result."""

from symlstm.worked.example import Step, WorkedExample, example
from symlstm.worked.question import question

__all__ = ["Step", "WorkedExample", "example", "question"]
