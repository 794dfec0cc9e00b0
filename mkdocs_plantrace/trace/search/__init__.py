"""Full-text search: terms, ranking, and the index on disk."""
