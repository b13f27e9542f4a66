"""What is said of a run, a load and a race: plain lines, summaries, and words that others take from here.

How they are written to a terminal or into a pipe is in `showing`; what is drawn, in `showing.panels`.
"""
