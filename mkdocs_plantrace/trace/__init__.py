"""What is known once everything is read: links, dependencies, errors, search."""
