"""The screen of a talk: slides, keys, colours, and the speaker who turns them.

What runs in a slide is in `demos`, who follows from elsewhere in `followers`.
"""
