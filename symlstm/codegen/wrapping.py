"""Long lines of generated code, broken where they may be."""

__all__ = ["wrapped"]


def wrapped(start: str, items: list[str], end: str) -> list[str]:
    """A signature or display, on one line or broken over lines of about 100 columns."""
    whole = start + ", ".join(items) + end
    if len(whole) <= 100:
        return [whole]
    lines, row = [start], "   "
    for item in items:
        if len(row) + len(item) > 96:
            lines.append(row)
            row = "   "
        row += f" {item},"
    return [*lines, row, end]
