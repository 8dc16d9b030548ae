"""The command line `hub`: a command a module; what a command needs is imported when it runs."""

from hub.cli.entry import main

__all__ = ["main"]
