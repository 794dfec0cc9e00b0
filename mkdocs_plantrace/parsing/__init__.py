"""Text to values: YAML with places, Markdown, logs."""
