"""Of this project."""
