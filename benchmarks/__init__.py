"""Measures of speed and size; see `python -m benchmarks --help`."""
