"""A report for machines, schema 1."""

import json
from typing import Any

from symlstm.checker.report import Claim, Reading, Report

__all__ = ["report_json"]


def report_json(report: Report) -> str:
    """Everything that is known of every claim; what is empty is there as "" or null."""
    document = {
        "schema": 1,
        "verdict": str(report.verdict),
        "exit_code": report.exit_code,
        "counts": report.counts,
        "claims": [_claim(claim) for claim in report.claims],
    }
    # A lone half of a surrogate pair has no UTF-8; escaped, it is still JSON.
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace").decode()


def _claim(claim: Claim) -> dict[str, Any]:
    place = claim.place
    return {
        "verdict": str(claim.verdict),
        "source": claim.source,
        "place": {"file": place.file, "cell": place.cell, "line": place.line, "column": place.column},
        "step": claim.step,
        "expect": claim.expect,
        "hint": claim.hint,
        "message": claim.message,
        "correction": claim.correction,
        "counterexample": claim.counterexample,
        "bound": claim.bound,
        "readings": [_reading(reading) for reading in claim.readings],
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "verdict": str(reading.verdict),
        "latex": reading.latex,
        "assumptions": list(reading.assumptions),
        "hint": reading.hint,
        "condition": reading.condition,
        "certificate": reading.certificate,
    }
