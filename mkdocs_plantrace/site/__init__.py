"""The trace as pages of a MkDocs site."""
