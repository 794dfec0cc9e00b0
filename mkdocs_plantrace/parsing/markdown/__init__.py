"""The parser of Markdown pages, and what the trace needs of them."""
