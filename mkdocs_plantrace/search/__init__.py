"""Full-text search over everything that was written, for the command and the pages."""
