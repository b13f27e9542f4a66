"""A project of the user's own: what is in its folder, what it is started with, and when it is ready.

Nothing of it is imported or edited. What tells what happens in it is in `attach`.
"""
