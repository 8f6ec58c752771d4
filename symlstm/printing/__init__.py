"""Printers: each reads a System and knows nothing about cells."""
