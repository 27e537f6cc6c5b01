"""Shelduck and its peers, side by side: ``python -m benchmarks`` from the project's root."""
