"""What is collected: where latexify-py cannot be installed (Python 3.14 and newer), its part is left out."""

import sys

LATEXIFY = sys.version_info < (3, 14)  # the marker of the dependency in pyproject.toml

collect_ignore = (
    []
    if LATEXIFY
    else [
        "symlstm/codegen/expressions.py",
        "symlstm/codegen/listing.py",
        "symlstm/codegen/typeset.py",
        "tests/codegen/test_listing.py",
    ]
)
