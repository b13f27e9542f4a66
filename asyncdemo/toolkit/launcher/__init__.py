"""Starts a stage as a group of processes, and makes sure that nothing of it stays."""
