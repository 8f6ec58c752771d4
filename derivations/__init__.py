"""Notes that run: each program here writes the Markdown page beside it; the tests compare."""
