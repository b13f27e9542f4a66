"""One experiment: a setup, a load on it, and the row of figures that comes of it; limits.

How rows look, side by side, is in `report`.
"""
