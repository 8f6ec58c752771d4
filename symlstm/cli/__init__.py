"""The command line: `symlstm derive | grad | example | code | diff | check | cells | notations`."""

from symlstm.cli.main import main

__all__ = ["main"]
