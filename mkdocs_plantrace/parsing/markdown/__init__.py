"""One parse of each Markdown page, and what the trace needs of it."""
