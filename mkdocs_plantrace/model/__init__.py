"""Frozen values: tasks, documents, links, problems, and where each was written."""
