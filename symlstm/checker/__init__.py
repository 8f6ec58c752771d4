"""The checker: reads hand derivations, says whether they are right, and where they went wrong."""
