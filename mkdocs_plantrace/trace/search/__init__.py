"""Full-text search: terms, ranking, and the cached index."""
