"""A deck as data: Markdown read, checked against its format, and drawn as slides. Pure, but that it reads files.

The format is presenterm's, so that any editor and presenterm itself read it. Presenting one is in `talk`.
"""
