"""General helpers: text, graphs, did-you-mean, running a command."""
