"""Frozen values: tasks, documents, links, problems, all with their locations."""
