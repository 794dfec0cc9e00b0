"""Trace tasks, plans and execution logs through a MkDocs site."""

__version__ = "0.2.0"
