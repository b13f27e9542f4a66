"""The lesson: the catalogue of the stages, their files and what one changes against another.

Each folder in here is a complete small Django project that imports nothing of the tool.
"""
