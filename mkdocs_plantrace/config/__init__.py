"""The declarations of all options, fields and words."""
