"""The talk: a deck presented in the terminal with live demos in its slides, followed, checked and exported.

What a deck is, and how it is read, is in `deck`.
"""
