"""Edits that undo one slip each."""
