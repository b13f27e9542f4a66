"""What load tools say of a server that froze: `python -m benchmarks.stall`."""
