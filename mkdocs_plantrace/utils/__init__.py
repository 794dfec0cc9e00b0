"""What could stand in any program: text, graphs, near misses, running a command."""
