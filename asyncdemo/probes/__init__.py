"""What attaches itself to a stage's process and tells what happens there, by seams that are there for everybody.

The stage is unedited. What is made of what is told is in `known`.
"""
