"""What runs in a slide: stages, loads, comparisons, recordings and programs, and what replaces one that fails.

Which slide is on the screen, they do not know.
"""
