"""Diagnosis: the slip that explains a wrong claim, by undoing known slips and judging again."""

from symlstm.checker.diagnosis.diagnosing import Diagnosis, diagnose
from symlstm.checker.diagnosis.kinds import Kind

__all__ = ["Diagnosis", "Kind", "diagnose"]
