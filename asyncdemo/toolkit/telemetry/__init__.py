"""The stream of events that everything visible is derived from."""
