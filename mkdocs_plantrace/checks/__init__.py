"""The rules and their checks, one module per family."""
