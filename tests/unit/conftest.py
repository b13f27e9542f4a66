"""Hypothesis without its deadline for each example: machines are noisy."""

from hypothesis import settings

settings.register_profile("noisy", deadline=None)
settings.load_profile("noisy")
