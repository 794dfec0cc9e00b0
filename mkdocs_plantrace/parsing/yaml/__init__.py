"""YAML to nodes with locations, and edits that keep every other byte."""
