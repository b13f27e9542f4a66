"""The same view without the path: Django inside daphne, as today, and the same workers for notify."""
