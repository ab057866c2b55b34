"""Measure firstbyte beside its rivals: `python -m benchmarks`."""
