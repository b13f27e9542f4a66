"""`asyncdemo learn`: a lesson is asked, run, shown and checked, on a screen of its own or as lines.

What a lesson is, and what is right, is in `course`; what was typed is parsed in `cli/learn.py`.
"""
