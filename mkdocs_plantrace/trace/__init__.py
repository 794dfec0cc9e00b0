"""Links, dependencies, errors and search over everything that was read."""
