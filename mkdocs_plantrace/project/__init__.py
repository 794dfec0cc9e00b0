"""Which files there are, what MkDocs publishes of them, and loading them."""
