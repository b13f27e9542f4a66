"""A deck's Markdown, read: its front matter, its commands, its fences, its texts, and what of it is told.

What comes of it is in `deck.deck`, how that is drawn beside this folder; `deck.reader` goes
through the whole of a deck.
"""
