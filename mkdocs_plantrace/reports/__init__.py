"""Findings and the trace for people and programs, one module for each format."""
