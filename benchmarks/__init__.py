"""Benchmarks: each is a ratio between sides that take turns within one run. Nothing here is shown to an audience."""
