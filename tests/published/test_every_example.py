"""No data file lies about unused."""

from pathlib import Path

import pytest

from tests.published.cases import PUBLISHED
from tests.published.test_onnx_node import RECOMPUTED

TESTS = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))


@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("*.json")), ids=lambda path: path.stem)
def test_a_test_reads_it(path: Path) -> None:
    assert f'"{path.stem}"' in TESTS or path in RECOMPUTED, "a file without a test"
