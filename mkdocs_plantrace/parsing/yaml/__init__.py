"""YAML to nodes that know their place, and edits that keep every other byte."""
