"""Text to values: YAML, Markdown and logs, with locations."""
