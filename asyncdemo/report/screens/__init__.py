"""A screen as a picture, cell by cell, and several of them as one that moves. Pure.

What a screen shows is drawn in `showing`; pictures of figures are in `report`.
"""
