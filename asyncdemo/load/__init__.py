"""Visitors in numbers: an HTTP client that sends when a schedule says so, in a process of its own.

`LoadProcess` (process.py) starts it; what it sees comes as events: LoadStarted, LoadTold, LoadEnded. Limits on
what a load may show are in `measuring`.
"""
