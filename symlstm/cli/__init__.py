"""The command line: `symlstm derive | grad | example | code`."""

from symlstm.cli.main import main

__all__ = ["main"]
