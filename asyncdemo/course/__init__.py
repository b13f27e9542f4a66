"""The course of `asyncdemo learn`: lessons as folders, what was said and what was measured, how far somebody is.

A lesson is a folder of `lessons/`: `lesson.md`, in the deck's format, and where there is something to change, the
files of that. Nothing here starts a process, or draws: that is in `features/learn`.
"""
