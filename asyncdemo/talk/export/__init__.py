"""A deck as one page for a browser: slides, code, and its demos' recordings, playing. Pure, but that it reads files.

Reports of runs and loads are pages of `report`.
"""
