"""A run of a stage: what was asked for, its processes, its Redis, its folder, and that nothing of it stays.

Who visits it is in `load`, what is seen of it in `known`, how it looks in `showing`.
"""
