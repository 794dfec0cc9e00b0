"""Metadata files to tasks, with the rules of metadata."""
