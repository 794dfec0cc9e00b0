"""The files of a project, what MkDocs publishes of them, and their loading."""
