"""The talk: a deck in Markdown, presented in the terminal with live demos in its slides.

The format is presenterm's, so that any editor and presenterm itself read it.
"""
