"""Meaning: what a written formula says about a System, in every way in which it can be understood."""
