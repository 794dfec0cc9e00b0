"""Files to model: one walk of the tree, YAML with places, metadata, and the Markdown scan."""
