"""The rules and their checks, one module for each family."""
