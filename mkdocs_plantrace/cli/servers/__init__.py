"""The servers of `plantrace lsp` and `plantrace mcp`, and what they answer."""
