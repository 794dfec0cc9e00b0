"""The trace as pages: addresses, views and templates. Knows nothing of MkDocs."""
