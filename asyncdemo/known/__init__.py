"""What is known of a run, folded from its events: one module for each thing that is watched. Pure.

No clock, no screen, no process. Events may arrive in any order and some may be missing: what cannot be told is
counted as unknown, and so called.
"""
