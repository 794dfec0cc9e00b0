"""Metadata files to tasks, with the rules about them."""
